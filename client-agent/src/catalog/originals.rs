//! From an ordered picture back to its file: where the version lies, and the edit of the frame that was shown.

use std::path::PathBuf;

use domain::{
    Millis,
    geometry::{Crop, Size},
    hash::VersionHash,
    id::PhotoId,
};
use rusqlite::{OptionalExtension, params};

use super::{Catalog, photos::unreadable};
use crate::{error::AgentError, paths};

/// A version of a photo, whether or not its file is within reach.
#[derive(Clone, Debug, PartialEq)]
pub struct Original {
    pub photo: PhotoId,
    pub version: VersionHash,
    /// Pixels as the file holds them, and the EXIF orientation that turns them upright.
    pub stored: Size,
    pub orientation: u8,
    /// The edit that makes the frame the customer cropped in.
    pub edit: Option<Crop>,
    /// Files that held these bytes at the last scan; those on offline drives last.
    pub files: Vec<PathBuf>,
    /// For "connect …": the scanned folders they are in.
    pub roots: Vec<String>,
}

impl Catalog {
    /// The original of a published frame, as it was shown at `as_of` (when the order was placed: an edit may
    /// have changed since, without changing the frame's size). `None` if this machine never published it.
    pub fn original(
        &self,
        photo: PhotoId,
        version: VersionHash,
        frame: Size,
        as_of: Millis,
    ) -> Result<Option<Original>, AgentError> {
        let id = photo.to_string();
        self.read(|c| {
            let known = c
                .query_row(
                    "SELECT v.width, v.height, v.orientation, s.edit
                     FROM shown_frame s JOIN version v ON v.hash = s.version
                     WHERE s.photo = ?1 AND s.version = ?2 AND s.width = ?3 AND s.height = ?4
                     ORDER BY s.at <= ?5 DESC, s.at DESC LIMIT 1",
                    params![id, version.0, frame.width, frame.height, as_of.0],
                    |row| {
                        let stored = Size::new(row.get(0)?, row.get(1)?);
                        Ok((stored, row.get::<_, u8>(2)?, row.get::<_, String>(3)?))
                    },
                )
                .optional()?;
            let Some((stored, orientation, edit)) = known else { return Ok(None) };
            let edit = match edit.as_str() {
                "" => None,
                json => Some(serde_json::from_str(json).map_err(|e| unreadable(3, e))?),
            };
            let mut statement = c.prepare(
                "SELECT p.path, ifnull(r.shown, p.shown) FROM place p LEFT JOIN root r ON r.path = p.root
                 WHERE p.version = ?1 AND p.state = 'here' ORDER BY ifnull(r.offline, 0), p.mtime_ns DESC",
            )?;
            let mut rows = statement.query([&version.0])?;
            let (mut files, mut roots) = (Vec::new(), Vec::new());
            while let Some(row) = rows.next()? {
                files.push(paths::from_bytes(&row.get::<_, Vec<u8>>(0)?));
                let root: String = row.get(1)?;
                if !roots.contains(&root) {
                    roots.push(root);
                }
            }
            Ok(Some(Original { photo, version, stored, orientation, edit, files, roots }))
        })
    }
}
