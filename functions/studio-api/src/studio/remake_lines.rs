//! Has printed lines made again for nothing: the lab's fault, a new attempt of its delivery.

use axum::{Json as Answered, extract::State};
use domain::{
    handling::{Note, Remake, RemakeError, remake},
    id::OrderId,
    order::{MAX_LINES, Order},
    text::one_line,
};
use http_edge::{Answer, Json, Refusal};
use ports::Ports;
use wire::orders::{RemakeLines, StudioOrder};

use crate::{
    access::MachineCaller,
    decide::{change_order, person},
    problems::{at_most, changed_meanwhile},
    request::Segments,
    views::studio_order,
};

const MAX_REASON: usize = 300;

pub async fn handle(
    State(ports): State<Ports>,
    caller: MachineCaller,
    Segments(id): Segments<OrderId>,
    Json(ask): Json<RemakeLines>,
) -> Answer<Answered<StudioOrder>> {
    at_most("lines", ask.lines.len(), MAX_LINES)?;
    let text = one_line(&ask.reason, MAX_REASON);
    if text.is_empty() {
        return Err(Refusal::invalid(
            "no_reason",
            "Say what is wrong with the prints, so that the lab can do better.",
        ));
    }
    caller.order(&ports, id).await?;
    let note = Note { at: ports.clock.now(), by: person(&caller, ask.by.as_deref()), text };
    let attempts = ports.orders.attempts(id).await?;
    let mut order = change_order(&ports, &caller, id, |order| {
        // The answer was lost and the request repeated.
        if order.handling.remakes.last().is_some_and(|r| repeats(r, &ask, &note)) {
            return Ok(None);
        }
        if order.revision != ask.revision {
            return Err(changed_meanwhile(order));
        }
        let attempt = |lab| attempts.get(&lab).copied().unwrap_or(1) + 1;
        remake(order, &ask.lines, attempt, &note).map(Some).map_err(|e| refuse(&e))
    })
    .await?;
    start(&ports, &order).await?;
    order = caller.order(&ports, order.id).await?;
    Ok(Answered(studio_order(&ports, order).await?))
}

fn repeats(kept: &Remake, ask: &RemakeLines, note: &Note) -> bool {
    kept.lines == ask.lines
        && kept.note.text == note.text
        && note.at.0 - kept.note.at.0 < domain::Millis::MINUTE
}

/// The noted attempt is asked for; again, if this stopped in between before.
async fn start(ports: &Ports, order: &Order) -> Answer<()> {
    let Some(last) = order.handling.remakes.last() else { return Ok(()) };
    let why = format!("remake: {}", last.note.text);
    ports.orders.ask_again(order.id, last.lab, last.attempt - 1, &why, ports.clock.now()).await?;
    Ok(())
}

fn refuse(error: &RemakeError) -> Refusal {
    let words = format!("{}.", domain::text::one_line(&error.to_string(), 300));
    match error {
        RemakeError::NotApproved(_) | RemakeError::NotPrinted(_) => Refusal::conflict("not_printed", words),
        _ => Refusal::invalid("bad_remake", words),
    }
}
