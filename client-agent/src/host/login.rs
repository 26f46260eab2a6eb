//! `darkslide login URL --token …`: this computer joins a studio at a host.
//!
//! Look at the token, get hold of the studio's key (made on the first machine, unsealed on the next ones),
//! certify this machine's key with it, enrol, sign in once to see that it works, and only then keep the
//! account. Every step can be repeated, so a login that was cut off is finished by the same command.

use std::{fs, path::Path};

use domain::text::one_line;
use queue_client::HostClient;
use wire::enrol::Account as HostAccount;

use super::{
    account::{self, Account},
    client::{HostWhat, client_for, options},
    enrol::{self, Keys},
    pending::{self, Pending},
};
use crate::{
    AgentError, Context, Exit, cli::host::LoginArgs, error::What, host::invitation::TypedToken, output::shown,
};

const NAME_LENGTH: usize = 60;

pub async fn run(ctx: &Context, args: LoginArgs) -> Result<Exit, AgentError> {
    if !ctx.folders.exists() {
        return Err(ctx.no_profile());
    }
    let ca_pem = args.ca.as_deref().map(read_authority).transpose()?;
    let host = HostClient::anonymous(&args.url, &options(ca_pem.as_deref()))
        .host(format!("{:?} cannot be used as a host", one_line(&args.url, 120)))?;
    if host.speaks_in_clear() && !args.insecure_http {
        return Err(unencrypted(host.origin()));
    }
    let typed = TypedToken::parse(&args.token);
    if let Some(known) = account::find(&ctx.folders)? {
        return already(ctx, &known, &host, &typed);
    }

    let pending = match pending::find(&ctx.folders).filter(|p| p.is_for(host.origin(), &typed.token)) {
        Some(begun) => begun,
        None => begin(ctx, &host, &typed, args.name.as_deref()).await?,
    };
    let keys = Keys::of(ctx, pending.studio)?;
    enrol::enrol(&host, &typed, &pending, &keys).await?;

    let account = Account {
        url: pending.url.clone(),
        studio: pending.studio,
        studio_name: pending.studio_name.clone(),
        studio_key: keys.studio_public(),
        machine: pending.machine,
        machine_name: pending.machine_name.clone(),
        device_key: keys.device_public(),
        certificate: keys.certificate(&pending),
        invited: pending.invited,
        token_hash: pending.token_hash.clone(),
        ca_pem,
        insecure_http: args.insecure_http,
    };
    let seen: HostAccount = client_for(ctx, &account)?
        .get(wire::route::STUDIO_ACCOUNT)
        .await
        .host("this computer is enrolled, but could not sign in")?;
    super::check_studio_key(&account, &seen)?;
    account.save(&ctx.folders)?;
    pending::remove(&ctx.folders).what("the finished login could not be tidied up")?;
    told(ctx, &account, "connected");
    Ok(Exit::Ok)
}

/// Looks at the token, gets the studio's key, and notes what was decided.
async fn begin(
    ctx: &Context,
    host: &HostClient,
    typed: &TypedToken,
    name: Option<&str>,
) -> Result<Pending, AgentError> {
    let info = enrol::inspect(host, typed).await?;
    let invited = enrol::take_studio_key(ctx, &info, typed)?;
    let name = one_line(&name.map_or_else(computer_name, str::to_owned), NAME_LENGTH);
    let pending = Pending {
        url: host.origin().to_owned(),
        token_hash: pending::token_hash(&typed.token),
        studio: info.studio,
        studio_name: one_line(&info.studio_name, 120),
        machine: pending::new_machine(),
        machine_name: if name.is_empty() { "computer".into() } else { name },
        invited,
    };
    pending.save(&ctx.folders)?;
    Ok(pending)
}

/// The same login again is no failure; another one needs a decision.
fn already(
    ctx: &Context,
    known: &Account,
    host: &HostClient,
    typed: &TypedToken,
) -> Result<Exit, AgentError> {
    if known.url == host.origin() && known.token_hash == pending::token_hash(&typed.token) {
        // A crash between keeping the account and tidying up.
        let _ = pending::remove(&ctx.folders);
        told(ctx, known, "already connected");
        return Ok(Exit::Ok);
    }
    Err(AgentError::new("this profile is connected to a host already")
        .why(format!("it belongs to {} at {}", shown(&known.studio_name), known.url))
        .fix("use another profile (`darkslide --studio NAME init`, then `darkslide --studio NAME login …`), or leave this one with `darkslide logout`"))
}

fn told(ctx: &Context, account: &Account, how: &str) {
    let value = serde_json::json!({
        "host": account.url, "studio": account.studio, "studio_name": account.studio_name,
        "machine": account.machine, "machine_name": account.machine_name, "state": how,
    });
    ctx.out.result(&value, || {
        let (studio, machine) = (shown(&account.studio_name), shown(&account.machine_name));
        format!("{how} to {} as {studio}, computer {machine}\nnext: darkslide scan DIR", account.url)
    });
}

fn read_authority(path: &Path) -> Result<String, AgentError> {
    fs::read_to_string(path)
        .what(format!("the certificate file {} cannot be read", path.display()))
        .map_err(|e| e.fix("give the PEM file that the host's operator made, with --ca FILE"))
}

fn unencrypted(origin: &str) -> AgentError {
    AgentError::new(format!("{origin} would carry your token and pictures unencrypted"))
        .why("the address begins with http:// and the host is not on this computer")
        .fix("use https://; in a network you trust, repeat the command with --insecure-http")
        .usage()
}

fn computer_name() -> String {
    let variable = |name| std::env::var(name).ok().filter(|v| !v.trim().is_empty());
    let file = |path| fs::read_to_string(path).ok().filter(|v| !v.trim().is_empty());
    let command = || {
        let output = std::process::Command::new("hostname").output().ok()?;
        Some(String::from_utf8_lossy(&output.stdout).into_owned())
    };
    variable("COMPUTERNAME")
        .or_else(|| file("/proc/sys/kernel/hostname"))
        .or_else(command)
        .unwrap_or_default()
}
