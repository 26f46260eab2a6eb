//! `darkslide status`: what there is, what goes on, what waits, and what to do next.

use std::time::Duration;

use domain::{order::OrderState, text::one_line};
use rusqlite::Connection;
use serde::Serialize;
use wire::{enrol::Account as HostAccount, route};

use super::{health::Heartbeat, lock};
use crate::{
    AgentError, Context, Exit,
    catalog::Catalog,
    host::{self, account::Account},
    labs::{pinned, routes::Routes},
    orders::journal::{digitals, jobs, parts},
    output::{count, shown},
};

const HOST_PATIENCE: Duration = Duration::from_secs(8);

#[derive(Debug, Serialize)]
struct Status {
    profile: String,
    studio: Option<String>,
    machine: Option<String>,
    host: Option<String>,
    host_reachable: bool,
    host_trouble: Option<String>,
    daemon_running: bool,
    daemon_troubles: std::collections::BTreeMap<String, String>,
    photos: i64,
    files_unreadable: i64,
    folders: i64,
    folders_offline: Vec<String>,
    galleries: Vec<GalleryRow>,
    labs: Vec<String>,
    usual_lab: Option<String>,
    orders_to_approve: usize,
    parts_to_send: usize,
    waiting: Vec<Waiting>,
    next: String,
}

#[derive(Debug, Serialize)]
struct GalleryRow {
    name: String,
    state: String,
    photos_published: i64,
    batches_open: i64,
}

#[derive(Debug, Serialize)]
struct Waiting {
    order: String,
    /// A person must look: the order contradicts itself or its past.
    held: bool,
    reason: String,
}

pub async fn run(ctx: &Context) -> Result<Exit, AgentError> {
    let catalog = ctx.catalog()?;
    let account = host::account::find(&ctx.folders)?;
    let trouble = match &account {
        Some(account) => host_trouble(ctx, account).await,
        None => None,
    };
    let mut status = gather(ctx, &catalog, account.as_ref(), trouble)?;
    status.next = next(&status);
    ctx.out.result(&status, || text(&status));
    Ok(Exit::Ok)
}

async fn host_trouble(ctx: &Context, account: &Account) -> Option<String> {
    let ask = async {
        let seen: HostAccount = host::HostWhat::host(
            host::client_for(ctx, account)?.get(route::STUDIO_ACCOUNT).await,
            "the host does not answer as it should",
        )?;
        host::check_studio_key(account, &seen)
    };
    match tokio::time::timeout(HOST_PATIENCE, ask).await {
        Ok(Ok(())) => None,
        Ok(Err(error)) => {
            let (what, why, _) = error.parts();
            Some(why.unwrap_or(what).to_owned())
        }
        Err(_) => Some(format!("{} did not answer within {} seconds", account.url, HOST_PATIENCE.as_secs())),
    }
}

fn gather(
    ctx: &Context,
    catalog: &Catalog,
    account: Option<&Account>,
    host_trouble: Option<String>,
) -> Result<Status, AgentError> {
    let running = lock::is_taken(&ctx.folders);
    let beat = Heartbeat::read(&ctx.folders).filter(|_| running);
    catalog.read(|db| {
        let labs = pinned::all(db)?;
        let usual = Routes::read(db)?.usual();
        let named = |id| labs.iter().find(|l| l.lab == id).map(|l| one_line(&l.name, 60));
        Ok(Status {
            profile: ctx.folders.root().display().to_string(),
            studio: account.map(|a| one_line(&a.studio_name, 80)),
            machine: account.map(|a| one_line(&a.machine_name, 80)),
            host: account.map(|a| a.url.clone()),
            host_reachable: account.is_some() && host_trouble.is_none(),
            host_trouble,
            daemon_running: running,
            daemon_troubles: beat.map(|b| b.troubles).unwrap_or_default(),
            photos: number(db, "SELECT count(*) FROM photo")?,
            files_unreadable: number(db, "SELECT count(*) FROM quarantine")?,
            folders: number(db, "SELECT count(*) FROM root")?,
            folders_offline: offline(db)?,
            galleries: galleries(db)?,
            usual_lab: usual.and_then(named),
            labs: labs.iter().map(|l| one_line(&l.name, 60)).collect(),
            orders_to_approve: jobs::in_state(db, OrderState::Placed)?.len(),
            parts_to_send: parts::open(db)?.len() + digitals::open(db)?.len(),
            waiting: waiting(db)?,
            next: String::new(),
        })
    })
}

fn number(db: &Connection, sql: &str) -> rusqlite::Result<i64> {
    db.query_row(sql, [], |row| row.get(0))
}

