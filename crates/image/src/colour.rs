//! Which colours the numbers mean, and the way to sRGB or a lab's profile.

use moxcms::{
    ColorProfile, DataColorSpace, Layout, RenderingIntent, Transform8BitExecutor, Transform16BitExecutor,
    TransformOptions,
};
use std::sync::Arc;

use crate::error::{ImageError, guarded};
use crate::request::Intent;

/// What the file says its colours are.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) enum Colour {
    #[default]
    Srgb,
    AdobeRgb,
    Icc(Vec<u8>),
}

/// A transform between two profiles with the same number of channels, 16 bits.
pub(crate) type Transform16 = Arc<Transform16BitExecutor>;
pub(crate) type Transform8 = Arc<Transform8BitExecutor>;

fn options(intent: Intent) -> TransformOptions {
    let rendering_intent = match intent {
        Intent::Perceptual => RenderingIntent::Perceptual,
        Intent::RelativeColorimetric => RenderingIntent::RelativeColorimetric,
        Intent::Saturation => RenderingIntent::Saturation,
        Intent::AbsoluteColorimetric => RenderingIntent::AbsoluteColorimetric,
    };
    TransformOptions { rendering_intent, ..Default::default() }
}

impl Colour {
    /// The profile, or `None` when it cannot be used for a picture with this many channels.
    pub(crate) fn profile(&self, channels: usize) -> Option<ColorProfile> {
        match self {
            Self::Srgb => Some(ColorProfile::new_srgb()),
            Self::AdobeRgb => Some(ColorProfile::new_adobe_rgb()),
            Self::Icc(bytes) => {
                let p = guarded("ICC profile", || {
                    ColorProfile::new_from_slice(bytes).map_err(|e| ImageError::corrupt(format!("{e:?}")))
                })
                .ok()?;
                let wanted = match channels {
                    1 => DataColorSpace::Gray,
                    4 => DataColorSpace::Cmyk,
                    _ => DataColorSpace::Rgb,
                };
                (p.color_space == wanted).then_some(p)
            }
        }
    }

    /// A name for the catalog.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::Srgb => "sRGB".into(),
            Self::AdobeRgb => "Adobe RGB (1998)".into(),
            Self::Icc(bytes) => profile_name(bytes).unwrap_or_else(|| "unreadable ICC profile".into()),
        }
    }

    /// Whether the numbers are sRGB already, to within one step of 255.
    pub(crate) fn is_srgb(&self) -> bool {
        match self {
            Self::Srgb => true,
            Self::AdobeRgb => false,
            Self::Icc(_) => {
                let Some(p) = self.profile(3) else { return false };
                let Ok(t) = transform8(&p, &ColorProfile::new_srgb(), Intent::Perceptual) else {
                    return false;
                };
                let steps = [0u8, 24, 64, 128, 192, 255];
                let grid: Vec<u8> =
                    (0..216).flat_map(|i| [steps[i % 6], steps[i / 6 % 6], steps[i / 36]]).collect();
                let mut out = vec![0; grid.len()];
                t.transform(&grid, &mut out).is_ok()
                    && grid.iter().zip(&out).all(|(a, b)| a.abs_diff(*b) <= 1)
            }
        }
    }
}

/// The profile's description, without control characters.
fn profile_name(bytes: &[u8]) -> Option<String> {
    use moxcms::ProfileText;
    let p = Colour::Icc(bytes.to_vec());
    let p = p.profile(3).or_else(|| p.profile(1)).or_else(|| p.profile(4))?;
    let text = match p.description? {
        ProfileText::PlainString(s) => s,
        ProfileText::Localizable(l) => l.first()?.value.clone(),
        ProfileText::Description(d) => d.ascii_string,
    };
    let text: String = text.chars().filter(|c| !c.is_control()).take(80).collect();
    (!text.is_empty()).then_some(text)
}

