//! From an ordered picture and its file to the request its print is rendered by. Pure.

use darkslide_image::{Affine, Border, PRINT_QUALITY, PrintProfile, PrintRequest};
use domain::geometry::{
    Crop,
    print::{self, Source, pixels},
};

use crate::labs::setup::PrintSetup;

#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    pub request: PrintRequest,
    /// What the original's pixels give on paper at this crop, rounded down.
    pub effective_ppi: u32,
}

/// The print of a crop on this paper as the lab wants it; `profile` is what the set-up names.
pub fn plan(
    source: &Source,
    crop: &Crop,
    inches: (f64, f64),
    setup: &PrintSetup,
    profile: PrintProfile,
) -> Result<Plan, String> {
    let print = print::layout(source, crop, inches, setup.border_mm).map_err(|e| e.to_string())?;
    let border = print.white().map(|[left, top, right, bottom]| Border { left, top, right, bottom });
    Ok(Plan {
        request: PrintRequest {
            affine: Affine(print.affine.0),
            width: print.paper.width,
            height: print.paper.height,
            ppi: print.ppi,
            profile,
            sharpen: setup.sharpen.0,
            quality: PRINT_QUALITY,
            border,
            bleed: pixels(setup.bleed_mm, print.ppi),
        },
        effective_ppi: print.effective_ppi,
    })
}

#[cfg(test)]
mod tests {
    use domain::geometry::{Rect, Size, border, centred};

    use super::*;

    fn plan(source: &Source, crop: &Crop, width_in: f64, height_in: f64) -> Result<Plan, String> {
        super::plan(source, crop, (width_in, height_in), &PrintSetup::default(), PrintProfile::Srgb)
    }

    #[test]
    fn a_set_up_adds_bleed_outside_and_a_border_inside_and_loses_nothing_of_the_crop() {
        let source = Source { stored: Size::new(6000, 4000), orientation: 1, edit: None };
        let crop = centred(source.frame(), 8, 10);
        let setup = PrintSetup { bleed_mm: 3.0, border_mm: 25.4 / 4.0, ..PrintSetup::default() };
        let plain = plan(&source, &crop, 8.0, 10.0).unwrap().request;
        let made = super::plan(&source, &crop, (8.0, 10.0), &setup, PrintProfile::Srgb).unwrap().request;
        assert_eq!((made.width, made.height, made.bleed), (3000, 2400, 35));
        let border = made.border.unwrap();
        assert_eq!((border.top, border.bottom, border.left, border.right), (75, 75, 93, 94));
        // The picture's far corner is the crop's, with and without the border.
        let far = |r: &PrintRequest, w: u32, h: u32| r.affine.apply(f64::from(w), f64::from(h));
        let (a, b) = (far(&plain, 3000, 2400), far(&made, 3000 - 187, 2400 - 150));
        assert!((a.0 - b.0).abs() < 1e-6 && (a.1 - b.1).abs() < 1e-6, "{a:?} {b:?}");
        let thick = PrintSetup { border_mm: 80.0, ..PrintSetup::default() };
        assert!(super::plan(&source, &crop, (8.0, 10.0), &thick, PrintProfile::Srgb).is_err());
    }

    #[test]
    fn a_corner_crop_of_a_turned_file_maps_to_its_stored_pixels() {
        // A portrait shot: 6000 × 4000 stored, orientation 6, so 4000 × 6000 upright.
        let source = Source { stored: Size::new(6000, 4000), orientation: 6, edit: None };
        let crop = Crop { rect: Rect { x: 0.0, y: 0.0, width: 0.5, height: 5.0 / 12.0 }, ..Crop::FULL };
        let plan = plan(&source, &crop, 8.0, 10.0).unwrap();
        assert_eq!((plan.request.width, plan.request.height), (2400, 3000));
        assert_eq!(plan.effective_ppi, 250);
        // Upright top left is stored bottom left; the crop's far corner is 2000 right, 2500 down of it.
        let at = |x, y| plan.request.affine.apply(x, y);
        assert_eq!(at(0.0, 0.0), (0.0, 4000.0));
        let (x, y) = at(2400.0, 3000.0);
        assert!((x - 2500.0).abs() < 1e-6 && (y - 2000.0).abs() < 1e-6, "{x} {y}");
    }

    #[test]
    fn the_studios_edit_comes_between_file_and_crop() {
        let edit = Crop { rect: Rect { x: 0.5, y: 0.0, width: 0.5, height: 1.0 }, ..Crop::FULL };
        let source = Source { stored: Size::new(6000, 4000), orientation: 1, edit: Some(edit) };
        assert_eq!(source.frame(), Size::new(3000, 4000));
        let plan = plan(&source, &centred(source.frame(), 3, 4), 6.0, 8.0).unwrap();
        assert_eq!(plan.request.affine.apply(0.0, 0.0), (3000.0, 0.0));
    }

    #[test]
    fn a_border_leaves_the_whole_picture_on_paper_of_the_exact_size() {
        // A portrait shot lying on 8 × 10.
        let source = Source { stored: Size::new(6000, 4000), orientation: 6, edit: None };
        let plan = plan(&source, &border::bordered(source.frame(), 0, 8, 10), 8.0, 10.0).unwrap();
        let (request, border) = (&plan.request, plan.request.border.unwrap());
        assert_eq!((request.width, request.height), (2400, 3000));
        assert_eq!((border.top, border.bottom), (100, 100));
        assert_eq!(border.left.abs_diff(border.right), 1);
        // The picture's corners are the file's.
        let (w, h) = (f64::from(2400 - border.left - border.right), 2800.0);
        assert_eq!(request.affine.apply(0.0, 0.0), (0.0, 4000.0));
        let (x, y) = request.affine.apply(w, h);
        assert!((x - 6000.0).abs() < 1e-6 && y.abs() < 1e-6, "{x} {y}");
        assert_eq!(plan.effective_ppi, 642);
    }
}
