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
        Rgb([level(60.0 + hue, 1.0), level(90.0, 0.7), level(150.0 - hue, 0.4)].map(|v| v.clamp(0, 255) as u8))
    })
}

/// Writes a picture in the format of the file name's ending.
pub fn write(dir: &Path, name: &str, width: u32, height: u32, seed: u32) -> Result<PathBuf> {
    std::fs::create_dir_all(dir)?;
    let path = dir.join(name);
    draw(width, height, seed).save_with_format(&path, ImageFormat::from_path(&path)?)?;
    Ok(path)
}

/// `count` JPEGs `<prefix>-01.jpg` …
pub fn shoot(dir: &Path, prefix: &str, count: u32, width: u32, height: u32) -> Result<Vec<PathBuf>> {
    let seed = prefix.bytes().map(u32::from).sum::<u32>();
    (1..=count).map(|n| write(dir, &format!("{prefix}-{n:02}.jpg"), width, height, seed + n)).collect()
}
