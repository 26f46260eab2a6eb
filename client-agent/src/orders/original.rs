//! Finding the file an ordered picture is printed from, and proving that it is the one.
//!
//! The order names a photo and the BLAKE3 of the file customers saw. A file counts only if all its bytes
//! hash to that. Whatever is missing is said with what to do about it; nothing else is ever printed instead.

use std::{
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
};

use domain::{
    Millis,
    geometry::{Crop, Size, print::Source},
    hash::VersionHash,
    order::ImageNode,
    text::one_line,
};
use rusqlite::{Connection, OptionalExtension, params};

use crate::paths;

/// Larger files are no pictures a lab prints.
const MOST_BYTES: u64 = 2 << 30;

/// Everything about an original that the catalog knows; files are looked at without holding the catalog.
#[derive(Clone, Debug)]
pub struct Record {
    pub version: VersionHash,
    pub source: Source,
    pub places: Vec<Place>,
    /// The photo has a newer version that is somewhere.
    pub newer: Option<VersionHash>,
}

#[derive(Clone, Debug)]
pub struct Place {
    pub path: PathBuf,
    pub shown: String,
    pub root: PathBuf,
}

/// Why a picture cannot be printed now, in words, with the next step.
pub type Waiting = String;

/// Looks up what is ordered, or what a person chose instead.
pub fn record(
    db: &Connection,
    node: &ImageNode,
    placed_at: Millis,
    chosen: Option<VersionHash>,
) -> rusqlite::Result<Result<Record, Waiting>> {
    let name = one_line(&node.file_name, 80);
    let version = chosen.unwrap_or(node.version);
    let row = db
        .prepare_cached("SELECT width, height, orientation FROM version WHERE hash = ?1 AND photo = ?2")?
        .query_row(params![&version.0[..], node.photo.to_string()], |r| {
            Ok((Size::new(r.get(0)?, r.get(1)?), r.get::<_, u8>(2)?))
        })
        .optional()?;
    let Some((stored, orientation)) = row else {
        return Ok(Err(format!(
            "waiting for original: this computer does not know {name}; run `darkslide scan DIR` on the folder that holds it"
        )));
    };
    let edit = match chosen {
        Some(_) => Some(current_edit(db, node)?),
        None => shown_edit(db, node, placed_at)?,
    };
    let source = edit.map(|edit| Source { stored, orientation, edit });
    // Without a record of the frame the present edit will do if it makes the very same frame.
    let source = match source {
        Some(source) => source,
        None => Source { stored, orientation, edit: current_edit(db, node)? },
    };
    if chosen.is_none() && source.frame() != node.frame {
        return Ok(Err(format!(
            "{name}: the customer cropped a frame of {} × {} pixels, and this computer has no record of it; publish the gallery again, then ask the customer for a new order",
            node.frame.width, node.frame.height
        )));
    }
    let newer = newer(db, node, &version)?;
    Ok(Ok(Record { version, source, places: places(db, &version)?, newer }))
}

/// The newest version of an ordered photo, if it is another one and known to be somewhere.
pub fn newer(db: &Connection, node: &ImageNode, than: &VersionHash) -> rusqlite::Result<Option<VersionHash>> {
    let current: Option<Vec<u8>> = db
        .prepare_cached(
            "SELECT p.current FROM photo p WHERE p.id = ?1 AND p.current <> ?2
               AND EXISTS (SELECT 1 FROM place WHERE version = p.current AND state = 'here')",
        )?
        .query_row(params![node.photo.to_string(), &than.0[..]], |r| r.get(0))
        .optional()?;
    Ok(current.and_then(|b| b.try_into().ok()).map(VersionHash))
}

/// Outer `None`: no record of the frame; inner `None`: the frame is the whole upright picture.
fn shown_edit(
    db: &Connection,
    node: &ImageNode,
    placed_at: Millis,
) -> rusqlite::Result<Option<Option<Crop>>> {
    // The frame that was shown when the order was placed: the last one begun before it.
    let text: Option<String> = db
        .prepare_cached(
            "SELECT edit FROM shown_frame
             WHERE photo = ?1 AND version = ?2 AND width = ?3 AND height = ?4
             ORDER BY at > ?5, CASE WHEN at > ?5 THEN at ELSE -at END LIMIT 1",
        )?
        .query_row(
            params![
                node.photo.to_string(),
                &node.version.0[..],
                node.frame.width,
                node.frame.height,
                placed_at.0
            ],
            |r| r.get(0),
        )
        .optional()?;
    Ok(text.map(|text| serde_json::from_str(&text).ok()))
}

fn current_edit(db: &Connection, node: &ImageNode) -> rusqlite::Result<Option<Crop>> {
    let text: Option<Option<String>> = db
        .prepare_cached("SELECT edit FROM photo WHERE id = ?1")?
        .query_row([node.photo.to_string()], |r| r.get(0))
        .optional()?;
    Ok(text.flatten().and_then(|text| serde_json::from_str(&text).ok()))
}

pub fn places(db: &Connection, version: &VersionHash) -> rusqlite::Result<Vec<Place>> {
    db.prepare_cached("SELECT path, shown, root FROM place WHERE version = ?1 ORDER BY state = 'gone', path")?
        .query_map([&version.0[..]], |row| {
            Ok(Place {
                path: paths::from_bytes(&row.get::<_, Vec<u8>>(0)?),
                shown: row.get(1)?,
                root: paths::from_bytes(&row.get::<_, Vec<u8>>(2)?),
            })
        })?
        .collect()
}

