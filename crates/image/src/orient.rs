//! The eight EXIF orientations, in tiles that fit the cache.

use crate::geometry::{Size, upright};

const TILE: usize = 32;

/// Samples of `N` bytes each; returns the upright plane.
pub(crate) fn orient<const N: usize>(plane: Vec<u8>, size: Size, orientation: u8) -> Vec<u8> {
    if !(2..=8).contains(&orientation) {
        return plane;
    }
    let (w, h) = (size.width as usize, size.height as usize);
    let out = upright(orientation, size);
    let (ow, oh) = (out.width as usize, out.height as usize);
    let mut to = vec![0u8; w * h * N];
    for ty in (0..oh).step_by(TILE) {
        for tx in (0..ow).step_by(TILE) {
            for y in ty..(ty + TILE).min(oh) {
                for x in tx..(tx + TILE).min(ow) {
                    let (sx, sy) = match orientation {
                        2 => (w - 1 - x, y),
                        3 => (w - 1 - x, h - 1 - y),
                        4 => (x, h - 1 - y),
                        5 => (y, x),
                        6 => (y, h - 1 - x),
                        7 => (w - 1 - y, h - 1 - x),
                        _ => (w - 1 - y, x),
                    };
                    let (a, b) = ((y * ow + x) * N, (sy * w + sx) * N);
                    to[a..a + N].copy_from_slice(&plane[b..b + N]);
                }
            }
        }
    }
    to
}
