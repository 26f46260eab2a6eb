//! From coefficients to samples, a row of blocks at a time, at the five scales.
//!
//! 1/1 is libjpeg's accurate integer transform (jidctint), bit for bit. 1/2, 3/8 and 1/4 are true 4-, 3- and
//! 2-point inverse transforms of the low coefficients, which is the best a single block can tell about the smaller
//! picture; 1/8 is the block's mean.

mod full;
mod half;
mod three;

use super::Scale;
use super::block::Layout;
use crate::tables::ZIGZAG;

/// Where the coefficients of a scale are put, in the order its transform wants to read them.
pub(super) fn layout(scale: Scale) -> Layout {
    let n = usize::from(scale.block_side());
    let stride = if scale == Scale::ThreeEighths { 16 } else { n * n };
    let mut place = [stride as u8; 256];
    let mut last = 0;
    for (k, &z) in ZIGZAG.iter().enumerate() {
        let (row, column) = (usize::from(z) / 8, usize::from(z) % 8);
        if row < n && column < n {
            place[k] = match scale {
                Scale::Half | Scale::ThreeEighths => half::place(row, column) as u8,
                _ => (row * n + column) as u8,
            };
            last = k as u32;
        }
    }
    Layout { place, last, stride }
}

/// Quantisers in the same places.
pub(super) fn quantisers(table: &[u16; 64], layout: &Layout) -> Vec<i16> {
    let mut out = vec![0i16; layout.stride];
    for (k, &z) in ZIGZAG.iter().enumerate() {
        if let Some(o) = out.get_mut(usize::from(layout.place[k])) {
            *o = table[usize::from(z)] as i16;
        }
    }
    out
}

/// One row of blocks of one component, as they lie in MCUs.
#[derive(Debug, Clone, Copy)]
pub(super) struct Blocks<'c> {
    pub(super) mcus: &'c [i16],
    /// Coefficients of an MCU and of a block.
    pub(super) mcu: usize,
    pub(super) stride: usize,
    /// Block of the MCU the row begins with, and how many of the MCU's blocks follow each other in it.
    pub(super) first: usize,
    pub(super) across: usize,
}

impl<'c> Blocks<'c> {
    /// Every block of `N` coefficients, left to right.
    #[inline(always)]
    fn each<const N: usize>(self) -> impl Iterator<Item = &'c [i16; N]> {
        let row = self.first * self.stride..(self.first + self.across) * self.stride;
        self.mcus
            .chunks_exact(self.mcu)
            .flat_map(move |m| m[row.clone()].chunks_exact(N))
            .filter_map(|b| b.first_chunk())
    }
}

/// Transforms a row of blocks into `out`, whose rows are `stride` samples apart.
pub(super) fn row(scale: Scale, blocks: &Blocks<'_>, quantisers: &[i16], out: &mut [u8], stride: usize) {
    match scale {
        Scale::Full => full::row(blocks, quantisers, out, stride),
        Scale::Half => half::row(blocks, quantisers, out, stride),
        Scale::ThreeEighths => three::row(blocks, quantisers, out, stride),
        Scale::Quarter => quarter(blocks, quantisers, out, stride),
        Scale::Eighth => {
            for (o, c) in out.iter_mut().zip(blocks.each::<1>()) {
                *o = sample((i32::from(c[0]) * i32::from(quantisers[0]) + 4) >> 3);
            }
        }
    }
}

#[inline(always)]
fn sample(v: i32) -> u8 {
    (v + 128).clamp(0, 255) as u8
}

fn quarter(blocks: &Blocks<'_>, q: &[i16], out: &mut [u8], stride: usize) {
    let (top, bottom) = out.split_at_mut(stride);
    for ((c, t), b) in blocks.each::<4>().zip(top.chunks_exact_mut(2)).zip(bottom.chunks_exact_mut(2)) {
        let d: [i32; 4] = std::array::from_fn(|i| i32::from(c[i]) * i32::from(q[i]));
        let (l, r) = (d[0] + d[2] + 4, d[0] - d[2] + 4);
        t[0] = sample((l + d[1] + d[3]) >> 3);
        t[1] = sample((l - d[1] - d[3]) >> 3);
        b[0] = sample((r + d[1] - d[3]) >> 3);
        b[1] = sample((r - d[1] + d[3]) >> 3);
    }
}
