//! What one picture may cost. Checked against the header, before anything is allocated.

use serde::{Deserialize, Serialize};

use crate::error::ImageError;
use crate::geometry::Size;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "snake_case")]
pub struct Limits {
    pub max_pixels: u64,
    /// Memory for pixels, in bytes. The file itself is not counted.
    pub max_bytes: u64,
    pub max_side: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self { max_pixels: 250_000_000, max_bytes: 1536 << 20, max_side: 65_535 }
    }
}

impl Limits {
    pub(crate) fn check_size(&self, size: Size) -> Result<(), ImageError> {
        let Size { width, height } = size;
        if width == 0 || height == 0 {
            return Err(ImageError::corrupt(format!("the picture is {width} x {height} pixels")));
        }
        let limit = if width.max(height) > self.max_side {
            format!("the limit of {} pixels a side", self.max_side)
        } else if size.pixels() > self.max_pixels {
            format!("the limit of {} megapixels", self.max_pixels / 1_000_000)
        } else {
            return Ok(());
        };
        Err(ImageError::TooLarge { width, height, limit })
    }

    pub(crate) fn check_bytes(&self, needed: u64) -> Result<(), ImageError> {
        if needed <= self.max_bytes {
            return Ok(());
        }
        Err(ImageError::OutOfMemory { needed_mib: needed.div_ceil(1 << 20), limit_mib: self.max_bytes >> 20 })
    }
}
