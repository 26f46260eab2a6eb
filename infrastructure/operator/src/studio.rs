//! `studio add|list|suspend|resume|token`.

use std::fmt;

use anyhow::{Context, Result, bail};
use domain::{
    id::{MachineId, StudioId},
    studio::{Enrolment, Studio},
    text::one_line,
};
use ports::Ports;
use serde::Serialize;

use crate::{
    enrolment::{Invitation, invite, random},
    safe,
};

const MAX_NAME: usize = 120;

#[derive(Debug, Serialize)]
pub struct Listed {
    pub studio: StudioId,
    pub name: String,
    pub suspended: bool,
    pub machines: Vec<ListedMachine>,
}

#[derive(Debug, Serialize)]
pub struct ListedMachine {
    machine: MachineId,
    name: String,
    seen_minutes_ago: i64,
}

#[derive(Debug, Serialize)]
#[serde(transparent)]
pub struct List(pub Vec<Listed>);

impl fmt::Display for List {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("No studios yet. Add one with `infrastructure/host studio add \"NAME\"`.");
        }
        for studio in &self.0 {
            let state = if studio.suspended { "  suspended" } else { "" };
            writeln!(f, "{}  {}{state}", studio.studio, safe(&studio.name))?;
            for machine in &studio.machines {
                let (id, name) = (machine.machine, safe(&machine.name));
                writeln!(f, "  {id}  {name}  seen {} min ago", machine.seen_minutes_ago)?;
            }
        }
        Ok(())
    }
}

pub async fn add(ports: &Ports, name: &str) -> Result<Invitation> {
    let name = one_line(name, MAX_NAME);
    if name.is_empty() {
        bail!("A studio needs a name: studio add \"Bright Side Photo\"");
    }
    if let Some(same) = all(ports).await?.into_iter().find(|s| s.name == name) {
        bail!("There is a studio named {name:?} already ({0}). For a new token: studio token {0}", same.id);
    }
    let id = StudioId::from_bytes(random()?);
    let studio = Studio { id, name, suspended: false, key: None, created_at: ports.clock.now() };
    ports.directory.put_studio(&studio).await.context("The studio cannot be stored")?;
    invite(ports, &studio.name, Enrolment::Machine(id)).await
}

pub async fn token(ports: &Ports, which: &str) -> Result<Invitation> {
    let studio = find(ports, which).await?;
    if studio.key.is_some() {
        bail!(
            "{} has a computer on this host already, and only its own computers can let another one in. \
             Run `darkslide machine invite` there.",
            safe(&studio.name)
        );
    }
    invite(ports, &studio.name, Enrolment::Machine(studio.id)).await
}

pub async fn list(ports: &Ports) -> Result<List> {
    let now = ports.clock.now().0;
    let mut listed = Vec::new();
    for studio in all(ports).await? {
        let machines = ports.directory.machines(studio.id).await?.into_iter().map(|m| ListedMachine {
            machine: m.id,
            name: m.name,
            seen_minutes_ago: (now - m.last_seen_at.0).max(0) / 60_000,
        });
        let machines = machines.collect();
        listed.push(Listed { studio: studio.id, name: studio.name, suspended: studio.suspended, machines });
    }
    Ok(List(listed))
}

pub async fn suspend(ports: &Ports, which: &str, suspended: bool) -> Result<List> {
    let studio = Studio { suspended, ..find(ports, which).await? };
    ports.directory.put_studio(&studio).await.context("The studio cannot be stored")?;
    Ok(List(vec![Listed { studio: studio.id, name: studio.name, suspended, machines: Vec::new() }]))
}

pub async fn all(ports: &Ports) -> Result<Vec<Studio>> {
    let mut found = Vec::new();
    let mut cursor = None;
    loop {
        let page = ports.directory.studios(cursor.as_deref(), 200).await?;
        found.extend(page.items);
        cursor = page.next;
        if cursor.is_none() {
            return Ok(found);
        }
    }
}

async fn find(ports: &Ports, which: &str) -> Result<Studio> {
    let studios = all(ports).await?;
    let by_id = which.parse().ok().and_then(|id: StudioId| studios.iter().find(|s| s.id == id));
    if let Some(studio) = by_id.or_else(|| studios.iter().find(|s| s.name == which.trim())) {
        return Ok(studio.clone());
    }
    let names: Vec<String> = studios.iter().map(|s| format!("{:?}", safe(&s.name))).collect();
    bail!("There is no studio {:?}. There are: {}.", safe(which), names.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trial;

    #[tokio::test]
    async fn a_studio_is_added_once_invited_and_suspended() {
        let trial = trial::host();
        let ports = &trial.ports;
        let invited = add(ports, " Bright\u{1b}[2J Side ").await.unwrap();
        assert!(!invited.to_string().contains('\u{1b}'));
        assert!(invited.command.contains("login https://photos.example --token "), "{}", invited.command);
        let stored =
            ports.directory.token(&ports.secrets.enrolment_hash(&invited.token)).await.unwrap().unwrap();
        assert_eq!(stored.enrolment, Enrolment::Machine(invited.id.parse().unwrap()));
        let again = add(ports, &invited.name).await.unwrap_err().to_string();
        assert!(again.contains(&invited.id), "{again}");
        assert_ne!(token(ports, &invited.name).await.unwrap().token, invited.token);
        assert!(suspend(ports, &invited.id, true).await.unwrap().0[0].suspended);
        assert!(list(ports).await.unwrap().to_string().contains("suspended"));
        let unknown = suspend(ports, "nobody", true).await.unwrap_err().to_string();
        assert!(unknown.contains("Bright"), "{unknown}");
    }
}
