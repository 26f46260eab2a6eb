//! JPEG files.

use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use darkslide_jpeg::{Buffers, DecodeError, DecodeOptions, Scale, decode_strips, read_info};

use super::segments::{Frame, Segments};
use super::{Header, Pixels, Samples, lossless, meaning};
use crate::colour::{Colour, transform8, ycc_to_rgb};
use crate::error::{ImageError, guarded};
use crate::limits::Limits;
use crate::planar;
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

/// SOF3: Huffman-coded lossless.
const LOSSLESS: u8 = 0xC3;

/// Baseline goes to our own decoder, which is strict and knows every sampling; what it leaves to others goes
/// to zune-jpeg, except where that draws a wrong picture without an error, and what is coded without loss to
/// jpeg-decoder. Arithmetic coding and 12 bits with loss are read by nothing in Rust, and by few programs at all.
pub(super) fn decode(bytes: &[u8], header: &Header<'_>, limits: &Limits) -> Result<Pixels, ImageError> {
    let frame = header.segments.frame.as_ref().ok_or_else(|| ImageError::corrupt("no frame header"))?;
    let n = frame.sampling.len() as u64;
    if frame.marker == LOSSLESS {
        limits.check_bytes(header.size.pixels() * n * lossless::BYTES_A_SAMPLE)?;
        let samples = lossless::decode(bytes, frame)?;
        samples.expect(header.size.pixels() * n)?;
        return Ok(Pixels {
            size: header.size,
            channels: n as usize,
            samples,
            colour: header.colour.clone(),
        });
    }
    // Progressive files keep all coefficients, two bytes each, beside the pixels.
    limits.check_bytes(header.size.pixels() * n * if frame.marker == 0xC2 { 3 } else { 1 })?;
    let samples = match baseline(bytes, limits) {
        Err(DecodeError::Unsupported(_)) => fallback(bytes, frame)?,
        other => other.map_err(planar::error)?,
    };
    if samples.len() as u64 != header.size.pixels() * n {
        return Err(ImageError::corrupt("the decoder returned another size"));
    }
    let pixels = |channels, samples, colour| Pixels { size: header.size, channels, samples, colour };
    match n {
        4 => {
            let inverted = header.segments.adobe.is_some();
            let rgb = cmyk_to_srgb(samples, inverted, &header.colour);
            Ok(pixels(3, Samples::U8(rgb), Colour::Srgb))
        }
        1 | 3 => Ok(pixels(n as usize, Samples::U8(samples), header.colour.clone())),
        _ => Err(ImageError::unsupported(format!("a JPEG with {n} components"))),
    }
}

/// Interleaved grey, RGB or CMYK (as stored, perhaps inverted) at full size.
fn baseline(bytes: &[u8], limits: &Limits) -> Result<Vec<u8>, DecodeError> {
    let info = read_info(bytes)?;
    let (w, n) = (info.width as usize, info.components.len());
    let mut out = Vec::with_capacity(w * info.height as usize * n);
    let options = DecodeOptions { scale: Scale::Full, max_pixels: limits.max_pixels, lenient: false };
    let (hmax, vmax) = info.factors();
    let transform = match n {
        3 => !info.is_rgb(),
        4 => info.adobe_transform == Some(2),
        _ => false,
    };
    let mut lines: Vec<Vec<u8>> = vec![vec![0; w]; n];
    decode_strips(bytes, &options, &mut Buffers::default(), |strip| {
        let rows =
            strip.planes.iter().zip(&info.components).map(|(p, c)| p.rows * vmax as usize / usize::from(c.v));
        let first = strip
            .planes
            .first()
            .map_or(0, |p| p.first_row * vmax as usize / usize::from(info.components[0].v));
        let rows = rows.max().unwrap_or(0).min(info.height as usize - first.min(info.height as usize));
        for y in 0..rows {
            for ((line, p), c) in lines.iter_mut().zip(strip.planes).zip(&info.components) {
                let row = (y * usize::from(c.v) / vmax as usize).min(p.rows.saturating_sub(1));
                widen(&p.data[row * p.stride..][..p.width], hmax as usize, usize::from(c.h), line);
            }
            interleave(&lines, transform, &mut out);
        }
        true
    })?;
    Ok(out)
}

/// One row of a component to full width; where it has half, the samples in between are interpolated the way
/// libjpeg does.
fn widen(from: &[u8], hmax: usize, h: usize, to: &mut [u8]) {
    if h == hmax {
        to.copy_from_slice(&from[..to.len()]);
    } else if hmax == 2 * h {
        for (x, t) in to.iter_mut().enumerate() {
            let here = u16::from(from[(x / 2).min(from.len() - 1)]);
            let beside = if x % 2 == 0 { (x / 2).saturating_sub(1) } else { (x / 2 + 1).min(from.len() - 1) };
            *t = ((3 * here + u16::from(from[beside]) + 1 + (x as u16 & 1)) / 4) as u8;
        }
    } else {
        for (x, t) in to.iter_mut().enumerate() {
            *t = from[(x * h / hmax).min(from.len() - 1)];
        }
    }
}

fn interleave(lines: &[Vec<u8>], transform: bool, out: &mut Vec<u8>) {
    match lines {
        [y] => out.extend_from_slice(y),
        [y, cb, cr] if transform => {
            out.extend(y.iter().zip(cb).zip(cr).flat_map(|((y, b), r)| ycc_to_rgb(*y, *b, *r)));
        }
        // YCCK: CMY are the complement of what the conversion gives; K is as it is.
        [y, cb, cr, k] if transform => {
            out.extend(y.iter().zip(cb).zip(cr).zip(k).flat_map(|(((y, b), r), k)| {
                let [red, green, blue] = ycc_to_rgb(*y, *b, *r);
                [255 - red, 255 - green, 255 - blue, *k]
            }));
        }
        lines => {
            for x in 0..lines.first().map_or(0, Vec::len) {
                out.extend(lines.iter().map(|l| l[x]));
            }
        }
    }
}

fn fallback(bytes: &[u8], frame: &Frame) -> Result<Vec<u8>, ImageError> {
    if frame.marker != 0xC2 {
        return Err(ImageError::unsupported("a hierarchical or arithmetic-coded JPEG"));
    }
    if frame.precision != 8 {
        return Err(ImageError::unsupported(format!("a JPEG of {} bits a sample", frame.precision)));
    }
    let luma = frame.sampling.first().copied().unwrap_or_default();
    if frame.sampling.iter().any(|s| s.0 > luma.0 || s.1 > luma.1) {
        return Err(ImageError::unsupported("a JPEG whose chroma is finer than its luma"));
    }
    // The fallback returns what it has of an incomplete file and says nothing.
    let end = bytes.iter().rposition(|b| *b != 0).unwrap_or(0);
    if bytes.windows(2).rposition(|w| w == [0xFF, 0xD9]).is_none_or(|at| at + (1 << 20) < end) {
        return Err(ImageError::Truncated { what: "its end is missing".into() });
    }
    let out = match frame.sampling.len() {
        1 => ColorSpace::Luma,
        4 => ColorSpace::CMYK,
        _ => ColorSpace::RGB,
    };
    guarded("JPEG", || {
        let options = DecoderOptions::default()
            .jpeg_set_out_colorspace(out)
            .set_max_width(65_535)
            .set_max_height(65_535)
            .set_strict_mode(true);
        JpegDecoder::new_with_options(ZCursor::new(bytes), options).decode().map_err(ImageError::corrupt)
    })
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
