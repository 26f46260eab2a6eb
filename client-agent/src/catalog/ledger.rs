//! Every object this machine stored at the host, so that an audit can compare. Prints are entered here too.

use domain::{hash::Sha256, id::GalleryId, id::PhotoId};
use rusqlite::{Connection, params};

use crate::clock;

/// One object that was stored. `kind`: `thumbnail`, `proof`, `batch`, `print` or `manifest`.
#[derive(Clone, Debug)]
pub struct Sent<'a> {
    pub key: &'a str,
    pub gallery: Option<GalleryId>,
    pub photo: Option<PhotoId>,
    pub kind: &'a str,
    pub length: u64,
    pub sha256: Sha256,
}

pub fn record(c: &Connection, sent: &Sent<'_>) -> rusqlite::Result<()> {
    c.prepare_cached(
        "INSERT INTO ledger (key, gallery, photo, kind, length, sha256, sent_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (key) DO UPDATE SET sent_at = ?7",
    )?
    .execute(params![
        sent.key,
        sent.gallery.map(|g| g.to_string()),
        sent.photo.map(|p| p.to_string()),
        sent.kind,
        sent.length as i64,
        sent.sha256.0,
        clock::now().0
    ])?;
    Ok(())
}

/// Whether a rendition is at the host and will stay: the host sweeps what no record names after 48 hours,
/// and what was withdrawn, so an upload counts for a day or as long as its photo is published.
pub fn is_there(
    c: &Connection,
    gallery: &str,
    photo: &str,
    kind: &str,
    sha256: &Sha256,
) -> rusqlite::Result<bool> {
    c.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM ledger l WHERE l.gallery = ?1 AND l.photo = ?2 AND l.kind = ?3
           AND l.sha256 = ?4 AND l.sent_at > 0 AND (l.sent_at > ?5 OR EXISTS
             (SELECT 1 FROM published p WHERE p.gallery = ?1 AND p.photo = ?2 AND p.record IS NOT NULL
                AND p.at >= l.sent_at)))",
    )?
    .query_row(params![gallery, photo, kind, sha256.0, clock::now().0 - domain::Millis::DAY], |r| r.get(0))
}

/// The host did not find, or no longer keeps, what was sent of a photo: it is sent again when it is needed.
pub fn distrust(c: &Connection, gallery: &str, photo: &str) -> rusqlite::Result<()> {
    c.execute("UPDATE ledger SET sent_at = 0 WHERE gallery = ?1 AND photo = ?2", [gallery, photo])?;
    Ok(())
}