/// The verified bytes of the first place that has them.
pub fn read(record: &Record, number: &str, node: &ImageNode) -> Result<Vec<u8>, Waiting> {
    let mut findings = Vec::new();
    for place in &record.places {
        match read_place(place, &record.version) {
            Ok(bytes) => return Ok(bytes),
            Err(finding) => findings.push((place, finding)),
        }
    }
    Err(words(record, number, node, &findings))
}

/// Why none of its places has a file at all now; found without reading one.
pub fn absent(record: &Record, number: &str, node: &ImageNode) -> Option<Waiting> {
    let is_there = |place: &Place| std::fs::metadata(&place.path).is_ok_and(|about| about.is_file());
    if record.places.iter().any(is_there) {
        return None;
    }
    read(record, number, node).err()
}

/// The bytes of a version wherever they still are, or why they are not.
pub fn read_any(places: &[Place], version: &VersionHash, name: &str) -> Result<Vec<u8>, String> {
    let mut why = format!("the original {name} is not on this computer any more");
    for place in places {
        match read_place(place, version) {
            Ok(bytes) => return Ok(bytes),
            Err(Finding::Changed) => {
                let shown = one_line(&place.shown, 200);
                return Err(format!("the original changed: {shown} has other bytes now"));
            }
            Err(Finding::Offline) => {
                why = format!("the original {name} is offline: connect '{}'", volume(&place.root));
            }
            Err(Finding::Gone | Finding::Unreadable(_)) => {}
        }
    }
    Err(why)
}

#[derive(Debug)]
enum Finding {
    Offline,
    Gone,
    Unreadable(io::Error),
    Changed,
}

fn read_place(place: &Place, version: &VersionHash) -> Result<Vec<u8>, Finding> {
    let missing = |e: io::Error| match e.kind() {
        io::ErrorKind::NotFound if place.root.exists() => Finding::Gone,
        io::ErrorKind::NotFound => Finding::Offline,
        _ => Finding::Unreadable(e),
    };
    // A FIFO in a file's place would wait for ever when opened.
    let about = std::fs::metadata(&place.path).map_err(missing)?;
    if !about.is_file() || about.len() > MOST_BYTES {
        return Err(Finding::Changed);
    }
    let mut bytes = Vec::with_capacity(about.len() as usize);
    File::open(&place.path)
        .and_then(|file| file.take(MOST_BYTES).read_to_end(&mut bytes))
        .map_err(missing)?;
    if blake3::hash(&bytes).as_bytes() == &version.0 { Ok(bytes) } else { Err(Finding::Changed) }
}

fn words(record: &Record, number: &str, node: &ImageNode, findings: &[(&Place, Finding)]) -> Waiting {
    let name = one_line(&node.file_name, 80);
    let newer = match record.newer {
        Some(_) => format!("; to print its newer version instead, run `darkslide orders use-newer {number}`"),
        None => String::new(),
    };
    if let Some((place, _)) = findings.iter().find(|(_, f)| matches!(f, Finding::Offline)) {
        return format!(
            "waiting for original: connect '{}' ({})",
            volume(&place.root),
            one_line(&place.shown, 200)
        );
    }
    if let Some((place, Finding::Unreadable(e))) =
        findings.iter().find(|(_, f)| matches!(f, Finding::Unreadable(_)))
    {
        let shown = one_line(&place.shown, 200);
        return format!("waiting for original: {shown} cannot be read ({e}); make it readable for this user");
    }
    if let Some((place, _)) = findings.iter().find(|(_, f)| matches!(f, Finding::Changed)) {
        let shown = one_line(&place.shown, 200);
        let offer = if newer.is_empty() {
            "; or run `darkslide scan` to take up the new version".into()
        } else {
            newer
        };
        return format!("the file changed since it was published: {shown}; put the ordered file back{offer}");
    }
    if !newer.is_empty() {
        return format!("the file changed since it was published: {name}; put the ordered file back{newer}");
    }
    let last = record.places.first().map(|p| format!(" (last seen: {})", one_line(&p.shown, 200)));
    format!(
        "waiting for original: {name} was moved or deleted{}; put it back, or run `darkslide scan DIR` on the folder that holds it now",
        last.unwrap_or_default()
    )
}

/// What people call the place a folder is on: the volume if it is mounted somewhere, else the folder.
fn volume(root: &Path) -> String {
    let parts: Vec<String> =
        root.components().map(|c| c.as_os_str().to_string_lossy().into_owned()).collect();
    let names: Vec<&str> = parts.iter().map(String::as_str).collect();
    let name = match names.as_slice() {
        ["/", "Volumes", name, ..] | ["/", "mnt", name, ..] => name,
        ["/", "media", _, name, ..] | ["/", "run", "media", _, name, ..] => name,
        [drive, ..] if drive.ends_with(':') => drive,
        [.., last] => last,
        [] => "the folder",
    };
    one_line(name, 80)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_volume_has_the_name_on_its_label() {
        for (root, name) in [
            ("/Volumes/Photos SSD/2026/wedding", "Photos SSD"),
            ("/media/ada/CARD/DCIM", "CARD"),
            ("/run/media/ada/Blue Disk", "Blue Disk"),
            ("/home/ada/exports", "exports"),
        ] {
            assert_eq!(volume(Path::new(root)), name);
        }
    }
}
