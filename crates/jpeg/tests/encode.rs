//! What the encoder writes is read back by another decoder, and abbreviated streams become whole again.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use darkslide_jpeg::{EncodeOptions, Plane, Sampling, encode, encode_scan, header, join_header};
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::{bytestream::ZCursor, colorspace::ColorSpace, options::DecoderOptions};

/// Smooth colour with some texture.
fn planes(w: usize, h: usize, sampling: Sampling) -> Vec<Vec<u8>> {
    let (cw, ch) = sampling.chroma_size(w as u32, h as u32);
    let (fh, fv) = sampling.factors();
    let luma = (0..w * h).map(|i| {
        let (x, y) = ((i % w) as f32, (i / w) as f32);
        (128.0 + 80.0 * (x / 9.0).sin() * (y / 13.0).cos() + (x * 7.0 + y * 3.0) % 11.0) as u8
    });
    let chroma = |p: f32| -> Vec<u8> {
        (0..(cw * ch) as usize)
            .map(|i| {
                let x = (i % cw as usize) as f32 * fh as f32;
                let y = (i / cw as usize) as f32 * fv as f32;
                (128.0 + 60.0 * ((x + y) / 40.0 + p).sin()) as u8
            })
            .collect()
    };
    if sampling == Sampling::Grey {
        vec![luma.collect()]
    } else {
        vec![luma.collect(), chroma(0.0), chroma(2.0)]
    }
}

fn decode(jpeg: &[u8], space: ColorSpace) -> (usize, usize, Vec<u8>) {
    let options = DecoderOptions::default().jpeg_set_out_colorspace(space);
    let mut d = JpegDecoder::new_with_options(ZCursor::new(jpeg), options);
    let px = d.decode().expect("another decoder reads it");
    let (w, h) = d.dimensions().unwrap();
    (w, h, px)
}

fn psnr(a: impl Iterator<Item = u8>, b: impl Iterator<Item = u8>) -> f64 {
    let (mut sum, mut n) = (0.0, 0.0);
    for (a, b) in a.zip(b) {
        sum += (f64::from(a) - f64::from(b)).powi(2);
        n += 1.0;
    }
    10.0 * (65025.0 / (sum / n).max(1e-9)).log10()
}

#[test]
fn every_sampling_and_odd_size_reads_back() {
    for sampling in [Sampling::Grey, Sampling::S444, Sampling::S422, Sampling::S420] {
        for (w, h) in [(1, 1), (7, 9), (16, 16), (33, 50), (131, 77)] {
            for optimise in [false, true] {
                let p = planes(w, h, sampling);
                let cw = sampling.chroma_size(w as u32, h as u32).0 as usize;
                let views: Vec<Plane<'_>> = p
                    .iter()
                    .enumerate()
                    .map(|(i, d)| Plane { data: d, stride: if i == 0 { w } else { cw } })
                    .collect();
                let mut out = Vec::new();
                let options = EncodeOptions { quality: 95, sampling, optimise, ..Default::default() };
                encode(w as u32, h as u32, &views, &options, &mut out).unwrap();
                let space = if sampling == Sampling::Grey { ColorSpace::Luma } else { ColorSpace::YCbCr };
                let (dw, dh, px) = decode(&out, space);
                assert_eq!((dw, dh), (w, h));
                let n = space.num_components();
                let q = psnr(p[0].iter().copied(), px.iter().step_by(n).copied());
                assert!(q > 38.0, "{sampling:?} {w}x{h} optimise {optimise}: luma {q:.1} dB");
            }
        }
    }
}

#[test]
fn optimised_tables_are_smaller_and_say_the_same() {
    let p = planes(400, 300, Sampling::S420);
    let views = [
        Plane { data: &p[0], stride: 400 },
        Plane { data: &p[1], stride: 200 },
        Plane { data: &p[2], stride: 200 },
    ];
    let (mut a, mut b) = (Vec::new(), Vec::new());
    encode(400, 300, &views, &EncodeOptions::default(), &mut a).unwrap();
    encode(400, 300, &views, &EncodeOptions { optimise: true, ..Default::default() }, &mut b).unwrap();
    assert!(b.len() < a.len(), "{} < {}", b.len(), a.len());
    assert_eq!(decode(&a, ColorSpace::YCbCr), decode(&b, ColorSpace::YCbCr));
}

#[test]
fn a_stored_scan_gets_its_header_back() {
    let (w, h) = (64u32, 43u32);
    let p = planes(w as usize, h as usize, Sampling::S420);
    let views = [
        Plane { data: &p[0], stride: 64 },
        Plane { data: &p[1], stride: 32 },
        Plane { data: &p[2], stride: 32 },
    ];
    let scan = encode_scan(w, h, &views).unwrap();
    assert!(!scan.windows(2).any(|m| m[0] == 0xFF && m[1] != 0), "no marker in the stored scan");
    let whole = join_header(&scan, 64, 43);
    assert!(whole.starts_with(&header(64, 43)));
    let (dw, dh, px) = decode(&whole, ColorSpace::YCbCr);
    assert_eq!((dw, dh), (64, 43));
    assert!(psnr(p[0].iter().copied(), px.iter().step_by(3).copied()) > 24.0);
}

