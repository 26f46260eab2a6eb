//! A file of flat colours in Adobe RGB or Display P3 whose sRGB values are known.

use std::path::Path;

use crate::colour::to_linear;
use crate::develop::Space;
use crate::exif;
use crate::jpeg_file::{self, Chroma, FileError, Wrapping};
use crate::programme;

pub const COLUMNS: usize = 6;
pub const ROWS: usize = 4;

/// What each patch must be after conversion to sRGB, row by row: the tones of a common test chart.
pub const EXPECTED_SRGB: [[u8; 3]; COLUMNS * ROWS] = [
    [115, 82, 68],
    [194, 150, 130],
    [98, 122, 157],
    [87, 108, 67],
    [133, 128, 177],
    [103, 189, 170],
    [214, 126, 44],
    [80, 91, 166],
    [193, 90, 99],
    [94, 60, 108],
    [157, 188, 64],
    [224, 163, 46],
    [56, 61, 150],
    [70, 148, 73],
    [175, 54, 60],
    [231, 199, 31],
    [187, 86, 149],
    [8, 133, 161],
    [243, 243, 242],
    [200, 200, 200],
    [160, 160, 160],
    [122, 122, 121],
    [85, 85, 85],
    [52, 52, 52],
];

/// The pixel in the middle of patch `index` of a `width` x `height` picture.
pub fn middle(index: usize, width: usize, height: usize) -> (usize, usize) {
    ((2 * (index % COLUMNS) + 1) * width / (2 * COLUMNS), (2 * (index / COLUMNS) + 1) * height / (2 * ROWS))
}

/// The stored value, in `space`, of an sRGB colour.
pub fn stored_value(srgb: [u8; 3], space: Space) -> [u8; 3] {
    let linear = srgb.map(|v| to_linear(f32::from(v) / 255.0));
    space
        .matrix()
        .map(|r| (255.0 * space.encode(r[0] * linear[0] + r[1] * linear[1] + r[2] * linear[2])).round() as u8)
}

/// Writes the chart with its ICC profile, without chroma subsampling.
pub fn write(path: &Path, width: usize, height: usize, space: Space) -> Result<usize, FileError> {
    let colours = EXPECTED_SRGB.map(|c| stored_value(c, space));
    let mut rgb = Vec::with_capacity(width * height * 3);
    for y in 0..height {
        for x in 0..width {
            rgb.extend(colours[y * ROWS / height * COLUMNS + x * COLUMNS / width]);
        }
    }
    let mut shot = programme::shots(1, 1).remove(0);
    shot.orientation = 1;
    shot.space = space;
    let exif = exif::write(&shot.exposure(0, width, height));
    let wrapping =
        Wrapping { quality: 96, chroma: Chroma::Full, restart: 0, space, exif, xmp: None, iptc: None };
    jpeg_file::write(path, &rgb, width, height, &wrapping)
}
