//! The decoder against libjpeg-turbo (`djpeg`, where installed) on other people's files, and against its own
//! limits.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use darkslide_jpeg::{
    DecodeError, DecodeOptions, EncodeOptions, Plane, Sampling, Scale, decode, encode, plane_size,
};
use std::path::{Path, PathBuf};
use std::process::Command;

fn corpus(name: &str) -> Vec<PathBuf> {
    let root = std::env::var_os("DARKSLIDE_CORPORA")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpora"), PathBuf::from);
    let Ok(entries) = std::fs::read_dir(root.join(name)) else {
        eprintln!("skipped: no corpus {}", root.join(name).display());
        return Vec::new();
    };
    let mut files: Vec<PathBuf> = entries.flatten().map(|e| e.path()).filter(|p| p.is_file()).collect();
    files.sort();
    files
}

/// RGB or grey samples as libjpeg-turbo decodes them, chroma repeated and not smoothed.
fn djpeg(path: &Path) -> Option<(usize, usize, usize, Vec<u8>)> {
    let out = Command::new("djpeg").args(["-nosmooth", "-pnm"]).arg(path).output().ok()?;
    if !out.status.success() || !out.stderr.is_empty() {
        return None;
    }
    let mut fields = Vec::new();
    let mut at = 0;
    while fields.len() < 4 {
        let end = at + out.stdout[at..].iter().position(u8::is_ascii_whitespace)?;
        fields.push(String::from_utf8_lossy(&out.stdout[at..end]).into_owned());
        at = end + 1;
    }
    let channels = if fields[0] == "P5" { 1 } else { 3 };
    Some((fields[1].parse().ok()?, fields[2].parse().ok()?, channels, out.stdout[at..].to_vec()))
}

/// libjpeg's conversion.
fn rgb(y: u8, cb: u8, cr: u8) -> [u8; 3] {
    let (y, u, v) = (i32::from(y), i32::from(cb) - 128, i32::from(cr) - 128);
    let half = 1 << 15;
    let r = y + ((91_881 * v + half) >> 16);
    let g = y + ((-22_554 * u - 46_802 * v + half) >> 16);
    let b = y + ((116_130 * u + half) >> 16);
    [r, g, b].map(|v| v.clamp(0, 255) as u8)
}

#[test]
fn agrees_with_libjpeg_turbo() {
    if Command::new("djpeg").arg("-version").output().is_err() {
        eprintln!("skipped: djpeg is not installed (Debian libjpeg-turbo-progs)");
        return;
    }
    let mut compared = 0;
    for path in
        ["formats/jpeg", "orientation", "exif", "metadata", "malformed/jpeg"].iter().flat_map(|d| corpus(d))
    {
        let data = std::fs::read(&path).unwrap();
        let Ok((decoded, planes)) = decode(&data, &DecodeOptions::default()) else { continue };
        let info = &decoded.info;
        if info.components.len() == 2 || info.components.len() == 4 {
            continue;
        }
        let Some((w, h, channels, reference)) = djpeg(&path) else { continue };
        assert_eq!((w, h), (info.width as usize, info.height as usize), "{}", path.display());
        let (hmax, vmax) = info.factors();
        // djpeg refuses or rounds ratios that are not whole.
        if info.components.iter().any(|c| hmax % u32::from(c.h) != 0 || vmax % u32::from(c.v) != 0) {
            continue;
        }
        let at = |i: usize, x: usize, y: usize| {
            let c = &info.components[i];
            let (fx, fy) = (hmax as usize / usize::from(c.h), vmax as usize / usize::from(c.v));
            planes[i].data[y / fy * planes[i].width + x / fx]
        };
        let mut worst = 0;
        for y in 0..h {
            for x in 0..w {
                let r = &reference[(y * w + x) * channels..][..channels];
                let mine = match (channels, info.is_rgb()) {
                    (1, _) => [at(0, x, y); 3],
                    (_, true) => [at(0, x, y), at(1, x, y), at(2, x, y)],
                    _ => rgb(at(0, x, y), at(1, x, y), at(2, x, y)),
                };
                worst = r.iter().zip(mine).map(|(a, b)| a.abs_diff(b)).max().unwrap_or(0).max(worst);
            }
        }
        assert!(worst <= 1, "{}: differs by {worst}", path.display());
        compared += 1;
    }
    eprintln!("{compared} files agree with libjpeg-turbo");
    assert!(compared == 0 || compared > 60, "only {compared} files compared");
}

#[test]
fn hostile_files_are_errors_in_bounded_time() {
    for path in
        ["malformed/jpeg", "malformed/jpeg-crashtest", "malformed/image-bad"].iter().flat_map(|d| corpus(d))
    {
        let data = std::fs::read(&path).unwrap();
        for scale in [Scale::Full, Scale::Half, Scale::ThreeEighths, Scale::Quarter, Scale::Eighth] {
            for lenient in [false, true] {
                let options = DecodeOptions { scale, max_pixels: 20_000_000, lenient };
                if let Ok((d, planes)) = decode(&data, &options) {
                    for (i, p) in planes.iter().enumerate() {
                        assert_eq!((p.width, p.height), plane_size(&d.info, i, scale), "{}", path.display());
                        assert_eq!(p.data.len(), p.width * p.height);
                    }
                }
            }
        }
    }
}