fn layout(p: &ColorProfile) -> Layout {
    match p.color_space {
        DataColorSpace::Gray => Layout::Gray,
        DataColorSpace::Cmyk => Layout::Rgba,
        _ => Layout::Rgb,
    }
}

pub(crate) fn transform8(
    from: &ColorProfile,
    to: &ColorProfile,
    intent: Intent,
) -> Result<Transform8, ImageError> {
    guarded("ICC profile", || {
        from.create_transform_8bit(layout(from), to, layout(to), options(intent))
            .map_err(|e| ImageError::corrupt(format!("colour profile: {e:?}")))
    })
}

pub(crate) fn transform16(
    from: &ColorProfile,
    to: &ColorProfile,
    intent: Intent,
) -> Result<Transform16, ImageError> {
    guarded("ICC profile", || {
        from.create_transform_16bit(layout(from), to, layout(to), options(intent))
            .map_err(|e| ImageError::corrupt(format!("colour profile: {e:?}")))
    })
}

/// JFIF conversion (Rec. 601, full range), 16 fractional bits, as libjpeg rounds it.
#[inline(always)]
pub(crate) fn rgb_to_ycc(r: u8, g: u8, b: u8) -> [u8; 3] {
    let (r, g, b) = (i32::from(r), i32::from(g), i32::from(b));
    let half = 1 << 15;
    let y = (19_595 * r + 38_470 * g + 7_471 * b + half) >> 16;
    let cb = ((-11_059 * r - 21_709 * g + 32_768 * b + (128 << 16) + half - 1) >> 16).min(255);
    let cr = ((32_768 * r - 27_439 * g - 5_329 * b + (128 << 16) + half - 1) >> 16).min(255);
    [y as u8, cb as u8, cr as u8]
}

/// The same from 16 bits: luma of 8, chroma of 16 that is centred on zero.
#[inline(always)]
pub(crate) fn wide_rgb_to_ycc(r: u16, g: u16, b: u16) -> (u8, [i16; 2]) {
    let y = (19_595 * u32::from(r) + 38_470 * u32::from(g) + 7_471 * u32::from(b)) >> 16;
    let (r, g, b) = (i32::from(r), i32::from(g), i32::from(b));
    let cb = (-11_059 * r - 21_709 * g + 32_768 * b) >> 16;
    let cr = (32_768 * r - 27_439 * g - 5_329 * b) >> 16;
    (((y * 255 + 32_768) >> 16) as u8, [cb as i16, cr as i16])
}

#[inline(always)]
pub(crate) fn ycc_to_rgb(y: u8, cb: u8, cr: u8) -> [u8; 3] {
    let (y, u, v) = (i32::from(y), i32::from(cb) - 128, i32::from(cr) - 128);
    let half = 1 << 15;
    let r = y + ((91_881 * v + half) >> 16);
    let g = y + ((-22_554 * u - 46_802 * v + half) >> 16);
    let b = y + ((116_130 * u + half) >> 16);
    [r.clamp(0, 255) as u8, g.clamp(0, 255) as u8, b.clamp(0, 255) as u8]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sixteen_bits_say_the_same_as_eight() {
        for i in 0..40_000u32 {
            let [r, g, b] = [i % 37 * 7, i / 37 % 37 * 7, i / 1_369 * 8].map(|v| v.min(255) as u8);
            let (y, c) = wide_rgb_to_ycc(u16::from(r) * 257, u16::from(g) * 257, u16::from(b) * 257);
            let exact = f64::from(r) * 0.299 + f64::from(g) * 0.587 + f64::from(b) * 0.114;
            assert!((exact - f64::from(y)).abs() < 0.51, "{r} {g} {b}");
            for (wide, (v, k)) in c.into_iter().zip([(b, 1.772), (r, 1.402)]) {
                assert!(((f64::from(v) - exact) / k - f64::from(wide) / 257.0).abs() < 0.01, "{r} {g} {b}");
            }
        }
    }
}
