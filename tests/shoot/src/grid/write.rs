//! Writes the coded grids as files: every shape in every EXIF orientation.

use std::path::Path;

use super::{SHAPES, draw};
use crate::develop::{self, Space};
use crate::exif;
use crate::jpeg_file::{self, Chroma, FileError, Wrapping};
use crate::programme;
use crate::shoot::Drawn;

/// Writes `grid_<shape>_o<orientation>.jpg`, 40 files with a long edge of `long_edge` pixels.
pub fn write_all(folder: &Path, long_edge: usize) -> Result<Drawn, FileError> {
    let mut drawn = Drawn::default();
    for shape in SHAPES {
        let cell = long_edge as f64 / shape.columns.max(shape.rows) as f64;
        let (w, h) =
            ((shape.columns as f64 * cell).round() as usize, (shape.rows as f64 * cell).round() as usize);
        let upright = draw(shape, w, h);
        for orientation in 1..=8u8 {
            let (pixels, sw, sh) = develop::stored(&upright, w, h, orientation);
            let mut shot = programme::shots(1, 1).remove(0);
            shot.orientation = orientation;
            shot.space = Space::Srgb;
            let wrapping = Wrapping {
                quality: 92,
                chroma: if orientation % 2 == 0 { Chroma::Full } else { Chroma::Quarter },
                restart: 0,
                space: Space::Srgb,
                exif: exif::write(&shot.exposure(usize::from(orientation), sw, sh)),
                xmp: None,
                iptc: None,
            };
            let path = folder.join(format!("grid_{}_o{orientation}.jpg", shape.name));
            drawn.bytes += jpeg_file::write(&path, &pixels, sw, sh, &wrapping)? as u64;
            drawn.files += 1;
        }
    }
    Ok(drawn)
}
