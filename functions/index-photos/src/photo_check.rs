//! What must hold of one photo. A photo that fails is left out with the reason; the others go on.

use std::collections::BTreeSet;

use domain::{
    geometry::Size,
    id::SubjectId,
    object_key::{self, BatchKey},
    photo::{
        MAX_MICRO_BYTES, MAX_RENDITION_BYTES, MAX_RENDITION_EDGE, MicroPreview, Photo, Rendition,
        RenditionKind,
    },
    text::{one_line, paragraph},
};
use ports::Ports;
use wire::publish::{MicroRecord, PhotoRecord, RenditionRecord};

use crate::pixels::Stored;

/// T.81 writes sizes in 16 bits; composed panoramas stay below.
const MAX_FRAME_EDGE: u32 = 65_535;
const MAX_SUBJECTS: usize = 200;
const MAX_KEYWORDS: usize = 100;

pub(crate) fn accept(
    key: &BatchKey,
    seq: u64,
    record: PhotoRecord,
    roster: &BTreeSet<SubjectId>,
    stored: &Stored,
    ports: &Ports,
) -> Result<Photo, String> {
    frame(record.frame)?;
    let micro = micro(record.micro)?;
    let renditions = record
        .renditions
        .iter()
        .map(|r| rendition(key, &record.id, r, stored, ports))
        .collect::<Result<Vec<_>, _>>()?;
    let kinds: BTreeSet<RenditionKind> = renditions.iter().map(|r| r.kind).collect();
    if kinds.len() != renditions.len() {
        return Err("it names a rendition of the same kind twice".into());
    }
    let subjects = subjects(record.subjects, roster)?;
    let file_name = one_line(&record.file_name, 255);
    if file_name.is_empty() {
        return Err("it has no file name".into());
    }
    Ok(Photo {
        id: record.id,
        gallery: key.gallery,
        studio: key.studio,
        home: key.machine,
        version: record.version,
        seq,
        frame: record.frame,
        file_name,
        title: line(record.title, 200),
        caption: record.caption.map(|t| paragraph(&t, 2_000)).filter(|t| !t.is_empty()),
        keywords: keywords(&record.keywords),
        section: line(record.section, 120),
        captured_at: captured_at(record.captured_at)?,
        price_group: line(record.price_group, 60),
        subjects,
        micro,
        renditions,
        published_at: ports.clock.now(),
    })
}

fn line(text: Option<String>, max: usize) -> Option<String> {
    text.map(|t| one_line(&t, max)).filter(|t| !t.is_empty())
}

fn frame(size: Size) -> Result<(), String> {
    let good = |edge| (1..=MAX_FRAME_EDGE).contains(&edge);
    if good(size.width) && good(size.height) {
        return Ok(());
    }
    Err(format!("its frame is {} × {}; edges go from 1 to {MAX_FRAME_EDGE}", size.width, size.height))
}

/// The scan goes to browsers behind the host's own header, so it must hold entropy-coded data and nothing
/// else: within it every FF is followed by 00 (T.81 B.1.1.5), and no marker can end or extend the image.
fn micro(record: MicroRecord) -> Result<MicroPreview, String> {
    let max = darkslide_jpeg::MICRO_MAX_SIDE;
    let good = |edge: u16| (1..=max).contains(&u32::from(edge));
    if !good(record.width) || !good(record.height) {
        let (w, h) = (record.width, record.height);
        return Err(format!("its micro preview is {w} × {h}; edges go from 1 to {max}"));
    }
    if record.scan.is_empty() || record.scan.len() > MAX_MICRO_BYTES {
        let bytes = record.scan.len();
        return Err(format!("its micro preview has {bytes} bytes; 1 to {MAX_MICRO_BYTES} are taken"));
    }
    let stuffed = |(i, byte): (usize, &u8)| *byte != 0xFF || record.scan.get(i + 1) == Some(&0);
    if !record.scan.iter().enumerate().all(stuffed) {
        return Err("its micro preview holds more than a scan".into());
    }
    Ok(MicroPreview { width: record.width, height: record.height, scan: record.scan })
}

fn rendition(
    key: &BatchKey,
    photo: &domain::id::PhotoId,
    record: &RenditionRecord,
    stored: &Stored,
    ports: &Ports,
) -> Result<Rendition, String> {
    let kind = record.kind.as_str();
    let good = |edge| (1..=MAX_RENDITION_EDGE).contains(&edge);
    if !good(record.width) || !good(record.height) {
        let (w, h) = (record.width, record.height);
        return Err(format!("its {kind} is {w} × {h}; edges go from 1 to {MAX_RENDITION_EDGE}"));
    }
    if record.length == 0 || record.length > MAX_RENDITION_BYTES {
        return Err(format!("its {kind} has {} bytes; 1 to {MAX_RENDITION_BYTES} are taken", record.length));
    }
    let object =
        object_key::rendition(&ports.secrets.object_key, key.gallery, *photo, record.kind, &record.sha256);
    let Some(info) = stored.get(&object) else {
        return Err(format!("its {kind} was not uploaded; upload it and publish again"));
    };
    if info.length != record.length || info.sha256.is_some_and(|sha| sha != record.sha256) {
        return Err(format!("its {kind} differs from what was uploaded"));
    }
    Ok(Rendition {
        kind: record.kind,
        width: record.width,
        height: record.height,
        length: record.length,
        sha256: record.sha256,
    })
}

fn subjects(named: Vec<SubjectId>, roster: &BTreeSet<SubjectId>) -> Result<Vec<SubjectId>, String> {
    if let Some(stranger) = named.iter().find(|s| !roster.contains(s)) {
        return Err(format!("{stranger} is not on the gallery's roster; send the roster first"));
    }
    let unique: BTreeSet<SubjectId> = named.into_iter().collect();
    if unique.len() > MAX_SUBJECTS {
        return Err(format!("it names {} people; at most {MAX_SUBJECTS} are taken", unique.len()));
    }
    Ok(unique.into_iter().collect())
}

fn keywords(given: &[String]) -> Vec<String> {
    let mut seen = BTreeSet::new();
    given
        .iter()
        .map(|k| one_line(k, 64))
        .filter(|k| !k.is_empty() && seen.insert(domain::filter::fold(k)))
        .take(MAX_KEYWORDS)
        .collect()
}

/// RFC 3339, or a date-time without offset: what galleries are sorted by.
fn captured_at(text: Option<String>) -> Result<Option<String>, String> {
    let Some(text) = text.map(|t| one_line(&t, 60)).filter(|t| !t.is_empty()) else { return Ok(None) };
    let shape = b"dddd-dd-ddTdd:dd:dd";
    let begins = text.len() >= shape.len()
        && text.bytes().zip(shape).all(|(byte, form)| match form {
            b'd' => byte.is_ascii_digit(),
            form => byte == *form,
        });
    let ends = text.bytes().skip(shape.len()).all(|b| b.is_ascii_digit() || b".:+-Z".contains(&b));
    if begins && ends && text.len() <= 40 {
        return Ok(Some(text));
    }
    Err(format!("its time of capture, {text:?}, is not written as 2026-05-30T14:03:00"))
}
