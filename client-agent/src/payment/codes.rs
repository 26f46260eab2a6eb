//! `darkslide payment codes`: what was made, and what it paid for. The codes themselves nobody knows any more.

use wire::{payment::PrepaidInfo, route};

use super::code::words;
use crate::{
    AgentError, Context, Exit, clock,
    host::{HostWhat, account, client_for},
    output::shown,
    price_list::cells,
};

pub async fn run(ctx: &Context) -> Result<Exit, AgentError> {
    let account = account::required(ctx)?;
    let host = client_for(ctx, &account)?;
    let mut codes: Vec<PrepaidInfo> =
        host.get_all(route::STUDIO_PREPAID).await.host("the prepaid codes could not be listed")?;
    codes.sort_by_key(|c| c.made_at);
    if codes.is_empty() {
        ctx.out.say("no prepaid code yet; make some: `darkslide payment code --worth \"50.00 EUR\"`");
    }
    for code in &codes {
        ctx.out.result(code, || line(code));
    }
    Ok(Exit::Ok)
}

fn line(code: &PrepaidInfo) -> String {
    let state = match (code.redeemed, code.valid_until) {
        (Some(order), _) => format!("paid for order {}", order.number()),
        (None, Some(until)) if until < clock::now().0 => "over".into(),
        (None, Some(until)) => format!("open until {}", cells::instant(domain::Millis(until))),
        (None, None) => "open".into(),
    };
    let note = code.note.as_deref().map(|n| format!("  {}", shown(n))).unwrap_or_default();
    format!("…{}  {:<20} {state}{note}", code.hint, words(&code.worth))
}
