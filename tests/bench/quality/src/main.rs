//! How good proofs are: SSIMULACRA2 of each against a reference made the slow and exact way: libjpeg-turbo's
//! full decode (`djpeg`), the embedded profile to sRGB with 16 bits, Lanczos 3 in linear light in floating
//! point, turned upright.
//!
//! Usage: quality ORIGINAL PROOF… (prints one score a proof)

use fast_image_resize::images::Image;
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};
use image::ImageDecoder;
use std::error::Error;
use std::process::Command;
use yuvxyb::{ColorPrimaries, Rgb, TransferCharacteristic};

fn linear(v: f32) -> f32 {
    if v <= 0.040_45 { v / 12.92 } else { ((v + 0.055) / 1.055).powf(2.4) }
}

fn coded(l: f32) -> f32 {
    let l = l.clamp(0.0, 1.0);
    if l <= 0.003_130_8 { l * 12.92 } else { 1.055 * l.powf(1.0 / 2.4) - 0.055 }
}

/// Linear-light sRGB as floats, with its size, as stored; and the orientation.
fn original(path: &str) -> Result<(Vec<f32>, u32, u32, u8), Box<dyn Error>> {
    let bytes = std::fs::read(path)?;
    let mut decoder = image::codecs::jpeg::JpegDecoder::new(std::io::Cursor::new(&bytes))?;
    let icc = decoder.icc_profile()?;
    let orientation = decoder.orientation()?.to_exif();
    let out = Command::new("djpeg").args(["-pnm", path]).output()?;
    let text = String::from_utf8_lossy(&out.stdout[..32.min(out.stdout.len())]).into_owned();
    let mut fields = text.split_ascii_whitespace();
    if fields.next() != Some("P6") {
        return Err(format!("djpeg: {}", String::from_utf8_lossy(&out.stderr)).into());
    }
    let mut number = || fields.next().unwrap_or("").parse::<u32>();
    let (w, h) = (number()?, number()?);
    let start = out.stdout.len() - (w * h * 3) as usize;
    let mut px: Vec<u16> = out.stdout[start..].iter().map(|v| u16::from(*v) * 257).collect();
    if let Some(icc) = icc {
        use moxcms::{ColorProfile, Layout, TransformOptions};
        let from = ColorProfile::new_from_slice(&icc)?;
        let t = from.create_transform_16bit(
            Layout::Rgb,
            &ColorProfile::new_srgb(),
            Layout::Rgb,
            TransformOptions { prefer_fixed_point: false, ..Default::default() },
        )?;
        let mut to = vec![0; px.len()];
        t.transform(&px, &mut to)?;
        px = to;
    }
    let table: Vec<f32> = (0..65_536).map(|v| linear(v as f32 / 65_535.0)).collect();
    Ok((px.iter().map(|v| table[usize::from(*v)]).collect(), w, h, orientation))
}

fn reference(path: &str) -> Result<(Vec<[f32; 3]>, usize, usize), Box<dyn Error>> {
    let (px, w, h, orientation) = original(path)?;
    let long = w.max(h);
    let side = |s: u32| ((f64::from(s) * 2048.0 / f64::from(long)).round() as u32).max(1);
    let (dw, dh) = (side(w), side(h));
    let bytes: Vec<u8> = px.iter().flat_map(|v| v.to_le_bytes()).collect();
    drop(px);
    let source = Image::from_vec_u8(w, h, bytes, PixelType::F32x3)?;
    let mut to = Image::new(dw, dh, PixelType::F32x3);
    let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Lanczos3));
    Resizer::new().resize(&source, &mut to, &options)?;
    let values: Vec<f32> =
        to.buffer().chunks_exact(4).map(|b| coded(f32::from_le_bytes([b[0], b[1], b[2], b[3]]))).collect();
    let (w, h) = (dw as usize, dh as usize);
    let turned = orientation >= 5;
    let (ow, oh) = if turned { (h, w) } else { (w, h) };
    let mut out = Vec::with_capacity(w * h);
    for y in 0..oh {
        for x in 0..ow {
            let (sx, sy) = match orientation {
                2 => (w - 1 - x, y),
                3 => (w - 1 - x, h - 1 - y),
                4 => (x, h - 1 - y),
                5 => (y, x),
                6 => (y, h - 1 - x),
                7 => (w - 1 - y, h - 1 - x),
                8 => (w - 1 - y, x),
                _ => (x, y),
            };
            let at = (sy * w + sx) * 3;
            out.push([values[at], values[at + 1], values[at + 2]]);
        }
    }
    Ok((out, ow, oh))
}

fn rgb(px: Vec<[f32; 3]>, w: usize, h: usize) -> Result<Rgb, Box<dyn Error>> {
    Ok(Rgb::new(px, w, h, TransferCharacteristic::SRGB, ColorPrimaries::BT709)?)
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args().skip(1);
    let original = args.next().ok_or("usage: quality ORIGINAL PROOF…")?;
    let (px, w, h) = reference(&original)?;
    for path in args {
        let proof = image::open(&path)?.into_rgb8();
        if (proof.width() as usize, proof.height() as usize) != (w, h) {
            println!("{path}\tsize {}x{} is not {w}x{h}", proof.width(), proof.height());
            continue;
        }
        let p = proof.pixels().map(|p| p.0.map(|v| f32::from(v) / 255.0)).collect();
        let score = ssimulacra2::compute_frame_ssimulacra2(rgb(px.clone(), w, h)?, rgb(p, w, h)?)?;
        println!("{path}\t{score:.3}");
    }
    Ok(())
}
