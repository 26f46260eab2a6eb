//! `darkslide mail show`.

use domain::mail::StudioMail;
use wire::route;

use super::words;
use crate::{
    AgentError, Context, Exit,
    host::{self, HostWhat},
};

pub async fn run(ctx: &Context) -> Result<Exit, AgentError> {
    let mail: Option<StudioMail> =
        host::client(ctx)?.get(route::STUDIO_MAIL).await.host("the host did not say what it mails")?;
    ctx.out.result(&mail, || words(mail.as_ref()));
    Ok(Exit::Ok)
}
