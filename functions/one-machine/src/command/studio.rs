//! `studio add|list|suspend|resume|token`.

use std::path::Path;

use anyhow::{Context, Result, bail};
use domain::{
    id::StudioId,
    studio::{Enrolment, Studio},
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
    studio: StudioId,
    name: String,
    token: String,
    /// What the photographer runs.
    command: String,
}

#[derive(Serialize)]
struct Listed {
    studio: StudioId,
    name: String,
    suspended: bool,
    machines: Vec<ListedMachine>,
}

#[derive(Serialize)]
struct ListedMachine {
    machine: domain::id::MachineId,
    name: String,
    last_seen_at: i64,
}

pub async fn add(data: &Path, name: &str, out: Output) -> Result<()> {
    let ports = open(data)?.ports();
    let name = one_line(name, MAX_NAME);
    if name.is_empty() {
        bail!("A studio needs a name: darkslide-host studio add \"Bright Side Photo\"");
    }
    if let Some(same) = all(&ports).await?.into_iter().find(|s| s.name == name) {
        bail!(
            "There is a studio named {name:?} already ({}). For a new token run `darkslide-host studio token {0}`.",
            same.id
        );
    }
    let studio = Studio {
        id: StudioId::from_bytes(random()?),
        name,
        suspended: false,
        key: None,
        created_at: ports.clock.now(),
    };
    ports.directory.put_studio(&studio).await.context("The studio cannot be stored")?;
    show_token(&ports, &studio, out).await
}

pub async fn token(data: &Path, which: &str, out: Output) -> Result<()> {
    let ports = open(data)?.ports();
    let studio = find(&ports, which).await?;
    if studio.key.is_some() {
        bail!(
            "{} has a computer on this host already, and only its own computers can let another one in. \
             Run `darkslide machine invite` there.",
            safe(&studio.name)
        );
    }
    show_token(&ports, &studio, out).await
}

async fn show_token(ports: &Ports, studio: &Studio, out: Output) -> Result<()> {
    let token = issue(ports, Enrolment::Machine(studio.id)).await?;
    let command = format!("darkslide login {} --token {token}", ports.secrets.site);
    let added = Added { studio: studio.id, name: studio.name.clone(), token, command };
    out.show(&added, |added| {
        format!(
            "Studio {} ({})\n\nOn the photographer's computer, within 14 days:\n  {}\n\n\
             The token works once and is shown only now. Send it over a way you trust.",
            safe(&added.name),
            added.studio,
            added.command
        )
    })
}

pub async fn list(data: &Path, out: Output) -> Result<()> {
    let ports = open(data)?.ports();
    let mut listed = Vec::new();
    for studio in all(&ports).await? {
        let machines = ports.directory.machines(studio.id).await?;
        listed.push(Listed {
            studio: studio.id,
            name: studio.name,
            suspended: studio.suspended,
            machines: machines
                .into_iter()
                .map(|m| ListedMachine { machine: m.id, name: m.name, last_seen_at: m.last_seen_at.0 })
                .collect(),
        });
    }
    let now = ports.clock.now().0;
    out.show(&listed, |listed| {
        if listed.is_empty() {
            return "No studios yet. Add one with `darkslide-host studio add \"NAME\"`.".into();
        }
        let mut text = String::new();
        for studio in listed {
            let state = if studio.suspended { "  suspended" } else { "" };
            text.push_str(&format!("{}  {}{state}\n", studio.studio, safe(&studio.name)));
            for machine in &studio.machines {
                let minutes = (now - machine.last_seen_at).max(0) / 60_000;
                text.push_str(&format!(
                    "  {}  {}  seen {minutes} min ago\n",
                    machine.machine,
                    safe(&machine.name)
                ));
            }
        }
        text
    })
}

pub async fn suspend(data: &Path, which: &str, suspended: bool, out: Output) -> Result<()> {
    let ports = open(data)?.ports();
    let studio = Studio { suspended, ..find(&ports, which).await? };
    ports.directory.put_studio(&studio).await.context("The studio cannot be stored")?;
    let changed = Listed { studio: studio.id, name: studio.name, suspended, machines: Vec::new() };
    out.show(&changed, |changed| {
        let what = if suspended { "is suspended" } else { "goes on" };
        format!("{} {what}.", safe(&changed.name))
    })
}

async fn all(ports: &Ports) -> Result<Vec<Studio>> {
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
    if names.is_empty() {
        bail!("There is no studio {:?}; there are none yet. Run `darkslide-host studio add`.", safe(which));
    }
    bail!("There is no studio {:?}. There are: {}.", safe(which), names.join(", "))
}
