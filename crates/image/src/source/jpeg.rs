//! JPEG files.

use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use super::segments::{Frame, Segments};
use super::{Header, Pixels, Samples, meaning};
use crate::colour::{Colour, transform8};
use crate::error::{ImageError, guarded};
use crate::limits::Limits;
use crate::request::{Format, Intent};

pub(super) fn header(bytes: &[u8]) -> Result<Header<'_>, ImageError> {
    let segments = Segments::read(bytes);
    let Some(frame) = &segments.frame else {
        return Err(ImageError::Truncated { what: "it has no picture header".into() });
    };
    let (colour, orientation) = meaning(segments.icc.clone(), segments.exif);
    Ok(Header {
        format: Format::Jpeg,
        size: frame.size,
        orientation,
        colour,
        bit_depth: frame.precision,
        has_icc: segments.icc.is_some(),
        segments,
    })
}

/// What the fallback decoder draws wrong or cannot draw is refused instead.
fn guard(frame: &Frame) -> Result<(), ImageError> {
    if !matches!(frame.marker, 0xC0..=0xC2) {
        return Err(ImageError::unsupported("a lossless or arithmetic-coded JPEG"));
    }
    if frame.precision != 8 {
        return Err(ImageError::unsupported(format!("a JPEG of {} bits a sample", frame.precision)));
    }
    let luma = frame.sampling.first().copied().unwrap_or_default();
    if frame.sampling.iter().any(|s| s.0 > luma.0 || s.1 > luma.1) {
        return Err(ImageError::unsupported("a JPEG whose chroma is finer than its luma"));
    }
    Ok(())
}

pub(super) fn decode(bytes: &[u8], header: &Header<'_>, limits: &Limits) -> Result<Pixels, ImageError> {
    let frame = header.segments.frame.as_ref().ok_or_else(|| ImageError::corrupt("no frame header"))?;
    guard(frame)?;
    // Progressive files keep all coefficients, two bytes each, beside the pixels.
    let n = frame.sampling.len() as u64;
    limits.check_bytes(header.size.pixels() * n * if frame.marker == 0xC2 { 3 } else { 1 })?;
    let out = match n {
        1 => ColorSpace::Luma,
        4 => ColorSpace::CMYK,
        _ => ColorSpace::RGB,
    };
    let samples = guarded("JPEG", || {
        let options = DecoderOptions::default()
            .jpeg_set_out_colorspace(out)
            .set_max_width(65_535)
            .set_max_height(65_535)
            .set_strict_mode(true);
        JpegDecoder::new_with_options(ZCursor::new(bytes), options).decode().map_err(ImageError::corrupt)
    })?;
    let expected = header.size.pixels() as usize * out.num_components();
    if samples.len() != expected {
        return Err(ImageError::corrupt("the decoder returned another size"));
    }
    let pixels = |channels, samples, colour| Pixels { size: header.size, channels, samples, colour };
    if n == 4 {
        let inverted = header.segments.adobe.is_some();
        let rgb = cmyk_to_srgb(samples, inverted, &header.colour);
        return Ok(pixels(3, Samples::U8(rgb), Colour::Srgb));
    }
    Ok(pixels(out.num_components(), Samples::U8(samples), header.colour.clone()))
}

/// CMYK files from Adobe store ink upside down (0 is full ink), others do not.
pub(super) fn cmyk_to_srgb(mut cmyk: Vec<u8>, inverted: bool, colour: &Colour) -> Vec<u8> {
    if inverted {
        cmyk.iter_mut().for_each(|v| *v = 255 - *v);
    }
    let mut rgb = vec![0u8; cmyk.len() / 4 * 3];
    let by_profile = match colour {
        Colour::Icc(_) => colour.profile(4).and_then(|p| {
            let t = transform8(&p, &moxcms::ColorProfile::new_srgb(), Intent::RelativeColorimetric).ok()?;
            guarded("ICC profile", || {
                t.transform(&cmyk, &mut rgb).map_err(|e| ImageError::corrupt(format!("{e:?}")))
            })
            .ok()
        }),
        _ => None,
    };
    if by_profile.is_none() {
        for (o, p) in rgb.chunks_exact_mut(3).zip(cmyk.chunks_exact(4)) {
            let k = 255 - u32::from(p[3]);
            for (o, ink) in o.iter_mut().zip(p) {
                *o = (((255 - u32::from(*ink)) * k + 127) / 255) as u8;
            }
        }
    }
    rgb
}
