//! `darkslide orders remake NUMBER --line NO --reason TEXT`: printed lines once more, for nothing.

use wire::{
    orders::{RemakeLines, StudioOrder},
    route,
};

use super::{adjust::person, desk::Desk};
use crate::{AgentError, Context, Exit, cli::orders::RemakeArgs, host::HostWhat, output::count};

pub async fn run(ctx: &Context, args: &RemakeArgs) -> Result<Exit, AgentError> {
    let desk = Desk::open(ctx)?;
    let id = desk.find(&args.order).await?;
    let revision = match args.revision {
        Some(revision) => revision,
        None => {
            let path = route::fill(route::STUDIO_ORDER, &[&id]);
            let what = format!("order {} could not be read", id.number());
            desk.host.get::<StudioOrder>(&path).await.host(what)?.order.revision
        }
    };
    let ask = RemakeLines {
        lines: args.line.iter().copied().collect(),
        reason: args.reason.clone(),
        by: Some(person(args.by.as_deref(), &desk.account.machine_name)),
        revision,
    };
    let document: StudioOrder = desk
        .host
        .post(&route::fill(route::STUDIO_REMAKE, &[&id]), &ask)
        .await
        .host(format!("order {} could not be made again", id.number()))?;
    desk.take_over(id, &document).await?;
    let value = serde_json::json!({ "order": id, "number": id.number(), "lines": ask.lines });
    ctx.out.result(&value, || {
        format!("{} of order {} will be made again, for nothing", count(ask.lines.len(), "line"), id.number())
    });
    Ok(Exit::Ok)
}
