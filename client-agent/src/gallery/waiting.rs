//! `darkslide gallery waiting`: who left an address to be told when a draft is ready.

use wire::{device::Waiting, route};

use super::book;
use crate::{
    context::Context,
    error::AgentError,
    exit::Exit,
    host::{self, HostWhat},
    output::shown,
};

pub async fn run(ctx: &Context, gallery: &str) -> Result<Exit, AgentError> {
    let gallery = book::find(&ctx.catalog()?, gallery)?;
    let path = route::fill(route::STUDIO_WAITING, &[&gallery.id]);
    let mut waiting: Vec<Waiting> =
        host::client(ctx)?.get_all(&path).await.host("the host did not say who waits")?;
    waiting.sort_by_key(|w| w.asked_at);
    for one in &waiting {
        ctx.out.result(one, || shown(&one.email));
    }
    if waiting.is_empty() {
        ctx.out.say(format!("nobody waits for {:?}", shown(&gallery.name)));
    }
    Ok(Exit::Ok)
}
