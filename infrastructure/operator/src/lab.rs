//! `lab add|list|token`.

use std::fmt;

use anyhow::{Context, Result, bail};
use domain::{
    Millis,
    id::LabId,
    studio::{Enrolment, Lab},
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
    lab: LabId,
    name: String,
    /// Whether a receiver has joined with the token.
    joined: bool,
    seen_minutes_ago: Option<i64>,
}

#[derive(Debug, Serialize)]
#[serde(transparent)]
pub struct List(Vec<Listed>);

impl fmt::Display for List {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("No labs yet. Add one with `infrastructure/host lab add \"NAME\"`.");
        }
        for lab in &self.0 {
            let state = match (lab.joined, lab.seen_minutes_ago) {
                (false, _) => "has not joined yet".to_owned(),
                (true, None) => "has joined".to_owned(),
                (true, Some(minutes)) => format!("seen {minutes} min ago"),
            };
            writeln!(f, "{}  {}  {state}", lab.lab, safe(&lab.name))?;
        }
        Ok(())
    }
}

pub async fn add(ports: &Ports, name: &str) -> Result<Invitation> {
    let name = one_line(name, MAX_NAME);
    if name.is_empty() {
        bail!("A lab needs a name: lab add \"City Lab\"");
    }
    if let Some(same) = all(ports).await?.into_iter().find(|l| l.name == name) {
        bail!("There is a lab named {name:?} already ({0}). For a new token: lab token {0}", same.id);
    }
    let (id, now) = (LabId::from_bytes(random()?), ports.clock.now());
    let lab = Lab { id, name, key: None, created_at: now, last_seen_at: Millis(0) };
    ports.directory.put_lab(&lab).await.context("The lab cannot be stored")?;
    invite(ports, &lab.name, Enrolment::Lab(id)).await
}

pub async fn token(ports: &Ports, which: &str) -> Result<Invitation> {
    let labs = all(ports).await?;
    let by_id = which.parse().ok().and_then(|id: LabId| labs.iter().find(|l| l.id == id));
    let Some(lab) = by_id.or_else(|| labs.iter().find(|l| l.name == which.trim())) else {
        let names: Vec<String> = labs.iter().map(|l| format!("{:?}", safe(&l.name))).collect();
        bail!("There is no lab {:?}. There are: {}.", safe(which), names.join(", "));
    };
    invite(ports, &lab.name, Enrolment::Lab(lab.id)).await
}

pub async fn list(ports: &Ports) -> Result<List> {
    let now = ports.clock.now().0;
    let listed = all(ports).await?.into_iter().map(|lab| Listed {
        lab: lab.id,
        name: lab.name,
        joined: lab.key.is_some(),
        seen_minutes_ago: (lab.last_seen_at.0 > 0).then(|| (now - lab.last_seen_at.0).max(0) / 60_000),
    });
    Ok(List(listed.collect()))
}

async fn all(ports: &Ports) -> Result<Vec<Lab>> {
    let mut found = Vec::new();
    let mut cursor = None;
    loop {
        let page = ports.directory.labs(cursor.as_deref(), 200).await?;
        found.extend(page.items);
        cursor = page.next;
        if cursor.is_none() {
            return Ok(found);
        }
    }
}
