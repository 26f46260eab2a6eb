//! `darkslide doctor`: looks for what is wrong, and says how to mend it.

use std::{path::Path, time::Duration};

use bytes::Bytes;
use darkslide_image::{Affine, PrintProfile, PrintRequest, Sharpen};
use domain::text::one_line;
use queue_client::HostError;
use serde::Serialize;
use wire::{enrol::Account as HostAccount, route};

use super::{health::Heartbeat, lock};
use crate::{
    AgentError, Context, Exit,
    catalog::Catalog,
    host::{self, account::Account, keys::KeyRing},
    render::RenderError,
};

const LITTLE_SPACE: u64 = 2 << 30;
const TOO_LITTLE_SPACE: u64 = 200 << 20;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Finding {
    Good,
    Remark,
    Bad,
}

#[derive(Debug, Serialize)]
struct Check {
    check: &'static str,
    finding: Finding,
    what: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<String>,
}

impl Check {
    fn good(check: &'static str, what: impl Into<String>) -> Self {
        Self { check, finding: Finding::Good, what: what.into(), fix: None }
    }
    fn remark(check: &'static str, what: impl Into<String>, fix: impl Into<String>) -> Self {
        Self { check, finding: Finding::Remark, what: what.into(), fix: Some(fix.into()) }
    }
    fn bad(check: &'static str, what: impl Into<String>, fix: impl Into<String>) -> Self {
        Self { check, finding: Finding::Bad, what: what.into(), fix: Some(fix.into()) }
    }
}

pub async fn run(ctx: &Context) -> Result<Exit, AgentError> {
    let mut checks = Vec::new();
    if !ctx.folders.exists() {
        return Err(ctx.no_profile());
    }
    checks.extend([profile(ctx), disk(ctx)]);
    let catalog = match ctx.catalog() {
        Ok(catalog) => {
            checks.push(database(&catalog)?);
            checks.extend(folders(&catalog)?);
            Some(catalog)
        }
        Err(error) => {
            checks.push(from_error("catalog", &error));
            None
        }
    };
    checks.push(worker(ctx).await);
    match host::account::find(&ctx.folders) {
        Ok(Some(account)) => {
            checks.extend(keys(ctx, &account));
            checks.push(reach(ctx, &account).await);
        }
        Ok(None) => checks.push(Check::remark(
            "host",
            "this computer is not connected to a host",
            "darkslide login URL --token TOKEN",
        )),
        Err(error) => checks.push(from_error("account", &error)),
    }
    checks.push(daemon(ctx));
    if let Some(catalog) = catalog
        && catalog.read(crate::labs::pinned::all)?.is_empty()
    {
        checks.push(Check::remark("labs", "no lab is paired", "darkslide lab pair CODE"));
    }
    for check in &checks {
        ctx.out.result(check, || text(check));
    }
    Ok(if checks.iter().any(|c| c.finding == Finding::Bad) { Exit::Failed } else { Exit::Ok })
}

fn text(check: &Check) -> String {
    let mark = match check.finding {
        Finding::Good => "ok     ",
        Finding::Remark => "remark ",
        Finding::Bad => "WRONG  ",
    };
    let fix = check.fix.as_deref().map(|f| format!("\n         fix: {f}")).unwrap_or_default();
    format!("{mark}{:<9} {}{fix}", check.check, check.what)
}

fn from_error(check: &'static str, error: &AgentError) -> Check {
    let (what, why, fix) = error.parts();
    let what = why.map_or_else(|| what.to_owned(), |why| format!("{what}: {why}"));
    Check::bad(check, one_line(&what, 500), fix.unwrap_or("see above"))
}

fn profile(ctx: &Context) -> Check {
    let root = ctx.folders.root();
    match tempfile::NamedTempFile::new_in(root) {
        Ok(_) => Check::good("profile", root.display().to_string()),
        Err(e) => Check::bad(
            "profile",
            format!("{} cannot be written: {e}", root.display()),
            "make the folder writable for this user",
        ),
    }
}

fn disk(ctx: &Context) -> Check {
    match free_bytes(ctx.folders.root()) {
        None => Check::remark("disk", "the free space cannot be read", "look at it by hand"),
        Some(free) => {
            let words = format!("{} free", crate::output::bytes(free));
            match free {
                f if f < TOO_LITTLE_SPACE => {
                    Check::bad("disk", words, "free some space: neither scans nor orders can be noted soon")
                }
                f if f < LITTLE_SPACE => {
                    Check::remark("disk", words, "free some space before the next large job")
                }
                _ => Check::good("disk", words),
            }
        }
    }
}

#[cfg(unix)]
fn free_bytes(path: &Path) -> Option<u64> {
    let about = rustix::fs::statvfs(path).ok()?;
    Some(about.f_bavail.saturating_mul(about.f_frsize))
}

#[cfg(not(unix))]
fn free_bytes(_path: &Path) -> Option<u64> {
    None
}

fn database(catalog: &Catalog) -> Result<Check, AgentError> {
    let damage = |schema: &str| {
        catalog.read(|db| {
            db.query_row(&format!("PRAGMA {schema}.quick_check(1)"), [], |row| row.get::<_, String>(0))
        })
    };
    for (schema, file, fix) in [
        ("main", "catalog.db", "restore catalog.db from a backup"),
        ("renditions", "renditions.db", "stop darkslide and remove renditions.db; it is made again"),
    ] {
        let found = damage(schema)?;
        if found != "ok" {
            return Ok(Check::bad("catalog", format!("{file} is damaged: {}", one_line(&found, 200)), fix));
        }
    }
    Ok(Check::good("catalog", "both databases are sound"))
}

