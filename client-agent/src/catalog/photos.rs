//! A photo as commands see it: its current version, effective data, places and people.

use std::collections::HashMap;

use domain::{
    geometry::{Crop, Size},
    hash::VersionHash,
    id::{PhotoId, SubjectId},
};
use rusqlite::{Connection, Row, types::Type};

#[derive(Clone, Debug, PartialEq)]
pub struct PhotoRow {
    pub id: PhotoId,
    pub version: VersionHash,
    /// Pixels as the file holds them, and the EXIF orientation that turns them upright.
    pub stored: Size,
    pub orientation: u8,
    pub format: String,
    pub colour: String,
    /// The studio's own edit, in the upright frame.
    pub edit: Option<Crop>,
    pub title: Option<String>,
    pub caption: Option<String>,
    pub keywords: Vec<String>,
    pub price_group: Option<String>,
    pub rating: Option<i8>,
    pub label: Option<String>,
    pub captured_at: Option<String>,
    /// Where the current version lies; the newest first.
    pub places: Vec<Place>,
    pub subjects: Vec<SubjectId>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub path: Vec<u8>,
    pub shown: String,
    pub name: String,
    pub root: Vec<u8>,
    pub offline: bool,
}

impl PhotoRow {
    pub fn file_name(&self) -> &str {
        self.places.first().map_or("", |p| &p.name)
    }

    /// For people: where it is, or its id when it is nowhere.
    pub fn shown(&self) -> String {
        self.places.first().map_or_else(|| self.id.to_string(), |p| p.shown.clone())
    }

    pub fn upright(&self) -> Size {
        domain::geometry::upright_size(self.orientation, self.stored)
    }

    /// What customers see at full resolution.
    pub fn frame(&self) -> Size {
        domain::geometry::edited_size(self.edit.as_ref(), self.upright())
    }
}

/// All photos that are somewhere, in the order of capture.
pub fn all(c: &Connection) -> rusqlite::Result<Vec<PhotoRow>> {
    let mut places = places(c)?;
    let mut subjects = subjects(c)?;
    let mut statement = c.prepare(
        "SELECT photo.id, v.hash, v.width, v.height, v.orientation, v.format, v.colour, photo.edit,
           coalesce(nullif(photo.title, ''), d.title), coalesce(nullif(photo.caption, ''), d.caption),
           nullif(photo.price_group, ''), d.keywords, photo.keywords_added, photo.keywords_removed,
           d.rating, d.label, d.captured_at
         FROM photo JOIN version v ON v.hash = photo.current LEFT JOIN file_data d ON d.version = v.hash",
    )?;
    let rows = statement.query_map([], photo)?;
    let mut photos = Vec::new();
    for row in rows {
        let mut row = row?;
        row.places = places.remove(&row.version.0).unwrap_or_default();
        row.subjects = subjects.remove(&row.id.to_string()).unwrap_or_default();
        if !row.places.is_empty() {
            photos.push(row);
        }
    }
    photos.sort_by(|a, b| order(a).cmp(&order(b)));
    Ok(photos)
}

fn order(photo: &PhotoRow) -> (&str, &str, PhotoId) {
    (photo.captured_at.as_deref().unwrap_or("~"), photo.file_name(), photo.id)
}

fn photo(row: &Row<'_>) -> rusqlite::Result<PhotoRow> {
    let list = |i: usize| -> rusqlite::Result<Vec<String>> {
        let text: Option<String> = row.get(i)?;
        Ok(text.and_then(|t| serde_json::from_str(&t).ok()).unwrap_or_default())
    };
    let removed = list(13)?;
    let mut keywords = list(11)?;
    for added in list(12)? {
        if !keywords.contains(&added) {
            keywords.push(added);
        }
    }
    keywords.retain(|k| !removed.contains(k));
    let edit: Option<String> = row.get(7)?;
    let edit = edit.map(|t| serde_json::from_str(&t).map_err(|e| unreadable(7, e))).transpose()?;
    Ok(PhotoRow {
        id: row.get::<_, String>(0)?.parse().map_err(|e| unreadable(0, e))?,
        version: VersionHash(row.get(1)?),
        stored: Size::new(row.get(2)?, row.get(3)?),
        orientation: row.get(4)?,
        format: row.get(5)?,
        colour: row.get(6)?,
        edit,
        title: row.get(8)?,
        caption: row.get(9)?,
        price_group: row.get(10)?,
        keywords,
        rating: row.get(14)?,
        label: row.get(15)?,
        captured_at: row.get(16)?,
        places: Vec::new(),
        subjects: Vec::new(),
    })
}

pub fn unreadable(column: usize, error: impl std::error::Error + Send + Sync + 'static) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, Type::Text, Box::new(error))
}

fn places(c: &Connection) -> rusqlite::Result<HashMap<[u8; 32], Vec<Place>>> {
    let mut statement = c.prepare(
        "SELECT p.version, p.path, p.shown, p.name, p.root, ifnull(r.offline, 0)
         FROM place p LEFT JOIN root r ON r.path = p.root
         WHERE p.state = 'here' ORDER BY ifnull(r.offline, 0), p.mtime_ns DESC, p.path",
    )?;
    let mut places = HashMap::<[u8; 32], Vec<Place>>::new();
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let place = Place {
            path: row.get(1)?,
            shown: row.get(2)?,
            name: row.get(3)?,
            root: row.get(4)?,
            offline: row.get(5)?,
        };
        places.entry(row.get(0)?).or_default().push(place);
    }
    Ok(places)
}

fn subjects(c: &Connection) -> rusqlite::Result<HashMap<String, Vec<SubjectId>>> {
    let mut statement = c.prepare("SELECT photo, subject FROM photo_subject ORDER BY photo, subject")?;
    let mut subjects = HashMap::<String, Vec<SubjectId>>::new();
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let subject = row.get::<_, String>(1)?.parse().map_err(|e| unreadable(1, e))?;
        subjects.entry(row.get(0)?).or_default().push(subject);
    }
    Ok(subjects)
}
