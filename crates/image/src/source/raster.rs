//! PNG, TIFF and WebP, by the `image` crate, under its limits and behind a panic guard.

use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader};
use std::io::Cursor;

use super::{Header, Pixels, Samples, meaning, segments::Segments};
use crate::error::{ImageError, guarded};
use crate::geometry::Size;
use crate::limits::Limits;
use crate::request::Format;

fn kind(format: Format) -> ImageFormat {
    match format {
        Format::Tiff => ImageFormat::Tiff,
        Format::WebP => ImageFormat::WebP,
        Format::Png | Format::Jpeg => ImageFormat::Png,
    }
}

fn failed(e: image::ImageError) -> ImageError {
    match e {
        image::ImageError::Unsupported(e) => ImageError::unsupported(e),
        image::ImageError::IoError(e) if e.kind() == std::io::ErrorKind::UnexpectedEof => {
            ImageError::Truncated { what: "data is missing".into() }
        }
        e => ImageError::corrupt(e),
    }
}

fn reader(bytes: &[u8], format: Format, max_alloc: u64) -> ImageReader<Cursor<&[u8]>> {
    let mut reader = ImageReader::with_format(Cursor::new(bytes), kind(format));
    let mut limits = image::Limits::default();
    limits.max_alloc = Some(max_alloc);
    reader.limits(limits);
    reader
}

pub(super) fn header(bytes: &[u8], format: Format) -> Result<Header<'_>, ImageError> {
    guarded("picture", || {
        let mut decoder = reader(bytes, format, 256 << 20).into_decoder().map_err(failed)?;
        let (width, height) = decoder.dimensions();
        let colour_type = decoder.color_type();
        let icc = decoder.icc_profile().ok().flatten();
        let exif = match format {
            Format::Tiff => Some(bytes.to_vec()),
            _ => decoder.exif_metadata().ok().flatten(),
        };
        let has_icc = icc.is_some();
        let (colour, orientation) = meaning(icc, exif.as_deref());
        let bit_depth =
            (8 * u16::from(colour_type.bytes_per_pixel()) / u16::from(colour_type.channel_count())) as u8;
        Ok(Header {
            format,
            size: Size::new(width, height),
            orientation,
            colour,
            bit_depth,
            has_icc,
            segments: Segments::default(),
        })
    })
}

pub(super) fn decode(bytes: &[u8], header: &Header<'_>, limits: &Limits) -> Result<Pixels, ImageError> {
    // The decoder's own copy, ours, and one more while alpha is flattened.
    limits.check_bytes(header.size.pixels() * 4 * u64::from(header.bit_depth.div_ceil(8)) * 2)?;
    let picture = guarded("picture", || {
        let decoder = reader(bytes, header.format, limits.max_bytes).into_decoder().map_err(failed)?;
        DynamicImage::from_decoder(decoder).map_err(failed)
    })?;
    let (channels, samples) = match picture {
        DynamicImage::ImageLuma8(p) => (1, Samples::U8(p.into_raw())),
        DynamicImage::ImageRgb8(p) => (3, Samples::U8(p.into_raw())),
        DynamicImage::ImageLumaA8(p) => (1, Samples::U8(flatten8::<1>(&p.into_raw()))),
        DynamicImage::ImageRgba8(p) => (3, Samples::U8(flatten8::<3>(&p.into_raw()))),
        DynamicImage::ImageLuma16(p) => (1, Samples::U16(p.into_raw())),
        DynamicImage::ImageRgb16(p) => (3, Samples::U16(p.into_raw())),
        DynamicImage::ImageLumaA16(p) => (1, Samples::U16(flatten16::<1>(&p.into_raw()))),
        other => (3, Samples::U16(flatten16::<3>(&other.into_rgba16().into_raw()))),
    };
    Ok(Pixels { size: header.size, channels, samples, colour: header.colour.clone() })
}

/// Transparent parts become white paper.
fn flatten8<const N: usize>(px: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(px.len() / (N + 1) * N);
    for p in px.chunks_exact(N + 1) {
        let a = u32::from(p[N]);
        out.extend(p[..N].iter().map(|&v| ((u32::from(v) * a + 255 * (255 - a) + 127) / 255) as u8));
    }
    out
}

fn flatten16<const N: usize>(px: &[u16]) -> Vec<u16> {
    let mut out = Vec::with_capacity(px.len() / (N + 1) * N);
    for p in px.chunks_exact(N + 1) {
        let a = u64::from(p[N]);
        out.extend(
            p[..N].iter().map(|&v| ((u64::from(v) * a + 65_535 * (65_535 - a) + 32_767) / 65_535) as u16),
        );
    }
    out
}
