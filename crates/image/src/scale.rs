//! Pixels to a smaller (or larger) picture of any transform: linear samples in the source's colours.

use crate::error::ImageError;
use crate::geometry::{Affine, Aligned, Size, upright};
use crate::limits::Limits;
use crate::resample::{Axis, Scaler};
use crate::source::{Pixels, Samples};
use crate::transfer;
use crate::warp::warp;

/// Interleaved linear samples in output geometry (upright, edited).
#[derive(Debug)]
pub(crate) struct Linear {
    pub(crate) size: Size,
    pub(crate) channels: usize,
    pub(crate) samples: Vec<i16>,
}

/// Resamples once. `affine` maps output pixels to pixels of `source`.
pub(crate) fn resample(
    source: &Pixels,
    affine: &Affine,
    output: Size,
    limits: &Limits,
) -> Result<Linear, ImageError> {
    limits.check_bytes(output.pixels() * 2 * 2 * source.channels as u64)?;
    let samples = match affine.aligned(output) {
        Some(window) => turn(separable(source, &window, output), &window, output, source.channels),
        None => warp(source, affine, output, limits)?,
    };
    Ok(Linear { size: output, channels: source.channels, samples })
}

/// Resizes the window; the result is still turned like the source.
fn separable(source: &Pixels, window: &Aligned, output: Size) -> Vec<i16> {
    let stored = upright(window.orientation, output);
    let (w, h) = (source.size.width, source.size.height);
    let horizontal = Axis::new(w, (window.x, window.width), stored.width, 16);
    let vertical = Axis::new(h, (window.y, window.height), stored.height, 2);
    let n = source.channels;
    let mut scalers: Vec<Scaler> =
        (0..n).map(|_| Scaler::new(horizontal.clone(), vertical.clone(), w, h)).collect();
    let mut out = vec![0i16; stored.pixels() as usize * n];
    let stride = w as usize * n;
    for y in 0..h as usize {
        for (c, scaler) in scalers.iter_mut().enumerate() {
            let fill = |row: &mut [i16]| match &source.samples {
                Samples::U8(s) => {
                    let t = transfer::linear8();
                    let line = s[y * stride..(y + 1) * stride].iter().skip(c).step_by(n);
                    row.iter_mut().zip(line).for_each(|(r, v)| *r = t[usize::from(*v)]);
                }
                Samples::U16(s) => {
                    let t = transfer::linear16();
                    let line = s[y * stride..(y + 1) * stride].iter().skip(c).step_by(n);
                    row.iter_mut().zip(line).for_each(|(r, v)| *r = t[usize::from(*v)]);
                }
            };
            scaler.push(fill, |at, line| {
                let start = at * line.len() * n;
                for (o, v) in out[start..].iter_mut().skip(c).step_by(n).zip(line) {
                    *o = *v;
                }
            });
        }
        if scalers.iter().all(Scaler::is_done) {
            break;
        }
    }
    out
}

fn turn(samples: Vec<i16>, window: &Aligned, output: Size, n: usize) -> Vec<i16> {
    if window.orientation == 1 {
        return samples;
    }
    let to = Affine::upright_to_stored(window.orientation, upright(window.orientation, output));
    let stride = upright(window.orientation, output).width as usize;
    let mut out = Vec::with_capacity(samples.len());
    for y in 0..output.height {
        for x in 0..output.width {
            let (sx, sy) = to.apply(f64::from(x) + 0.5, f64::from(y) + 0.5);
            let at = (sy as usize * stride + sx as usize) * n;
            out.extend_from_slice(&samples[at..at + n]);
        }
    }
    out
}
