//! The vectors that the browser's geometry is tested with (site/tests/vectors/crop.json), checked against
//! this crate: so a crop means the same on the screen and on the print.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops here")]

use std::path::Path;

use darkslide_domain::geometry::{
    Crop, Size, border, centred, check_crop, check_shape, crop_to_frame, effective_ppi, pixel_size,
};
use serde::Deserialize;

#[derive(Deserialize)]
struct Vectors {
    crops: Vec<CropVector>,
    centred: Vec<CentredVector>,
    bordered: Vec<CentredVector>,
    ppi: Vec<PpiVector>,
}
#[derive(Deserialize)]
struct CropVector {
    frame: Size,
    crop: Crop,
    size: (f64, f64),
    points: Vec<Point>,
}
#[derive(Deserialize)]
struct Point {
    at: (f64, f64),
    frame: (f64, f64),
}
#[derive(Deserialize)]
struct CentredVector {
    frame: Size,
    aspect: (u32, u32),
    crop: Crop,
}
#[derive(Deserialize)]
struct PpiVector {
    frame: Size,
    crop: Crop,
    inches: (f64, f64),
    ppi: f64,
}

fn vectors() -> Vectors {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../site/tests/vectors/crop.json");
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

fn near(a: f64, b: f64, what: &str) {
    assert!((a - b).abs() < 1e-5, "{what}: {a} is not {b}");
}

#[test]
fn a_crop_shows_the_same_points_as_in_the_browser() {
    let vectors = vectors();
    assert!(vectors.crops.len() >= 20);
    for (no, v) in vectors.crops.iter().enumerate() {
        let (w, h) = pixel_size(&v.crop, v.frame);
        near(w, v.size.0, &format!("width of {no}"));
        near(h, v.size.1, &format!("height of {no}"));
        let map = crop_to_frame(&v.crop, v.frame);
        for point in &v.points {
            let (x, y) = map.apply(point.at.0 * w, point.at.1 * h);
            near(x, point.frame.0, &format!("x of {no}"));
            near(y, point.frame.1, &format!("y of {no}"));
        }
    }
}

#[test]
fn crops_made_by_the_crop_tool_are_accepted() {
    for (no, v) in vectors().crops.iter().enumerate() {
        assert_eq!(check_crop(&v.crop, v.frame), Ok(()), "crop {no}");
        let (width, height) = v.crop.aspect.unwrap();
        assert_eq!(check_shape(&v.crop, v.frame, width, height), Ok(()), "crop {no}");
    }
}

#[test]
fn first_crops_and_resolutions_are_the_same() {
    let vectors = vectors();
    for v in &vectors.centred {
        let made = centred(v.frame, v.aspect.0, v.aspect.1);
        near(made.rect.x, v.crop.rect.x, "x");
        near(made.rect.y, v.crop.rect.y, "y");
        near(made.rect.width, v.crop.rect.width, "width");
        near(made.rect.height, v.crop.rect.height, "height");
        assert_eq!(made.aspect, v.crop.aspect);
    }
    for v in &vectors.bordered {
        let made = border::bordered(v.frame, v.crop.quarter_turns, v.aspect.0, v.aspect.1);
        near(made.rect.x, v.crop.rect.x, "x");
        near(made.rect.y, v.crop.rect.y, "y");
        near(made.rect.width, v.crop.rect.width, "width");
        near(made.rect.height, v.crop.rect.height, "height");
        assert_eq!(border::check_print(&v.crop, v.frame), Ok(()));
        assert_eq!(check_shape(&v.crop, v.frame, v.aspect.0, v.aspect.1), Ok(()));
    }
    for v in &vectors.ppi {
        near(effective_ppi(&v.crop, v.frame, v.inches.0, v.inches.1), v.ppi, "ppi");
    }
}
