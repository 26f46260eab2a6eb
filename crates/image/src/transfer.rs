//! Between coded values and linear light, in 16-bit integers.
//!
//! Resizing averages light, so it must not average gamma-coded values. The sRGB curve is used whatever the
//! profile says: it is close to every photographic curve, and what goes in comes out with the same curve.

use std::sync::OnceLock;

/// Linear value of white. The room above and below takes what Lanczos overshoots.
pub(crate) const WHITE: i16 = 24_576;

fn decode(v: f64) -> f64 {
    if v <= 0.040_45 { v / 12.92 } else { ((v + 0.055) / 1.055).powf(2.4) }
}

fn encode(l: f64) -> f64 {
    if l <= 0.003_130_8 { l * 12.92 } else { 1.055 * l.powf(1.0 / 2.4) - 0.055 }
}

/// 8-bit coded value to linear.
pub(crate) fn linear8() -> &'static [i16; 256] {
    static TABLE: OnceLock<[i16; 256]> = OnceLock::new();
    TABLE
        .get_or_init(|| std::array::from_fn(|i| (decode(i as f64 / 255.0) * f64::from(WHITE)).round() as i16))
}

/// 16-bit coded value to linear.
pub(crate) fn linear16() -> &'static [i16] {
    static TABLE: OnceLock<Vec<i16>> = OnceLock::new();
    TABLE.get_or_init(|| {
        (0..65_536).map(|i| (decode(f64::from(i) / 65_535.0) * f64::from(WHITE)).round() as i16).collect()
    })
}

fn table(max: f64) -> impl Iterator<Item = f64> {
    (0..=32_767).map(move |i| (encode((f64::from(i) / f64::from(WHITE)).min(1.0)) * max).round())
}

/// Linear to an 8-bit coded value; indexed by the linear value, which must not be negative.
pub(crate) fn coded8() -> &'static [u8] {
    static TABLE: OnceLock<Vec<u8>> = OnceLock::new();
    TABLE.get_or_init(|| table(255.0).map(|v| v as u8).collect())
}

/// Linear to a 16-bit coded value; indexed by the linear value, which must not be negative.
pub(crate) fn coded16() -> &'static [u16] {
    static TABLE: OnceLock<Vec<u16>> = OnceLock::new();
    TABLE.get_or_init(|| table(65_535.0).map(|v| v as u16).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_8_bit_value_comes_back() {
        for i in 0..256 {
            assert_eq!(usize::from(coded8()[linear8()[i] as usize]), i);
        }
    }
}
