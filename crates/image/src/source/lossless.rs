//! Lossless JPEG (ITU-T T.81, annex H), as scanners, medical devices and some cameras' raw converters write it.

use super::Samples;
use super::segments::Frame;
use crate::error::{ImageError, guarded};

/// Bytes that the decoder needs for one sample, by its source: differences, samples, and three copies.
pub(super) const BYTES_A_SAMPLE: u64 = 14;

/// Samples of 8 bits as they are; all others widened to 16.
pub(super) fn decode(bytes: &[u8], frame: &Frame) -> Result<Samples, ImageError> {
    let n = frame.sampling.len();
    if !matches!(n, 1 | 3) {
        return Err(ImageError::unsupported(format!("a lossless JPEG with {n} components")));
    }
    // The decoder takes every component for full size and does not look.
    if frame.sampling.iter().any(|s| *s != frame.sampling[0]) {
        return Err(ImageError::unsupported("a lossless JPEG whose components differ in size"));
    }
    let raw = guarded("JPEG", || {
        let mut decoder = jpeg_decoder::Decoder::new(bytes);
        // As stored: whoever codes without loss does not turn the colours first.
        decoder.set_color_transform(jpeg_decoder::ColorTransform::None);
        decoder.decode().map_err(error)
    })?;
    match frame.precision {
        8 => Ok(Samples::U8(raw)),
        bits @ 2..=16 => Ok(Samples::U16(
            raw.as_chunks::<2>().0.iter().map(|b| widen(u16::from_ne_bytes(*b), bits)).collect(),
        )),
        bits => Err(ImageError::unsupported(format!("a lossless JPEG of {bits} bits a sample"))),
    }
}

/// To 16 bits such that the largest value becomes the largest.
fn widen(value: u16, bits: u8) -> u16 {
    let most = (1u32 << bits) - 1;
    ((u32::from(value).min(most) * 65_535 + most / 2) / most) as u16
}

fn error(e: jpeg_decoder::Error) -> ImageError {
    match e {
        jpeg_decoder::Error::Io(e) if e.kind() == std::io::ErrorKind::UnexpectedEof => {
            ImageError::Truncated { what: "its end is missing".into() }
        }
        jpeg_decoder::Error::Unsupported(what) => ImageError::unsupported(format!("a JPEG with {what:?}")),
        other => ImageError::corrupt(other),
    }
}

#[cfg(test)]
mod tests {
    use super::widen;

    #[test]
    fn the_ends_of_the_scale_stay_the_ends() {
        for bits in 2..=16u8 {
            let most = ((1u32 << bits) - 1) as u16;
            assert_eq!((widen(0, bits), widen(most, bits)), (0, 65_535), "{bits} bits");
        }
        assert_eq!(widen(0xABCD, 16), 0xABCD);
        assert_eq!(widen(u16::MAX, 12), 65_535, "a damaged file has larger ones");
    }
}
