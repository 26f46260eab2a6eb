//! `darkslide machine list`: the studio's computers, each checked against the studio's key.

use domain::text::one_line;
use serde::Serialize;
use wire::{enrol::Account as HostAccount, manifest::MachineCertificate, route};

use super::{
    account,
    client::{HostWhat, client_for},
};
use crate::{AgentError, Context, Exit};

#[derive(Serialize)]
struct Row {
    machine: domain::id::MachineId,
    name: String,
    this_computer: bool,
    /// False: the host names a computer that the studio's key never certified.
    certified: bool,
    last_seen_at: i64,
}

pub async fn run(ctx: &Context) -> Result<Exit, AgentError> {
    let account = account::required(ctx)?;
    let seen: HostAccount = client_for(ctx, &account)?
        .get(route::STUDIO_ACCOUNT)
        .await
        .host("the computers could not be listed")?;
    super::check_studio_key(&account, &seen)?;
    let mut all_certified = true;
    for machine in &seen.machines {
        let certificate = MachineCertificate {
            studio: account.studio,
            machine: machine.machine,
            device_key: machine.device_key,
            studio_key: account.studio_key,
            signature: machine.certificate,
        };
        let row = Row {
            machine: machine.machine,
            name: one_line(&machine.name, 80),
            this_computer: machine.machine == account.machine,
            certified: certificate.is_valid(),
            last_seen_at: machine.last_seen_at,
        };
        all_certified &= row.certified;
        ctx.out.result(&row, || text(&row));
    }
    if all_certified {
        return Ok(Exit::Ok);
    }
    Err(AgentError::new("the host names a computer that your studio never certified")
        .why("its certificate is not signed by the studio's key")
        .fix("ask the host's operator in person; labs refuse prints from that computer"))
}

fn text(row: &Row) -> String {
    let seen = jiff::Timestamp::from_millisecond(row.last_seen_at)
        .map(|t| t.strftime("%Y-%m-%d %H:%M UTC").to_string())
        .unwrap_or_else(|_| "never".into());
    let here = if row.this_computer { "  (this computer)" } else { "" };
    let doubt = if row.certified { "" } else { "  NOT CERTIFIED" };
    format!("{}  {:<24}  seen {seen}{here}{doubt}", row.machine, row.name)
}
