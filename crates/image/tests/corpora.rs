//! Other people's files: real cameras, odd codings, and what crashed other decoders. The folder is not part
//! of the project; without it these tests say so and pass.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use darkslide_image::{
    ImageError, Limits, MetadataPolicy, Origin, RenderRequest, RenditionSpec, Sharpen, metadata, probe,
    render,
};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

fn corpus(name: &str) -> Option<PathBuf> {
    let root = std::env::var_os("DARKSLIDE_CORPORA")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpora"), PathBuf::from);
    let dir = root.join(name);
    if dir.is_dir() {
        return Some(dir);
    }
    eprintln!("skipped: no corpus {}", dir.display());
    None
}

fn files(dir: &Path) -> Vec<PathBuf> {
    let mut out = Vec::new();
    for entry in std::fs::read_dir(dir).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() { out.extend(files(&path)) } else { out.push(path) }
    }
    out.sort();
    out
}

fn request(long_edge: u32) -> RenderRequest {
    let spec = RenditionSpec {
        name: "proof".into(),
        long_edge,
        quality: 82,
        watermark: None,
        sharpen: Sharpen::None,
    };
    let keep = MetadataPolicy { copyright: true, caption: true, creator: true };
    RenderRequest { edit: None, renditions: vec![spec], micro: true, keep }
}

fn pixels(jpeg: &[u8]) -> image::RgbImage {
    image::load_from_memory(jpeg).unwrap().into_rgb8()
}

#[test]
fn every_orientation_looks_the_same() {
    let Some(dir) = corpus("orientation") else { return };
    for shape in ["Landscape", "Portrait"] {
        let load = |i: u32| {
            let bytes = std::fs::read(dir.join(format!("{shape}_{i}.jpg"))).unwrap();
            let r = render(&bytes, &request(300), &Limits::default()).unwrap();
            pixels(&r.renditions[0].jpeg)
        };
        let first = load(1);
        for i in 2..=8 {
            let other = load(i);
            assert_eq!(first.dimensions(), other.dimensions(), "{shape} {i}");
            let sum: u64 =
                first.as_raw().iter().zip(other.as_raw()).map(|(a, b)| u64::from(a.abs_diff(*b))).sum();
            let mean = sum as f64 / first.as_raw().len() as f64;
            // The pictures carry their number in large letters; everything else agrees.
            assert!(mean < 12.0, "{shape} {i}: mean difference {mean:.1}");
        }
    }
}

#[test]
fn crashers_are_errors_or_pictures_in_bounded_time() {
    let Some(dir) = corpus("malformed") else { return };
    let limits = Limits { max_pixels: 50_000_000, max_bytes: 512 << 20, ..Limits::default() };
    let (mut good, mut bad) = (0, 0);
    for path in files(&dir) {
        let bytes = std::fs::read(&path).unwrap();
        let start = Instant::now();
        match render(&bytes, &request(256), &limits) {
            Ok(r) => {
                good += 1;
                assert!(pixels(&r.renditions[0].jpeg).width() <= 256);
            }
            Err(e) => {
                bad += 1;
                let text = e.to_string();
                assert!(!text.is_empty() && !text.contains(char::is_control), "{text:?}");
            }
        }
        let _ = metadata(&bytes, Some(&bytes));
        let took = start.elapsed();
        assert!(took < Duration::from_secs(10), "{} took {took:?}", path.display());
    }
    eprintln!("{good} drawn, {bad} refused");
    assert!(bad > 100, "a corpus of damaged files of which only {bad} are refused");
}

