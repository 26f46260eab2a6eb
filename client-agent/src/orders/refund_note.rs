//! `darkslide orders refund-note NUMBER AMOUNT`: notes that money went back. It pays nothing by itself.

use domain::money::Money;
use wire::{
    orders::{NoteRefund, StudioOrder},
    route,
};

use super::{adjust::person, desk::Desk, release};
use crate::{AgentError, Context, Exit, cli::orders::RefundArgs, clock, host::HostWhat};

pub async fn run(ctx: &Context, args: &RefundArgs) -> Result<Exit, AgentError> {
    let amount: Money = release::amount(&args.amount).ok_or_else(|| {
        AgentError::new(format!("{:?} is not an amount", crate::output::shown(&args.amount)))
            .fix("write it like \"12.50 EUR\"")
            .usage()
    })?;
    let desk = Desk::open(ctx)?;
    let id = desk.find(&args.order).await?;
    let note = NoteRefund {
        amount,
        text: args.text.clone().unwrap_or_default(),
        by: Some(person(args.by.as_deref(), &desk.account.machine_name)),
        at: args.at.unwrap_or_else(|| clock::now().0),
    };
    let document: StudioOrder = desk
        .host
        .post(&route::fill(route::STUDIO_REFUND_NOTE, &[&id]), &note)
        .await
        .host(format!("the refund of order {} could not be noted", id.number()))?;
    desk.take_over(id, &document).await?;
    let value = serde_json::json!({ "order": id, "number": id.number(), "amount": amount });
    ctx.out.result(&value, || format!("noted: {amount} of order {} went back", id.number()));
    Ok(Exit::Ok)
}