#[test]
fn mistakes_of_the_caller_are_errors() {
    let d = [0u8; 64];
    let p = [Plane { data: &d, stride: 8 }];
    let grey = |quality| EncodeOptions { quality, sampling: Sampling::Grey, ..Default::default() };
    assert!(encode(8, 8, &p, &grey(0), &mut Vec::new()).is_err());
    assert!(encode(9, 8, &p, &grey(50), &mut Vec::new()).is_err());
    assert!(encode(0, 8, &p, &grey(50), &mut Vec::new()).is_err());
    assert!(encode(8, 8, &p, &EncodeOptions::default(), &mut Vec::new()).is_err());
    assert!(encode_scan(300, 8, &[p[0], p[0], p[0]]).is_err());
}

/// The same samples at the same quality, by libjpeg-turbo (Debian libjpeg-turbo-progs).
#[test]
fn no_larger_and_no_worse_than_libjpeg_turbo() {
    use std::io::Write;
    use std::process::{Command, Stdio};
    let (w, h) = (640usize, 480usize);
    let p = planes(w, h, Sampling::Grey);
    for (optimise, quality) in [(false, 82u8), (true, 82), (false, 95), (true, 40)] {
        let mut args = vec!["-grayscale".to_owned(), "-quality".into(), quality.to_string()];
        if optimise {
            args.push("-optimize".into());
        }
        let child = Command::new("cjpeg").args(&args).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
        let Ok(mut child) = child else {
            eprintln!("skipped: cjpeg is not installed (Debian libjpeg-turbo-progs)");
            return;
        };
        let mut stdin = child.stdin.take().unwrap();
        let mut pgm = format!("P5 {w} {h} 255\n").into_bytes();
        pgm.extend_from_slice(&p[0]);
        let writer = std::thread::spawn(move || stdin.write_all(&pgm));
        let theirs = child.wait_with_output().unwrap().stdout;
        writer.join().unwrap().unwrap();
        let mut ours = Vec::new();
        let options = EncodeOptions { quality, sampling: Sampling::Grey, optimise, ..Default::default() };
        encode(w as u32, h as u32, &[Plane { data: &p[0], stride: w }], &options, &mut ours).unwrap();
        let score = |jpeg: &[u8]| psnr(p[0].iter().copied(), decode(jpeg, ColorSpace::Luma).2.into_iter());
        let (a, b) = (score(&ours), score(&theirs));
        eprintln!(
            "quality {quality} optimise {optimise}: {} and {} bytes, {a:.2} and {b:.2} dB",
            ours.len(),
            theirs.len()
        );
        assert!(
            ours.len() as f64 <= theirs.len() as f64 * 1.002,
            "{} bytes, theirs {}",
            ours.len(),
            theirs.len()
        );
        assert!(a >= b - 0.05, "{a:.2} dB, theirs {b:.2}");
    }
}

/// Every kind of stream the encoder writes, in programs that photographers and labs have (Chromium is in
/// `darkslide-image`'s tests). All of them warn on standard error, or with these switches say what they miss.
#[test]
fn other_programs_open_what_is_written() {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("written");
    std::fs::create_dir_all(&folder).unwrap();
    let mut files = Vec::new();
    let mut write = |name: String, jpeg: &[u8]| {
        std::fs::write(folder.join(&name), jpeg).unwrap();
        files.push(folder.join(name));
    };
    for sampling in [Sampling::Grey, Sampling::S444, Sampling::S422, Sampling::S420] {
        let p = planes(131, 77, sampling);
        let cw = sampling.chroma_size(131, 77).0 as usize;
        let views: Vec<Plane<'_>> =
            p.iter().enumerate().map(|(i, data)| Plane { data, stride: [131, cw, cw][i] }).collect();
        for (optimise, quality, density) in [(false, 82, None), (true, 95, Some(300)), (false, 100, Some(72))]
        {
            let mut jpeg = Vec::new();
            let options = EncodeOptions { quality, sampling, optimise, density, segments: &[] };
            encode(131, 77, &views, &options, &mut jpeg).unwrap();
            write(format!("{sampling:?}_{quality}.jpg"), &jpeg);
        }
    }
    let p = planes(64, 43, Sampling::S420);
    let views = [0, 1, 2].map(|i| Plane { data: &p[i], stride: [64, 32, 32][i] });
    write("micro.jpg".into(), &join_header(&encode_scan(64, 43, &views).unwrap(), 64, 43));
    let readers: [(&[&str], &str, &str); 3] = [
        (&["djpeg", "-pnm", "-outfile", "/dev/null"], "libjpeg-turbo-progs", ""),
        (&["identify", "-regard-warnings", "-verbose"], "imagemagick", "Format: JPEG"),
        (
            &["exiftool", "-validate", "-warning", "-error", "-ImageSize"],
            "libimage-exiftool-perl",
            "Image Size",
        ),
    ];
    for (command, package, says) in readers {
        for file in &files {
            let Ok(out) = std::process::Command::new(command[0]).args(&command[1..]).arg(file).output()
            else {
                eprintln!("skipped: {} is not installed (Debian {package})", command[0]);
                break;
            };
            let (text, errors) = (String::from_utf8_lossy(&out.stdout), String::from_utf8_lossy(&out.stderr));
            let sound = out.status.success() && errors.is_empty() && text.contains(says);
            let silent = !text.contains("Warning") && !text.contains("Error");
            assert!(sound && silent, "{} on {}: {text} {errors}", command[0], file.display());
        }
    }
}
