//! IPTC-IIM 4.2, the records press software still writes.

use super::exif::{is_offset, is_time};
use super::{Found, clean, decode_text};

/// Data sets as (record, number, value), until the data makes no sense.
fn sets(mut data: &[u8]) -> Vec<(u8, u8, &[u8])> {
    let mut out = Vec::new();
    while let [0x1C, record, number, h, l, rest @ ..] = data {
        let length = usize::from(u16::from_be_bytes([*h, *l]));
        // Extended data sets (above 32 KiB) hold no words.
        if length & 0x8000 != 0 || out.len() > 2_000 {
            break;
        }
        let Some(value) = rest.get(..length) else { break };
        out.push((*record, *number, value));
        data = &rest[length..];
    }
    out
}

pub(super) fn read(data: &[u8]) -> Found {
    let sets = sets(data);
    // 1:90 ESC % G announces UTF-8; without it, it often is UTF-8 all the same, else Latin-1.
    let text =
        |number: u8| sets.iter().find(|s| s.0 == 2 && s.1 == number).and_then(|s| clean(&decode_text(s.2)));
    let all = |number: u8| {
        sets.iter().filter(move |s| s.0 == 2 && s.1 == number).filter_map(|s| clean(&decode_text(s.2)))
    };
    Found {
        title: text(5).or_else(|| text(105)),
        caption: text(120),
        keywords: all(25).take(1_000).collect(),
        creator: clean(&all(80).collect::<Vec<_>>().join("; ")),
        copyright: text(116),
        captured_at: time(text(55), text(60)),
        ..Found::default()
    }
}

/// `CCYYMMDD` and `HHMMSS±HHMM`.
fn time(date: Option<String>, clock: Option<String>) -> Option<String> {
    let (d, t) = (date?, clock.unwrap_or_else(|| "000000".into()));
    let iso = format!(
        "{}-{}-{}T{}:{}:{}",
        d.get(0..4)?,
        d.get(4..6)?,
        d.get(6..8)?,
        t.get(0..2)?,
        t.get(2..4)?,
        t.get(4..6)?
    );
    if !is_time(&iso) {
        return None;
    }
    let offset = t.get(6..9).zip(t.get(9..11)).map(|(h, m)| format!("{h}:{m}")).filter(|o| is_offset(o));
    Some(iso + &offset.unwrap_or_default())
}
