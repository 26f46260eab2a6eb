//! `darkslide mail off`.

use wire::route;

use super::words;
use crate::{
    AgentError, Context, Exit,
    host::{self, HostWhat},
};

pub async fn run(ctx: &Context) -> Result<Exit, AgentError> {
    host::client(ctx)?.delete(route::STUDIO_MAIL).await.host("the host did not switch mails off")?;
    ctx.out.result(&None::<()>, || words(None));
    Ok(Exit::Ok)
}
