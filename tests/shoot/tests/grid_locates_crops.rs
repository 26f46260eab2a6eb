//! A crop of a coded grid is found again within 0.3 px, turned, mirrored, scaled and through JPEG.
#![allow(clippy::unwrap_used)] // what cannot be unwrapped here has failed the test

use darkslide_shoot::develop::stored;
use darkslide_shoot::grid::{SHAPES, Shape, draw, locate};
use image::imageops::{self, FilterType};
use image::{ImageBuffer, Rgb, RgbImage};

fn upright(shape: Shape, long_edge: usize) -> RgbImage {
    let cell = long_edge / shape.columns.max(shape.rows);
    let (w, h) = (shape.columns * cell, shape.rows * cell);
    ImageBuffer::from_raw(w as u32, h as u32, draw(shape, w, h)).unwrap()
}

fn through_jpeg(picture: &RgbImage, quality: u8) -> RgbImage {
    let mut bytes = Vec::new();
    let mut encoder = jpeg_encoder::Encoder::new(&mut bytes, quality);
    encoder.set_sampling_factor(jpeg_encoder::SamplingFactor::R_4_2_0);
    encoder
        .encode(picture, picture.width() as u16, picture.height() as u16, jpeg_encoder::ColorType::Rgb)
        .unwrap();
    image::load_from_memory(&bytes).unwrap().to_rgb8()
}

fn rectangle(x: f64, y: f64, w: f64, h: f64) -> [[f64; 2]; 4] {
    [[x, y], [x + w, y], [x + w, y + h], [x, y + h]]
}

fn expect(picture: &RgbImage, corners: [[f64; 2]; 4], shape: Shape, what: &str) {
    let (w, h) = (picture.width() as usize, picture.height() as usize);
    let found = locate(picture, w, h).unwrap_or_else(|| panic!("{what}: not located"));
    assert_eq!(found.shape, shape, "{what}");
    let off = found.worst_corner_px(corners, w, h);
    assert!(
        off < 0.3,
        "{what}: a corner is {off:.3} px off ({} cells, rms {:.3})",
        found.cells,
        found.residual_px
    );
}

#[test]
fn corner_crops_of_every_shape_at_proof_size() {
    for shape in SHAPES {
        let full = upright(shape, 2048);
        let (fw, fh) = full.dimensions();
        for (i, (fx, fy)) in
            [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0), (0.37, 0.61)].into_iter().enumerate()
        {
            let (w, h) = (fw * 2 / 5 + 3 * i as u32, fh * 3 / 7 + i as u32);
            let (x, y) = (((fw - w) as f64 * fx) as u32, ((fh - h) as f64 * fy) as u32);
            let crop = through_jpeg(&imageops::crop_imm(&full, x, y, w, h).to_image(), 82);
            let of = |v: u32, whole: u32| f64::from(v) / f64::from(whole);
            expect(
                &crop,
                rectangle(of(x, fw), of(y, fh), of(w, fw), of(h, fh)),
                shape,
                &format!("{} crop {i}", shape.name),
            );
        }
    }
}

#[test]
fn whole_grids_scaled_to_proof_and_thumbnail() {
    for shape in SHAPES {
        let full = upright(shape, 3000);
        for long in [2048u32, 1200, 800] {
            let scale = f64::from(long) / f64::from(full.width().max(full.height()));
            let (w, h) = (
                (f64::from(full.width()) * scale).round() as u32,
                (f64::from(full.height()) * scale).round() as u32,
            );
            let small = through_jpeg(&imageops::resize(&full, w, h, FilterType::Lanczos3), 85);
            expect(&small, rectangle(0.0, 0.0, 1.0, 1.0), shape, &format!("{} at {long}", shape.name));
        }
    }
}

#[test]
fn all_eight_orientations_are_told_apart() {
    let shape = SHAPES[0];
    let full = upright(shape, 1536);
    let (w, h) = (full.width() as usize, full.height() as usize);
    let [a, b, c, d] = rectangle(0.0, 0.0, 1.0, 1.0);
    // Which upright corners the stored picture's corners are, for EXIF orientation 1 to 8.
    let corners = [
        [a, b, c, d],
        [b, a, d, c],
        [c, d, a, b],
        [d, c, b, a],
        [a, d, c, b],
        [b, c, d, a],
        [c, b, a, d],
        [d, a, b, c],
    ];
    for orientation in 1..=8u8 {
        let (pixels, sw, sh) = stored(&full, w, h, orientation);
        let picture = RgbImage::from_raw(sw as u32, sh as u32, pixels).unwrap();
        let back = match orientation {
            1 => picture.clone(),
            2 => imageops::flip_horizontal(&picture),
            3 => imageops::rotate180(&picture),
            4 => imageops::flip_vertical(&picture),
            5 => imageops::flip_horizontal(&imageops::rotate90(&picture)),
            6 => imageops::rotate90(&picture),
            7 => imageops::flip_horizontal(&imageops::rotate270(&picture)),
            _ => imageops::rotate270(&picture),
        };
        assert_eq!(back, full, "orientation {orientation} is stored so that EXIF turns it upright");
        let expected = corners[usize::from(orientation) - 1];
        expect(&picture, expected, shape, &format!("orientation {orientation}"));
    }
}

#[test]
fn a_straightened_crop_is_located() {
    let shape = SHAPES[1];
    let full = upright(shape, 2400);
    let (fw, fh) = (f64::from(full.width()), f64::from(full.height()));
    let (w, h, angle) = (900u32, 700u32, 4.5f64.to_radians());
    let (s, c) = angle.sin_cos();
    let place = |x: f64, y: f64| {
        let (dx, dy) = (x - f64::from(w) / 2.0, y - f64::from(h) / 2.0);
        (fw * 0.45 + dx * c - dy * s, fh * 0.52 + dx * s + dy * c)
    };
    let cut: RgbImage = ImageBuffer::from_fn(w, h, |x, y| {
        let (u, v) = place(f64::from(x) + 0.5, f64::from(y) + 0.5);
        imageops::interpolate_bilinear(&full, u as f32 - 0.5, v as f32 - 0.5).unwrap_or(Rgb([255, 255, 255]))
    });
    let corner = |x: f64, y: f64| {
        let (u, v) = place(x, y);
        [u / fw, v / fh]
    };
    let (w, h) = (f64::from(w), f64::from(h));
    let corners = [corner(0.0, 0.0), corner(w, 0.0), corner(w, h), corner(0.0, h)];
    expect(&through_jpeg(&cut, 85), corners, shape, "turned by 4.5 degrees");
}

#[test]
fn what_is_no_grid_is_not_located() {
    assert!(locate(&vec![128u8; 300 * 200 * 3], 300, 200).is_none());
    assert!(locate(&[0u8; 10], 300, 200).is_none());
}
