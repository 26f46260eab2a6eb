//! Small pictures for tests, written as files: quick to draw, each with content of its own.

use std::path::{Path, PathBuf};

use anyhow::Result;
use image::{ImageFormat, Rgb, RgbImage};

/// A photo-like picture that differs for each `seed`.
pub fn draw(width: u32, height: u32, seed: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        let (fx, fy) = (x as f32 / width as f32, y as f32 / height as f32);
        let wave = ((fx * 9.0 + seed as f32).sin() * (fy * 7.0 + seed as f32 * 0.7).cos() * 60.0) as i32;
        let level = |base: f32, gain: f32| (base + gain * fy * 90.0) as i32 + wave;
        let hue = (seed * 37 % 90) as f32;
        Rgb([level(60.0 + hue, 1.0), level(90.0, 0.7), level(150.0 - hue, 0.4)]
            .map(|v| v.clamp(0, 255) as u8))
    })
}

/// Writes a picture in the format of the file name's ending.
pub fn write(dir: &Path, name: &str, width: u32, height: u32, seed: u32) -> Result<PathBuf> {
    std::fs::create_dir_all(dir)?;
    let path = dir.join(name);
    draw(width, height, seed).save_with_format(&path, ImageFormat::from_path(&path)?)?;
    Ok(path)
}

/// What picture `number` of a prefix is drawn from; no two prefixes share one.
pub fn seed(prefix: &str, number: u32) -> u32 {
    prefix.bytes().fold(0, |sum, b| (sum * 31 + u32::from(b)) % 1000) * 100 + number
}

/// `count` JPEGs `<prefix>-01.jpg` …
pub fn shoot(dir: &Path, prefix: &str, count: u32, width: u32, height: u32) -> Result<Vec<PathBuf>> {
    (1..=count).map(|n| write(dir, &format!("{prefix}-{n:02}.jpg"), width, height, seed(prefix, n))).collect()
}

/// Four quarters: red and green above, blue and yellow below. Turns and crops can be read from its colours.
pub const QUARTERS: [[u8; 3]; 4] = [[200, 30, 30], [30, 160, 40], [40, 50, 200], [220, 200, 40]];

pub fn quarters(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        Rgb(QUARTERS[usize::from(x >= width / 2) + 2 * usize::from(y >= height / 2)])
    })
}

pub fn write_quarters(path: &Path, width: u32, height: u32) -> Result<()> {
    std::fs::create_dir_all(path.parent().unwrap_or(Path::new(".")))?;
    Ok(quarters(width, height).save_with_format(path, ImageFormat::from_path(path)?)?)
}

/// Detail of two pixels that a proof cannot hold: who prints it has read the original.
pub fn fine(width: u32, height: u32, seed: u32) -> RgbImage {
    let mut picture = draw(width, height, seed);
    for (x, y, pixel) in picture.enumerate_pixels_mut() {
        let noise = (x / 2).wrapping_mul(2_654_435_761) ^ (y / 2).wrapping_mul(2_246_822_519) ^ seed;
        let step = (noise.wrapping_mul(3_266_489_917) >> 26) as i32 - 32;
        pixel.0 = pixel.0.map(|v| (i32::from(v) + step).clamp(0, 255) as u8);
    }
    picture
}

pub fn write_jpeg(path: &Path, picture: &RgbImage, quality: u8) -> Result<()> {
    std::fs::create_dir_all(path.parent().unwrap_or(Path::new(".")))?;
    let file = std::io::BufWriter::new(std::fs::File::create(path)?);
    Ok(image::codecs::jpeg::JpegEncoder::new_with_quality(file, quality).encode_image(picture)?)
}

/// A large picture quickly: drawn small and enlarged.
pub fn write_large(path: &Path, width: u32, height: u32, seed: u32) -> Result<()> {
    let small = image::DynamicImage::ImageRgb8(draw(width / 8, height / 8, seed));
    let large = small.resize_exact(width, height, image::imageops::FilterType::Triangle);
    std::fs::create_dir_all(path.parent().unwrap_or(Path::new(".")))?;
    Ok(large.save_with_format(path, ImageFormat::from_path(path)?)?)
}
