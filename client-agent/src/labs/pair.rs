//! `darkslide lab pair CODE`: studio and lab get to know each other, with the host as mere messenger.
//!
//! The code was handed over in person. It carries a fingerprint of the lab's key, so a host that shows
//! another key is found out here; and a secret, with which the lab finds out a host that shows it another
//! studio.

use domain::{studio::pairing_proof, text::one_line};
use wire::{
    orders::{AskPairing, LabInfo},
    pairing_code::PairingCode,
    route,
};

use super::{
    pinned::{self, PinnedLab, Trust},
    routes::{self, Routes},
};
use crate::{
    AgentError, Context, Exit, clock,
    host::{self, HostWhat},
    output::shown,
};

pub async fn run(ctx: &Context, code: &str) -> Result<Exit, AgentError> {
    let code: PairingCode = code.parse().map_err(|e| {
        AgentError::new("this is not a lab's pairing code")
            .why(e)
            .fix("copy the whole line that `darkslide-lab pair` printed at the lab")
            .usage()
    })?;
    let account = host::account::required(ctx)?;
    let catalog = ctx.catalog()?;
    let client = host::client(ctx)?;
    let labs: Vec<LabInfo> = client.get(route::STUDIO_LABS).await.host("the labs could not be listed")?;
    let lab = labs.into_iter().find(|l| l.lab == code.lab).ok_or_else(|| {
        AgentError::new(format!("{} knows no lab {}", account.url, code.lab))
            .why("the code is of a lab at another host, or the host hides it")
            .fix("ask the lab which host it uses")
    })?;
    let name = one_line(&lab.name, 120);
    let key = lab.key.ok_or_else(|| {
        AgentError::new(format!("{name} has not enrolled its receiver yet"))
            .why("the host has no key of it")
            .fix("the lab runs `darkslide-lab init`, then you repeat this command")
    })?;
    if !code.names_key(&key) {
        return Err(lies(&name, &account.url));
    }

    let proof = pairing_proof(code.secret(), account.studio, &account.studio_key, lab.lab);
    let ask = AskPairing { studio: account.studio, studio_key: account.studio_key, proof };
    let info: LabInfo = client
        .post(&route::fill(route::STUDIO_LAB_PAIR, &[&lab.lab]), &ask)
        .await
        .host(format!("{name} could not be asked"))?;
    if info.lab != lab.lab || info.key.is_some_and(|k| k != key) {
        return Err(lies(&name, &account.url));
    }

    // Pinned before the lab has answered: what it answers is held to this key.
    let pinned = PinnedLab { lab: lab.lab, name: name.clone(), key, trust: Trust::Code };
    let became_usual = catalog.write(|tx| {
        pinned::pin(tx, &pinned, clock::now().0)?;
        let first = Routes::read(tx)?.usual().is_none();
        if first {
            routes::set(tx, None, lab.lab)?;
        }
        Ok(first)
    })?;
    let value = serde_json::json!({
        "lab": lab.lab, "name": name, "key": key, "pairing": info.pairing, "usual": became_usual,
    });
    ctx.out.result(&value, || {
        let name = shown(&name);
        let usual = if became_usual { "; prints go there from now on" } else { "" };
        let next = match info.pairing {
            Some(domain::studio::PairingState::Accepted) => "it has accepted already".into(),
            _ => "its receiver answers by itself while it runs; look with `darkslide lab list`".to_string(),
        };
        format!("{name} is who it says it is{usual}\n{next}")
    });
    Ok(Exit::Ok)
}

fn lies(name: &str, url: &str) -> AgentError {
    AgentError::new(format!("the key that {url} shows for {name} is not the lab's own"))
        .why("the pairing code names another key: the code is old, or the host does not tell the truth")
        .fix("ask the lab for a new code (`darkslide-lab pair`); if it happens again, ask the host's operator in person")
}
