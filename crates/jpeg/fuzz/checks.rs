//! What holds for any bytes whatever. Both the fuzzer's targets and `tests/fuzz.rs` call these, so that
//! every build runs them and nobody needs a nightly compiler for it.

#![allow(dead_code, reason = "each fuzz target calls one of them")]

use darkslide_jpeg::{
    DecodeOptions, Decoded, DecodedPlane, EncodeOptions, MICRO_MAX_SIDE, Plane, Sampling, Scale, decode,
    encode, header, join_header, plane_size,
};

const SCALES: [Scale; 5] = [Scale::Full, Scale::Half, Scale::ThreeEighths, Scale::Quarter, Scale::Eighth];

/// Small enough for thousands of pictures a second.
const MAX_PIXELS: u64 = 1 << 18;

fn fits(d: &Decoded, planes: &[DecodedPlane], scale: Scale) {
    assert!(u64::from(d.info.width) * u64::from(d.info.height) <= MAX_PIXELS);
    assert_eq!(planes.len(), d.info.components.len());
    assert!(d.sound_rows <= d.info.height);
    for (i, p) in planes.iter().enumerate() {
        assert_eq!((p.width, p.height), plane_size(&d.info, i, scale));
        assert_eq!(p.data.len(), p.width * p.height);
    }
}

/// A picture or an error; a picture is whole, and the lenient mode draws the same.
pub fn decode_strict(data: &[u8]) {
    for scale in SCALES {
        let strict = DecodeOptions { scale, max_pixels: MAX_PIXELS, lenient: false };
        let Ok((d, planes)) = decode(data, &strict) else { continue };
        fits(&d, &planes, scale);
        assert_eq!(d.sound_rows, d.info.height);
        assert_eq!(decode(data, &DecodeOptions { lenient: true, ..strict }), Ok((d, planes)));
    }
}

pub fn decode_lenient(data: &[u8]) {
    for scale in SCALES {
        let options = DecodeOptions { scale, max_pixels: MAX_PIXELS, lenient: true };
        if let Ok((d, planes)) = decode(data, &options) {
            fits(&d, &planes, scale);
        }
    }
}

/// Two bytes of size, then a scan: the header fits any, and the lenient mode draws any.
pub fn join_header_any(data: &[u8]) {
    let &[w, h, ref scan @ ..] = data else { return };
    let side = |v: u8| 1 + u16::from(v) % (MICRO_MAX_SIDE as u16);
    let whole = join_header(scan, side(w), side(h));
    assert!(whole.starts_with(&header(side(w), side(h))));
    let options = DecodeOptions { lenient: true, ..Default::default() };
    // A marker within the scan may say anything.
    if !scan.contains(&0xFF) {
        let (d, planes) = decode(&whole, &options).unwrap_or_else(|e| panic!("{e}"));
        assert_eq!((d.info.width, d.info.height), (side(w).into(), side(h).into()));
        assert_eq!(planes.len(), 3);
    }
    decode_lenient(&whole);
}

/// Four bytes of options, then samples, repeated as often as needed. What was written is read back, and
/// at quality 100 every sample is within what rounding 64 coefficients can do.
pub fn encode_and_decode(data: &[u8]) {
    let &[w, h, options, quality, ref samples @ ..] = data else { return };
    if samples.is_empty() {
        return;
    }
    let (w, h) = (1 + u32::from(w) % 96, 1 + u32::from(h) % 96);
    let sampling = [Sampling::Grey, Sampling::S444, Sampling::S422, Sampling::S420][usize::from(options & 3)];
    let (cw, ch) = sampling.chroma_size(w, h);
    let sizes = [(w, h), (cw, ch), (cw, ch)];
    let count = if sampling == Sampling::Grey { 1 } else { 3 };
    let planes: Vec<Vec<u8>> = sizes[..count]
        .iter()
        .enumerate()
        .map(|(i, (w, h))| samples.iter().cycle().skip(7 * i).take((w * h) as usize).copied().collect())
        .collect();
    let views: Vec<Plane<'_>> =
        planes.iter().zip(sizes).map(|(data, (w, _))| Plane { data, stride: w as usize }).collect();
    let quality = 1 + quality % 100;
    let encode_options = EncodeOptions { quality, sampling, optimise: options & 4 > 0, ..Default::default() };
    let mut jpeg = Vec::new();
    encode(w, h, &views, &encode_options, &mut jpeg).unwrap_or_else(|e| panic!("{e}"));
    let (d, back) = decode(&jpeg, &DecodeOptions::default()).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!((d.info.width, d.info.height), (w, h));
    if quality == 100 {
        for (a, b) in planes.iter().flatten().zip(back.iter().flat_map(|p| &p.data)) {
            assert!(a.abs_diff(*b) <= 5, "{a} became {b}");
        }
    }
}
