//! `darkslide account`: studio, this computer, and whether the host still agrees.

use domain::text::one_line;
use wire::{enrol::Account as HostAccount, route};

use super::{
    account::{self, Account},
    client::{HostWhat, client_for},
};
use crate::{AgentError, Context, Exit, output::shown};

pub async fn run(ctx: &Context) -> Result<Exit, AgentError> {
    let account = account::required(ctx)?;
    let seen: HostAccount =
        client_for(ctx, &account)?.get(route::STUDIO_ACCOUNT).await.host("the account could not be read")?;
    check_studio_key(&account, &seen)?;
    ctx.out.result(&seen, || {
        format!(
            "studio    {} ({})\nits key   {}\ncomputer  {} ({})\nhost      {}\ngalleries {}\ncomputers {}",
            shown(&seen.studio_name),
            seen.studio,
            account.studio_key,
            shown(&account.machine_name),
            account.machine,
            account.url,
            shown(&seen.site),
            seen.machines.len()
        )
    });
    Ok(Exit::Ok)
}

/// The studio's key never changes. A host that shows another one was replaced, or lies.
pub fn check_studio_key(account: &Account, seen: &HostAccount) -> Result<(), AgentError> {
    if seen.studio == account.studio && seen.studio_key == account.studio_key {
        return Ok(());
    }
    Err(AgentError::new(format!("{} shows another studio or studio key than before", account.url))
        .why(format!(
            "this computer belongs to {} with the key {}; the host says {} ({}) with {}",
            account.studio,
            account.studio_key,
            seen.studio,
            one_line(&seen.studio_name, 80),
            seen.studio_key
        ))
        .fix("stop here and ask the host's operator in person; nothing was sent"))
}
