//! Separable resizing of rows as they arrive: a window of the source, Lanczos 3, 16-bit linear light.
//!
//! Vertical first: only as many source rows are kept as the kernel is high, so a picture is resized in the
//! processor's cache however large it is.

mod kernels;

use std::collections::VecDeque;
use std::f64::consts::PI;

/// Weights are fixed point with this many fractional bits; each set sums to exactly one.
const BITS: u32 = 14;

/// The Lanczos kernel's lobes.
pub(crate) const LOBES: f64 = 3.0;
/// And the fewest where time matters more than the last of them.
const FEWEST: f64 = 2.6;

pub(crate) fn lanczos(x: f64) -> f64 {
    if x.abs() < 1e-9 {
        1.0
    } else if x.abs() < LOBES {
        LOBES * (PI * x).sin() * (PI * x / LOBES).sin() / (PI * PI * x * x)
    } else {
        0.0
    }
}

/// sin(pi x) / (pi x) as a table: thousands of sines for every file would be two milliseconds.
struct Sinc(Vec<f64>);

impl Sinc {
    /// Entries per unit; linear interpolation between them is exact to 1e-6.
    const STEPS: f64 = 1024.0;

    fn get() -> &'static Self {
        static SINC: std::sync::OnceLock<Sinc> = std::sync::OnceLock::new();
        let sinc = |x: f64| if x < 1e-9 { 1.0 } else { (PI * x).sin() / (PI * x) };
        SINC.get_or_init(|| {
            Sinc((0..=(LOBES * Self::STEPS) as usize + 1).map(|i| sinc(i as f64 / Self::STEPS)).collect())
        })
    }

    fn at(&self, x: f64) -> f64 {
        let at = x.abs() * Self::STEPS;
        let i = at as usize;
        match self.0.get(i..i + 2) {
            Some(&[a, b]) => a + (b - a) * (at - i as f64),
            _ => 0.0,
        }
    }

    /// Lanczos' kernel with some number of lobes, at most [`LOBES`].
    fn windowed(&self, x: f64, lobes: f64) -> f64 {
        if x.abs() < lobes { self.at(x) * self.at(x / lobes) } else { 0.0 }
    }
}

/// Which source samples make up each output sample along one axis.
#[derive(Debug, Clone)]
pub(crate) struct Axis {
    pub(crate) taps: usize,
    pub(crate) starts: Vec<u32>,
    pub(crate) weights: Vec<i16>,
}

impl Axis {
    /// `window` is the part of the source, in source samples, that fills `out` samples. Beyond the edges
    /// of the source the kernel is cut off. `taps` is rounded up to a multiple of `align`.
    pub(crate) fn new(source: u32, window: (f64, f64), out: u32, align: usize) -> Self {
        let support = LOBES * (window.1 / f64::from(out)).max(1.0);
        Self::with(source, window, out, support, align)
    }

    /// As `new`, with the kernel's lobes narrowed, to not less than [`FEWEST`], where that saves taps: their
    /// number decides the time, and the outermost of them weigh next to nothing.
    pub(crate) fn fitted(source: u32, window: (f64, f64), out: u32, align: usize) -> Self {
        let step = (window.1 / f64::from(out)).max(1.0);
        let full = 2.0 * LOBES * step;
        // The horizontal kernel takes half a vector, too, but no one and a half.
        let unit = if align == 16 && full < 16.0 { 8 } else { align };
        let fewer = (full / unit as f64).floor() * unit as f64;
        if fewer < 2.0 * FEWEST * step {
            return Self::new(source, window, out, if full <= unit as f64 { unit } else { align });
        }
        Self::with(source, window, out, fewer / 2.0, unit)
    }

    /// `support` is how far the kernel reaches, in source samples.
    fn with(source: u32, window: (f64, f64), out: u32, support: f64, align: usize) -> Self {
        let (origin, length) = window;
        let step = length / f64::from(out);
        let scale = step.max(1.0);
        let lobes = support / scale;
        let source_len = source as usize;
        let raw = (2.0 * support).ceil() as usize;
        let taps = raw.min(source_len).next_multiple_of(align);
        let mut starts = Vec::with_capacity(out as usize);
        let mut weights = vec![0i16; taps * out as usize];
        let mut w = Vec::with_capacity(taps);
        let sinc = Sinc::get();
        for (i, set) in weights.chunks_exact_mut(taps).enumerate() {
            let centre = origin + (i as f64 + 0.5) * step;
            // Samples lie at halves; those at the very end of the kernel weigh nothing.
            let before = (centre - 0.5 - support).floor() + 1.0;
            let first = (before.max(0.0) as usize).min(source_len - 1);
            let last = ((before + raw as f64).max(0.0) as usize).clamp(first + 1, source_len);
            w.clear();
            w.extend((first..last).map(|s| sinc.windowed((s as f64 + 0.5 - centre) / scale, lobes)));
            let sum: f64 = w.iter().sum();
            // Wholly outside the source: the nearest sample.
            if sum.abs() < 1e-3 {
                w.fill(0.0);
                let near = if centre <= 0.0 { 0 } else { w.len() - 1 };
                w[near] = 1.0;
            } else {
                w.iter_mut().for_each(|v| *v /= sum);
            }
            // Padding must not reach past the end of the source.
            let start = first.min(source_len.saturating_sub(taps));
            fixed(&w, &mut set[first - start..]);
            starts.push(start as u32);
        }
        Self { taps, starts, weights }
    }

