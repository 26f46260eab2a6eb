//! EXIF (CIPA DC-008): orientation, colour space, time, camera, and the words in IFD0.

use exif::{Exif, In, Reader, Tag, Value};

use super::{Found, clean, decode_text};

/// What rendering needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Basics {
    /// 1 to 8; anything else in the file counts as 1.
    pub(crate) orientation: u8,
    pub(crate) adobe_rgb: bool,
}

impl Default for Basics {
    fn default() -> Self {
        Self { orientation: 1, adobe_rgb: false }
    }
}

/// The reader is not ours and sees hostile data: a panic counts as "nothing there".
fn parse(tiff: &[u8]) -> Option<Exif> {
    let read = || {
        let mut reader = Reader::new();
        reader.continue_on_error(true);
        reader.read_raw(tiff.to_vec()).or_else(|e| e.distill_partial_result(|_| {})).ok()
    };
    std::panic::catch_unwind(read).ok().flatten()
}

pub(crate) fn basics(tiff: &[u8]) -> Basics {
    let Some(exif) = parse(tiff) else { return Basics::default() };
    let number = |tag| exif.get_field(tag, In::PRIMARY).and_then(|f| f.value.get_uint(0));
    let orientation = number(Tag::Orientation).filter(|o| (1..=8).contains(o)).unwrap_or(1) as u8;
    // DCF option files: colour space "uncalibrated" with interoperability index R03; some writers use 2.
    let r03 = text(&exif, Tag::InteroperabilityIndex).is_some_and(|t| t == "R03");
    let adobe_rgb = match number(Tag::ColorSpace) {
        Some(2) => true,
        Some(0xFFFF) | None => r03,
        Some(_) => false,
    };
    Basics { orientation, adobe_rgb }
}

pub(crate) fn read(tiff: &[u8]) -> Found {
    let Some(exif) = parse(tiff) else { return Found::default() };
    let basics = basics(tiff);
    Found {
        orientation: exif.get_field(Tag::Orientation, In::PRIMARY).map(|_| basics.orientation),
        captured_at: time(&exif),
        // Rating of Windows and some cameras, 0 to 5.
        rating: exif
            .get_field(Tag(exif::Context::Tiff, 0x4746), In::PRIMARY)
            .and_then(|f| f.value.get_uint(0))
            .filter(|r| *r <= 5)
            .map(|r| r as i8),
        caption: text(&exif, Tag::ImageDescription),
        creator: text(&exif, Tag::Artist),
        copyright: text(&exif, Tag::Copyright),
        make: text(&exif, Tag::Make),
        model: text(&exif, Tag::Model),
        gps: exif.fields().any(|f| matches!(f.tag, Tag::GPSLatitude | Tag::GPSLongitude)),
        ..Found::default()
    }
}

fn text(exif: &Exif, tag: Tag) -> Option<String> {
    let field = exif.get_field(tag, In::PRIMARY)?;
    match &field.value {
        Value::Ascii(parts) => {
            let parts: Vec<String> = parts.iter().filter_map(|p| clean(&decode_text(p))).collect();
            clean(&parts.join("; "))
        }
        _ => None,
    }
}

/// `YYYY:MM:DD HH:MM:SS` with sub-seconds and offset, as ISO 8601. Impossible dates are dropped.
fn time(exif: &Exif) -> Option<String> {
    let tags = [
        (Tag::DateTimeOriginal, Tag::SubSecTimeOriginal, Tag::OffsetTimeOriginal),
        (Tag::DateTimeDigitized, Tag::SubSecTimeDigitized, Tag::OffsetTimeDigitized),
        (Tag::DateTime, Tag::SubSecTime, Tag::OffsetTime),
    ];
    tags.into_iter().find_map(|(time, sub, offset)| {
        let raw = text(exif, time)?;
        let (date, clock) = raw.split_at_checked(10)?;
        let mut iso = format!("{}T{}", date.replace(':', "-"), clock.trim());
        if !is_time(&iso) {
            return None;
        }
        if let Some(s) = text(exif, sub).filter(|s| s.len() <= 9 && s.bytes().all(|b| b.is_ascii_digit())) {
            iso.push('.');
            iso.push_str(&s);
        }
        if let Some(o) = text(exif, offset).filter(|o| is_offset(o)) {
            iso.push_str(&o);
        }
        Some(iso)
    })
}

/// `YYYY-MM-DDTHH:MM:SS` with every part in range.
pub(super) fn is_time(s: &str) -> bool {
    let part = |range: std::ops::Range<usize>| s.get(range).and_then(|p| p.parse::<u32>().ok());
    let punctuation = s.len() == 19
        && s.bytes().enumerate().all(|(i, b)| match i {
            4 | 7 => b == b'-',
            10 => b == b'T',
            13 | 16 => b == b':',
            _ => b.is_ascii_digit(),
        });
    punctuation
        && part(0..4).is_some_and(|y| y > 0)
        && part(5..7).is_some_and(|m| (1..=12).contains(&m))
        && part(8..10).is_some_and(|d| (1..=31).contains(&d))
        && part(11..13).is_some_and(|h| h < 24)
        && part(14..16).is_some_and(|m| m < 60)
        && part(17..19).is_some_and(|s| s < 61)
}

/// `+HH:MM`, `-HH:MM` or `Z`.
pub(super) fn is_offset(o: &str) -> bool {
    o == "Z"
        || (o.len() == 6
            && o.bytes().enumerate().all(|(i, b)| match i {
                0 => b == b'+' || b == b'-',
                3 => b == b':',
                _ => b.is_ascii_digit(),
            })
            && o.get(1..3).and_then(|h| h.parse::<u8>().ok()).is_some_and(|h| h <= 14)
            && o.get(4..6).and_then(|m| m.parse::<u8>().ok()).is_some_and(|m| m < 60))
}
