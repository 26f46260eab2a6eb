//! Editing frames and crops, composed into one transform of the file's pixels.
//!
//! Frames, all in continuous pixel coordinates (x right, y down, pixel centres at +0.5):
//!
//! * *stored*: the pixels as the file holds them;
//! * *upright*: after the EXIF orientation (EXIF 2.32, tag 0x0112);
//! * *edited*: after the studio's own edit. What the customer sees, and what her crop refers to;
//! * *output*: the print or rendition.
//!
//! A [`Crop`] takes one frame to the next. The frame is first turned clockwise by `quarter_turns`; the
//! rectangle is normalised to that turned frame; its content is then straightened by turning the picture
//! clockwise by `angle` degrees about the rectangle's centre. So an output point at (u, v) from the
//! rectangle's centre shows the turned frame's point `centre + R(-angle)·(u, v)`.

use serde::{Deserialize, Serialize};

pub mod border;
pub mod print;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Size {
    pub width: u32,
    pub height: u32,
}

impl Size {
    pub const fn new(width: u32, height: u32) -> Self {
        Self { width, height }
    }
    pub const fn turned(self, quarter_turns: u8) -> Self {
        if quarter_turns % 2 == 1 { Self { width: self.height, height: self.width } } else { self }
    }
}

/// Normalised to the turned frame: 0..1 in both directions; beyond it where white paper surrounds the picture
/// ([`border`]).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Rect {
    pub x: f64,
    pub y: f64,
    pub width: f64,
    pub height: f64,
}

