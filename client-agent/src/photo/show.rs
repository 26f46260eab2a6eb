//! `darkslide photo show`: everything the catalog knows of one photo.

use domain::{
    geometry::{Crop, Size},
    hash::{Sha256, VersionHash},
    id::PhotoId,
};
use serde::Serialize;

use super::find;
use crate::{
    catalog::{
        Catalog,
        photos::{self, PhotoRow},
    },
    context::Context,
    error::AgentError,
    exit::Exit,
    gallery::roster,
    output::{bytes, shown},
};

#[derive(Serialize)]
struct Shown {
    photo: PhotoId,
    version: VersionHash,
    versions: u32,
    places: Vec<String>,
    format: String,
    colour: String,
    stored: Size,
    orientation: u8,
    edit: Option<Crop>,
    frame: Size,
    title: Option<String>,
    caption: Option<String>,
    keywords: Vec<String>,
    price_group: Option<String>,
    rating: Option<i8>,
    label: Option<String>,
    captured_at: Option<String>,
    subjects: Vec<String>,
    renditions: Vec<Rendition>,
}

#[derive(Serialize)]
struct Rendition {
    kind: String,
    width: u32,
    height: u32,
    length: u64,
    sha256: Sha256,
}

pub fn run(ctx: &Context, wanted: &str) -> Result<Exit, AgentError> {
    let catalog = ctx.catalog()?;
    let all = catalog.read(photos::all)?;
    let details = details(&catalog, find(&all, wanted)?)?;
    ctx.out.result(&details, || details.text());
    Ok(Exit::Ok)
}

fn details(catalog: &Catalog, photo: &PhotoRow) -> Result<Shown, AgentError> {
    let people = roster::all(catalog)?;
    let versions = catalog.read(|c| {
        c.query_row("SELECT count(*) FROM version WHERE photo = ?1", [photo.id.to_string()], |r| {
            r.get::<_, u32>(0)
        })
    })?;
    let renditions = catalog.read(|c| {
        let mut statement = c.prepare(
            "SELECT kind, width, height, length, sha256 FROM rendition WHERE version = ?1 ORDER BY made_at, kind",
        )?;
        let rows = statement.query_map([&photo.version.0], |row| {
            Ok(Rendition {
                kind: row.get(0)?,
                width: row.get(1)?,
                height: row.get(2)?,
                length: row.get::<_, i64>(3)? as u64,
                sha256: Sha256(row.get(4)?),
            })
        })?;
        rows.collect()
    })?;
    let frame = photo.frame();
    let subjects = people.iter().filter(|s| photo.subjects.contains(&s.id)).map(|s| s.name.clone());
    let photo = photo.clone();
    Ok(Shown {
        photo: photo.id,
        version: photo.version,
        versions,
        places: photo.places.into_iter().map(|p| p.shown).collect(),
        format: photo.format,
        colour: photo.colour,
        stored: photo.stored,
        orientation: photo.orientation,
        edit: photo.edit,
        frame,
        title: photo.title,
        caption: photo.caption,
        keywords: photo.keywords,
        price_group: photo.price_group,
        rating: photo.rating,
        label: photo.label,
        captured_at: photo.captured_at,
        subjects: subjects.collect(),
        renditions,
    })
}

impl Shown {
    fn text(&self) -> String {
        let mut lines = vec![format!(
            "{}  ({} of it known)",
            self.photo,
            crate::output::count(self.versions as usize, "version")
        )];
        let mut row = |name: &str, value: String| {
            if !value.is_empty() {
                lines.push(format!("  {name:<12} {value}"));
            }
        };
        let optional = |value: &Option<String>| value.as_deref().map(shown).unwrap_or_default();
        for place in &self.places {
            row("file", place.clone());
        }
        let turned =
            if self.orientation == 1 { String::new() } else { format!(", orientation {}", self.orientation) };
        row(
            "pixels",
            format!(
                "{} × {}{turned}, {}, {}",
                self.stored.width,
                self.stored.height,
                self.format,
                shown(&self.colour)
            ),
        );
        if let Some(edit) = &self.edit {
            let r = edit.rect;
            let turns = u32::from(edit.quarter_turns) * 90;
            row(
                "edit",
                format!(
                    "crop {},{},{},{}, turned {turns}°, straightened {}°",
                    r.x, r.y, r.width, r.height, edit.angle
                ),
            );
            row("frame", format!("{} × {}", self.frame.width, self.frame.height));
        }
        row("title", optional(&self.title));
        row("caption", optional(&self.caption));
        row("keywords", shown(&self.keywords.join(", ")));
        row("price group", optional(&self.price_group));
        row("people", shown(&self.subjects.join(", ")));
        row("rating", self.rating.map(|r| r.to_string()).unwrap_or_default());
        row("label", optional(&self.label));
        row("captured", optional(&self.captured_at));
        for r in &self.renditions {
            row(&r.kind, format!("{} × {}, {}", r.width, r.height, bytes(r.length)));
        }
        lines.join("\n")
    }
}
