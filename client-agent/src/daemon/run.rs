//! `darkslide run`: watches, publishes, takes orders and sends prints, until Ctrl-C or SIGTERM.

use std::sync::Arc;

use tokio::task::JoinSet;

use super::{
    bound::Bound,
    component::{Component, supervise},
    health::Health,
    heartbeat::Beat,
    listing::Listing,
    lock,
    notices::Notices,
    publish_due::publish_due,
    queue::Queue,
    restored::Restored,
    shared::Shared,
    watch::Watch,
    worker::{Files, Prints},
};
use crate::{
    AgentError, Context, Exit,
    cli::daemon::RunArgs,
    desk::{self, Listening},
    orders::Desk,
    output::{Output, shown},
};

pub async fn run(ctx: &Context, args: &RunArgs) -> Result<Exit, AgentError> {
    run_with_desk(ctx, args, None).await
}

/// The same with the page `darkslide desk` has opened already.
pub async fn run_with_desk(
    ctx: &Context,
    args: &RunArgs,
    listening: Option<Listening>,
) -> Result<Exit, AgentError> {
    let desk = Desk::open(ctx)?;
    if args.once {
        return once(ctx, &desk).await;
    }
    let _lock = lock::take(&ctx.folders)?;
    let (studio, url) = (desk.account.studio_name.clone(), desk.account.url.clone());
    let health = Health::default();
    let shared = Arc::new(Shared::new(desk));

    let mut parts = JoinSet::new();
    start(&mut parts, ctx, &health, Beat::new(shared.clone(), ctx.folders.clone(), health.clone()));
    start(&mut parts, ctx, &health, Listing { shared: shared.clone() });
    start(&mut parts, ctx, &health, Restored { shared: shared.clone() });
    start(&mut parts, ctx, &health, Queue { shared: shared.clone() });
    start(&mut parts, ctx, &health, Notices::new(shared.clone(), ctx));
    start(&mut parts, ctx, &health, Prints::new(shared.clone(), ctx));
    start(&mut parts, ctx, &health, Files::new(shared, ctx));
    start(&mut parts, ctx, &health, Bound { ctx: silent(ctx) });
    start(&mut parts, ctx, &health, Watch::new(silent(ctx), health.clone()));

    let address = start_desk(&mut parts, ctx, args, listening).await;

    let value = serde_json::json!({ "state": "running", "studio": studio, "host": url, "pid": std::process::id(),
            "desk": address });
    ctx.out.result(&value, || {
        let at_work = format!("{} is at work with {url}; Ctrl-C ends it", shown(&studio));
        address
            .map_or(at_work.clone(), |a| format!("{at_work}\nthe desk is at {a}; `darkslide desk` opens it"))
    });
    while let Some(ended) = parts.join_next().await {
        if let Err(e) = ended
            && e.is_panic()
        {
            // A bug, not bad input: better to end, loudly, than to work on without a part.
            ctx.stop.ask();
            return Err(AgentError::new("a part of the agent broke down")
                .why(e)
                .fix("start `darkslide run` again; nothing is lost. Please report what it said"));
        }
    }
    ctx.out.say("stopped; what was in hand goes on with the next start");
    Ok(Exit::Ok)
}

fn start<C: Component + 'static>(parts: &mut JoinSet<()>, ctx: &Context, health: &Health, component: C) {
    parts.spawn(supervise(component, ctx.stop.clone(), health.clone()));
}

/// The desk beside the work. Without it the work goes on all the same.
async fn start_desk(
    parts: &mut JoinSet<()>,
    ctx: &Context,
    args: &RunArgs,
    listening: Option<Listening>,
) -> Option<String> {
    let listening = match listening {
        Some(listening) => listening,
        None if args.no_desk => return None,
        None => match desk::listen(ctx, None).await {
            Ok(listening) => listening,
            Err(error) => {
                ctx.out.error(&error);
                return None;
            }
        },
    };
    let (address, own) = (listening.address.origin(), silent(ctx));
    parts.spawn(async move {
        if let Err(error) = desk::serve(&own, listening).await {
            tracing::warn!("desk: {error}");
        }
    });
    Some(address)
}

/// Everything that is due, once.
async fn once(ctx: &Context, desk: &Desk) -> Result<Exit, AgentError> {
    let troubles = publish_due(&silent(ctx), &desk.catalog).await?;
    for trouble in &troubles {
        ctx.out.error(trouble);
    }
    let synced = crate::orders::sync_with(ctx, desk).await?;
    Ok(if troubles.is_empty() { synced } else { Exit::Partly })
}

/// The same profile for work in the background: it asks nothing and draws nothing.
fn silent(ctx: &Context) -> Arc<Context> {
    Arc::new(Context {
        config: ctx.config.clone(),
        folders: ctx.folders.clone(),
        out: Output { quiet: true, no_progress: true, ..ctx.out.clone() },
        stop: ctx.stop.clone(),
        program: ctx.program.clone(),
        throttle: ctx.throttle.clone(),
        yes: true,
    })
}
