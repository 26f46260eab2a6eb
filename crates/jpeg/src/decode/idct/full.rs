//! The 8 by 8 transform of libjpeg's `jidctint` (Loeffler, Ligtenberg, Moschytz), bit for bit. Written over
//! eight columns at a time: the same source is compiled once for AVX2 and once for any machine.

use super::Blocks;
use crate::lanes::I8;

const BITS: i32 = 13;
const PASS: i32 = 2;

pub(super) fn row(blocks: &Blocks<'_>, quantisers: &[i16], out: &mut [u8], stride: usize) {
    #[cfg(target_arch = "x86_64")]
    if std::arch::is_x86_feature_detected!("avx2") {
        #[allow(unsafe_code)]
        // SAFETY: AVX2 was just detected.
        unsafe {
            avx2(blocks, quantisers, out, stride);
        }
        return;
    }
    portable(blocks, quantisers, out, stride);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn avx2(blocks: &Blocks<'_>, quantisers: &[i16], out: &mut [u8], stride: usize) {
    portable(blocks, quantisers, out, stride);
}

#[inline(always)]
fn portable(blocks: &Blocks<'_>, quantisers: &[i16], out: &mut [u8], stride: usize) {
    let Some(q) = quantisers.first_chunk::<64>() else { return };
    for (i, block) in blocks.each::<64>().enumerate() {
        let mut rows = [I8([0; 8]); 8];
        for (r, row) in rows.iter_mut().enumerate() {
            for (c, v) in row.0.iter_mut().enumerate() {
                *v = i32::from(block[r * 8 + c]) * i32::from(q[r * 8 + c]);
            }
        }
        let columns = pass(rows, BITS - PASS, 0);
        let done = pass(transpose(&columns), BITS + PASS + 3, 128 << (BITS + PASS + 3));
        let samples = transpose(&done);
        for (r, line) in samples.iter().enumerate() {
            if let Some(o) = out.get_mut(r * stride + 8 * i..r * stride + 8 * i + 8) {
                for (o, v) in o.iter_mut().zip(line.0) {
                    *o = v.clamp(0, 255) as u8;
                }
            }
        }
    }
}

#[inline(always)]
fn transpose(m: &[I8; 8]) -> [I8; 8] {
    let mut t = [I8([0; 8]); 8];
    for (r, row) in t.iter_mut().enumerate() {
        for (v, column) in row.0.iter_mut().zip(m) {
            *v = column.0[r];
        }
    }
    t
}

#[inline(always)]
fn pass(d: [I8; 8], shift: i32, bias: i32) -> [I8; 8] {
    let z1 = (d[2] + d[6]) * 4_433;
    let t2 = z1 + d[6] * -15_137;
    let t3 = z1 + d[2] * 6_270;
    let (t0, t1) = ((d[0] + d[4]).shl(BITS), (d[0] - d[4]).shl(BITS));
    let (t10, t13, t11, t12) = (t0 + t3, t0 - t3, t1 + t2, t1 - t2);
    let (z1, z2, z3, z4) = (d[7] + d[1], d[5] + d[3], d[7] + d[3], d[5] + d[1]);
    let z5 = (z3 + z4) * 9_633;
    let (z1, z2) = (z1 * -7_373, z2 * -20_995);
    let (z3, z4) = (z3 * -16_069 + z5, z4 * -3_196 + z5);
    let t0 = d[7] * 2_446 + z1 + z3;
    let t1 = d[5] * 16_819 + z2 + z4;
    let t2 = d[3] * 25_172 + z2 + z3;
    let t3 = d[1] * 12_299 + z1 + z4;
    let round = I8([bias.wrapping_add(1 << (shift - 1)); 8]);
    [t10 + t3, t11 + t2, t12 + t1, t13 + t0, t13 - t0, t12 - t1, t11 - t2, t10 - t3]
        .map(|v| (v + round).sar(shift))
}
