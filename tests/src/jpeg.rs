//! Looking at JPEG bytes with a decoder that is not the product's own, and at their markers by hand.

use anyhow::{Context, Result, ensure};
use image::{DynamicImage, ImageFormat, RgbImage, imageops::FilterType};

/// Decodes with the `image` crate; anything that is no JPEG is an error.
pub fn decode(bytes: &[u8]) -> Result<RgbImage> {
    ensure!(image::guess_format(bytes)? == ImageFormat::Jpeg, "the bytes do not start as a JPEG");
    let picture =
        image::load_from_memory_with_format(bytes, ImageFormat::Jpeg).context("not a readable JPEG")?;
    Ok(picture.to_rgb8())
}

pub fn size(bytes: &[u8]) -> Result<(u32, u32)> {
    Ok(decode(bytes)?.dimensions())
}

/// The payload of each APPn and COM segment before the scan: `(marker, payload)`.
pub fn segments(bytes: &[u8]) -> Vec<(u8, &[u8])> {
    let mut found = Vec::new();
    let mut at = 2;
    while let Some(&[0xFF, marker, high, low]) = bytes.get(at..at + 4).and_then(|b| b.first_chunk::<4>()) {
        let length = usize::from(u16::from_be_bytes([high, low]));
        if marker == 0xDA || length < 2 {
            break;
        }
        if let Some(payload) = bytes.get(at + 4..at + 2 + length) {
            found.push((marker, payload));
        }
        at += 2 + length;
    }
    found
}

/// The embedded ICC profile, put together from its APP2 parts (ICC.1 annex B.4).
pub fn icc_profile(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut profile = Vec::new();
    for (marker, payload) in segments(bytes) {
        if marker == 0xE2
            && let Some(part) = payload.strip_prefix(b"ICC_PROFILE\0")
        {
            profile.extend_from_slice(part.get(2..)?);
        }
    }
    (!profile.is_empty()).then_some(profile)
}

/// Markers inside an entropy-coded stream that a header would bring: SOI, DQT, DHT, SOF, SOS.
pub fn header_markers(stream: &[u8]) -> Vec<u8> {
    let is_header = |m: u8| matches!(m, 0xD8 | 0xDA | 0xDB | 0xC0..=0xCF | 0xE0..=0xEF);
    stream.windows(2).filter(|w| w[0] == 0xFF && is_header(w[1])).map(|w| w[1]).collect()
}

/// Mean absolute difference of the channels, 0 to 255, after bringing `other` to the size of `picture`.
pub fn difference(picture: &RgbImage, other: &RgbImage) -> f64 {
    let (width, height) = picture.dimensions();
    let other =
        DynamicImage::ImageRgb8(other.clone()).resize_exact(width, height, FilterType::Triangle).to_rgb8();
    let sum: u64 = picture.as_raw().iter().zip(other.as_raw()).map(|(a, b)| u64::from(a.abs_diff(*b))).sum();
    sum as f64 / picture.as_raw().len() as f64
}

/// The mean colour of a square of `reach` pixels around a place given in parts of the picture.
pub fn colour_at(picture: &RgbImage, x: f64, y: f64, reach: u32) -> [u8; 3] {
    let at = |part: f64, whole: u32| ((part * f64::from(whole)) as u32).clamp(reach, whole - 1 - reach);
    let (cx, cy) = (at(x, picture.width()), at(y, picture.height()));
    let mut sum = [0u32; 3];
    for py in cy - reach..=cy + reach {
        for px in cx - reach..=cx + reach {
            for (s, v) in sum.iter_mut().zip(picture.get_pixel(px, py).0) {
                *s += u32::from(v);
            }
        }
    }
    sum.map(|s| (s / (2 * reach + 1).pow(2)) as u8)
}

pub fn is_near(colour: [u8; 3], wanted: [u8; 3], tolerance: u8) -> bool {
    colour.iter().zip(wanted).all(|(a, b)| a.abs_diff(b) <= tolerance)
}
