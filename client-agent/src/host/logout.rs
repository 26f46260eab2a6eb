//! `darkslide logout`: this computer leaves the studio. Catalog and pictures stay.

use wire::{enrol::Account as HostAccount, route};

use super::{account, client::client_for, enrol::key_error, keys::KeyRing, pending};
use crate::{AgentError, Context, Exit, error::What, output::shown};

pub async fn run(ctx: &Context) -> Result<Exit, AgentError> {
    let Some(account) = account::find(&ctx.folders)? else {
        pending::remove(&ctx.folders).what("the begun login could not be removed")?;
        ctx.out.say("this computer is not connected to a host");
        return Ok(Exit::Ok);
    };
    // Only when another computer is known to hold the studio's key may it be removed from this one.
    let others = match client_for(ctx, &account) {
        Ok(host) => host.get::<HostAccount>(route::STUDIO_ACCOUNT).await.ok(),
        Err(_) => None,
    };
    let others =
        others.map_or(0, |seen| seen.machines.iter().filter(|m| m.machine != account.machine).count());
    let question = format!(
        "Leave {} at {}? Orders for pictures of this computer will wait until it logs in again.",
        shown(&account.studio_name),
        account.url
    );
    if !ctx.confirm(&question)? {
        return Err(AgentError::new("nothing was changed").why("the question was not answered with yes"));
    }
    let ring = KeyRing::new(&ctx.folders);
    std::fs::remove_file(account::path(&ctx.folders)).what("the account could not be removed")?;
    pending::remove(&ctx.folders).what("the begun login could not be removed")?;
    ring.remove_device().map_err(key_error)?;
    if others > 0 {
        ring.remove_studio(account.studio).map_err(key_error)?;
    }
    let value = serde_json::json!({ "left": account.url, "studio_key_kept": others == 0 });
    ctx.out.result(&value, || {
        let kept = format!(
            "\nThe studio's key stays in {}: no other computer is known to hold it.",
            ring.folder().display()
        );
        format!("left {}{}", account.url, if others == 0 { kept.as_str() } else { "" })
    });
    Ok(Exit::Ok)
}
