//! Colours of the drawing: linear light with sRGB primaries, blended along Oklab so that ramps stay clean.

use std::ops::{Add, Mul};

/// Linear light, sRGB primaries, 0..1 and above for lights.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Rgb(pub [f32; 3]);

/// `0xRRGGBB` in sRGB.
pub fn hex(code: u32) -> Rgb {
    Rgb([16, 8, 0].map(|shift| to_linear(((code >> shift) & 255) as f32 / 255.0)))
}

pub fn to_linear(v: f32) -> f32 {
    if v <= 0.04045 { v / 12.92 } else { ((v + 0.055) / 1.055).powf(2.4) }
}

pub fn from_linear(v: f32) -> f32 {
    if v <= 0.003_130_8 { v * 12.92 } else { 1.055 * v.powf(1.0 / 2.4) - 0.055 }
}

impl Rgb {
    pub fn mix(self, other: Rgb, t: f32) -> Rgb {
        let t = t.clamp(0.0, 1.0);
        Rgb(std::array::from_fn(|i| self.0[i] + (other.0[i] - self.0[i]) * t))
    }

    fn oklab(self) -> [f32; 3] {
        let [r, g, b] = self.0;
        let l = (0.412_221_47 * r + 0.536_332_55 * g + 0.051_445_995 * b).cbrt();
        let m = (0.211_903_5 * r + 0.680_699_5 * g + 0.107_396_96 * b).cbrt();
        let s = (0.088_302_46 * r + 0.281_718_85 * g + 0.629_978_7 * b).cbrt();
        [
            0.210_454_26 * l + 0.793_617_8 * m - 0.004_072_047 * s,
            1.977_998_5 * l - 2.428_592_2 * m + 0.450_593_7 * s,
            0.025_904_037 * l + 0.782_771_77 * m - 0.808_675_77 * s,
        ]
    }

    fn from_oklab([l, a, b]: [f32; 3]) -> Rgb {
        let x = (l + 0.396_337_78 * a + 0.215_803_76 * b).powi(3);
        let y = (l - 0.105_561_346 * a - 0.063_854_17 * b).powi(3);
        let z = (l - 0.089_484_18 * a - 1.291_485_5 * b).powi(3);
        Rgb([
            (4.076_741_7 * x - 3.307_711_6 * y + 0.230_969_94 * z).max(0.0),
            (-1.268_438 * x + 2.609_757_4 * y - 0.341_319_38 * z).max(0.0),
            (-0.004_196_086_3 * x - 0.703_418_6 * y + 1.707_614_7 * z).max(0.0),
        ])
    }

    /// A mix as the eye expects it.
    pub fn blend(self, other: Rgb, t: f32) -> Rgb {
        let (a, b) = (self.oklab(), other.oklab());
        let t = t.clamp(0.0, 1.0);
        Rgb::from_oklab(std::array::from_fn(|i| a[i] + (b[i] - a[i]) * t))
    }
}

impl Mul<f32> for Rgb {
    type Output = Rgb;
    fn mul(self, k: f32) -> Rgb {
        Rgb(self.0.map(|v| v * k))
    }
}

impl Add for Rgb {
    type Output = Rgb;
    fn add(self, other: Rgb) -> Rgb {
        Rgb(std::array::from_fn(|i| self.0[i] + other.0[i]))
    }
}

/// A gradient sampled once; looking it up costs one index.
#[derive(Debug, Clone)]
pub struct Ramp(Vec<Rgb>);

impl Ramp {
    /// `stops` are (position 0..1, `0xRRGGBB`), in order of position.
    pub fn new(stops: &[(f32, u32)]) -> Self {
        let steps = 1023;
        let sample = |i: usize| {
            let t = i as f32 / steps as f32;
            let after = stops.iter().position(|s| s.0 >= t).unwrap_or(stops.len() - 1);
            let (a, b) = (stops[after.saturating_sub(1)], stops[after]);
            let width = b.0 - a.0;
            let local = if width > 0.0 { (t - a.0) / width } else { 1.0 };
            hex(a.1).blend(hex(b.1), local)
        };
        Self((0..=steps).map(sample).collect())
    }

    /// Evenly spaced stops.
    pub fn even(codes: &[u32]) -> Self {
        let last = (codes.len().max(2) - 1) as f32;
        Self::new(&codes.iter().enumerate().map(|(i, c)| (i as f32 / last, *c)).collect::<Vec<_>>())
    }

    pub fn at(&self, t: f32) -> Rgb {
        let top = (self.0.len() - 1) as f32;
        let p = t.clamp(0.0, 1.0) * top;
        let i = p as usize;
        self.0[i].mix(self.0[(i + 1).min(self.0.len() - 1)], p - i as f32)
    }
}
