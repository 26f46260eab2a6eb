//! A studio's accent colour, and what of it can be read: contrast as WCAG 2.2 defines it.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The paper customers' pages are drawn on, by day and by night (`site/src/styles/base.css`).
pub const PAPER_LIGHT: Colour = Colour([0xfa, 0xf8, 0xf4]);
pub const PAPER_DARK: Colour = Colour([0x15, 0x13, 0x11]);
/// WCAG 2.2, 1.4.11: what must be seen of a control against what is beside it.
pub const SEEN: f64 = 3.0;
/// WCAG 2.2, 1.4.3: text.
pub const READ: f64 = 4.5;

/// sRGB, 8 bits a channel; written `#rrggbb`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Colour(pub [u8; 3]);

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a colour: expected # and six hexadecimal digits, such as #7a3b2e")]
pub struct ColourError(String);

impl FromStr for Colour {
    type Err = ColourError;
    fn from_str(text: &str) -> Result<Self, ColourError> {
        let digits = text.trim().strip_prefix('#').unwrap_or(text.trim());
        data_encoding::HEXLOWER_PERMISSIVE
            .decode(digits.as_bytes())
            .ok()
            .and_then(|bytes| bytes.try_into().ok())
            .map(Colour)
            .ok_or_else(|| ColourError(text.chars().take(40).collect()))
    }
}

impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [r, g, b] = self.0;
        write!(f, "#{r:02x}{g:02x}{b:02x}")
    }
}

impl Serialize for Colour {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Colour {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(d)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

crate::schema::text_schema!(Colour, "^#[0-9a-f]{6}$", "sRGB, 8 bits a channel.");

/// What buttons are filled with, and what is written on them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Tone {
    pub fill: Colour,
    pub on: Colour,
}

/// The accent by day and by night.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Tones {
    pub light: Tone,
    pub dark: Tone,
}

impl Colour {
    const BLACK: Colour = Colour([0; 3]);
    const WHITE: Colour = Colour([255; 3]);

    fn luminance(self) -> f64 {
        let [r, g, b] = self.0.map(|c| {
            let c = f64::from(c) / 255.0;
            if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
        });
        0.2126 * r + 0.7152 * g + 0.0722 * b
    }

    /// 1 (the same) to 21 (black on white).
    pub fn contrast(self, other: Colour) -> f64 {
        let (a, b) = (self.luminance(), other.luminance());
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    /// Mixed towards `other`: 0 is this colour, 1 the other.
    fn towards(self, other: Colour, part: f64) -> Colour {
        let mix = |i: usize| {
            let (a, b) = (f64::from(self.0[i]), f64::from(other.0[i]));
            (a + (b - a) * part).round().clamp(0.0, 255.0) as u8
        };
        Colour([mix(0), mix(1), mix(2)])
    }

    /// The nearest tone of this colour that is seen on `paper`, with the text that is read best on it.
    fn seen_on(self, paper: Colour) -> Tone {
        let away = if paper.luminance() > 0.5 { Colour::BLACK } else { Colour::WHITE };
        let fill = (0..=50)
            .map(|step| self.towards(away, f64::from(step) / 50.0))
            .find(|tone| tone.contrast(paper) >= SEEN)
            .unwrap_or(away);
        // One of the two always reaches 4.5: the product of both contrasts is 21.
        let on = if fill.contrast(Colour::WHITE) >= READ { Colour::WHITE } else { Colour::BLACK };
        Tone { fill, on }
    }

    /// Both tones of an accent, as customers see it.
    pub fn tones(self) -> Tones {
        Tones { light: self.seen_on(PAPER_LIGHT), dark: self.seen_on(PAPER_DARK) }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn contrast_is_that_of_the_standard() {
        assert!((Colour::BLACK.contrast(Colour::WHITE) - 21.0).abs() < 1e-9);
        // The grey that is exactly readable on white.
        let grey: Colour = "#767676".parse().unwrap();
        assert!((grey.contrast(Colour::WHITE) - 4.54).abs() < 0.01);
        assert_eq!(grey.to_string(), "#767676");
        assert!("red".parse::<Colour>().is_err() && "#12345".parse::<Colour>().is_err());
    }

    #[test]
    fn a_good_colour_stays_as_it_is() {
        let brick: Colour = "#7A3B2E".parse().unwrap();
        assert_eq!(brick.tones().light, Tone { fill: brick, on: Colour::WHITE });
        assert_ne!(brick.tones().dark.fill, brick, "too dark for the night");
    }

    proptest! {
        #[test]
        fn every_accent_is_seen_and_read(r in any::<u8>(), g in any::<u8>(), b in any::<u8>()) {
            let tones = Colour([r, g, b]).tones();
            for (tone, paper) in [(tones.light, PAPER_LIGHT), (tones.dark, PAPER_DARK)] {
                prop_assert!(tone.fill.contrast(paper) >= SEEN);
                prop_assert!(tone.on.contrast(tone.fill) >= READ);
            }
        }
    }
}
