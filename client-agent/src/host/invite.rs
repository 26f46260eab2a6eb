//! `darkslide machine invite`: a token for one more computer, and the studio's key sealed for it.

use wire::{
    enrol::{Account as HostAccount, Invite, Invited},
    route,
};

use super::{
    account,
    client::{HostWhat, client_for},
    enrol::key_error,
    invitation,
    keys::KeyRing,
};
use crate::{AgentError, Context, Exit, error::What, labs::pinned, labs::pinned::Trust};

pub async fn run(ctx: &Context) -> Result<Exit, AgentError> {
    let account = account::required(ctx)?;
    let key = KeyRing::new(&ctx.folders).studio(account.studio).map_err(key_error)?.ok_or_else(|| {
        AgentError::new("this computer does not hold the studio's key")
            .why("it was removed from the folder `keys`")
            .fix("restore it from a backup, or invite from another computer of the studio")
    })?;
    let host = client_for(ctx, &account)?;
    let seen: HostAccount = host.get(route::STUDIO_ACCOUNT).await.host("no invitation could be made")?;
    super::check_studio_key(&account, &seen)?;

    // Only what was checked by a code is vouched for.
    let mut labs = ctx.catalog()?.read(pinned::all)?;
    labs.retain(|lab| lab.trust == Trust::Code);
    let secret = invitation::new_secret();
    let sealed_studio_key =
        invitation::seal(&secret, account.studio, &key, labs).what("the studio's key could not be sealed")?;
    let invited: Invited = host
        .post(route::STUDIO_INVITE, &Invite { sealed_studio_key })
        .await
        .host("no invitation could be made")?;

    let invitation = format!("{}.{secret}", invited.token);
    let value = serde_json::json!({
        "invitation": invitation, "url": account.url, "expires_at": invited.expires_at,
    });
    ctx.out.result(&value, || {
        let ends = jiff::Timestamp::from_millisecond(invited.expires_at)
            .map(|t| format!(", until {}", t.strftime("%Y-%m-%d %H:%M UTC")))
            .unwrap_or_default();
        format!(
            "on the other computer, once{ends}:\n\n  darkslide init\n  darkslide login {} --token {invitation}\n\n\
             Whoever has this line joins your studio: pass it on like a key.",
            account.url
        )
    });
    Ok(Exit::Ok)
}
