//! The studio's preferences: which renditions are made, how they look, of which photos.

use std::path::PathBuf;

use domain::photo::{MAX_RENDITION_EDGE, RenditionKind};
use serde::{Deserialize, Serialize};

/// Which renditions a selected photo gets. The micro preview is always made.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Renditions {
    pub make: Vec<RenditionKind>,
    /// The format of all renditions. JPEG is the one there is.
    pub format: Format,
    pub proof: RenditionChoice,
    pub thumbnail: RenditionChoice,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    #[default]
    Jpeg,
}

#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RenditionChoice {
    /// Pixels on the longer side.
    pub long_edge: u32,
    /// JPEG quality, 1 to 100.
    #[serde(default = "default_quality")]
    pub quality: u8,
    #[serde(default)]
    pub sharpen: Sharpen,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sharpen {
    None,
    Low,
    #[default]
    Standard,
    High,
}

fn default_quality() -> u8 {
    82
}

impl Default for Renditions {
    fn default() -> Self {
        let sized = |long_edge, quality| RenditionChoice { long_edge, quality, sharpen: Sharpen::Standard };
        Self {
            make: RenditionKind::ALL.to_vec(),
            format: Format::Jpeg,
            proof: sized(2048, 82),
            thumbnail: sized(400, 80),
        }
    }
}

impl Renditions {
    pub fn choice(&self, kind: RenditionKind) -> &RenditionChoice {
        match kind {
            RenditionKind::Proof => &self.proof,
            RenditionKind::Thumbnail => &self.thumbnail,
        }
    }

    pub(super) fn check(&self) -> Result<(), String> {
        for kind in RenditionKind::ALL {
            let choice = self.choice(kind);
            let key = format!("[renditions.{}]", kind.as_str());
            if !(32..=MAX_RENDITION_EDGE).contains(&choice.long_edge) {
                return Err(format!("{key} long_edge must be from 32 to {MAX_RENDITION_EDGE} pixels"));
            }
            if !(1..=100).contains(&choice.quality) {
                return Err(format!("{key} quality must be from 1 to 100"));
            }
        }
        Ok(())
    }
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Watermark {
    pub on: WatermarkOn,
    pub text: String,
    /// A PNG file; used instead of the text.
    pub image: Option<PathBuf>,
    pub position: Position,
    /// 0 to 1.
    pub opacity: f32,
    /// Width of one mark as a part of the picture's width.
    pub size: f32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Position {
    Center,
    Tiled,
    TopLeft,
    TopRight,
    BottomLeft,
    BottomRight,
}

/// On which galleries' proofs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WatermarkOn {
    /// Galleries that sell prints.
    Selling,
    Always,
    Never,
}

impl Default for Watermark {
    fn default() -> Self {
        Self {
            on: WatermarkOn::Selling,
            text: "PROOF".to_owned(),
            image: None,
            position: Position::Center,
            opacity: 0.25,
            size: 0.5,
        }
    }
}

impl Watermark {
    pub(super) fn check(&self) -> Result<(), String> {
        if !(0.0..=1.0).contains(&self.opacity) {
            return Err("[watermark] opacity must be from 0 to 1".into());
        }
        if !(self.size > 0.0 && self.size <= 1.0) {
            return Err("[watermark] size must be above 0 and up to 1".into());
        }
        Ok(())
    }
}

/// Which words of the photographer stay in a rendition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Metadata {
    pub copyright: bool,
    pub caption: bool,
    pub creator: bool,
}

impl Default for Metadata {
    fn default() -> Self {
        Self { copyright: true, caption: false, creator: true }
    }
}

/// What `process --auto` selects. Without any condition: every photo.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Subset {
    pub min_rating: u8,
    pub keywords: Vec<String>,
    pub labels: Vec<String>,
    pub folders: Vec<PathBuf>,
}

/// Worker processes that render, and what one of them may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Workers {
    /// 0: one for each core.
    pub count: u16,
    pub memory_mib: u64,
    /// Seconds for one picture before its worker is stopped.
    pub seconds: u64,
    pub max_megapixels: u64,
}

impl Default for Workers {
    fn default() -> Self {
        Self { count: 0, memory_mib: 1536, seconds: 60, max_megapixels: 250 }
    }
}

impl Workers {
    pub fn number(&self) -> usize {
        match self.count {
            0 => std::thread::available_parallelism().map_or(2, usize::from).min(16),
            n => usize::from(n),
        }
    }

    pub(super) fn check(&self) -> Result<(), String> {
        if self.memory_mib < 64 {
            return Err("[workers] memory_mib must be at least 64".into());
        }
        if !(1..=3600).contains(&self.seconds) {
            return Err("[workers] seconds must be from 1 to 3600".into());
        }
        if self.max_megapixels == 0 || self.max_megapixels > 4000 {
            return Err("[workers] max_megapixels must be from 1 to 4000".into());
        }
        Ok(())
    }
}

/// What the studio's screen says by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DeskPreferences {
    /// A notice when orders have come in, where there is a desktop.
    pub notify: bool,
}

impl Default for DeskPreferences {
    fn default() -> Self {
        Self { notify: true }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Uploads {
    /// Files sent at the same time.
    pub parallel: usize,
    /// A bound for all of them together; 0: none.
    pub kib_per_second: u32,
}

impl Default for Uploads {
    fn default() -> Self {
        Self { parallel: 4, kib_per_second: 0 }
    }
}

impl Uploads {
    pub(super) fn check(&self) -> Result<(), String> {
        if !(1..=32).contains(&self.parallel) {
            return Err("[uploads] parallel must be from 1 to 32".into());
        }
        match self.kib_per_second {
            0 | crate::uploads::LEAST_KIB.. => Ok(()),
            _ => Err(format!("[uploads] kib_per_second must be 0 or at least {}", crate::uploads::LEAST_KIB)),
        }
    }
}
