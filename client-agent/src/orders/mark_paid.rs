//! `darkslide orders mark-paid NUMBER`: the customer has paid at the studio.

use wire::{orders::StudioOrder, route};

use super::desk::Desk;
use crate::{AgentError, Context, Exit, host::HostWhat};

pub async fn run(ctx: &Context, typed: &str) -> Result<Exit, AgentError> {
    let desk = Desk::open(ctx)?;
    let id = desk.find(typed).await?;
    let document: StudioOrder = desk
        .host
        .post(&route::fill(route::STUDIO_MARK_PAID, &[&id]), &serde_json::json!({}))
        .await
        .host(format!("order {} could not be marked as paid", id.number()))?;
    desk.take_over(id, &document).await?;
    // Payment may be what a release rule waits for.
    let released = desk.release_due().await?;
    let value = serde_json::json!({ "order": id, "number": id.number(), "paid": true, "released": released });
    ctx.out.result(&value, || {
        let also = if released > 0 { ", and released to the lab" } else { "" };
        format!("order {} is paid ({}){also}", id.number(), document.order.total)
    });
    Ok(Exit::Ok)
}
