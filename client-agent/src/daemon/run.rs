//! `darkslide run`: watches, publishes, takes orders and sends prints, until Ctrl-C or SIGTERM.

use std::sync::Arc;

use tokio::{sync::Notify, task::JoinSet};

use super::{
    component::{Component, supervise},
    health::Health,
    heartbeat::Beat,
    listing::Listing,
    lock,
    publish_due::publish_due,
    queue::Queue,
    shared::Shared,
    watch::Watch,
    worker::Worker,
};
use crate::{
    AgentError, Context, Exit,
    cli::daemon::RunArgs,
    orders::Desk,
    output::{Output, shown},
};

pub async fn run(ctx: &Context, args: &RunArgs) -> Result<Exit, AgentError> {
    let desk = Desk::open(ctx)?;
    if args.once {
        return once(ctx, &desk).await;
    }
    let _lock = lock::take(&ctx.folders)?;
    let (studio, url) = (desk.account.studio_name.clone(), desk.account.url.clone());
    let health = Health::default();
    let shared = Arc::new(Shared { desk, work: Notify::new() });

    let mut parts = JoinSet::new();
    start(&mut parts, ctx, &health, Beat::new(shared.clone(), ctx.folders.clone(), health.clone()));
    start(&mut parts, ctx, &health, Listing { shared: shared.clone() });
    start(&mut parts, ctx, &health, Queue { shared: shared.clone() });
    start(&mut parts, ctx, &health, Worker { shared });
    start(&mut parts, ctx, &health, Watch::new(silent(ctx), health.clone()));

    let value =
        serde_json::json!({ "state": "running", "studio": studio, "host": url, "pid": std::process::id() });
    ctx.out.result(&value, || format!("{} is at work with {url}; Ctrl-C ends it", shown(&studio)));
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
        out: Output { quiet: true, no_progress: true, ..ctx.out },
        stop: ctx.stop.clone(),
        program: ctx.program.clone(),
        yes: true,
    })
}
