//! `darkslide orders hold NUMBER --reason TEXT | --lift`: keeps an order back from approval, or lets it go on.

use wire::{
    orders::{HoldOrder, StudioOrder},
    route,
};

use super::{adjust::person, desk::Desk};
use crate::{AgentError, Context, Exit, cli::orders::HoldArgs, host::HostWhat};

pub async fn run(ctx: &Context, args: &HoldArgs) -> Result<Exit, AgentError> {
    let desk = Desk::open(ctx)?;
    let id = desk.find(&args.order).await?;
    let reason = args.reason.clone().filter(|_| !args.lift);
    let by = Some(person(args.by.as_deref(), &desk.account.machine_name));
    let document: StudioOrder = desk
        .host
        .post(&route::fill(route::STUDIO_HOLD, &[&id]), &HoldOrder { reason, by })
        .await
        .host(format!("order {} could not be held", id.number()))?;
    desk.take_over(id, &document).await?;
    let held = document.order.handling.hold.as_ref().map(|h| h.text.clone());
    // What a rule has waited for may be there by now.
    let released = if held.is_none() { desk.release_due().await? } else { 0 };
    let value = serde_json::json!({ "order": id, "number": id.number(), "held": held, "released": released });
    ctx.out.result(&value, || match &held {
        Some(why) => format!("order {} is on hold: {}", id.number(), crate::output::shown(why)),
        None => format!("order {} goes on", id.number()),
    });
    Ok(Exit::Ok)
}
