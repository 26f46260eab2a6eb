//! The eight EXIF orientations of a plane.

use crate::geometry::{Size, upright};

/// Returns the upright plane.
pub(crate) fn orient(mut plane: Vec<u8>, size: Size, orientation: u8) -> Vec<u8> {
    let (w, h) = (size.width as usize, size.height as usize);
    match orientation {
        2 => plane.chunks_exact_mut(w).for_each(<[u8]>::reverse),
        3 => plane.reverse(),
        4 => {
            for y in 0..h / 2 {
                let (top, bottom) = plane.split_at_mut((h - 1 - y) * w);
                top[y * w..(y + 1) * w].swap_with_slice(&mut bottom[..w]);
            }
        }
        5..=8 => {
            let mut out = vec![0u8; w * h];
            let turn =
                Turn { size, flip_x: matches!(orientation, 7 | 8), flip_y: matches!(orientation, 6 | 7) };
            turn.transpose(&plane, &mut out);
            return out;
        }
        _ => {}
    }
    plane
}

/// Columns become rows, after the source was mirrored.
struct Turn {
    size: Size,
    flip_x: bool,
    flip_y: bool,
}

impl Turn {
    /// Eight by eight samples at a time, in tiles that keep both sides in the cache.
    fn transpose(&self, plane: &[u8], out: &mut [u8]) {
        const TILE: usize = 64;
        let up = upright(5, self.size);
        let (ow, oh) = (up.width as usize, up.height as usize);
        for ty in (0..oh).step_by(TILE) {
            for tx in (0..ow).step_by(TILE) {
                for y in (ty..(ty + TILE).min(oh)).step_by(8) {
                    for x in (tx..(tx + TILE).min(ow)).step_by(8) {
                        if x + 8 <= ow && y + 8 <= oh {
                            self.eight(plane, x, y, out);
                        } else {
                            self.edge(plane, x..(x + 8).min(ow), y..(y + 8).min(oh), out);
                        }
                    }
                }
            }
        }
    }

    fn edge(&self, plane: &[u8], xs: std::ops::Range<usize>, ys: std::ops::Range<usize>, out: &mut [u8]) {
        let (w, h) = (self.size.width as usize, self.size.height as usize);
        for y in ys {
            for x in xs.clone() {
                let sx = if self.flip_x { w - 1 - y } else { y };
                let sy = if self.flip_y { h - 1 - x } else { x };
                out[y * h + x] = plane[sy * w + sx];
            }
        }
    }

    #[inline(always)]
    fn eight(&self, plane: &[u8], x: usize, y: usize, out: &mut [u8]) {
        let (w, h) = (self.size.width as usize, self.size.height as usize);
        let mut m = [0u64; 8];
        for (i, row) in m.iter_mut().enumerate() {
            let sy = if self.flip_y { h - 1 - x - i } else { x + i };
            let sx = if self.flip_x { w - 8 - y } else { y };
            let bytes = plane.get(sy * w + sx..).and_then(|b| b.first_chunk::<8>()).unwrap_or(&[0; 8]);
            *row = if self.flip_x { u64::from_be_bytes(*bytes) } else { u64::from_le_bytes(*bytes) };
        }
        // Swap ever smaller quarters of the matrix.
        let swap = |m: &mut [u64; 8], i: usize, j: usize, shift: u32, mask: u64| {
            let t = (m[i] >> shift ^ m[j]) & mask;
            m[j] ^= t;
            m[i] ^= t << shift;
        };
        for i in 0..4 {
            swap(&mut m, i, i + 4, 32, 0x0000_0000_FFFF_FFFF);
        }
        for i in [0, 1, 4, 5] {
            swap(&mut m, i, i + 2, 16, 0x0000_FFFF_0000_FFFF);
        }
        for i in [0, 2, 4, 6] {
            swap(&mut m, i, i + 1, 8, 0x00FF_00FF_00FF_00FF);
        }
        for (i, row) in m.iter().enumerate() {
            let at = (y + i) * h + x;
            if let Some(o) = out.get_mut(at..at + 8) {
                o.copy_from_slice(&row.to_le_bytes());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::Affine;

    #[test]
    fn every_sample_lands_where_the_transform_says() {
        for (w, h) in [(1, 1), (7, 5), (16, 24), (75, 131)] {
            let size = Size::new(w, h);
            let plane: Vec<u8> = (0..w * h).map(|i| (i * 31 % 251) as u8).collect();
            for o in 1..=8 {
                let out = orient(plane.clone(), size, o);
                let up = upright(o, size);
                let to = Affine::upright_to_stored(o, size);
                for (i, v) in out.iter().enumerate() {
                    let (x, y) = (i as u32 % up.width, i as u32 / up.width);
                    let (sx, sy) = to.apply(f64::from(x) + 0.5, f64::from(y) + 0.5);
                    assert_eq!(*v, plane[(sy as u32 * w + sx as u32) as usize], "{w}x{h} orientation {o}");
                }
            }
        }
    }
}
