//! How a print is laid out: where on the paper the picture lies, and which of the file's pixels go there.
//!
//! Whoever renders a print, the studio's agent or a lab that was sent the untouched file, renders this.

use thiserror::Error;

use super::{
    Affine, Crop, CropError, Rect, Size, border, edited_size, effective_ppi, output_size, output_to_stored,
    print_ppi, upright_size,
};

const MM_PER_INCH: f64 = 25.4;

/// A file, and the studio's edit of it which the customer saw.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Source {
    pub stored: Size,
    /// As in EXIF, 1 to 8.
    pub orientation: u8,
    pub edit: Option<Crop>,
}

impl Source {
    /// The frame crops refer to.
    pub fn frame(&self) -> Size {
        edited_size(self.edit.as_ref(), upright_size(self.orientation, self.stored))
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Layout {
    pub paper: Size,
    pub ppi: u32,
    pub picture: border::Placed,
    /// The picture's pixels on the paper → the file's stored pixels.
    pub affine: Affine,
    /// What the file's pixels give on paper at this crop, rounded down.
    pub effective_ppi: u32,
}

impl Layout {
    /// Pixels left white at the left, top, right and bottom; `None` where the picture fills the paper.
    pub fn white(&self) -> Option<[u32; 4]> {
        let border::Placed { left, top, size } = self.picture;
        let white = [left, top, self.paper.width - left - size.width, self.paper.height - top - size.height];
        (size != self.paper).then_some(white)
    }
}

#[derive(Clone, Debug, PartialEq, Error)]
pub enum LayoutError {
    #[error(transparent)]
    Crop(#[from] CropError),
    #[error("the lab's set-up asks for a border that takes more than half of the print")]
    Margin,
}

/// The print of a crop on paper of so many inches, with at least `margin_mm` white on every side.
pub fn layout(
    source: &Source,
    crop: &Crop,
    (width_in, height_in): (f64, f64),
    margin_mm: f64,
) -> Result<Layout, LayoutError> {
    let frame = source.frame();
    border::check_print(crop, frame)?;
    let ppi = print_ppi(width_in, height_in);
    let paper = output_size(crop, frame, width_in, height_in, ppi);
    let inner = inside(paper, pixels(margin_mm, ppi))?;
    // Inside a border lies the whole picture; without one, the crop fills the paper.
    let (picture, shown) = match border::placed(crop, frame, inner.size) {
        Some(at) => {
            let at = border::Placed { left: inner.left + at.left, top: inner.top + at.top, ..at };
            (at, Crop { rect: Rect::FULL, ..*crop })
        }
        None => (inner, *crop),
    };
    Ok(Layout {
        paper,
        ppi,
        picture,
        affine: output_to_stored(
            picture.size,
            &shown,
            source.edit.as_ref(),
            source.orientation,
            source.stored,
        ),
        effective_ppi: effective_ppi(crop, frame, width_in, height_in).max(0.0) as u32,
    })
}

pub fn pixels(mm: f64, ppi: u32) -> u32 {
    (mm / MM_PER_INCH * f64::from(ppi)).round() as u32
}

/// The largest area of the paper's shape with at least so much white on every side: nothing of the crop is lost,
/// so two of the margins come out a little wider.
fn inside(paper: Size, margin: u32) -> Result<border::Placed, LayoutError> {
    let room = |side: u32| side.checked_sub(2 * margin).filter(|rest| *rest >= side / 2);
    let (Some(w), Some(h)) = (room(paper.width), room(paper.height)) else {
        return Err(LayoutError::Margin);
    };
    let (pw, ph) = (f64::from(paper.width), f64::from(paper.height));
    let scale = (f64::from(w) / pw).min(f64::from(h) / ph);
    let size = Size::new(((pw * scale).round() as u32).min(w), ((ph * scale).round() as u32).min(h));
    Ok(border::Placed { left: (paper.width - size.width) / 2, top: (paper.height - size.height) / 2, size })
}
