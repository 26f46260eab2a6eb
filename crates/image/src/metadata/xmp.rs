//! XMP packets and sidecars (ISO 16684-1): the properties photographers fill in.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::exif::{is_offset, is_time};
use super::{Found, clean};

/// Packets above this are not read: they hold history and thumbnails.
const MAX_BYTES: usize = 16 << 20;

/// Deeper nesting than any real packet.
const MAX_DEPTH: usize = 64;

pub(super) fn read(packet: &[u8]) -> Found {
    let text = decode(packet.get(..packet.len().min(MAX_BYTES)).unwrap_or_default());
    let mut reader = Reader::from_str(&text);
    reader.config_mut().check_end_names = false;
    let mut found = Found::default();
    let mut path: Vec<String> = Vec::new();
    let mut content = String::new();
    let mut creators: Vec<String> = Vec::new();
    loop {
        match reader.read_event() {
            Ok(Event::Start(e)) => {
                attributes(&e, &mut found);
                path.push(name(&e));
                content.clear();
                if path.len() > MAX_DEPTH {
                    break;
                }
            }
            Ok(Event::Empty(e)) => attributes(&e, &mut found),
            Ok(Event::Text(t)) => content.push_str(&t),
            Ok(Event::CData(t)) => content.push_str(&t),
            Ok(Event::GeneralRef(r)) => {
                if let Ok(Some(c)) = r.resolve_char_ref() {
                    content.push(c);
                } else {
                    content.push_str(quick_xml::escape::resolve_predefined_entity(&r).unwrap_or_default());
                }
            }
            Ok(Event::End(_)) => {
                element(&path, &content, &mut found, &mut creators);
                path.pop();
                content.clear();
            }
            Ok(Event::Eof) | Err(_) => break,
            Ok(_) => {}
        }
    }
    found.creator = clean(&creators.join("; "));
    found
}

/// UTF-8, or UTF-16 by its byte order mark.
fn decode(bytes: &[u8]) -> String {
    let wide = |little: bool| {
        let units: Vec<u16> = bytes[2..]
            .chunks_exact(2)
            .map(|b| if little { u16::from_le_bytes([b[0], b[1]]) } else { u16::from_be_bytes([b[0], b[1]]) })
            .collect();
        String::from_utf16_lossy(&units)
    };
    match bytes {
        [0xFF, 0xFE, ..] => wide(true),
        [0xFE, 0xFF, ..] => wide(false),
        _ => String::from_utf8_lossy(bytes).into_owned(),
    }
}

/// Prefixes are taken as everybody writes them; nobody is known to redefine `dc` or `xmp`.
fn name(e: &BytesStart<'_>) -> String {
    e.name().as_ref().to_owned()
}

fn attributes(e: &BytesStart<'_>, found: &mut Found) {
    for a in e.attributes().with_checks(false).flatten() {
        let key = a.key.as_ref().to_owned();
        let raw = a.value.clone().into_owned();
        let value = quick_xml::escape::unescape(&raw).map(|v| v.into_owned()).unwrap_or(raw);
        simple(&key, &value, found);
    }
}

fn element(path: &[String], content: &str, found: &mut Found, creators: &mut Vec<String>) {
    let Some(last) = path.last() else { return };
    if last != "rdf:li" {
        simple(last, content, found);
        return;
    }
    let Some(value) = clean(content) else { return };
    let property = path.iter().rev().find(|p| !p.starts_with("rdf:")).map_or("", String::as_str);
    match property {
        // The first alternative is the default language.
        "dc:title" => found.title = found.title.take().or(Some(value)),
        "dc:description" => found.caption = found.caption.take().or(Some(value)),
        "dc:rights" => found.copyright = found.copyright.take().or(Some(value)),
        "dc:creator" => creators.push(value),
        "dc:subject" if found.keywords.len() < 1_000 => found.keywords.push(value),
        _ => {}
    }
}

fn simple(key: &str, value: &str, found: &mut Found) {
    let Some(value) = clean(value) else { return };
    match key {
        "xmp:Rating" | "xap:Rating" => {
            found.rating = value.parse::<f32>().ok().filter(|r| (-1.0..=5.0).contains(r)).map(|r| r as i8);
        }
        "xmp:Label" | "xap:Label" => found.label = Some(value),
        "exif:DateTimeOriginal" => found.captured_at = time(&value).or(found.captured_at.take()),
        "photoshop:DateCreated" | "xmp:CreateDate" if found.captured_at.is_none() => {
            found.captured_at = time(&value);
        }
        "photoshop:Headline" if found.title.is_none() => found.title = Some(value),
        "tiff:Make" => found.make = Some(value),
        "tiff:Model" => found.model = Some(value),
        "tiff:Orientation" => found.orientation = value.parse().ok().filter(|o| (1..=8).contains(o)),
        "exif:GPSLatitude" | "exif:GPSLongitude" => found.gps = true,
        _ => {}
    }
}

/// XMP dates may stop at any part; only full times are taken, a missing second counts as zero.
fn time(value: &str) -> Option<String> {
    let split = value.get(10..)?.find(['Z', '+', '-']).map_or(value.len(), |i| i + 10);
    let (local, offset) = (value.get(..split)?, value.get(split..)?);
    let (whole, fraction) = local.split_once('.').unwrap_or((local, ""));
    let whole = match whole.len() {
        10 => format!("{whole}T00:00:00"),
        16 => format!("{whole}:00"),
        _ => whole.to_owned(),
    };
    if !is_time(&whole) || !(offset.is_empty() || is_offset(offset)) {
        return None;
    }
    let fraction =
        fraction.len() <= 9 && !fraction.is_empty() && fraction.bytes().all(|b| b.is_ascii_digit());
    let fraction = if fraction { local.get(19..).unwrap_or("") } else { "" };
    Some(format!("{whole}{fraction}{offset}"))
}
