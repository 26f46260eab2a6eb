//! Changes an order's lines before it is approved: crops, pictures, split and merged lines; never money.
//! Conditional on the revision that was looked at, and signed, so that the studio's machines need not believe
//! the host.

use axum::{Json as Answered, extract::State};
use domain::{
    handling::{AdjustError, Adjustment, Change, adjust},
    id::OrderId,
    order::{ImageNode, Order},
};
use http_edge::{Answer, Json, Refusal};
use ports::Ports;
use wire::orders::{AdjustOrder, StudioOrder};

use crate::{
    access::MachineCaller, decide::change_order, problems::changed_meanwhile, request::Segments,
    views::studio_order,
};

/// An envelope of fifty pictures has about 40 kB.
const MAX_ENVELOPE: usize = 128 * 1024;
const MAX_NAME: usize = 200;

pub async fn handle(
    State(ports): State<Ports>,
    caller: MachineCaller,
    Segments(id): Segments<OrderId>,
    Json(ask): Json<AdjustOrder>,
) -> Answer<Answered<StudioOrder>> {
    let order = caller.order(&ports, id).await?;
    let adjustment = opened(&caller, &ask)?;
    check_pictures(&ports, &caller, &order, &adjustment).await?;
    let envelope =
        serde_json::to_string(&ask).map_err(|e| Refusal::invalid("unreadable_adjustment", e.to_string()))?;
    let order = change_order(&ports, &caller, id, |order| {
        // The answer was lost and the request repeated: it is so already.
        if order.handling.adjustments.last().is_some_and(|kept| kept.envelope == envelope) {
            return Ok(None);
        }
        adjust(order, &adjustment, &envelope).map(Some).map_err(|e| refuse(order, &e))
    })
    .await?;
    Ok(Answered(studio_order(&ports, order).await?))
}

fn opened(caller: &MachineCaller, ask: &AdjustOrder) -> Answer<Adjustment> {
    if ask.adjustment.text.len() > MAX_ENVELOPE {
        return Err(
            Refusal::invalid("too_large", "The change is too large.").hint("Make it in several steps.")
        );
    }
    let adjustment: Adjustment = ask.adjustment.open(&caller.machine.device_key).map_err(|e| {
        Refusal::invalid("bad_signature", format!("The change was refused: {e}."))
            .hint("Sign with the key this machine enrolled with.")
    })?;
    if adjustment.machine != caller.machine.id || ask.certificate.machine != caller.machine.id {
        return Err(Refusal::invalid("other_machine", "The change speaks for another machine."));
    }
    Ok(adjustment)
}

/// A picture's own machine knows its versions; another picture has to be one that the gallery shows.
async fn check_pictures(
    ports: &Ports,
    caller: &MachineCaller,
    order: &Order,
    adjustment: &Adjustment,
) -> Answer<()> {
    for change in &adjustment.changes {
        let Change::Picture { line, node, picture } = change else { continue };
        if picture.file_name.chars().count() > MAX_NAME {
            return Err(Refusal::invalid("bad_name", "The picture's file name is too long."));
        }
        let old = order.line(*line).and_then(|l| l.nodes.get(*node as usize));
        let same = |old: &ImageNode| {
            old.photo == picture.photo && old.version == picture.version && old.frame == picture.frame
        };
        if old.is_some_and(same) {
            continue;
        }
        if picture.home != caller.machine.id {
            return Err(Refusal::conflict(
                "not_this_machines",
                format!("The picture of line {line} is at another computer of the studio."),
            )
            .hint("Replace it at the desk of that computer."));
        }
        if old.is_some_and(|old| old.photo == picture.photo) {
            continue;
        }
        let known = ports.photos.photo(picture.gallery, &domain::access::Scope::All, picture.photo).await?;
        if known.is_none_or(|photo| photo.home != picture.home || photo.studio != order.studio) {
            return Err(Refusal::conflict("not_in_gallery", "The gallery does not show that picture.")
                .hint("Choose another one, or publish it first."));
        }
    }
    Ok(())
}

fn refuse(order: &Order, error: &AdjustError) -> Refusal {
    let words = format!("{}.", domain::text::one_line(&error.to_string(), 300));
    match error {
        AdjustError::Revision(_) => changed_meanwhile(order),
        AdjustError::Decided(..) => Refusal::conflict("decided", words)
            .hint("After the approval a wrong print is a remake; before it is printed, call the lab."),
        _ => Refusal::invalid("bad_adjustment", words),
    }
}
