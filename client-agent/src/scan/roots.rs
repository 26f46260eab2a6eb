//! The folders that were scanned. One that is not there is offline; its photos are never deleted.

use std::path::{Path, PathBuf};

use rusqlite::params;

use crate::{
    catalog::Catalog,
    clock,
    error::{AgentError, What},
    paths,
};

pub fn all(catalog: &Catalog) -> Result<Vec<PathBuf>, AgentError> {
    catalog.read(|c| {
        let mut statement = c.prepare("SELECT path FROM root ORDER BY path")?;
        statement.query_map([], |row| Ok(paths::from_bytes(&row.get::<_, Vec<u8>>(0)?)))?.collect()
    })
}

/// The root a folder belongs to: itself, or a scanned folder above it. `None` if it is known and offline.
pub fn enter(catalog: &Catalog, dir: &Path) -> Result<Option<Vec<u8>>, AgentError> {
    let key = paths::to_bytes(dir);
    let shown = paths::shown(dir);
    let roots = all(catalog)?;
    let above = roots.iter().map(|r| paths::to_bytes(r)).find(|root| paths::is_within(&key, root));
    match std::fs::metadata(dir) {
        Ok(metadata) if !metadata.is_dir() => Err(AgentError::new(format!("{shown} is not a folder"))
            .fix(format!("scan the folder it is in: `darkslide scan {}`", parent(dir)))
            .usage()),
        Ok(_) => {
            std::fs::read_dir(dir)
                .what(format!("the folder {shown} cannot be listed"))
                .map_err(|e| e.fix("allow this user to read it"))?;
            if let Some(root) = above {
                return Ok(Some(root));
            }
            catalog.write(|tx| {
                tx.execute(
                    "INSERT INTO root (path, shown, scanned_at) VALUES (?1, ?2, ?3)",
                    params![key, shown, clock::now().0],
                )
            })?;
            Ok(Some(key))
        }
        Err(_) => {
            // Only a whole root goes offline; a folder that is missing in a root that is there was removed.
            if let Some(root) = above.filter(|root| std::fs::metadata(paths::from_bytes(root)).is_err()) {
                set_offline(catalog, &root, true)?;
                return Ok(None);
            }
            missing(dir, &shown)
        }
    }
}

fn missing<T>(dir: &Path, shown: &str) -> Result<T, AgentError> {
    let mut near = dir;
    while let Some(up) = near.parent() {
        near = up;
        if near.is_dir() {
            break;
        }
    }
    Err(AgentError::new(format!("the folder {shown} does not exist"))
        .why(format!("{} is there, but not what should be in it", paths::shown(near)))
        .fix("check the name, or connect the drive or share it is on"))
}

pub fn set_offline(catalog: &Catalog, root: &[u8], offline: bool) -> Result<(), AgentError> {
    catalog.write(|tx| {
        tx.execute(
            "UPDATE root SET offline = ?2, scanned_at = CASE ?2 WHEN 0 THEN ?3 ELSE scanned_at END WHERE path = ?1",
            params![root, offline, clock::now().0],
        )
    })?;
    Ok(())
}

fn parent(path: &Path) -> String {
    path.parent().map(paths::shown).unwrap_or_else(|| ".".into())
}
