//! Geometry: known points and properties.

use proptest::prelude::*;

use super::*;

fn near(a: (f64, f64), b: (f64, f64)) {
    assert!((a.0 - b.0).abs() < 1e-6 && (a.1 - b.1).abs() < 1e-6, "{a:?} is not {b:?}");
}

#[test]
fn orientations_put_the_upright_top_left_where_exif_says() {
    let stored = Size::new(600, 400);
    // EXIF: where row 0, column 0 of the stored image is seen. Here the inverse: where the upright
    // top-left corner lies in the stored file.
    let expected = [
        (1, (0.0, 0.0)),
        (2, (600.0, 0.0)),
        (3, (600.0, 400.0)),
        (4, (0.0, 400.0)),
        (5, (0.0, 0.0)),
        (6, (0.0, 400.0)),
        (7, (600.0, 400.0)),
        (8, (600.0, 0.0)),
    ];
    for (orientation, corner) in expected {
        near(upright_to_stored(orientation, stored).apply(0.0, 0.0), corner);
    }
    // Orientation 6: the camera was turned; upright's top-right is the stored top-left.
    near(upright_to_stored(6, stored).apply(400.0, 0.0), (0.0, 0.0));
    near(upright_to_stored(8, stored).apply(400.0, 0.0), (600.0, 400.0));
}

#[test]
fn a_quarter_turn_takes_the_left_bottom_corner_to_the_top_left() {
    let frame = Size::new(300, 200);
    let crop = Crop { quarter_turns: 1, ..Crop::FULL };
    assert_eq!(pixel_size(&crop, frame), (200.0, 300.0));
    near(crop_to_frame(&crop, frame).apply(0.0, 0.0), (0.0, 200.0));
    near(crop_to_frame(&crop, frame).apply(200.0, 0.0), (0.0, 0.0));
}

#[test]
fn straightening_keeps_the_centre() {
    let frame = Size::new(300, 200);
    let crop = Crop { rect: Rect { x: 0.25, y: 0.25, width: 0.5, height: 0.5 }, angle: 10.0, ..Crop::FULL };
    near(crop_to_frame(&crop, frame).apply(75.0, 50.0), (150.0, 100.0));
    // The picture turns clockwise, so what is at the crop's right lies higher in the frame.
    let right = crop_to_frame(&crop, frame).apply(150.0, 50.0);
    assert!(right.1 < 100.0, "{right:?}");
}

#[test]
fn nonsense_is_refused_by_name() {
    let frame = Size::new(6000, 4000);
    let with = |rect| Crop { rect, ..Crop::FULL };
    let full = Rect::FULL;
    assert!(matches!(
        check_crop(&with(Rect { x: f64::NAN, ..full }), frame),
        Err(CropError::NotANumber { field: "x" })
    ));
    assert!(matches!(
        check_crop(&with(Rect { width: -0.5, ..full }), frame),
        Err(CropError::OutOfRange { field: "width", .. })
    ));
    assert!(matches!(check_crop(&with(Rect { x: 0.5, ..full }), frame), Err(CropError::OutsideFrame { .. })));
    assert!(matches!(
        check_crop(&Crop { angle: 5.0, ..Crop::FULL }, frame),
        Err(CropError::OutsideFrame { .. })
    ));
    assert!(matches!(
        check_crop(&with(Rect { width: 1e-9, ..full }), frame),
        Err(CropError::TooSmall { .. })
    ));
    assert_eq!(check_crop(&Crop::FULL, frame), Ok(()));
}

proptest! {
    #[test]
    fn centred_crops_fit_and_have_the_shape(
        w in 64u32..9000, h in 64u32..9000, a in 1u32..40, b in 1u32..40,
    ) {
        let frame = Size::new(w, h);
        let ratio = f64::from(a.max(b)) / f64::from(a.min(b));
        prop_assume!(ratio < 4.0);
        let crop = centred(frame, a, b);
        prop_assert_eq!(check_crop(&crop, frame), Ok(()));
        prop_assert_eq!(check_shape(&crop, frame, a, b), Ok(()));
    }

    #[test]
    fn composed_prints_stay_inside_the_file(
        orientation in 1u8..=8, turns in 0u8..4, x in 0.0..0.5f64, y in 0.0..0.5f64,
        edit_x in 0.0..0.4f64, edit_turns in 0u8..4,
    ) {
        let stored = Size::new(6000, 4000);
        let edit = Crop {
            rect: Rect { x: edit_x, y: 0.1, width: 0.5, height: 0.8 }, quarter_turns: edit_turns, ..Crop::FULL
        };
        let crop = Crop { rect: Rect { x, y, width: 0.5, height: 0.5 }, quarter_turns: turns, ..Crop::FULL };
        let frame = edited_size(Some(&edit), upright_size(orientation, stored));
        let out = output_size(&crop, frame, 10.0, 8.0, 300);
        let map = output_to_stored(out, &crop, Some(&edit), orientation, stored);
        for (x, y) in [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0)] {
            let (sx, sy) = map.apply(x * f64::from(out.width), y * f64::from(out.height));
            prop_assert!((-1.0..=6001.0).contains(&sx) && (-1.0..=4001.0).contains(&sy), "{} {}", sx, sy);
        }
    }
}

#[test]
fn a_wall_print_gets_fewer_pixels_per_inch() {
    assert_eq!(print_ppi(8.0, 10.0), 300);
    assert_eq!(print_ppi(24.0, 36.0), 300);
    assert_eq!(print_ppi(40.0, 60.0), 200);
    assert_eq!(print_ppi(120.0, 120.0), 72);
}