    pub(crate) fn set(&self, i: usize) -> (usize, &[i16]) {
        (self.starts[i] as usize, &self.weights[i * self.taps..(i + 1) * self.taps])
    }
}

/// The axes of the last few files: pictures of one camera are of one size, and weights take a millisecond.
#[derive(Debug, Default)]
pub(crate) struct Axes {
    known: VecDeque<(AxisOf, Axis)>,
}

/// What an axis was made from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct AxisOf {
    pub(crate) source: u32,
    pub(crate) window: (f64, f64),
    pub(crate) out: u32,
    pub(crate) align: usize,
    /// All lobes, whatever they cost.
    pub(crate) exact: bool,
}

impl Axes {
    /// Enough for the planes of three renditions of upright and of turned pictures.
    const MOST: usize = 24;

    pub(crate) fn get(&mut self, of: AxisOf) -> Axis {
        if let Some((_, axis)) = self.known.iter().find(|(k, _)| *k == of) {
            return axis.clone();
        }
        let make = if of.exact { Axis::new } else { Axis::fitted };
        let axis = make(of.source, of.window, of.out, of.align);
        self.known.truncate(Self::MOST - 1);
        self.known.push_front((of, axis.clone()));
        axis
    }
}

/// Fixed-point weights whose sum is exactly one: the rounding error goes to the largest.
pub(crate) fn fixed(w: &[f64], out: &mut [i16]) {
    let one = 1i32 << BITS;
    let mut sum = 0i32;
    let mut largest = 0;
    for (i, v) in w.iter().enumerate() {
        let f = (v * f64::from(one)).round() as i32;
        out[i] = f.clamp(-32_768, 32_767) as i16;
        sum += f;
        if w[i] > w[largest] {
            largest = i;
        }
    }
    if let Some(o) = out.get_mut(largest) {
        *o = (i32::from(*o) + one - sum).clamp(-32_768, 32_767) as i16;
    }
}

/// Resizes one plane of linear samples.
#[derive(Debug)]
pub(crate) struct Scaler {
    horizontal: Axis,
    vertical: Axis,
    width: usize,
    /// The last rows, as a ring.
    ring: Vec<i16>,
    pushed: usize,
    next: usize,
    blended: Vec<i16>,
    out: Vec<i16>,
    source_height: usize,
}

impl Scaler {
    pub(crate) fn new(horizontal: Axis, vertical: Axis, width: u32, height: u32) -> Self {
        // Room to read whole tap sets at the right edge, and whole vectors.
        let padded = (width as usize).max(horizontal.taps).next_multiple_of(kernels::WIDTH);
        Self {
            ring: vec![0; padded * vertical.taps.max(1)],
            blended: vec![0; padded],
            out: vec![0; horizontal.starts.len()],
            width: padded,
            horizontal,
            vertical,
            pushed: 0,
            next: 0,
            source_height: height as usize,
        }
    }

    /// The next source row, written by `fill`; `emit` gets every output row that is complete with it.
    pub(crate) fn push(&mut self, fill: impl FnOnce(&mut [i16]), mut emit: impl FnMut(usize, &[i16])) {
        let taps = self.vertical.taps;
        let slot = self.pushed % taps * self.width;
        // Rows above the window are not looked at.
        if self.vertical.starts.first().is_some_and(|first| self.pushed >= *first as usize) {
            fill(&mut self.ring[slot..slot + self.width]);
        }
        self.pushed += 1;
        while self.next < self.vertical.starts.len() {
            let (start, weights) = self.vertical.set(self.next);
            if (start + taps).min(self.source_height) > self.pushed {
                break;
            }
            kernels::blend(&self.ring, self.width, start % taps, weights, &mut self.blended);
            kernels::convolve(&self.blended, &self.horizontal, &mut self.out);
            emit(self.next, &self.out);
            self.next += 1;
        }
    }

    /// Whether later rows can still matter.
    pub(crate) fn is_done(&self) -> bool {
        self.next >= self.vertical.starts.len()
    }
}
