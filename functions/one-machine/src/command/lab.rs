//! `lab add|list|token`.

use std::path::Path;

use anyhow::{Context, Result, bail};
use domain::{
    id::LabId,
    studio::{Enrolment, Lab},
    text::one_line,
};
use ports::Ports;
use serde::Serialize;

use super::enrolment::{issue, random};
use crate::{
    data_folder::open,
    output::{Output, safe},
};

const MAX_NAME: usize = 120;

#[derive(Serialize)]
struct Added {
    lab: LabId,
    name: String,
    token: String,
    /// What the lab runs.
    command: String,
}

#[derive(Serialize)]
struct Listed {
    lab: LabId,
    name: String,
    /// Whether a receiver has joined with the token.
    joined: bool,
    last_seen_at: i64,
}

pub async fn add(data: &Path, name: &str, out: Output) -> Result<()> {
    let ports = open(data)?.ports();
    let name = one_line(name, MAX_NAME);
    if name.is_empty() {
        bail!("A lab needs a name: darkslide-host lab add \"City Lab\"");
    }
    if let Some(same) = all(&ports).await?.into_iter().find(|l| l.name == name) {
        bail!(
            "There is a lab named {name:?} already ({}). For a new token run `darkslide-host lab token {0}`.",
            same.id
        );
    }
    let now = ports.clock.now();
    let lab = Lab {
        id: LabId::from_bytes(random()?),
        name,
        key: None,
        created_at: now,
        last_seen_at: domain::Millis(0),
    };
    ports.directory.put_lab(&lab).await.context("The lab cannot be stored")?;
    show_token(&ports, &lab, out).await
}

pub async fn token(data: &Path, which: &str, out: Output) -> Result<()> {
    let ports = open(data)?.ports();
    let labs = all(&ports).await?;
    let by_id = which.parse().ok().and_then(|id: LabId| labs.iter().find(|l| l.id == id));
    let Some(lab) = by_id.or_else(|| labs.iter().find(|l| l.name == which.trim())) else {
        let names: Vec<String> = labs.iter().map(|l| format!("{:?}", safe(&l.name))).collect();
        bail!("There is no lab {:?}. There are: {}.", safe(which), names.join(", "));
    };
    show_token(&ports, lab, out).await
}

async fn show_token(ports: &Ports, lab: &Lab, out: Output) -> Result<()> {
    let token = issue(ports, Enrolment::Lab(lab.id)).await?;
    let command = format!("darkslide-lab login {} --token {token}", ports.secrets.site);
    let added = Added { lab: lab.id, name: lab.name.clone(), token, command };
    out.show(&added, |added| {
        format!(
            "Lab {} ({})\n\nOn the lab's computer, after `darkslide-lab init`, within 14 days:\n  {}\n\n\
             The token works once and is shown only now. Send it over a way you trust.",
            safe(&added.name),
            added.lab,
            added.command
        )
    })
}

pub async fn list(data: &Path, out: Output) -> Result<()> {
    let ports = open(data)?.ports();
    let listed: Vec<Listed> = all(&ports)
        .await?
        .into_iter()
        .map(|l| Listed { lab: l.id, name: l.name, joined: l.key.is_some(), last_seen_at: l.last_seen_at.0 })
        .collect();
    let now = ports.clock.now().0;
    out.show(&listed, |listed| {
        if listed.is_empty() {
            return "No labs yet. Add one with `darkslide-host lab add \"NAME\"`.".into();
        }
        let mut text = String::new();
        for lab in listed {
            let state = match (lab.joined, lab.last_seen_at) {
                (false, _) => "has not joined yet".to_owned(),
                (true, 0) => "has joined".to_owned(),
                (true, at) => format!("seen {} min ago", (now - at).max(0) / 60_000),
            };
            text.push_str(&format!("{}  {}  {state}\n", lab.lab, safe(&lab.name)));
        }
        text
    })
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
