//! Coded grids: pictures whose every cell says where it is, so that a crop of one tells what it was cut from.
//!
//! A cell holds four hues round a black disc in a white ring. The hues are a number, the disc's centre is the
//! measuring point. Cells that belong to a large F are paler, so that a person sees which way is up.

mod find;
mod locate;
mod write;

pub use locate::{Located, locate};
pub use write::write_all;

/// An aspect ratio and its square cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shape {
    pub name: &'static str,
    pub columns: usize,
    pub rows: usize,
    /// The number of the first cell; no two shapes share a number.
    first_code: usize,
}

pub const SHAPES: [Shape; 5] = [
    Shape { name: "3x2", columns: 24, rows: 16, first_code: 0 },
    Shape { name: "4x3", columns: 24, rows: 18, first_code: 384 },
    Shape { name: "1x1", columns: 18, rows: 18, first_code: 816 },
    Shape { name: "16x9", columns: 32, rows: 18, first_code: 1140 },
    Shape { name: "2x3", columns: 16, rows: 24, first_code: 1716 },
];

const HUES: usize = 7;
const CODES: usize = HUES * HUES * HUES * HUES;
/// Spreads neighbouring numbers over all four hues; coprime to `CODES`.
const SPREAD: usize = 1009;
/// Its inverse modulo `CODES`.
const GATHER: usize = inverse(SPREAD);
/// Of a cell's width.
const DISC: f32 = 0.2;
const RING: f32 = 0.27;

const fn inverse(of: usize) -> usize {
    let mut k = 1;
    while of * k % CODES != 1 {
        k += 1;
    }
    k
}

/// The four hues (top left, top right, bottom left, bottom right) of a cell.
fn hues(shape: Shape, column: usize, row: usize) -> [usize; 4] {
    let code = (shape.first_code + row * shape.columns + column) * SPREAD % CODES;
    [code % 7, code / 7 % 7, code / 49 % 7, code / 343]
}

/// The shape, column and row four hues stand for.
fn cell(hues: [usize; 4]) -> Option<(Shape, usize, usize)> {
    let code = hues[0] + hues[1] * 7 + hues[2] * 49 + hues[3] * 343;
    let number = code * GATHER % CODES;
    let shape = SHAPES.into_iter().rev().find(|s| number >= s.first_code)?;
    let at = number - shape.first_code;
    (at < shape.columns * shape.rows).then(|| (shape, at % shape.columns, at / shape.columns))
}

/// The colour of a hue, pale or full. Every one has a bright channel, so only discs are dark.
fn paint(hue: usize, pale: bool) -> [u8; 3] {
    let sector = hue as f32 * 6.0 / HUES as f32;
    let wave = |shift: f32| {
        let d = ((sector + shift) % 6.0 - 3.0).abs();
        (d - 1.0).clamp(0.0, 1.0)
    };
    let (low, high) = if pale { (150.0, 250.0) } else { (45.0, 235.0) };
    [0.0, 4.0, 2.0].map(|shift| (low + (high - low) * wave(shift)).round() as u8)
}

/// Which hue a colour is nearest to; `None` when it is too grey to tell.
fn hue_of([r, g, b]: [f32; 3]) -> Option<usize> {
    let (high, low) = (r.max(g).max(b), r.min(g).min(b));
    if high - low < 25.0 {
        return None;
    }
    let sector = if high == r {
        ((g - b) / (high - low)).rem_euclid(6.0)
    } else if high == g {
        (b - r) / (high - low) + 2.0
    } else {
        (r - g) / (high - low) + 4.0
    };
    Some((sector * HUES as f32 / 6.0).round() as usize % HUES)
}

/// A large F over the middle of the grid, on a field of 5 by 7.
fn in_mark(shape: Shape, column: usize, row: usize) -> bool {
    const F: [&[u8; 5]; 7] = [b"#####", b"#....", b"#....", b"####.", b"#....", b"#....", b"#...."];
    let size = (shape.rows / 8).min(shape.columns / 6).max(1);
    let (left, top) = ((shape.columns - 5 * size) / 2, (shape.rows - 7 * size) / 2);
    let within =
        |at: usize, from: usize, count: usize| at.checked_sub(from).map(|d| d / size).filter(|d| *d < count);
    match (within(column, left, 5), within(row, top, 7)) {
        (Some(x), Some(y)) => F[y][x] == b'#',
        _ => false,
    }
}

/// Draws a shape upright, 8-bit RGB.
pub fn draw(shape: Shape, width: usize, height: usize) -> Vec<u8> {
    let mut out = vec![255u8; width * height * 3];
    let (cw, ch) = (width as f32 / shape.columns as f32, height as f32 / shape.rows as f32);
    for (y, line) in out.chunks_exact_mut(width * 3).enumerate() {
        let v = (y as f32 + 0.5) / ch;
        let row = (v as usize).min(shape.rows - 1);
        for (x, pixel) in line.chunks_exact_mut(3).enumerate() {
            let u = (x as f32 + 0.5) / cw;
            let column = (u as usize).min(shape.columns - 1);
            let (dx, dy) = (u - column as f32 - 0.5, v - row as f32 - 0.5);
            let d = dx.hypot(dy);
            // One pixel of anti-aliasing keeps the centres exact at any size.
            let inside = |radius: f32| ((radius - d) * cw + 0.5).clamp(0.0, 1.0);
            let quarter = usize::from(dx > 0.0) + 2 * usize::from(dy > 0.0);
            let ground = paint(hues(shape, column, row)[quarter], in_mark(shape, column, row));
            let (ring, disc) = (inside(RING), inside(DISC));
            for (p, g) in pixel.iter_mut().zip(ground) {
                let white = f32::from(g) + (255.0 - f32::from(g)) * ring;
                *p = (white * (1.0 - disc)).round() as u8;
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cell_of_every_shape_has_its_own_hues() {
        let mut seen = std::collections::HashSet::new();
        for shape in SHAPES {
            for row in 0..shape.rows {
                for column in 0..shape.columns {
                    let code = hues(shape, column, row);
                    assert!(seen.insert(code));
                    assert_eq!(cell(code), Some((shape, column, row)));
                }
            }
        }
    }

    #[test]
    fn hues_are_read_back_full_and_pale() {
        for hue in 0..HUES {
            for pale in [false, true] {
                assert_eq!(hue_of(paint(hue, pale).map(f32::from)), Some(hue), "{hue} {pale}");
            }
        }
        assert_eq!(hue_of([200.0, 200.0, 200.0]), None);
    }
}
