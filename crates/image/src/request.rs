//! What can be asked for and what comes back: plain data that crosses a pipe to a worker process.

use serde::{Deserialize, Serialize};

use crate::error::ImageError;
use crate::geometry::{Affine, Size};

/// What a file says about itself before its pixels are decoded.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Probe {
    pub format: Format,
    /// Pixels as the file holds them.
    pub stored: Size,
    /// EXIF orientation, 1 to 8.
    pub orientation: u8,
    /// Pixels after the orientation.
    pub upright: Size,
    /// "sRGB", "Adobe RGB (1998)", "Display P3", the profile's own name, ...
    pub colour: String,
    pub has_icc: bool,
    /// Bits per sample.
    pub bit_depth: u8,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    Jpeg,
    Png,
    Tiff,
    WebP,
}

/// A studio's own edit of a picture: the frame customers see.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct EditedFrame {
    /// Pixels of the edited frame to stored pixels.
    pub affine: Affine,
    /// The edited frame at full resolution.
    pub size: Size,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RenderRequest {
    /// Without it: the whole picture, upright.
    pub edit: Option<EditedFrame>,
    pub renditions: Vec<RenditionSpec>,
    /// Make the micro preview (64 pixels, abbreviated stream) too.
    pub micro: bool,
    pub keep: MetadataPolicy,
}

/// Which of the photographer's words stay in a rendition. Place, serial numbers and owner never do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct MetadataPolicy {
    pub copyright: bool,
    pub caption: bool,
    pub creator: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RenditionSpec {
    /// "proof", "thumbnail".
    pub name: String,
    /// Pixels; a smaller picture keeps its size.
    pub long_edge: u32,
    /// JPEG quality, 1 to 100.
    pub quality: u8,
    #[serde(default)]
    pub watermark: Option<Watermark>,
    #[serde(default)]
    pub sharpen: Sharpen,
}

/// How much contrast is added at edges after resizing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sharpen {
    #[default]
    None,
    Low,
    Standard,
    High,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Watermark {
    pub content: WatermarkContent,
    pub position: WatermarkPosition,
    /// 0 to 1.
    pub opacity: f32,
    /// Width of one mark as a part of the picture's width, above 0 and up to 1.
    pub relative_size: f32,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WatermarkContent {
    Text(String),
    /// A PNG file, its transparency respected.
    Png(Vec<u8>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WatermarkPosition {
    Center,
    /// Diagonally, over the whole picture.
    Tiled,
    TopLeft,
    TopRight,
    BottomLeft,
    BottomRight,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Rendered {
    /// The frame customers see at full resolution: the edited one, or the upright one.
    pub frame: Size,
    /// In the order they were asked for.
    pub renditions: Vec<Rendition>,
    pub micro: Option<Micro>,
    /// What was ignored or assumed, for the catalog.
    pub warnings: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Rendition {
    pub name: String,
    pub width: u32,
    pub height: u32,
    pub jpeg: Vec<u8>,
}

/// Entropy-coded data only; `darkslide_jpeg::join_header` makes it whole.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Micro {
    pub width: u16,
    pub height: u16,
    pub scan: Vec<u8>,
}

/// The JPEG quality of print files.
pub const PRINT_QUALITY: u8 = 97;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PrintRequest {
    /// Output pixels to stored pixels.
    pub affine: Affine,
    /// Pixels of the finished file, border included.
    pub width: u32,
    pub height: u32,
    /// Pixels per inch, written into the file.
    pub ppi: u32,
    pub profile: PrintProfile,
    #[serde(default)]
    pub sharpen: Sharpen,
    /// JPEG quality, 95 to 100.
    pub quality: u8,
    /// White margin around the picture; the picture is what `affine` maps, from the margin's inner corner.
    #[serde(default)]
    pub border: Option<Border>,
    /// Pixels added outside on every side, for paper that is cut: what lies along the edge, mirrored. They come
    /// on top of `width` and `height`.
    #[serde(default)]
    pub bleed: u32,
}

/// Pixels on each side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Border {
    pub left: u32,
    pub top: u32,
    pub right: u32,
    pub bottom: u32,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PrintProfile {
    Srgb,
    /// A lab's RGB profile.
    Icc {
        bytes: Vec<u8>,
        intent: Intent,
    },
}

/// ICC rendering intents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Intent {
    #[default]
    Perceptual,
    RelativeColorimetric,
    Saturation,
    AbsoluteColorimetric,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PrintFile {
    pub jpeg: Vec<u8>,
    pub width: u32,
    pub height: u32,
    /// Pixels of the original per inch of paper: below the file's ppi the picture was enlarged.
    pub effective_ppi: f64,
}

impl RenderRequest {
    pub(crate) fn check(&self) -> Result<(), ImageError> {
        for r in &self.renditions {
            if !(1..=16_384).contains(&r.long_edge) {
                return Err(ImageError::bad_request(format!("a long edge of {} pixels", r.long_edge)));
            }
            if !(1..=100).contains(&r.quality) {
                return Err(ImageError::bad_request(format!("quality {} is outside 1 to 100", r.quality)));
            }
            if let Some(w) = &r.watermark {
                w.check()?;
            }
        }
        match self.edit {
            Some(e) if !e.affine.is_usable() => {
                Err(ImageError::bad_request("the edit is not a usable transform"))
            }
            Some(e) if e.size.pixels() == 0 || e.size.long_edge() > 100_000 => {
                Err(ImageError::bad_request("the edited frame has no usable size"))
            }
            _ => Ok(()),
        }
    }
}

impl Watermark {
    fn check(&self) -> Result<(), ImageError> {
        if !(0.0..=1.0).contains(&self.opacity) {
            return Err(ImageError::bad_request("the watermark's opacity must be from 0 to 1"));
        }
        if !(self.relative_size > 0.0 && self.relative_size <= 1.0) {
            return Err(ImageError::bad_request("the watermark's size must be above 0 and up to 1"));
        }
        Ok(())
    }
}
