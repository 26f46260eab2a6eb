//! From drawn light to camera pixels: enlarged, graded, converted to the file's colour space, grained, rounded.

use crate::canvas::Canvas;
use crate::colour::from_linear;

/// The colour space a file is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Space {
    Srgb,
    AdobeRgb,
    DisplayP3,
}

impl Space {
    /// Linear sRGB to this space's linear primaries (all three have the D65 white).
    pub fn matrix(self) -> [[f32; 3]; 3] {
        match self {
            Space::Srgb => [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]],
            Space::AdobeRgb => [[0.715_126, 0.284_874, 0.0], [0.0, 1.0, 0.0], [0.0, 0.041_166, 0.958_834]],
            Space::DisplayP3 => {
                [[0.822_462, 0.177_538, 0.0], [0.033_194, 0.966_806, 0.0], [0.017_083, 0.072_397, 0.910_52]]
            }
        }
    }

    /// Linear 0..1 to the stored value 0..1.
    pub fn encode(self, v: f32) -> f32 {
        let v = v.clamp(0.0, 1.0);
        match self {
            Space::AdobeRgb => v.powf(256.0 / 563.0),
            Space::Srgb | Space::DisplayP3 => from_linear(v),
        }
    }
}

/// How strongly a sensor's grain shows, in steps of 255.
const GRAIN: f32 = 2.5;

/// Rounds highlights off instead of clipping them.
fn shoulder(v: f32) -> f32 {
    let v = v.max(0.0);
    if v < 0.75 { v } else { 0.75 + 0.25 * (1.0 - (-(v - 0.75) / 0.25).exp()) }
}

/// The upright picture as 8-bit RGB of exactly `width` x `height`.
pub fn develop(canvas: &Canvas, width: usize, height: usize, space: Space, seed: u64) -> Vec<u8> {
    let matrix = space.matrix();
    let table: Vec<f32> = (0..=4096).map(|i| 255.0 * space.encode((i as f32 / 4096.0).powi(2))).collect();
    let (cw, ch) = (canvas.width, canvas.height);
    let mut graded = vec![[0.0f32; 3]; cw * ch];
    for (row, (line, source)) in graded.chunks_exact_mut(cw).zip(canvas.pixels.chunks_exact(cw)).enumerate() {
        let dy = (row as f32 / ch as f32 - 0.5) * 2.0;
        for (column, (out, light)) in line.iter_mut().zip(source).enumerate() {
            let dx = (column as f32 / cw as f32 - 0.5) * 2.0;
            let corner = 1.0 - 0.085 * (dx * dx + dy * dy);
            let rgb: [f32; 3] = std::array::from_fn(|i| shoulder(light[i] * corner));
            *out = std::array::from_fn(|i| {
                let v = matrix[i][0] * rgb[0] + matrix[i][1] * rgb[1] + matrix[i][2] * rgb[2];
                // The table is spaced by square root, so that dark steps stay fine.
                let at = v.clamp(0.0, 1.0).sqrt() * 4096.0;
                let k = (at as usize).min(4095);
                table[k] + (table[k + 1] - table[k]) * (at - k as f32)
            });
        }
    }
    enlarge(&graded, (cw, ch), (width, height), seed)
}

fn enlarge(
    graded: &[[f32; 3]],
    (cw, ch): (usize, usize),
    (width, height): (usize, usize),
    seed: u64,
) -> Vec<u8> {
    let columns: Vec<(usize, usize, f32)> = (0..width).map(|x| taps(x, width, cw)).collect();
    let mut out = vec![0u8; width * height * 3];
    let mut blended = vec![[0.0f32; 3]; cw];
    let mut state = seed | 1;
    for (y, line) in out.chunks_exact_mut(width * 3).enumerate() {
        let (top, bottom, v) = taps(y, height, ch);
        let (above, below) = (&graded[top * cw..][..cw], &graded[bottom * cw..][..cw]);
        for ((b, p), q) in blended.iter_mut().zip(above).zip(below) {
            *b = std::array::from_fn(|i| p[i] + (q[i] - p[i]) * v);
        }
        for (pixel, &(left, right, u)) in line.chunks_exact_mut(3).zip(&columns) {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            // Two bytes make a triangular step; the channels share most of it, as film and sensors do.
            let byte = |shift: u32| ((state >> shift) & 255) as f32;
            let shared = (byte(8) + byte(16) - 255.0) * (GRAIN / 104.0);
            let own = [(byte(24) - 127.5) * 0.006, (byte(32) - 127.5) * 0.003, (byte(40) - 127.5) * 0.009];
            let (a, b) = (blended[left], blended[right]);
            for i in 0..3 {
                pixel[i] = (a[i] + (b[i] - a[i]) * u + shared + own[i] + 0.5).clamp(0.0, 255.0) as u8;
            }
        }
    }
    out
}

/// The two source positions and the weight of the second, for one target position.
fn taps(at: usize, target: usize, source: usize) -> (usize, usize, f32) {
    let p = ((at as f32 + 0.5) * source as f32 / target as f32 - 0.5).clamp(0.0, source as f32 - 1.0);
    let first = p as usize;
    (first, (first + 1).min(source - 1), p - first as f32)
}

/// The stored pixels for an upright picture whose file will say EXIF `orientation` 1 to 8, and their size.
pub fn stored(upright: &[u8], width: usize, height: usize, orientation: u8) -> (Vec<u8>, usize, usize) {
    if orientation <= 1 {
        return (upright.to_vec(), width, height);
    }
    let (sw, sh) = if orientation >= 5 { (height, width) } else { (width, height) };
    let mut out = vec![0u8; upright.len()];
    // Blocks keep both sides of a quarter turn in the cache.
    const BLOCK: usize = 64;
    for by in (0..height).step_by(BLOCK) {
        for bx in (0..width).step_by(BLOCK) {
            for y in by..(by + BLOCK).min(height) {
                for x in bx..(bx + BLOCK).min(width) {
                    let (sx, sy) = match orientation {
                        2 => (width - 1 - x, y),
                        3 => (width - 1 - x, height - 1 - y),
                        4 => (x, height - 1 - y),
                        5 => (y, x),
                        6 => (y, width - 1 - x),
                        7 => (height - 1 - y, width - 1 - x),
                        _ => (height - 1 - y, x),
                    };
                    let (from, to) = ((y * width + x) * 3, (sy * sw + sx) * 3);
                    out[to..to + 3].copy_from_slice(&upright[from..from + 3]);
                }
            }
        }
    }
    (out, sw, sh)
}