impl Rect {
    pub const FULL: Rect = Rect { x: 0.0, y: 0.0, width: 1.0, height: 1.0 };
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Crop {
    pub rect: Rect,
    /// Clockwise, 0 to 3.
    pub quarter_turns: u8,
    /// Degrees clockwise, -45 to 45.
    pub angle: f64,
    /// Width and height of the format it was made for, as on the price list (10 × 8).
    pub aspect: Option<(u32, u32)>,
}

impl Crop {
    pub const FULL: Crop = Crop { rect: Rect::FULL, quarter_turns: 0, angle: 0.0, aspect: None };
}

#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum CropError {
    #[error("the crop's {field} is not a number")]
    NotANumber { field: &'static str },
    #[error("the crop's {field} is {value}; it must be from {min} to {max}")]
    OutOfRange { field: &'static str, value: f64, min: f64, max: f64 },
    #[error("the crop reaches outside the picture by {excess:.1} pixels")]
    OutsideFrame { excess: f64 },
    #[error("a print with a border shows the whole picture; this one would cut it")]
    BorderCuts,
    #[error("the crop is {width:.1} × {height:.1} pixels; it must be at least 16 × 16")]
    TooSmall { width: f64, height: f64 },
    #[error("the crop has the shape {crop_ratio:.3}, but the print is {width} × {height}")]
    WrongShape { crop_ratio: f64, width: u32, height: u32 },
}

/// Half a proof pixel at 2048 over a 45 megapixel frame is two pixels: browsers round.
const FRAME_TOLERANCE_PX: f64 = 2.0;

/// Checks a crop that came from outside against the frame it is for.
pub fn check_crop(crop: &Crop, frame: Size) -> Result<(), CropError> {
    let fields = [
        ("x", crop.rect.x, -0.01, 1.0),
        ("y", crop.rect.y, -0.01, 1.0),
        ("width", crop.rect.width, 0.0, 1.01),
        ("height", crop.rect.height, 0.0, 1.01),
        ("angle", crop.angle, -45.0, 45.0),
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
    let turned = frame.turned(crop.quarter_turns);
    let (width, height) = pixel_size(crop, frame);
    if width < 16.0 || height < 16.0 {
        return Err(CropError::TooSmall { width, height });
    }
    let (fw, fh) = (f64::from(turned.width), f64::from(turned.height));
    let excess = corners_in_turned_frame(crop, frame)
        .iter()
        .map(|(x, y)| (-x).max(x - fw).max((-y).max(y - fh)))
        .fold(f64::MIN, f64::max);
    if excess > FRAME_TOLERANCE_PX {
        return Err(CropError::OutsideFrame { excess });
    }
    Ok(())
}

/// Checks that a crop has the shape of a print of `width` × `height` (either way up), within 1 %.
pub fn check_shape(crop: &Crop, frame: Size, width: u32, height: u32) -> Result<(), CropError> {
    let (w, h) = pixel_size(crop, frame);
    let ratio = w / h;
    let wanted = f64::from(width) / f64::from(height);
    let close = |a: f64, b: f64| (a / b - 1.0).abs() <= 0.01;
    if close(ratio, wanted) || close(ratio, 1.0 / wanted) {
        Ok(())
    } else {
        Err(CropError::WrongShape { crop_ratio: ratio, width, height })
    }
}

/// Size of the crop in pixels of the frame it refers to.
pub fn pixel_size(crop: &Crop, frame: Size) -> (f64, f64) {
    let turned = frame.turned(crop.quarter_turns);
    (crop.rect.width * f64::from(turned.width), crop.rect.height * f64::from(turned.height))
}

/// The largest centred crop of a shape (whichever way up fits the picture better).
pub fn centred(frame: Size, width: u32, height: u32) -> Crop {
    let (fw, fh) = (f64::from(frame.width), f64::from(frame.height));
    let (long, short) = (f64::from(width.max(height)), f64::from(width.min(height)));
    let ratio = if fw >= fh { long / short } else { short / long };
    let (w, h) = if fw / fh > ratio { (fh * ratio / fw, 1.0) } else { (1.0, fw / ratio / fh) };
    Crop {
        rect: Rect { x: (1.0 - w) / 2.0, y: (1.0 - h) / 2.0, width: w, height: h },
        quarter_turns: 0,
        angle: 0.0,
        aspect: Some((width, height)),
    }
}

fn corners_in_turned_frame(crop: &Crop, frame: Size) -> [(f64, f64); 4] {
    let turned = frame.turned(crop.quarter_turns);
    let (fw, fh) = (f64::from(turned.width), f64::from(turned.height));
    let (w, h) = pixel_size(crop, frame);
    let (cx, cy) = (crop.rect.x * fw + w / 2.0, crop.rect.y * fh + h / 2.0);
    let (sin, cos) = (-crop.angle).to_radians().sin_cos();
    [(-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0)].map(|(sx, sy)| {
        let (u, v) = (sx * w / 2.0, sy * h / 2.0);
        (cx + cos * u - sin * v, cy + sin * u + cos * v)
    })
}

/// `x' = a·x + c·y + e`, `y' = b·x + d·y + f`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Affine(pub [f64; 6]);

impl Affine {
    pub const IDENTITY: Affine = Affine([1.0, 0.0, 0.0, 1.0, 0.0, 0.0]);

    pub fn apply(&self, x: f64, y: f64) -> (f64, f64) {
        let [a, b, c, d, e, f] = self.0;
        (a * x + c * y + e, b * x + d * y + f)
    }
    pub fn scale(x: f64, y: f64) -> Self {
        Affine([x, 0.0, 0.0, y, 0.0, 0.0])
    }
    pub fn translate(x: f64, y: f64) -> Self {
        Affine([1.0, 0.0, 0.0, 1.0, x, y])
    }
    /// The transform that does `self` first and `next` after it.
    pub fn then(&self, next: &Affine) -> Affine {
        let [a1, b1, c1, d1, e1, f1] = self.0;
        let [a2, b2, c2, d2, e2, f2] = next.0;
        Affine([
            a2 * a1 + c2 * b1,
            b2 * a1 + d2 * b1,
            a2 * c1 + c2 * d1,
            b2 * c1 + d2 * d1,
            a2 * e1 + c2 * f1 + e2,
            b2 * e1 + d2 * f1 + f2,
        ])
    }
}

/// Upright pixels → stored pixels, for an EXIF orientation 1 to 8 and the *stored* size.
pub fn upright_to_stored(orientation: u8, stored: Size) -> Affine {
    let (w, h) = (f64::from(stored.width), f64::from(stored.height));
    Affine(match orientation {
        2 => [-1.0, 0.0, 0.0, 1.0, w, 0.0],
        3 => [-1.0, 0.0, 0.0, -1.0, w, h],
        4 => [1.0, 0.0, 0.0, -1.0, 0.0, h],
        5 => [0.0, 1.0, 1.0, 0.0, 0.0, 0.0],
        6 => [0.0, -1.0, 1.0, 0.0, 0.0, h],
        7 => [0.0, -1.0, -1.0, 0.0, w, h],
        8 => [0.0, 1.0, -1.0, 0.0, w, 0.0],
        _ => Affine::IDENTITY.0,
    })
}

/// The upright size of a file of a stored size and orientation.
pub fn upright_size(orientation: u8, stored: Size) -> Size {
    if (5..=8).contains(&orientation) { stored.turned(1) } else { stored }
}

/// Pixels of the crop (its own size in frame pixels, not scaled) → pixels of the frame.
pub fn crop_to_frame(crop: &Crop, frame: Size) -> Affine {
    let turned = frame.turned(crop.quarter_turns);
    let (fw, fh) = (f64::from(turned.width), f64::from(turned.height));
    let (w, h) = pixel_size(crop, frame);
    let (cx, cy) = (crop.rect.x * fw + w / 2.0, crop.rect.y * fh + h / 2.0);
    let (sin, cos) = (-crop.angle).to_radians().sin_cos();
    let straighten = Affine::translate(-w / 2.0, -h / 2.0)
        .then(&Affine([cos, sin, -sin, cos, 0.0, 0.0]))
        .then(&Affine::translate(cx, cy));
    // Turned frame → frame: undo the clockwise turns.
    let (w0, h0) = (f64::from(frame.width), f64::from(frame.height));
    let unturn = Affine(match crop.quarter_turns % 4 {
        1 => [0.0, -1.0, 1.0, 0.0, 0.0, h0],
        2 => [-1.0, 0.0, 0.0, -1.0, w0, h0],
        3 => [0.0, 1.0, -1.0, 0.0, w0, 0.0],
        _ => Affine::IDENTITY.0,
    });
    straighten.then(&unturn)
}

/// The size of a frame after an edit, in whole pixels.
pub fn edited_size(edit: Option<&Crop>, upright: Size) -> Size {
    match edit {
        None => upright,
        Some(crop) => {
            let (w, h) = pixel_size(crop, upright);
            Size::new((w.round() as u32).max(1), (h.round() as u32).max(1))
        }
    }
}

/// Edited frame → stored pixels.
pub fn edited_to_stored(edit: Option<&Crop>, orientation: u8, stored: Size) -> Affine {
    let upright = upright_size(orientation, stored);
    let to_stored = upright_to_stored(orientation, stored);
    match edit {
        None => to_stored,
        Some(crop) => {
            let (w, h) = pixel_size(crop, upright);
            let edited = edited_size(Some(crop), upright);
            Affine::scale(w / f64::from(edited.width), h / f64::from(edited.height))
                .then(&crop_to_frame(crop, upright))
                .then(&to_stored)
        }
    }
}

/// Output pixels of a print of `output` size → stored pixels: the one transform a print is made with.
pub fn output_to_stored(
    output: Size,
    crop: &Crop,
    edit: Option<&Crop>,
    orientation: u8,
    stored: Size,
) -> Affine {
    let frame = edited_size(edit, upright_size(orientation, stored));
    let (w, h) = pixel_size(crop, frame);
    Affine::scale(w / f64::from(output.width), h / f64::from(output.height))
        .then(&crop_to_frame(crop, frame))
        .then(&edited_to_stored(edit, orientation, stored))
}

/// Which way up a print of this crop is: the format's long side follows the crop's.
pub fn output_size(crop: &Crop, frame: Size, width_in: f64, height_in: f64, ppi: u32) -> Size {
    let (w, h) = pixel_size(crop, frame);
    let (long, short) = (width_in.max(height_in), width_in.min(height_in));
    let (ow, oh) = if w >= h { (long, short) } else { (short, long) };
    Size::new((ow * f64::from(ppi)).round() as u32, (oh * f64::from(ppi)).round() as u32)
}

/// Above this a print is made with fewer pixels: it is looked at from further away, and has to fit into the relay
/// (64 MiB a file) and a worker's memory.
const MOST_PRINT_PIXELS: f64 = 100_000_000.0;

/// Pixels per inch of a print file of this size.
pub fn print_ppi(width_in: f64, height_in: f64) -> u32 {
    let square_inches = width_in * height_in;
    let fits = |ppi: &u32| square_inches * f64::from(*ppi) * f64::from(*ppi) <= MOST_PRINT_PIXELS;
    [300, 240, 200, 150, 100].into_iter().find(fits).unwrap_or(72)
}

/// Pixels per inch that a crop gives on paper, from the original's pixels.
pub fn effective_ppi(crop: &Crop, frame: Size, width_in: f64, height_in: f64) -> f64 {
    let (w, h) = pixel_size(crop, frame);
    let (long_px, short_px) = (w.max(h), w.min(h));
    let (long_in, short_in) = (width_in.max(height_in), width_in.min(height_in));
    (long_px / long_in).min(short_px / short_in)
}

#[cfg(test)]
mod tests;
