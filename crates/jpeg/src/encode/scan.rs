//! Walking the picture block by block and writing what each one holds.

use super::fdct::{Quantiser, transform};
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
    #[cfg(target_arch = "x86_64")]
    if std::arch::is_x86_feature_detected!("avx2") && std::arch::is_x86_feature_detected!("bmi2") {
        #[allow(unsafe_code)]
        // SAFETY: the features the function is compiled for were just detected.
        unsafe {
            walk_avx2(width, height, planes, sampling, quantisers, sink);
        }
        return;
    }
    walk_portable(width, height, planes, sampling, quantisers, sink);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
fn walk_avx2<S: Sink>(
    width: u32,
    height: u32,
    planes: &[Plane<'_>],
    sampling: Sampling,
    quantisers: &[Quantiser; 2],
    sink: &mut S,
) {
    walk_portable(width, height, planes, sampling, quantisers, sink);
}

#[inline(always)]
pub(super) fn walk_portable<S: Sink>(
    width: u32,
    height: u32,
    planes: &[Plane<'_>],
    sampling: Sampling,
    quantisers: &[Quantiser; 2],
    sink: &mut S,
) {
    let (h, v) = sampling.factors();
    let (cw, ch) = sampling.chroma_size(width, height);
    let mut dc = [0i16; 3];
    for my in 0..height.div_ceil(8 * v) {
        for mx in 0..width.div_ceil(8 * h) {
            for (i, plane) in planes.iter().enumerate() {
                let (ph, pv, w, hh) = if i == 0 { (h, v, width, height) } else { (1, 1, cw, ch) };
                for by in 0..pv {
                    for bx in 0..ph {
                        let (x, y) = ((mx * ph + bx) * 8, (my * pv + by) * 8);
                        let block = load(plane, x as usize, y as usize, w as usize, hh as usize);
                        let mut natural = [0i16; 64];
                        transform(&block, &quantisers[i.min(1)], &mut natural);
                        emit(i, &natural, &mut dc[i], sink);
                    }
                }
            }
        }
    }
}

#[inline(always)]
fn emit<S: Sink>(component: usize, natural: &[i16; 64], dc: &mut i16, sink: &mut S) {
    let mut zz = [0i16; 64];
    for (z, &n) in zz.iter_mut().zip(&ZIGZAG) {
        *z = natural[usize::from(n)];
    }
    let value = zz[0];
    zz[0] = value.wrapping_sub(*dc);
    *dc = value;
    let mut mask = 0u64;
    for (k, &z) in zz.iter().enumerate() {
        mask |= u64::from(z != 0) << k;
    }
    sink.block(component.min(1), &zz, mask & !1);
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
