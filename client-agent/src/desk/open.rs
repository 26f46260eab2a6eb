//! `darkslide desk`: brings the page up. When the daemon runs, it is the daemon's page; else this process does
//! the daemon's work as well, so that what is approved here also goes to the lab.

use super::address::Address;
use crate::{
    AgentError, Context, Exit,
    cli::daemon::{DeskArgs, RunArgs},
    daemon,
};

pub async fn run(ctx: &Context, args: &DeskArgs) -> Result<Exit, AgentError> {
    if !ctx.folders.exists() {
        return Err(ctx.no_profile());
    }
    if daemon::is_running(&ctx.folders) {
        let address = Address::load(&ctx.folders);
        if address.answers().await {
            show(ctx, &address, !args.no_open);
            return Ok(Exit::Ok);
        }
        // A daemon that serves no page: this process serves it, and leaves the work to the daemon.
        let listening = super::serve::listen(ctx, args.port).await?;
        show(ctx, &listening.address, !args.no_open);
        super::serve::serve(ctx, listening).await?;
        return Ok(Exit::Ok);
    }
    let listening = super::serve::listen(ctx, args.port).await?;
    show(ctx, &listening.address, !args.no_open);
    if crate::host::account::find(&ctx.folders)?.is_none() {
        // Nothing to run yet; the page says what is missing.
        super::serve::serve(ctx, listening).await?;
        return Ok(Exit::Ok);
    }
    daemon::run_with_desk(ctx, &RunArgs { once: false, no_desk: false }, Some(listening)).await
}

fn show(ctx: &Context, address: &Address, open: bool) {
    let link = address.link();
    let value = serde_json::json!({ "link": link, "address": address.origin() });
    ctx.out.result(&value, || format!("the desk is at {link}\nthis link opens it once, within ten minutes"));
    if open && let Err(e) = open::that_detached(&link) {
        ctx.out.note(format!("no browser could be started ({e}); open the link yourself"));
    }
}
