//! Puts one JPEG file together: pixels, EXIF, XMP or IPTC, ICC profile, subsampling, restart markers.

use std::path::{Path, PathBuf};

use jpeg_encoder::{ColorType, Encoder, SamplingFactor};
use moxcms::ColorProfile;

use crate::develop::Space;

#[derive(Debug, thiserror::Error)]
pub enum FileError {
    #[error("cannot write {path}: {source}")]
    Write { path: PathBuf, source: std::io::Error },
    #[error("cannot encode {path}: {reason}")]
    Encode { path: PathBuf, reason: String },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Chroma {
    Full,
    HalfWidth,
    Quarter,
}

/// How and with what a file is written.
#[derive(Debug, Clone)]
pub struct Wrapping {
    pub quality: u8,
    pub chroma: Chroma,
    /// MCUs between restart markers; 0 for none.
    pub restart: u16,
    pub space: Space,
    pub exif: Vec<u8>,
    pub xmp: Option<Vec<u8>>,
    pub iptc: Option<Vec<u8>>,
}

/// The ICC profile of a colour space; sRGB files carry none, as most cameras write them.
pub fn profile(space: Space) -> Result<Option<Vec<u8>>, moxcms::CmsError> {
    match space {
        Space::Srgb => Ok(None),
        Space::AdobeRgb => ColorProfile::new_adobe_rgb().encode().map(Some),
        Space::DisplayP3 => ColorProfile::new_display_p3().encode().map(Some),
    }
}

/// Writes stored (already turned) RGB pixels to `path`; returns the file's size.
pub fn write(path: &Path, rgb: &[u8], width: usize, height: usize, w: &Wrapping) -> Result<usize, FileError> {
    let bytes = encode(rgb, width, height, w)
        .map_err(|reason| FileError::Encode { path: path.to_path_buf(), reason: reason.to_string() })?;
    std::fs::write(path, &bytes).map_err(|source| FileError::Write { path: path.to_path_buf(), source })?;
    Ok(bytes.len())
}

fn encode(
    rgb: &[u8],
    width: usize,
    height: usize,
    w: &Wrapping,
) -> Result<Vec<u8>, Box<dyn std::error::Error + Send + Sync>> {
    let (columns, rows) = (u16::try_from(width)?, u16::try_from(height)?);
    let mut out = Vec::with_capacity(width * height / 3);
    let mut encoder = Encoder::new(&mut out, w.quality);
    encoder.set_sampling_factor(match w.chroma {
        Chroma::Full => SamplingFactor::R_4_4_4,
        Chroma::HalfWidth => SamplingFactor::R_4_2_2,
        Chroma::Quarter => SamplingFactor::R_4_2_0,
    });
    if w.restart > 0 {
        encoder.set_restart_interval(w.restart);
    }
    encoder.add_exif_metadata(&w.exif)?;
    if let Some(packet) = &w.xmp {
        encoder.add_app_segment(1, [b"http://ns.adobe.com/xap/1.0/\0".as_slice(), packet].concat())?;
    }
    if let Some(block) = &w.iptc {
        encoder.add_app_segment(13, block.clone())?;
    }
    if let Some(icc) = profile(w.space)? {
        encoder.add_icc_profile(&icc)?;
    }
    encoder.encode(rgb, columns, rows, ColorType::Rgb)?;
    Ok(out)
}
