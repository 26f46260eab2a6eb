//! Walking the picture block by block and writing what each one holds.

use super::fdct::{self, Quantiser};
use super::huffman::{BitWriter, Codes};
use super::{Plane, Sampling};
use crate::tables::{AC_CHROMA, AC_LUMA, DC_CHROMA, DC_LUMA, ZIGZAG};

/// Everything a scan is coded with; index 0 luma, 1 chroma.
pub(crate) struct Tables {
    pub(super) quantisers: [Quantiser; 2],
    pub(super) dc: [Codes; 2],
    pub(super) ac: [Codes; 2],
}

impl Tables {
    pub(crate) fn standard(quantisation: &[[u8; 64]; 2]) -> Self {
        Self {
            quantisers: [Quantiser::new(&quantisation[0]), Quantiser::new(&quantisation[1])],
            dc: [Codes::new(&DC_LUMA), Codes::new(&DC_CHROMA)],
            ac: [Codes::new(&AC_LUMA), Codes::new(&AC_CHROMA)],
        }
    }
}

/// What happens to the quantised coefficients of each block: written, or counted first.
pub(super) trait Sink {
    /// `table` is 0 for luma, 1 for chroma; `zz` is in zigzag order with the DC difference first and
    /// `mask` has a bit for every coefficient of `zz` but the first that is not zero.
    fn block(&mut self, table: usize, zz: &[i16; 64], mask: u64);
}

/// Bits of the magnitude and the bits that follow the code (T.81 F.1.2.1).
#[inline(always)]
pub(super) fn magnitude(v: i32) -> (u32, u32) {
    let size = 32 - v.unsigned_abs().leading_zeros();
    let bits = (v + (v >> 31)) as u32 & ((1u32 << size) - 1);
    (size, bits)
}

pub(super) struct Write<'a, 't> {
    pub(super) bits: BitWriter<'a>,
    pub(super) tables: &'t Tables,
}

impl Sink for Write<'_, '_> {
    #[inline(always)]
    fn block(&mut self, table: usize, zz: &[i16; 64], mut mask: u64) {
        let (dc, ac) = (&self.tables.dc[table], &self.tables.ac[table]);
        let (size, bits) = magnitude(i32::from(zz[0]));
        let (code, length) = dc.get(size as u8);
        self.bits.put(code << size | bits, length + size);
        let mut last = 0u32;
        while mask != 0 {
            let k = mask.trailing_zeros();
            mask &= mask - 1;
            let mut run = k - last - 1;
            while run > 15 {
                let (code, length) = ac.get(0xF0);
                self.bits.put(code, length);
                run -= 16;
            }
            let (size, bits) = magnitude(i32::from(zz[(k & 63) as usize]));
            let (code, length) = ac.get((run << 4 | size) as u8);
            self.bits.put(code << size | bits, length + size);
            last = k;
        }
        if last != 63 {
            let (code, length) = ac.get(0);
            self.bits.put(code, length);
        }
    }
}

/// Appends the entropy-coded data of the whole picture.
pub(crate) fn write_scan(
    width: u32,
    height: u32,
    planes: &[Plane<'_>],
    sampling: Sampling,
    tables: &Tables,
    out: &mut Vec<u8>,
) {
    let mut sink = Write { bits: BitWriter::new(out), tables };
    walk(width, height, planes, sampling, &tables.quantisers, &mut sink);
    sink.bits.finish();
}

/// Calls `sink` for every block in the order of an interleaved scan.
pub(super) fn walk<S: Sink>(
    width: u32,
    height: u32,
    planes: &[Plane<'_>],
    sampling: Sampling,
    quantisers: &[Quantiser; 2],
    sink: &mut S,
) {
    let picture = Picture { width, height, planes, sampling, quantisers };
    #[cfg(target_arch = "x86_64")]
    if std::arch::is_x86_feature_detected!("avx2") && std::arch::is_x86_feature_detected!("bmi2") {
        #[allow(unsafe_code)]
        // SAFETY: the features the function is compiled for were just detected.
        unsafe {
            walk_avx2(&picture, sink);
        }
        return;
    }
    picture.walk(fdct::portable, mask, sink);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
fn walk_avx2<S: Sink>(picture: &Picture<'_>, sink: &mut S) {
    picture.walk(
        |block, q, natural| fdct::avx2::transform(block, q, natural),
        |zz| fdct::avx2::mask(zz),
        sink,
    );
}

struct Picture<'a> {
    width: u32,
    height: u32,
    planes: &'a [Plane<'a>],
    sampling: Sampling,
    quantisers: &'a [Quantiser; 2],
}

impl Picture<'_> {
    #[inline(always)]
    fn walk<S: Sink>(
        &self,
        transform: impl Fn(&[[u8; 8]; 8], &Quantiser, &mut [i16; 64]),
        mask: impl Fn(&[i16; 64]) -> u64,
        sink: &mut S,
    ) {
        let (h, v) = self.sampling.factors();
        let (cw, ch) = self.sampling.chroma_size(self.width, self.height);
        let mut dc = [0i16; 3];
        let (mut columns, mut zz) = ([0i16; 64], [0i16; 64]);
        for my in 0..self.height.div_ceil(8 * v) {
            for mx in 0..self.width.div_ceil(8 * h) {
                for (i, plane) in self.planes.iter().enumerate() {
                    let (ph, pv, w, hh) =
                        if i == 0 { (h, v, self.width, self.height) } else { (1, 1, cw, ch) };
                    for b in 0..pv * ph {
                        let (x, y) = ((mx * ph + b % ph) * 8, (my * pv + b / ph) * 8);
                        let block = load(plane, x as usize, y as usize, w as usize, hh as usize);
                        transform(&block, &self.quantisers[i.min(1)], &mut columns);
                        for (z, c) in zz.iter_mut().zip(ZIGZAG_OF_COLUMNS) {
                            *z = columns[usize::from(c) & 63];
                        }
                        let value = zz[0];
                        zz[0] = value.wrapping_sub(dc[i]);
                        dc[i] = value;
                        sink.block(i.min(1), &zz, mask(&zz) & !1);
                    }
                }
            }
        }
    }
}

/// Zigzag order of coefficients that lie column after column.
const ZIGZAG_OF_COLUMNS: [u8; 64] = {
    let mut t = [0u8; 64];
    let mut k = 0;
    while k < 64 {
        t[k] = ZIGZAG[k] % 8 * 8 + ZIGZAG[k] / 8;
        k += 1;
    }
    t
};

fn mask(zz: &[i16; 64]) -> u64 {
    zz.iter().enumerate().fold(0, |m, (k, z)| m | u64::from(*z != 0) << k)
}

/// Eight by eight samples; beyond the edge the last row and column repeat.
#[inline(always)]
fn load(plane: &Plane<'_>, x: usize, y: usize, width: usize, height: usize) -> [[u8; 8]; 8] {
    let mut block = [[0u8; 8]; 8];
    for (r, row) in block.iter_mut().enumerate() {
        let start = (y + r).min(height - 1) * plane.stride;
        if x + 8 <= width {
            if let Some(s) = plane.data.get(start + x..start + x + 8) {
                row.copy_from_slice(s);
            }
        } else {
            for (c, p) in row.iter_mut().enumerate() {
                *p = plane.data[start + (x + c).min(width - 1)];
            }
        }
    }
    block
}
