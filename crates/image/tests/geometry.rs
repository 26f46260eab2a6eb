//! Where a pixel of the file ends up, for all eight orientations, crops and straightening: coded grids,
//! whose colours say their place.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use darkslide_image::{
    Affine, EditedFrame, Limits, MetadataPolicy, PrintProfile, PrintRequest, RenderRequest, RenditionSpec,
    Sharpen, Size, print, render,
};
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;

/// Red grows to the right, green downwards.
fn grid(width: u32, height: u32) -> Vec<u8> {
    let mut px = Vec::new();
    for y in 0..height {
        for x in 0..width {
            px.extend([(20 + x * 200 / width) as u8, (20 + y * 200 / height) as u8, 128]);
        }
    }
    px
}

fn png(width: u32, height: u32) -> Vec<u8> {
    let mut out = Vec::new();
    image::write_buffer_with_format(
        &mut std::io::Cursor::new(&mut out),
        &grid(width, height),
        width,
        height,
        image::ExtendedColorType::Rgb8,
        image::ImageFormat::Png,
    )
    .unwrap();
    out
}

fn decode(jpeg: &[u8]) -> (u32, u32, Vec<u8>) {
    let mut d = JpegDecoder::new(ZCursor::new(jpeg));
    let px = d.decode().unwrap();
    let (w, h) = d.dimensions().unwrap();
    (w as u32, h as u32, px)
}

/// Stored position, in pixels, that the colours around (x, y) say; an average, because JPEG is not exact.
fn place(px: &[u8], width: u32, x: u32, y: u32, stored: Size) -> (f64, f64) {
    let mean = |channel: u32| {
        let around =
            (y - 3..=y + 3).flat_map(|y| (x - 3..=x + 3).map(move |x| (y * width + x) * 3 + channel));
        around.map(|at| f64::from(px[at as usize])).sum::<f64>() / 49.0
    };
    let back = |v: f64, n: u32| (v + 0.5 - 20.0) / 200.0 * f64::from(n);
    (back(mean(0), stored.width), back(mean(1), stored.height))
}

fn request(edit: Option<EditedFrame>, long_edge: u32) -> RenderRequest {
    let spec = RenditionSpec {
        name: "proof".into(),
        long_edge,
        quality: 98,
        watermark: None,
        sharpen: Sharpen::None,
    };
    RenderRequest { edit, renditions: vec![spec], micro: false, keep: MetadataPolicy::default() }
}

/// Every checked pixel shows what the affine says, within `tolerance` stored pixels.
fn agrees(jpeg: &[u8], affine: &Affine, size: Size, full: Size, stored: Size, tolerance: f64) {
    let (w, h, px) = decode(jpeg);
    assert_eq!((w, h), (size.width, size.height));
    let (sx, sy) = (f64::from(full.width) / f64::from(w), f64::from(full.height) / f64::from(h));
    for (x, y) in [(4, 4), (w - 5, 4), (4, h - 5), (w - 5, h - 5), (w / 2, h / 3)] {
        let want = affine.apply((f64::from(x) + 0.5) * sx, (f64::from(y) + 0.5) * sy);
        let got = place(&px, w, x, y, stored);
        let off = (want.0 - got.0).hypot(want.1 - got.1);
        assert!(off < tolerance, "{affine:?} at {x},{y}: {want:?} but {got:?}, off {off:.2}");
    }
}

#[test]
fn eight_orientations_and_their_crops() {
    let stored = Size::new(600, 400);
    let file = png(stored.width, stored.height);
    for o in 1..=8 {
        let upright = if o >= 5 { Size::new(400, 600) } else { stored };
        let full = Affine::upright_to_stored(o, stored);
        // The whole frame, and a corner of it.
        let [a, b, c, d, ..] = full.0;
        let (x, y) = full.apply(f64::from(upright.width) * 0.4, 10.0);
        let corner = Affine([a, b, c, d, x, y]);
        let crop = Size::new(upright.width / 2, upright.height / 3);
        for (affine, size) in [(full, upright), (corner, crop)] {
            let edit = EditedFrame { affine, size };
            let r = render(&file, &request(Some(edit), 200), &Limits::default()).unwrap();
            assert_eq!(r.frame, size);
            let (w, h) = (r.renditions[0].width, r.renditions[0].height);
            agrees(&r.renditions[0].jpeg, &affine, Size::new(w, h), size, stored, 3.0);
        }
    }
}

#[test]
fn straightened_by_one_step() {
    let stored = Size::new(600, 400);
    let file = png(stored.width, stored.height);
    for degrees in [-30.0f64, -2.0, 0.7, 12.0, 44.0] {
        let (sin, cos) = degrees.to_radians().sin_cos();
        // Turned about the centre.
        let (w, h) = (180.0, 120.0);
        let size = Size::new(180, 120);
        let affine = Affine([
            cos,
            sin,
            -sin,
            cos,
            300.0 - cos * w / 2.0 + sin * h / 2.0,
            200.0 - sin * w / 2.0 - cos * h / 2.0,
        ]);
        let r = render(&file, &request(Some(EditedFrame { affine, size }), 180), &Limits::default()).unwrap();
        agrees(&r.renditions[0].jpeg, &affine, size, size, stored, 3.0);
        let p = print(
            &file,
            &PrintRequest {
                affine,
                width: 180,
                height: 120,
                ppi: 300,
                profile: PrintProfile::Srgb,
                sharpen: Sharpen::None,
                quality: 97,
                border: None,
                bleed: 0,
            },
            &Limits::default(),
        )
        .unwrap();
        agrees(&p.jpeg, &affine, size, size, stored, 3.0);
        assert!((p.effective_ppi - 300.0).abs() < 0.01);
        assert_eq!(&p.jpeg[13..18], &[1, 1, 44, 1, 44], "density 300 ppi");
    }
}

#[test]
fn nonsense_is_refused() {
    let file = png(60, 40);
    let size = Size::new(60, 40);
    for affine in
        [[f64::NAN; 6], [0.0; 6], [1.0, 0.0, 0.0, 1.0, f64::INFINITY, 0.0], [1e9, 0.0, 0.0, 1.0, 0.0, 0.0]]
    {
        let edit = EditedFrame { affine: Affine(affine), size };
        assert!(render(&file, &request(Some(edit), 50), &Limits::default()).is_err());
    }
    let far = Affine([1.0, 0.1, -0.1, 1.0, 1e6, 1e6]);
    // Outside the picture: its edge, not a crash.
    render(&file, &request(Some(EditedFrame { affine: far, size }), 50), &Limits::default()).unwrap();
    assert!(render(&file, &request(None, 0), &Limits::default()).is_err());
}
