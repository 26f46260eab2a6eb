//! What the photographer, the camera and the agency's software wrote into a file, as values with their
//! source.
//!
//! The same fact is often written in several places. The one that wins is the one changed last in practice:
//! sidecar, then embedded XMP, then IPTC, then EXIF. Reading never fails: what cannot be read is not there.

pub(crate) mod exif;
mod iptc;
mod locate;
mod xmp;

use serde::{Deserialize, Serialize};

/// Where a value was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    Exif,
    Iptc,
    Xmp,
    Sidecar,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Value<T> {
    pub value: T,
    pub origin: Origin,
}

/// All text is Unicode without control characters; it is still the file's text, not ours.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Metadata {
    /// 1 to 8.
    pub orientation: Option<Value<u8>>,
    /// ISO 8601, with the offset from UTC where the file states it: `2026-05-02T14:03:07.25+02:00`.
    pub captured_at: Option<Value<String>>,
    /// -1 (rejected) to 5.
    pub rating: Option<Value<i8>>,
    pub label: Option<Value<String>>,
    pub title: Option<Value<String>>,
    pub caption: Option<Value<String>>,
    pub keywords: Option<Value<Vec<String>>>,
    pub creator: Option<Value<String>>,
    pub copyright: Option<Value<String>>,
    pub camera_make: Option<Value<String>>,
    pub camera_model: Option<Value<String>>,
    /// The file says where it was taken. The place itself is not read.
    pub gps_present: bool,
}

/// What one source says.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Found {
    pub(crate) orientation: Option<u8>,
    pub(crate) captured_at: Option<String>,
    pub(crate) rating: Option<i8>,
    pub(crate) label: Option<String>,
    pub(crate) title: Option<String>,
    pub(crate) caption: Option<String>,
    pub(crate) keywords: Vec<String>,
    pub(crate) creator: Option<String>,
    pub(crate) copyright: Option<String>,
    pub(crate) make: Option<String>,
    pub(crate) model: Option<String>,
    pub(crate) gps: bool,
}

/// Reads EXIF, IPTC and XMP of a file and, where there is one, of the sidecar beside it.
pub fn metadata(bytes: &[u8], sidecar_xmp: Option<&[u8]>) -> Metadata {
    let parts = locate::locate(bytes);
    let mut m = Metadata::default();
    let sources = [
        (Origin::Sidecar, sidecar_xmp.map(xmp::read)),
        (Origin::Xmp, parts.xmp.as_deref().map(xmp::read)),
        (Origin::Iptc, parts.iptc.as_deref().map(iptc::read)),
        (Origin::Exif, parts.exif.as_deref().map(exif::read)),
    ];
    for (origin, found) in sources {
        if let Some(found) = found {
            m.take(found, origin);
        }
    }
    // Only EXIF says how the pixels lie: XMP copies of it go stale when software turns the picture.
    if let Some(o) = parts.exif.as_deref().map(|e| exif::basics(e).orientation) {
        m.orientation = Some(Value { value: o, origin: Origin::Exif });
    }
    m
}

impl Metadata {
    fn take(&mut self, f: Found, origin: Origin) {
        fn set<T>(slot: &mut Option<Value<T>>, value: Option<T>, origin: Origin) {
            if slot.is_none() {
                *slot = value.map(|value| Value { value, origin });
            }
        }
        set(&mut self.orientation, f.orientation, origin);
        set(&mut self.captured_at, f.captured_at, origin);
        set(&mut self.rating, f.rating, origin);
        set(&mut self.label, f.label, origin);
        set(&mut self.title, f.title, origin);
        set(&mut self.caption, f.caption, origin);
        set(&mut self.keywords, (!f.keywords.is_empty()).then_some(f.keywords), origin);
        set(&mut self.creator, f.creator, origin);
        set(&mut self.copyright, f.copyright, origin);
        set(&mut self.camera_make, f.make, origin);
        set(&mut self.camera_model, f.model, origin);
        self.gps_present |= f.gps;
    }
}

/// Trimmed, without control characters, not endless; `None` if nothing is left.
pub(crate) fn clean(text: &str) -> Option<String> {
    let text: String = text
        .chars()
        .map(|c| if matches!(c, '\n' | '\r' | '\t') { ' ' } else { c })
        .filter(|c| !c.is_control() && *c != '\u{feff}')
        .take(4_000)
        .collect();
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// UTF-8 if it is, else Latin-1.
pub(crate) fn decode_text(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(s) => s.to_owned(),
        Err(_) => bytes.iter().map(|b| char::from(*b)).collect(),
    }
}
