//! The whole picture on the paper, white round it: an alternative to a crop that cuts.
//!
//! It is written as a crop that reaches beyond the picture on every side. So size, resolution and previews
//! follow from the same arithmetic, and whoever does not know of borders refuses it instead of cutting.

use super::{Crop, CropError, Rect, Size, check_crop, pixel_size};

/// What stays white at least on every side, of the print's short side: more than any printer trims.
pub const MARGIN: f64 = 1.0 / 24.0;
/// A strip of 20 : 1 on square paper needs less.
const MOST: f64 = 32.0;
/// A crop that does not cut may still be this much off, as browsers round.
const ROUNDING: f64 = 0.01;

/// Whether a crop leaves white paper round the whole picture.
pub fn has_border(crop: &Crop) -> bool {
    crop.rect.width > 1.0 + ROUNDING || crop.rect.height > 1.0 + ROUNDING
}

/// Checks what a customer asked for: a crop that lies in the picture, or a border round all of it.
pub fn check_print(crop: &Crop, frame: Size) -> Result<(), CropError> {
    if !has_border(crop) {
        return check_crop(crop, frame);
    }
    let Rect { x, y, width, height } = crop.rect;
    let fields = [
        ("x", x, -MOST, ROUNDING),
        ("y", y, -MOST, ROUNDING),
        ("width", width, 1.0 - ROUNDING, MOST),
        ("height", height, 1.0 - ROUNDING, MOST),
        ("angle", crop.angle, 0.0, 0.0),
        ("quarter turns", f64::from(crop.quarter_turns), 0.0, 3.0),
    ];
    for (field, value, min, max) in fields {
        if !value.is_finite() {
            return Err(CropError::NotANumber { field });
        }
        if value < min || value > max {
            return Err(CropError::OutOfRange { field, value, min, max });
        }
    }
    if x + width < 1.0 - ROUNDING || y + height < 1.0 - ROUNDING {
        return Err(CropError::BorderCuts);
    }
    let (w, h) = (f64::from(frame.width), f64::from(frame.height));
    if w < 16.0 || h < 16.0 {
        return Err(CropError::TooSmall { width: w, height: h });
    }
    Ok(())
}

/// The whole picture in the middle of a print, whichever way up shows it larger.
pub fn bordered(frame: Size, quarter_turns: u8, width: u32, height: u32) -> Crop {
    let turned = frame.turned(quarter_turns);
    let (fw, fh) = (f64::from(turned.width), f64::from(turned.height));
    let (long, short) = (f64::from(width.max(height)), f64::from(width.min(height)));
    let (pw, ph) = if fw >= fh { (long, short) } else { (short, long) };
    let margin = short * MARGIN;
    // Paper per pixel of the picture.
    let scale = ((pw - 2.0 * margin) / fw).min((ph - 2.0 * margin) / fh);
    let (w, h) = (pw / scale / fw, ph / scale / fh);
    Crop {
        rect: Rect { x: (1.0 - w) / 2.0, y: (1.0 - h) / 2.0, width: w, height: h },
        quarter_turns,
        angle: 0.0,
        aspect: Some((width, height)),
    }
}

/// Where the picture lies on a print of `output` pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Placed {
    pub left: u32,
    pub top: u32,
    pub size: Size,
}

/// The picture's whole pixels on the print; `None` for a crop without a border.
pub fn placed(crop: &Crop, frame: Size, output: Size) -> Option<Placed> {
    if !has_border(crop) {
        return None;
    }
    let turned = frame.turned(crop.quarter_turns);
    let (w, h) = pixel_size(crop, frame);
    let along = |from: f64, whole: f64, crop: f64, out: u32| {
        let scale = f64::from(out) / crop;
        let size = ((whole * scale).round() as u32).clamp(1, out);
        let start = (-from * whole * scale).round().max(0.0) as u32;
        (start.min(out - size), size)
    };
    let (left, width) = along(crop.rect.x, f64::from(turned.width), w, output.width);
    let (top, height) = along(crop.rect.y, f64::from(turned.height), h, output.height);
    Some(Placed { left, top, size: Size::new(width, height) })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::{check_shape, effective_ppi, output_size};
    use super::*;

    #[test]
    fn a_landscape_picture_on_8_by_10_is_whole_and_white_on_every_side() {
        let frame = Size::new(6000, 4000);
        let crop = bordered(frame, 0, 8, 10);
        assert!(has_border(&crop) && check_print(&crop, frame).is_ok());
        assert!(check_crop(&crop, frame).is_err(), "who knows no borders must refuse it");
        let output = output_size(&crop, frame, 8.0, 10.0, 300);
        assert_eq!(output, Size::new(3000, 2400));
        let placed = placed(&crop, frame, output).unwrap();
        // A margin of a third of an inch left and right; the rest above and below.
        assert_eq!(placed, Placed { left: 100, top: 267, size: Size::new(2800, 1867) });
        assert!((effective_ppi(&crop, frame, 8.0, 10.0) - 6000.0 / 2800.0 * 300.0).abs() < 1e-6);
    }

    #[test]
    fn a_border_cuts_nothing_and_stands_straight() {
        let frame = Size::new(6000, 4000);
        let good = bordered(frame, 0, 8, 10);
        let refused = |change: &dyn Fn(&mut Crop)| {
            let mut crop = good;
            change(&mut crop);
            check_print(&crop, frame).is_err()
        };
        assert!(refused(&|c| c.rect.x = 0.2));
        assert!(refused(&|c| c.rect.y = -2.0));
        assert!(refused(&|c| c.rect.width = 0.5));
        assert!(refused(&|c| c.rect.width = 1e9));
        assert!(refused(&|c| c.rect.height = f64::NAN));
        assert!(refused(&|c| c.rect.height = f64::INFINITY));
        assert!(refused(&|c| c.angle = 1.0));
        assert!(refused(&|c| c.quarter_turns = 4));
        assert!(check_print(&centred_crop(frame), frame).is_ok(), "an ordinary crop passes too");
    }

    fn centred_crop(frame: Size) -> Crop {
        super::super::centred(frame, 8, 10)
    }

    proptest! {
        #[test]
        fn every_picture_fits_every_paper(
            w in 16u32..9000, h in 16u32..9000, turns in 0u8..4, a in 2u32..48, b in 2u32..48,
        ) {
            prop_assume!(f64::from(w.max(h)) / f64::from(w.min(h)) < 20.0);
            prop_assume!(f64::from(a.max(b)) / f64::from(a.min(b)) < 3.0);
            let frame = Size::new(w, h);
            let crop = bordered(frame, turns, a, b);
            prop_assert_eq!(check_print(&crop, frame), Ok(()));
            prop_assert!(check_shape(&crop, frame, a, b).is_ok());
            let output = output_size(&crop, frame, f64::from(a), f64::from(b), 100);
            let placed = placed(&crop, frame, output).unwrap();
            let least = (f64::from(output.width.min(output.height)) * MARGIN).floor() as u32;
            prop_assert!(placed.left + 1 >= least && placed.top + 1 >= least);
            prop_assert!(placed.left + placed.size.width <= output.width);
            prop_assert!(placed.top + placed.size.height <= output.height);
            let right = output.width - placed.left - placed.size.width;
            let bottom = output.height - placed.top - placed.size.height;
            prop_assert!(right.abs_diff(placed.left) <= 1 && bottom.abs_diff(placed.top) <= 1);
        }
    }
}
