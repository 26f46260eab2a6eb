//! Files for labs: the lab's own profile, colours as littlecms says, no steps that the source does not have,
//! and edges for paper.

use crate::{littlecms_to, middles, patches};
use darkslide_image::{Affine, Intent, Limits, PrintProfile, PrintRequest, Sharpen, print};
use image::ImageEncoder;

fn request(width: u32, height: u32, profile: PrintProfile) -> PrintRequest {
    PrintRequest {
        affine: Affine([1.0, 0.0, 0.0, 1.0, 0.0, 0.0]),
        width,
        height,
        ppi: 300,
        profile,
        sharpen: Sharpen::None,
        quality: 100,
        border: None,
        bleed: 0,
    }
}

/// The profile in a JPEG's one APP2 segment.
fn embedded(jpeg: &[u8]) -> &[u8] {
    let at = jpeg.windows(12).position(|w| w == b"ICC_PROFILE\0").unwrap();
    let length = usize::from(u16::from_be_bytes([jpeg[at - 2], jpeg[at - 1]]));
    &jpeg[at + 14..at - 2 + length]
}

#[test]
fn a_labs_profile_is_embedded_and_meant() {
    let srgb = moxcms::ColorProfile::new_srgb().encode().unwrap();
    let lab = moxcms::ColorProfile::new_display_p3().encode().unwrap();
    let file = patches(&srgb);
    for intent in [Intent::Perceptual, Intent::RelativeColorimetric, Intent::Saturation] {
        let profile = PrintProfile::Icc { bytes: lab.clone(), intent };
        let p = print(&file, &request(224, 1568, profile), &Limits::default()).unwrap();
        assert_eq!(embedded(&p.jpeg), lab);
        assert!(p.jpeg.windows(4).any(|w| w == [3, 1, 0x11, 0]), "4:4:4 in the frame header");
        let Some(expected) = littlecms_to(&srgb, &lab, &middles(&file)) else { return };
        for (e, g) in expected.iter().zip(middles(&p.jpeg)) {
            let worst = e.iter().zip(g).map(|(e, g)| (e - f64::from(g)).abs()).fold(0.0, f64::max);
            // A step for each of JPEG's three planes, and blue that weighs nearly two.
            assert!(worst < 2.6, "{e:?} {g:?}");
        }
    }
}

/// A light grey ramp, finer than 8 bits, becomes one without missing steps in a profile of another curve.
#[test]
fn sixteen_bits_stay_until_the_end() {
    let (w, h) = (2048u32, 32u32);
    let lab = moxcms::ColorProfile::new_pro_photo_rgb().encode().unwrap();
    let levels = |eight_bits: bool| {
        let mut px = Vec::new();
        for i in 0..w * h {
            let v = 56_000 + (i % w) * 4;
            let v = if eight_bits { (v + 128) / 257 * 257 } else { v } as u16;
            px.extend([v; 3].iter().flat_map(|v| v.to_ne_bytes()));
        }
        let mut png = Vec::new();
        let encoder = image::codecs::png::PngEncoder::new(&mut png);
        encoder.write_image(&px, w, h, image::ExtendedColorType::Rgb16).unwrap();
        let profile = PrintProfile::Icc { bytes: lab.clone(), intent: Intent::RelativeColorimetric };
        let p = print(&png, &request(w, h, profile), &Limits::default()).unwrap();
        let px = image::load_from_memory(&p.jpeg).unwrap().into_luma8();
        let mut there: Vec<u8> = (0..w).map(|x| px.get_pixel(x, h / 2).0[0]).collect();
        there.sort_unstable();
        there.dedup();
        there
    };
    let all = |there: &[u8]| usize::from(there[there.len() - 1] - there[0]) + 1 == there.len();
    let fine = levels(false);
    assert!(fine.len() > 20 && all(&fine), "{fine:?}");
    let coarse = levels(true);
    assert!(!all(&coarse), "what 8 bits would have left out: {coarse:?}");
}

#[test]
fn edges_are_sharpened_for_paper() {
    let (w, h) = (64u32, 48u32);
    let px: Vec<u8> = (0..w * h).flat_map(|i| if i % w < w / 2 { [70u8; 3] } else { [180; 3] }).collect();
    let mut png = Vec::new();
    image::codecs::png::PngEncoder::new(&mut png)
        .write_image(&px, w, h, image::ExtendedColorType::Rgb8)
        .unwrap();
    let mut steps = Vec::new();
    for sharpen in [Sharpen::None, Sharpen::Low, Sharpen::Standard, Sharpen::High] {
        let request = PrintRequest { sharpen, ..request(w, h, PrintProfile::Srgb) };
        let p = print(&png, &request, &Limits::default()).unwrap();
        let px = image::load_from_memory(&p.jpeg).unwrap().into_luma8();
        let at = |x: u32| i32::from(px.get_pixel(x, h / 2).0[0]);
        steps.push(at(w / 2) - at(w / 2 - 1));
        assert!((at(4) - 70).abs() < 3 && (at(w - 4) - 180).abs() < 3, "{sharpen:?}: flat areas stay");
    }
    assert!(steps.windows(2).all(|s| s[0] < s[1]), "{steps:?}");
}

/// A bleed lies outside the print and repeats its edges; the print itself stays as it was.
#[test]
fn a_bleed_is_the_mirrored_edge_and_changes_nothing_inside() {
    let srgb = moxcms::ColorProfile::new_srgb().encode().unwrap();
    let file = patches(&srgb);
    let plain = request(224, 1568, PrintProfile::Srgb);
    let asked = PrintRequest { bleed: 16, ..plain.clone() };
    let decoded = |request: &PrintRequest| {
        let made = print(&file, request, &Limits::default()).unwrap();
        let picture = image::load_from_memory(&made.jpeg).unwrap().to_rgb8();
        assert_eq!((made.width, made.height), picture.dimensions());
        picture
    };
    let (without, with) = (decoded(&plain), decoded(&asked));
    assert_eq!(with.dimensions(), (224 + 32, 1568 + 32));
    // Whole blocks of eight: JPEG makes the same of the same.
    let mirrored = |at: u32, side: u32| match at {
        at if at < 16 => 15 - at,
        at if at < 16 + side => at - 16,
        at => 2 * side + 15 - at,
    };
    for (x, y, pixel) in with.enumerate_pixels() {
        let inside = without.get_pixel(mirrored(x, 224), mirrored(y, 1568));
        assert!(pixel.0.iter().zip(inside.0).all(|(a, b)| a.abs_diff(b) <= 2), "{x} {y}");
    }
    let wide = PrintRequest { bleed: 224, ..plain };
    assert!(print(&file, &wide, &Limits::default()).is_err(), "wider than the print");
}