fn folders(catalog: &Catalog) -> Result<Vec<Check>, AgentError> {
    let roots: Vec<(Vec<u8>, String)> = catalog.read(|db| {
        let mut statement = db.prepare("SELECT path, shown FROM root ORDER BY shown")?;
        statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
    })?;
    let check = |(path, shown): (Vec<u8>, String)| {
        let shown = one_line(&shown, 200);
        match std::fs::read_dir(crate::paths::from_bytes(&path)) {
            Ok(_) => Check::good("folder", shown),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => Check::remark(
                "folder",
                format!("{shown} is offline"),
                "connect the drive when an order needs its pictures",
            ),
            Err(e) => {
                Check::bad("folder", format!("{shown} cannot be read: {e}"), "make it readable for this user")
            }
        }
    };
    Ok(roots.into_iter().map(check).collect())
}

/// Something that is no picture goes through the whole pipe: a refusal is the right answer.
async fn worker(ctx: &Context) -> Check {
    let request = PrintRequest {
        affine: Affine::IDENTITY,
        width: 16,
        height: 16,
        ppi: 300,
        profile: PrintProfile::Srgb,
        sharpen: Sharpen::None,
        quality: 95,
        border: None,
        bleed: 0,
    };
    match ctx.pool().print(Bytes::from_static(b"not a picture"), request).await {
        Err(RenderError::Picture(_)) => Check::good("worker", "rendering works"),
        Ok(_) => Check::bad("worker", "rendering accepts what is no picture", "install darkslide again"),
        Err(e) => Check::bad(
            "worker",
            one_line(&crate::error::chain(&e), 300),
            "install darkslide again, and raise [workers] memory_mib in darkslide.toml if it was changed",
        ),
    }
}

fn keys(ctx: &Context, account: &Account) -> Vec<Check> {
    let ring = KeyRing::new(&ctx.folders);
    let folder = ring.folder().display().to_string();
    let mut checks = Vec::new();
    for (name, key, expected) in [
        ("machine", ring.device(), account.device_key),
        ("studio", ring.studio(account.studio), account.studio_key),
    ] {
        let restore = format!("restore {folder} from a backup, or log out and log in with a new token");
        checks.push(match key {
            Ok(Some(key)) if wire::signed::public_key(&key) == expected => {
                Check::good("keys", format!("the {name}'s key is in place"))
            }
            Ok(Some(_)) => {
                Check::bad("keys", format!("the {name}'s key is not the one that was enrolled"), restore)
            }
            Ok(None) => Check::bad("keys", format!("the {name}'s key is gone"), restore),
            Err(e) => Check::bad("keys", e.to_string(), restore),
        });
    }
    if !account.certificate().is_valid() {
        checks.push(Check::bad(
            "keys",
            "this computer's certificate is not signed by the studio's key",
            "log out and log in with a new token",
        ));
    }
    checks.extend(permissions(&ring));
    checks
}

#[cfg(unix)]
fn permissions(ring: &KeyRing) -> Option<Check> {
    use std::os::unix::fs::PermissionsExt;
    let entries = std::fs::read_dir(ring.folder()).ok()?;
    let mut open: Vec<String> = entries
        .flatten()
        .filter(|e| e.metadata().is_ok_and(|m| m.permissions().mode() & 0o077 != 0))
        .map(|e| e.path().display().to_string())
        .collect();
    open.sort();
    (!open.is_empty()).then(|| {
        Check::bad(
            "keys",
            format!("others can read {}", open.join(", ")),
            format!("chmod 600 {}", open.join(" ")),
        )
    })
}

#[cfg(not(unix))]
fn permissions(_ring: &KeyRing) -> Option<Check> {
    None
}

async fn reach(ctx: &Context, account: &Account) -> Check {
    let client = match host::client_for(ctx, account) {
        Ok(client) => client,
        Err(error) => return from_error("host", &error),
    };
    let asked =
        tokio::time::timeout(Duration::from_secs(20), client.get::<HostAccount>(route::STUDIO_ACCOUNT));
    match asked.await {
        Err(_) => Check::bad("host", format!("{} did not answer", account.url), "check the network"),
        Ok(Ok(seen)) => match host::check_studio_key(account, &seen) {
            Ok(()) => Check::good("host", format!("{} knows this computer", account.url)),
            Err(error) => from_error("host", &error),
        },
        Ok(Err(e @ HostError::Clock { .. })) => from_error("clock", &host::problem(e, "the clock is wrong")),
        Ok(Err(e)) => from_error("host", &host::problem(e, "the host does not answer as it should")),
    }
}

fn daemon(ctx: &Context) -> Check {
    if !lock::is_taken(&ctx.folders) {
        return Check::remark("daemon", "it does not run; orders wait", "darkslide run");
    }
    match Heartbeat::read(&ctx.folders).map(|b| b.troubles).filter(|t| !t.is_empty()) {
        None => Check::good("daemon", "running"),
        Some(troubles) => {
            let words: Vec<String> =
                troubles.iter().map(|(p, t)| format!("{p}: {}", one_line(t, 200))).collect();
            Check::bad("daemon", words.join("; "), "see the other findings; it tries again by itself")
        }
    }
}
