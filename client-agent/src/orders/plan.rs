//! From an ordered picture and its file to the one transform the print is made with. Pure.

use darkslide_image::{Affine, Border, PrintProfile, PrintRequest, Sharpen};
use domain::geometry::{
    Crop, Rect, Size, border, edited_size, effective_ppi, output_size, output_to_stored, upright_size,
};

const PPI: u32 = 300;
/// Above this a print is made with fewer pixels: it is looked at from further away, and has to fit into
/// the relay (64 MiB a file) and a worker's memory.
const MOST_PIXELS: u64 = 100_000_000;
const QUALITY: u8 = 97;

/// What the catalog knows of a version, and the studio's edit the customer saw.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Source {
    pub stored: Size,
    pub orientation: u8,
    pub edit: Option<Crop>,
}

impl Source {
    /// The frame crops refer to.
    pub fn frame(&self) -> Size {
        edited_size(self.edit.as_ref(), upright_size(self.orientation, self.stored))
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    pub request: PrintRequest,
    /// What the original's pixels give on paper at this crop, rounded down.
    pub effective_ppi: u32,
}

pub fn plan(source: &Source, crop: &Crop, width_in: f64, height_in: f64) -> Result<Plan, String> {
    let frame = source.frame();
    border::check_print(crop, frame).map_err(|e| e.to_string())?;
    let ppi = ppi_for(width_in, height_in);
    let output = output_size(crop, frame, width_in, height_in, ppi);
    let placed = border::placed(crop, frame, output);
    // Inside a border lies the whole picture; without one, the crop fills the paper.
    let (picture, shown) = match placed {
        Some(placed) => (placed.size, Crop { rect: Rect::FULL, ..*crop }),
        None => (output, *crop),
    };
    let affine = output_to_stored(picture, &shown, source.edit.as_ref(), source.orientation, source.stored);
    Ok(Plan {
        request: PrintRequest {
            affine: Affine(affine.0),
            width: output.width,
            height: output.height,
            ppi,
            profile: PrintProfile::Srgb,
            sharpen: Sharpen::Standard,
            quality: QUALITY,
            border: placed.map(|p| Border {
                left: p.left,
                top: p.top,
                right: output.width - p.left - p.size.width,
                bottom: output.height - p.top - p.size.height,
            }),
        },
        effective_ppi: effective_ppi(crop, frame, width_in, height_in).max(0.0) as u32,
    })
}

fn ppi_for(width_in: f64, height_in: f64) -> u32 {
    let square_inches = width_in * height_in;
    let fits = |ppi: &u32| square_inches * f64::from(*ppi) * f64::from(*ppi) <= MOST_PIXELS as f64;
    [PPI, 240, 200, 150, 100].into_iter().find(fits).unwrap_or(72)
}

#[cfg(test)]
mod tests {
    use domain::geometry::centred;

    use super::*;

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

    #[test]
    fn a_wall_print_gets_fewer_pixels_per_inch() {
        assert_eq!(ppi_for(8.0, 10.0), 300);
        assert_eq!(ppi_for(24.0, 36.0), 300);
        assert_eq!(ppi_for(40.0, 60.0), 200);
        assert_eq!(ppi_for(120.0, 120.0), 72);
    }
}