#[test]
fn odd_codings_match_their_references() {
    let Some(dir) = corpus("formats/jpeg") else { return };
    let (mut compared, mut deepest, mut motion) = (0, 8, false);
    for path in files(&dir) {
        if path.extension().is_none_or(|e| e != "jpg" && e != "jpeg") {
            continue;
        }
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let bytes = std::fs::read(&path).unwrap();
        let result = render(&bytes, &request(4096), &Limits::default());
        let r = match result {
            Ok(r) => r,
            Err(e) => {
                eprintln!("{name}: {e}");
                let why = matches!(
                    e,
                    ImageError::Unsupported { .. }
                        | ImageError::Corrupt { .. }
                        | ImageError::Truncated { .. }
                );
                assert!(why, "{name}: {e}");
                continue;
            }
        };
        let Ok(reference) = image::open(path.with_extension("png")) else { continue };
        // References that show a decoder's guess at missing data, or CMYK without a profile, say little.
        if name.contains("missing")
            || name.contains("partial")
            || name.contains("cmyk")
            || name.contains("ycck")
        {
            continue;
        }
        // References of deep files hold the samples as they are: 12 bits of 16, for example.
        let bits = probe(&bytes, &Limits::default()).unwrap().bit_depth;
        let b = if bits > 8 {
            let most = (1u32 << bits) - 1;
            let mut deep = reference.into_rgb16();
            deep.iter_mut().for_each(|v| *v = (u32::from(*v).min(most) * 65_535 / most) as u16);
            deepest = deepest.max(bits);
            image::DynamicImage::ImageRgb16(deep).into_rgb8()
        } else {
            reference.into_rgb8()
        };
        let a = pixels(&r.renditions[0].jpeg);
        assert_eq!(a.dimensions(), b.dimensions(), "{name}");
        let sum: u64 = a.as_raw().iter().zip(b.as_raw()).map(|(a, b)| u64::from(a.abs_diff(*b))).sum();
        let mean = sum as f64 / a.as_raw().len() as f64;
        // A few pixels say nothing: our own 4:2:0 shares their colours.
        // CMYK without a profile is a matter of taste, but never upside down.
        let limit = if name.contains("cmyk") || name.contains("ycck") { 40.0 } else { 6.0 };
        eprintln!("{name}: {mean:.1}");
        assert!(mean < limit || a.width() < 16, "{name}: mean difference {mean:.1}");
        motion |= name == "mjpeg.jpg";
        compared += 1;
    }
    eprintln!("{compared} compared");
    assert!(compared >= 20, "only {compared} compared");
    assert!(motion, "a frame of motion JPEG, which has no Huffman tables, is read");
    assert_eq!(deepest, 16, "lossless files of 16 bits are read");
}

#[test]
fn metadata_of_real_files_is_read() {
    let Some(dir) = corpus("exif") else { return };
    let read = |p: &str| metadata(&std::fs::read(dir.join(p)).unwrap(), None);
    let m = read("Canon_40D.jpg");
    assert_eq!(
        m.camera_model.as_ref().map(|v| (v.value.as_str(), v.origin)),
        Some(("Canon EOS 40D", Origin::Exif))
    );
    assert_eq!(m.captured_at.as_ref().map(|v| v.value.as_str()), Some("2008-05-30T15:56:01.00"));
    assert!(read("DSCN0010.jpg").gps_present);
    for path in files(&dir) {
        let bytes = std::fs::read(&path).unwrap();
        let _ = metadata(&bytes, None);
        let _ = probe(&bytes, &Limits::default());
    }
}

#[test]
fn sidecars_and_packets_are_read() {
    let Some(dir) = corpus("metadata") else { return };
    let xmp = std::fs::read(dir.join("BlueSquare.xmp")).unwrap();
    let m = metadata(b"", Some(&xmp));
    assert!(m.title.is_some() && m.keywords.is_some(), "{m:?}");
    assert_eq!(m.title.unwrap().origin, Origin::Sidecar);
    for path in files(&dir) {
        let bytes = std::fs::read(&path).unwrap();
        let m = metadata(&bytes, Some(&bytes));
        let text = serde_json::to_string(&m).unwrap();
        assert!(!text.contains("\\u00"), "no control characters: {}", path.display());
    }
}

#[test]
fn proofs_carry_no_place_and_no_serial_number() {
    let Some(dir) = corpus("exif") else { return };
    let bytes = std::fs::read(dir.join("DSCN0010.jpg")).unwrap();
    let r = render(&bytes, &request(400), &Limits::default()).unwrap();
    let m = metadata(&r.renditions[0].jpeg, None);
    assert!(!m.gps_present && m.camera_make.is_none() && m.camera_model.is_none(), "{m:?}");
}
