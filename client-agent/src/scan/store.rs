//! What a scan changes in the catalog. Bytes decide: one hash is one version, wherever it lies.

use std::{collections::HashMap, path::Path};

use darkslide_image::Metadata;
use domain::{id::PhotoId, text};
use rusqlite::{Connection, OptionalExtension, Transaction, params};

use super::{
    read::{Seen, format_name},
    walk::{Candidate, Skipped, Stamp},
};
use crate::{clock, entry, paths};

/// What the catalog knows of a path: its stamp and the stamp of its sidecar.
pub type Known = HashMap<Vec<u8>, (Stamp, String)>;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    NewPhoto,
    NewVersion,
    /// A photo that is known, in a further place or back in an old one.
    NewPlace,
    /// Only the data of the file or its sidecar changed.
    Data,
}

pub fn known(c: &Connection, within: &[u8]) -> rusqlite::Result<Known> {
    let mut statement = c.prepare(
        "SELECT path, size, mtime_ns, inode, sidecar FROM place WHERE state = 'here'
         UNION ALL SELECT path, size, mtime_ns, inode, '' FROM quarantine WHERE step = 'scan'",
    )?;
    let rows = statement.query_map([], |row| {
        let path: Vec<u8> = row.get(0)?;
        let stamp =
            Stamp { size: unsigned(row.get(1)?), mtime_ns: row.get(2)?, inode: unsigned(row.get(3)?) };
        Ok((path, (stamp, row.get::<_, String>(4)?)))
    })?;
    rows.filter(|row| row.as_ref().map_or(true, |(path, _)| paths::is_within(path, within))).collect()
}

/// SQLite has signed integers; inodes use all 64 bits.
fn unsigned(value: i64) -> u64 {
    value as u64
}

pub fn sidecar_stamp(candidate: &Candidate) -> String {
    candidate.sidecar.as_ref().map(|(_, stamp)| stamp.text()).unwrap_or_default()
}

/// Records one file that was read. `root` is the scanned folder it belongs to.
pub fn found(
    tx: &Transaction<'_>,
    root: &[u8],
    candidate: &Candidate,
    seen: &Seen,
) -> rusqlite::Result<Found> {
    let path = paths::to_bytes(&candidate.path);
    let folder = candidate.path.parent().map(paths::to_bytes).unwrap_or_default();
    let name = file_name(&candidate.path);
    let stem = paths::stem(&name);
    tx.execute("DELETE FROM quarantine WHERE path = ?1", [&path])?;

    let before: Option<Vec<u8>> = tx
        .query_row("SELECT version FROM place WHERE path = ?1 AND state = 'here'", [&path], |r| r.get(0))
        .optional()?;
    let known: Option<String> = tx
        .query_row("SELECT photo FROM version WHERE hash = ?1", [&seen.version.0], |r| r.get(0))
        .optional()?;
    let (photo, outcome) = match known {
        Some(photo) if before.as_deref() == Some(&seen.version.0[..]) => (photo, Found::Data),
        Some(photo) => (photo, Found::NewPlace),
        None => match same_stem(tx, &path, &folder, &stem)? {
            Some(photo) => (photo, Found::NewVersion),
            None => (new_photo(tx, seen)?, Found::NewPhoto),
        },
    };
    write_version(tx, &photo, seen, candidate.stamp.size)?;
    write_place(tx, root, candidate, seen, &[&path, &folder], &name, &stem)?;
    make_newest_current(tx, &photo)?;
    entry::join(tx, &photo, &stem)?;
    Ok(outcome)
}

/// The photo that was exported under this path before, or under the same stem in the same folder.
fn same_stem(
    tx: &Transaction<'_>,
    path: &[u8],
    folder: &[u8],
    stem: &str,
) -> rusqlite::Result<Option<String>> {
    tx.query_row(
        "SELECT v.photo FROM place p JOIN version v ON v.hash = p.version
         WHERE p.path = ?1 OR (p.folder = ?2 AND p.stem = ?3)
         ORDER BY p.path = ?1 DESC, p.seen_at DESC LIMIT 1",
        params![path, folder, stem],
        |row| row.get(0),
    )
    .optional()
}

