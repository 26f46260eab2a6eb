//! One resampling step for any affine transform: crop, turn, straighten and scale together, Lanczos 3 in
//! linear light. Used where a picture is straightened; everything else goes through `resample`.

use crate::error::ImageError;
use crate::geometry::{Affine, Size};
use crate::limits::Limits;
use crate::resample::{LOBES, fixed, lanczos};
use crate::source::{Pixels, Samples};
use crate::transfer;

/// Positions between two samples that have their own set of weights.
const PHASES: usize = 64;

/// The part of the source an output needs, linear, one plane per channel, edges repeated outwards.
struct Region {
    x: i64,
    y: i64,
    width: usize,
    planes: Vec<Vec<i16>>,
}

struct Kernel {
    taps: usize,
    weights: Vec<i16>,
}

impl Kernel {
    fn new(scale: f64) -> Self {
        let scale = scale.max(1.0);
        let support = LOBES * scale;
        let taps = (2.0 * support).ceil() as usize + 1;
        let mut weights = vec![0i16; taps * (PHASES + 1)];
        for (phase, set) in weights.chunks_exact_mut(taps).enumerate() {
            // Tap 0 is the first sample whose centre lies within the support.
            let offset = phase as f64 / PHASES as f64;
            let w: Vec<f64> = (0..taps).map(|i| lanczos((i as f64 + offset - support) / scale)).collect();
            let sum: f64 = w.iter().sum();
            let w: Vec<f64> = w.iter().map(|v| v / sum).collect();
            fixed(&w, set);
        }
        Self { taps, weights }
    }

    /// First sample and weights for a continuous position.
    #[inline(always)]
    fn at(&self, position: f64, support: f64) -> (i64, &[i16]) {
        let edge = position - 0.5 - support;
        let first = edge.ceil();
        let phase = ((first - edge) * PHASES as f64).round() as usize;
        (first as i64, &self.weights[phase * self.taps..(phase + 1) * self.taps])
    }
}

/// Renders `output` pixels; returns interleaved linear samples.
pub(crate) fn warp(
    source: &Pixels,
    affine: &Affine,
    output: Size,
    limits: &Limits,
) -> Result<Vec<i16>, ImageError> {
    let (sx, sy) = affine.scales();
    let (kx, ky) = (Kernel::new(sx), Kernel::new(sy));
    let (support_x, support_y) = (LOBES * sx.max(1.0), LOBES * sy.max(1.0));
    let region = region(source, affine, output, (support_x, support_y), limits)?;
    let n = source.channels;
    let mut out = vec![0i16; output.pixels() as usize * n];
    let mut column = vec![0i32; kx.taps];
    for (v, row) in out.chunks_exact_mut(output.width as usize * n).enumerate() {
        for (u, px) in row.chunks_exact_mut(n).enumerate() {
            let (x, y) = affine.apply(u as f64 + 0.5, v as f64 + 0.5);
            let (x0, wx) = kx.at(x, support_x);
            let (y0, wy) = ky.at(y, support_y);
            let at = (y0 - region.y) as usize * region.width + (x0 - region.x) as usize;
            for (plane, o) in region.planes.iter().zip(px) {
                *o = sample(&plane[at..], region.width, wx, wy, &mut column);
            }
        }
    }
    Ok(out)
}

#[inline(always)]
fn sample(plane: &[i16], stride: usize, wx: &[i16], wy: &[i16], column: &mut [i32]) -> i16 {
    column.fill(1 << 13);
    for (row, &w) in plane.chunks(stride).zip(wy) {
        for (c, &s) in column.iter_mut().zip(row) {
            *c += i32::from(s) * i32::from(w);
        }
    }
    let mut sum = 1i64 << 13;
    for (c, &w) in column.iter().zip(wx) {
        sum += i64::from(c >> 14) * i64::from(w);
    }
    (sum >> 14).clamp(-32_768, 32_767) as i16
}

fn region(
    source: &Pixels,
    affine: &Affine,
    output: Size,
    support: (f64, f64),
    limits: &Limits,
) -> Result<Region, ImageError> {
    let (w, h) = (f64::from(output.width), f64::from(output.height));
    let corners = [(0.0, 0.0), (w, 0.0), (0.0, h), (w, h)].map(|(x, y)| affine.apply(x, y));
    let bound = |pick: fn(&(f64, f64)) -> f64, margin: f64| {
        let low = corners.iter().map(pick).fold(f64::MAX, f64::min) - margin;
        let high = corners.iter().map(pick).fold(f64::MIN, f64::max) + margin;
        (low.floor() as i64, high.ceil() as i64)
    };
    let (x0, x1) = bound(|c| c.0, support.0 + 2.0);
    let (y0, y1) = bound(|c| c.1, support.1 + 2.0);
    let (rw, rh) = ((x1 - x0) as usize, (y1 - y0) as usize);
    limits.check_bytes(rw as u64 * rh as u64 * 2 * source.channels as u64)?;
    let n = source.channels;
    let mut planes = vec![Vec::with_capacity(rw * rh); n];
    let (sw, sh) = (i64::from(source.size.width), i64::from(source.size.height));
    for y in y0..y1 {
        let row = y.clamp(0, sh - 1) as usize * sw as usize;
        for x in x0..x1 {
            let at = (row + x.clamp(0, sw - 1) as usize) * n;
            for (c, plane) in planes.iter_mut().enumerate() {
                plane.push(match &source.samples {
                    Samples::U8(s) => transfer::linear8()[usize::from(s[at + c])],
                    Samples::U16(s) => transfer::linear16()[usize::from(s[at + c])],
                });
            }
        }
    }
    Ok(Region { x: x0, y: y0, width: rw, planes })
}