/// A textured picture, encoded.
fn sample(w: usize, h: usize, sampling: Sampling) -> (Vec<u8>, Vec<Vec<u8>>) {
    let (cw, ch) = sampling.chroma_size(w as u32, h as u32);
    let wave = |w: usize, h: usize, p: f32| -> Vec<u8> {
        (0..w * h)
            .map(|i| {
                let (x, y) = ((i % w) as f32, (i / w) as f32);
                (128.0 + 70.0 * (x / 17.0 + p).sin() + 40.0 * (y / 11.0).cos() + (x * y % 7.0)) as u8
            })
            .collect()
    };
    let mut planes = vec![wave(w, h, 0.0)];
    if sampling != Sampling::Grey {
        planes.push(wave(cw as usize, ch as usize, 1.0));
        planes.push(wave(cw as usize, ch as usize, 2.0));
    }
    let views: Vec<Plane<'_>> = planes
        .iter()
        .enumerate()
        .map(|(i, data)| Plane { data, stride: if i == 0 { w } else { cw as usize } })
        .collect();
    let mut out = Vec::new();
    let options = EncodeOptions { quality: 97, sampling, ..Default::default() };
    encode(w as u32, h as u32, &views, &options, &mut out).unwrap();
    (out, planes)
}

/// The samples that the smaller picture's sample `at` covers, and how much of it each is; `n` to one.
fn covered(at: usize, n: f64, length: usize) -> impl Iterator<Item = (usize, f64)> + Clone {
    let (from, to) = (at as f64 * n, (at + 1) as f64 * n);
    (from as usize..(to.ceil() as usize).min(length))
        .map(move |s| (s, ((s + 1) as f64).min(to) - (s as f64).max(from)))
        .map(move |(s, part)| (s, part / n))
}

#[test]
fn scaled_planes_are_averages_of_the_full_ones() {
    for sampling in [Sampling::Grey, Sampling::S444, Sampling::S422, Sampling::S420] {
        for (w, h) in [(1, 1), (9, 17), (64, 48), (253, 131)] {
            let (jpeg, _) = sample(w, h, sampling);
            let (_, full) = decode(&jpeg, &DecodeOptions::default()).unwrap();
            for scale in [Scale::Half, Scale::ThreeEighths, Scale::Quarter, Scale::Eighth] {
                let n = scale.divisor();
                let (d, planes) = decode(&jpeg, &DecodeOptions { scale, ..Default::default() }).unwrap();
                for (i, (p, f)) in planes.iter().zip(&full).enumerate() {
                    assert_eq!((p.width, p.height), plane_size(&d.info, i, scale));
                    let mut sum = 0.0;
                    let (across, down) = ((f.width as f64 / n) as usize, (f.height as f64 / n) as usize);
                    for (y, x) in (0..down).flat_map(|y| (0..across).map(move |x| (y, x))) {
                        let mut mean = 0.0;
                        for (sy, wy) in covered(y, n, f.height) {
                            for (sx, wx) in covered(x, n, f.width) {
                                mean += wx * wy * f64::from(f.data[sy * f.width + sx]);
                            }
                        }
                        sum += (mean - f64::from(p.data[y * p.width + x])).abs();
                    }
                    let blocks = (across * down).max(1) as f64;
                    assert!(sum / blocks < 2.5, "{sampling:?} {w}x{h} {scale:?} plane {i}: {}", sum / blocks);
                }
            }
        }
    }
}

#[test]
fn what_is_missing_is_said() {
    let (jpeg, _) = sample(200, 160, Sampling::S420);
    let start = jpeg.len() - 4_000;
    for cut in (start..jpeg.len() - 8).step_by(37) {
        let e = decode(&jpeg[..cut], &DecodeOptions::default()).unwrap_err();
        assert!(matches!(e, DecodeError::Truncated { .. }), "cut at {cut}: {e:?}");
        let options = DecodeOptions { lenient: true, ..Default::default() };
        let (d, planes) = decode(&jpeg[..cut], &options).unwrap();
        assert!(d.sound_rows < 160, "cut at {cut}");
        assert_eq!(planes[0].data.len(), 200 * 160);
    }
    let small = DecodeOptions { max_pixels: 100, ..Default::default() };
    assert!(matches!(decode(&jpeg, &small), Err(DecodeError::TooLarge { width: 200, height: 160, .. })));
    assert_eq!(decode(b"GIF89a", &DecodeOptions::default()).unwrap_err(), DecodeError::NotJpeg);
}

#[test]
fn random_damage_never_panics() {
    let (jpeg, _) = sample(120, 90, Sampling::S422);
    let mut seed = 7u32;
    for _ in 0..3_000 {
        let mut bad = jpeg.clone();
        for _ in 0..4 {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let at = (seed >> 8) as usize % bad.len();
            bad[at] = (seed >> 3) as u8;
        }
        for lenient in [false, true] {
            for scale in [Scale::Full, Scale::Half, Scale::ThreeEighths, Scale::Eighth] {
                let _ = decode(&bad, &DecodeOptions { scale, max_pixels: 1_000_000, lenient });
            }
        }
    }
}