fn new_photo(tx: &Transaction<'_>, seen: &Seen) -> rusqlite::Result<String> {
    let id = PhotoId::from_bytes(clock::random()).to_string();
    tx.execute(
        "INSERT INTO photo (id, current, made_at) VALUES (?1, ?2, ?3)",
        params![id, seen.version.0, clock::now().0],
    )?;
    Ok(id)
}

fn write_version(tx: &Transaction<'_>, photo: &str, seen: &Seen, length: u64) -> rusqlite::Result<()> {
    let probe = &seen.probe;
    tx.execute(
        "INSERT INTO version (hash, photo, format, width, height, orientation, colour, length, found_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT (hash) DO NOTHING",
        params![
            seen.version.0,
            photo,
            format_name(probe.format),
            probe.stored.width,
            probe.stored.height,
            probe.orientation,
            text::one_line(&probe.colour, 100),
            length as i64,
            clock::now().0,
        ],
    )?;
    write_data(tx, &seen.version.0, &seen.metadata)
}

fn write_data(tx: &Transaction<'_>, version: &[u8], m: &Metadata) -> rusqlite::Result<()> {
    let line = |v: &Option<darkslide_image::Value<String>>, max| {
        v.as_ref().map(|v| text::one_line(&v.value, max)).filter(|t| !t.is_empty())
    };
    let caption = m.caption.as_ref().map(|v| text::paragraph(&v.value, 2000)).filter(|t| !t.is_empty());
    let keywords: Vec<String> =
        m.keywords.iter().flat_map(|v| &v.value).map(|k| text::one_line(k, 64)).collect();
    let keywords: Vec<&String> = keywords.iter().filter(|k| !k.is_empty()).take(100).collect();
    let camera = [line(&m.camera_make, 60), line(&m.camera_model, 60)];
    let camera = camera.into_iter().flatten().collect::<Vec<_>>().join(" ");
    tx.execute(
        "INSERT INTO file_data (version, title, caption, keywords, creator, copyright, captured_at, rating, label, camera)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
         ON CONFLICT (version) DO UPDATE SET title = ?2, caption = ?3, keywords = ?4, creator = ?5,
           copyright = ?6, captured_at = ?7, rating = ?8, label = ?9, camera = ?10",
        params![
            version,
            line(&m.title, 200),
            caption,
            serde_json::to_string(&keywords).unwrap_or_else(|_| "[]".into()),
            line(&m.creator, 200),
            line(&m.copyright, 300),
            line(&m.captured_at, 40),
            m.rating.as_ref().map(|v| v.value),
            line(&m.label, 60),
            Some(camera).filter(|c| !c.is_empty()),
        ],
    )?;
    Ok(())
}

fn write_place(
    tx: &Transaction<'_>,
    root: &[u8],
    candidate: &Candidate,
    seen: &Seen,
    [path, folder]: &[&[u8]; 2],
    name: &str,
    stem: &str,
) -> rusqlite::Result<()> {
    let stamp = candidate.stamp;
    tx.execute(
        "INSERT INTO place (path, shown, root, folder, name, stem, size, mtime_ns, inode, sidecar, version, seen_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
         ON CONFLICT (path) DO UPDATE SET root = ?3, size = ?7, mtime_ns = ?8, inode = ?9, sidecar = ?10,
           version = ?11, state = 'here', seen_at = ?12",
        params![
            path,
            paths::shown(&candidate.path),
            root,
            folder,
            name,
            stem,
            stamp.size as i64,
            stamp.mtime_ns,
            stamp.inode as i64,
            sidecar_stamp(candidate),
            seen.version.0,
            clock::now().0,
        ],
    )?;
    Ok(())
}

