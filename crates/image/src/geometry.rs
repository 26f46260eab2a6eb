//! Sizes, the eight orientations, and the one transform every picture is made with.
//!
//! All coordinates are continuous: x right, y down, pixel centres at +0.5. *Stored* pixels are what the
//! file holds; *upright* is after the EXIF orientation (EXIF 2.32, tag 0x0112).

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Size {
    pub width: u32,
    pub height: u32,
}

impl Size {
    pub const fn new(width: u32, height: u32) -> Self {
        Self { width, height }
    }

    pub fn pixels(self) -> u64 {
        u64::from(self.width) * u64::from(self.height)
    }

    pub fn long_edge(self) -> u32 {
        self.width.max(self.height)
    }

    pub fn turned(self) -> Self {
        Self { width: self.height, height: self.width }
    }

    /// The size with this long edge and the same shape; never larger than it was.
    pub fn fit(self, long_edge: u32) -> Self {
        let long = self.long_edge();
        if long_edge >= long {
            return self;
        }
        let short = |s: u32| {
            ((u64::from(s) * u64::from(long_edge) * 2 + u64::from(long)) / (2 * u64::from(long))).max(1)
                as u32
        };
        if self.width >= self.height {
            Self::new(long_edge, short(self.height))
        } else {
            Self::new(short(self.width), long_edge)
        }
    }
}

/// `x' = a·x + c·y + e`, `y' = b·x + d·y + f`: output pixels to stored pixels.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Affine(pub [f64; 6]);

/// What an affine does when it neither straightens nor skews: a window of the stored pixels, turned.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Aligned {
    /// EXIF orientation that takes the stored window upright.
    pub(crate) orientation: u8,
    /// Window in stored pixels.
    pub(crate) x: f64,
    pub(crate) y: f64,
    pub(crate) width: f64,
    pub(crate) height: f64,
}

impl Affine {
    pub const IDENTITY: Affine = Affine([1.0, 0.0, 0.0, 1.0, 0.0, 0.0]);

    pub fn apply(&self, x: f64, y: f64) -> (f64, f64) {
        let [a, b, c, d, e, f] = self.0;
        (a * x + c * y + e, b * x + d * y + f)
    }

    /// The transform that scales first and does `self` after it.
    pub(crate) fn after_scale(&self, sx: f64, sy: f64) -> Affine {
        let [a, b, c, d, e, f] = self.0;
        Affine([a * sx, b * sx, c * sy, d * sy, e, f])
    }

    /// Upright pixels to stored pixels, for an EXIF orientation and the stored size.
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

    /// Stored pixels per output pixel along the stored x and y axes.
    pub(crate) fn scales(&self) -> (f64, f64) {
        let [a, b, c, d, ..] = self.0;
        (a.hypot(c), b.hypot(d))
    }

    pub(crate) fn is_usable(&self) -> bool {
        let [a, b, c, d, ..] = self.0;
        self.0.iter().all(|v| v.is_finite() && v.abs() < 1e7) && (a * d - b * c).abs() > 1e-9
    }

    /// `None` if the transform straightens by more than a tenth of a pixel over an output of this size.
    pub(crate) fn aligned(&self, output: Size) -> Option<Aligned> {
        let [a, b, c, d, e, f] = self.0;
        let (w, h) = (f64::from(output.width), f64::from(output.height));
        let small = |v: f64, over: f64| (v * over).abs() < 0.1;
        let (orientation, width, height) = if small(b, w) && small(c, h) {
            let o = match (a > 0.0, d > 0.0) {
                (true, true) => 1,
                (false, true) => 2,
                (false, false) => 3,
                (true, false) => 4,
            };
            (o, (a * w).abs(), (d * h).abs())
        } else if small(a, w) && small(d, h) {
            let o = match (c > 0.0, b > 0.0) {
                (true, true) => 5,
                (true, false) => 6,
                (false, false) => 7,
                (false, true) => 8,
            };
            (o, (c * h).abs(), (b * w).abs())
        } else {
            return None;
        };
        let (x1, y1) = self.apply(w, h);
        Some(Aligned { orientation, x: e.min(x1), y: f.min(y1), width, height })
    }
}

pub(crate) fn upright(orientation: u8, stored: Size) -> Size {
    if (5..=8).contains(&orientation) { stored.turned() } else { stored }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aligned_recovers_every_orientation() {
        let stored = Size::new(600, 400);
        for o in 1..=8 {
            let out = upright(o, stored);
            let a = Affine::upright_to_stored(o, stored).aligned(out).unwrap();
            assert_eq!(a, Aligned { orientation: o, x: 0.0, y: 0.0, width: 600.0, height: 400.0 });
        }
        let (sin, cos) = 0.02f64.sin_cos();
        assert_eq!(Affine([cos, sin, -sin, cos, 0.0, 0.0]).aligned(stored), None);
    }

    #[test]
    fn fit_keeps_shape_and_never_enlarges() {
        assert_eq!(Size::new(6000, 4000).fit(2048), Size::new(2048, 1365));
        assert_eq!(Size::new(4000, 6000).fit(400), Size::new(267, 400));
        assert_eq!(Size::new(300, 200).fit(2048), Size::new(300, 200));
        assert_eq!(Size::new(65_000, 1).fit(64), Size::new(64, 1));
    }
}