/// Looked at now, not when it was scanned last.
fn offline(db: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut statement = db.prepare("SELECT path, shown FROM root ORDER BY shown")?;
    let roots = statement.query_map([], |row| Ok((row.get::<_, Vec<u8>>(0)?, row.get::<_, String>(1)?)))?;
    let roots: Vec<(Vec<u8>, String)> = roots.collect::<Result<_, _>>()?;
    Ok(roots
        .into_iter()
        .filter(|(path, _)| !crate::paths::from_bytes(path).exists())
        .map(|(_, shown)| one_line(&shown, 200))
        .collect())
}

fn galleries(db: &Connection) -> rusqlite::Result<Vec<GalleryRow>> {
    let mut statement = db.prepare(
        "SELECT name, state,
           (SELECT count(*) FROM published p WHERE p.gallery = g.id AND p.record IS NOT NULL),
           (SELECT count(*) FROM batch b WHERE b.gallery = g.id AND b.state IN ('made', 'stored'))
         FROM gallery g ORDER BY name",
    )?;
    let rows = statement.query_map([], |row| {
        Ok(GalleryRow {
            name: one_line(&row.get::<_, String>(0)?, 80),
            state: row.get(1)?,
            photos_published: row.get(2)?,
            batches_open: row.get(3)?,
        })
    })?;
    rows.collect()
}

fn waiting(db: &Connection) -> rusqlite::Result<Vec<Waiting>> {
    let jobs = jobs::all(db)?;
    let open = |j: &jobs::Job| j.order().state != OrderState::Cancelled;
    Ok(jobs
        .into_iter()
        .filter(open)
        .filter_map(|job| {
            let held = job.problem.is_some();
            let order = job.order().id.number();
            Some(Waiting { order, held, reason: one_line(&job.problem.or(job.waiting)?, 400) })
        })
        .collect())
}

fn next(s: &Status) -> String {
    let held = s.waiting.iter().find(|w| w.held);
    let stuck = s.waiting.iter().find(|w| !w.held && s.parts_to_send > 0 && !w.reason.contains("approve"));
    match () {
        () if s.host.is_none() => "darkslide login URL --token TOKEN".into(),
        () if s.host_trouble.is_some() => "darkslide doctor".into(),
        () if held.is_some() => {
            held.map(|w| format!("darkslide orders show {}", w.order)).unwrap_or_default()
        }
        () if stuck.is_some() => {
            stuck.map(|w| format!("order {}: {}", w.order, w.reason)).unwrap_or_default()
        }
        () if s.photos == 0 => "darkslide scan DIR".into(),
        () if s.galleries.is_empty() => "darkslide gallery create NAME --from DIR".into(),
        () if s.labs.is_empty() => "darkslide lab pair CODE".into(),
        () if s.orders_to_approve > 0 => "darkslide orders approve --all".into(),
        () if !s.daemon_running => "darkslide run".into(),
        () => "nothing; all is well".into(),
    }
}

fn text(s: &Status) -> String {
    let mut out = Vec::new();
    let mut line = |name: &str, value: String| out.push(format!("{name:<10} {value}"));
    line("studio", s.studio.as_deref().map_or_else(|| "not logged in".into(), shown));
    if let (Some(host), Some(machine)) = (&s.host, &s.machine) {
        line("computer", shown(machine));
        let state = s.host_trouble.as_deref().map_or_else(|| "reachable".into(), |t| one_line(t, 300));
        line("host", format!("{host}  {state}"));
    }
    line("daemon", if s.daemon_running { "running".into() } else { "not running".into() });
    for (part, trouble) in &s.daemon_troubles {
        line("", format!("{part}: {}", one_line(trouble, 300)));
    }
    let unreadable = match s.files_unreadable {
        0 => String::new(),
        n => format!(", {} set aside", count(n as usize, "unreadable file")),
    };
    line("photos", format!("{} in {}{unreadable}", s.photos, count(s.folders as usize, "folder")));
    for folder in &s.folders_offline {
        line("", format!("offline: {folder}"));
    }
    for g in &s.galleries {
        let open = if g.batches_open > 0 {
            format!(", {} on the way", count(g.batches_open as usize, "batch"))
        } else {
            String::new()
        };
        line("gallery", format!("{}  {}, {} published{open}", g.name, g.state, g.photos_published));
    }
    let lab = s
        .usual_lab
        .clone()
        .unwrap_or_else(|| if s.labs.is_empty() { "none paired" } else { "none chosen" }.into());
    line("lab", lab);
    line("orders", format!("{} to approve, {} to send", s.orders_to_approve, s.parts_to_send));
    for w in &s.waiting {
        line(if w.held { "HELD" } else { "waits" }, format!("{}  {}", w.order, w.reason));
    }
    line("next", s.next.clone());
    out.join("\n")
}
