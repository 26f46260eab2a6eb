//! `darkslide orders cancel NUMBER`: an order that nobody approved is called off.

use wire::{
    orders::{Cancel, StudioOrder},
    route,
};

use super::desk::Desk;
use crate::{AgentError, Context, Exit, host::HostWhat};

pub async fn run(ctx: &Context, typed: &str, reason: Option<String>) -> Result<Exit, AgentError> {
    let desk = Desk::open(ctx)?;
    let id = desk.find(typed).await?;
    if !ctx.confirm(&format!("Cancel order {}? It cannot be taken back.", id.number()))? {
        return Err(AgentError::new("nothing was cancelled").why("the question was not answered with yes"));
    }
    let reason = reason.map(|r| domain::text::paragraph(&r, 500)).filter(|r| !r.is_empty());
    let document: StudioOrder = desk
        .host
        .post(&route::fill(route::STUDIO_CANCEL, &[&id]), &Cancel { reason })
        .await
        .host(format!("order {} could not be cancelled", id.number()))?;
    desk.take_over(id, &document).await?;
    let value = serde_json::json!({ "order": id, "number": id.number(), "state": document.order.state });
    ctx.out.result(&value, || format!("order {} is cancelled", id.number()));
    Ok(Exit::Ok)
}