/// The version whose file was written last is the photo's; ties are broken by the path, so that two scans agree.
fn make_newest_current(tx: &Transaction<'_>, photo: &str) -> rusqlite::Result<()> {
    tx.execute(
        "UPDATE photo SET current = coalesce(
           (SELECT p.version FROM place p JOIN version v ON v.hash = p.version
            WHERE v.photo = ?1 AND p.state = 'here' ORDER BY p.mtime_ns DESC, p.path DESC LIMIT 1), current)
         WHERE id = ?1",
        [photo],
    )?;
    Ok(())
}

pub fn quarantine(
    tx: &Transaction<'_>,
    root: &[u8],
    path: &Path,
    stamp: Stamp,
    step: &str,
    reason: &str,
) -> rusqlite::Result<()> {
    tx.execute(
        "INSERT INTO quarantine (path, shown, root, size, mtime_ns, inode, step, reason, at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
         ON CONFLICT (path) DO UPDATE SET root = ?3, size = ?4, mtime_ns = ?5, inode = ?6, step = ?7,
           reason = ?8, at = ?9",
        params![
            paths::to_bytes(path),
            paths::shown(path),
            root,
            stamp.size as i64,
            stamp.mtime_ns,
            stamp.inode as i64,
            step,
            text::one_line(reason, 500),
            clock::now().0,
        ],
    )?;
    Ok(())
}

/// Files that were here and are not any more. Never anything below a folder that could not be listed.
pub fn gone(
    tx: &Transaction<'_>,
    known: &Known,
    still: &std::collections::HashSet<Vec<u8>>,
    skipped: &[Skipped],
) -> rusqlite::Result<usize> {
    let closed: Vec<Vec<u8>> =
        skipped.iter().filter(|s| s.is_folder).map(|s| paths::to_bytes(&s.path)).collect();
    let mut count = 0;
    for path in known.keys().filter(|p| !still.contains(*p)) {
        if closed.iter().any(|folder| paths::is_within(path, folder)) {
            continue;
        }
        tx.execute("DELETE FROM quarantine WHERE path = ?1", [path])?;
        count += tx.execute("UPDATE place SET state = 'gone' WHERE path = ?1 AND state = 'here'", [path])?;
    }
    tx.execute(
        "UPDATE photo SET current = (SELECT p.version FROM place p JOIN version v ON v.hash = p.version
           WHERE v.photo = photo.id AND p.state = 'here' ORDER BY p.mtime_ns DESC, p.path DESC LIMIT 1)
         WHERE id IN (SELECT v.photo FROM version v WHERE v.hash = photo.current)
           AND NOT EXISTS (SELECT 1 FROM place p WHERE p.version = photo.current AND p.state = 'here')
           AND EXISTS (SELECT 1 FROM place p JOIN version v ON v.hash = p.version
                       WHERE v.photo = photo.id AND p.state = 'here')",
        [],
    )?;
    Ok(count)
}

pub fn file_name(path: &Path) -> String {
    let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    text::one_line(&name, 200)
}

/// Files set aside by an earlier scan that are still there as they were.
pub fn quarantined(
    c: &Connection,
    still: &std::collections::HashSet<Vec<u8>>,
) -> rusqlite::Result<Vec<super::Unreadable>> {
    let mut statement =
        c.prepare("SELECT path, shown, reason FROM quarantine WHERE step = 'scan' ORDER BY path")?;
    let rows = statement.query_map([], |row| {
        let unreadable = super::Unreadable { file: row.get(1)?, reason: row.get(2)? };
        Ok((row.get::<_, Vec<u8>>(0)?, unreadable))
    })?;
    let there = rows.filter(|row| row.as_ref().map_or(true, |(path, _)| still.contains(path)));
    there.map(|row| row.map(|(_, unreadable)| unreadable)).collect()
}
