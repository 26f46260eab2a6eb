//! Forward transform and quantisation of one block (Arai, Agui, Nakajima; scale factors folded into the
//! quantiser, so they cost nothing).

use crate::lanes::{F8, transpose};

/// 1/sqrt(8) times the row scale the AAN butterflies leave behind.
const AAN: [f64; 8] =
    [1.0, 1.387_039_845, 1.306_562_965, 1.175_875_602, 1.0, 0.785_694_958, 0.541_196_100, 0.275_899_379];

/// Adding this makes the low mantissa bits of an f32 the rounded integer (ties to even).
const ROUND: f32 = 12_582_912.0;

/// Reciprocal quantiser, in natural order.
#[derive(Debug, Clone)]
#[repr(align(32))]
pub(crate) struct Quantiser {
    reciprocal: [F8; 8],
}

impl Quantiser {
    pub(crate) fn new(table: &[u8; 64]) -> Self {
        let mut reciprocal = [F8([0.0; 8]); 8];
        for (v, row) in reciprocal.iter_mut().enumerate() {
            for (u, r) in row.0.iter_mut().enumerate() {
                *r = (1.0 / (f64::from(table[v * 8 + u]) * AAN[v] * AAN[u] * 8.0)) as f32;
            }
        }
        Self { reciprocal }
    }
}

#[inline(always)]
fn pass(d: &mut [F8; 8]) {
    let [d0, d1, d2, d3, d4, d5, d6, d7] = *d;
    let (t0, t7, t1, t6) = (d0 + d7, d0 - d7, d1 + d6, d1 - d6);
    let (t2, t5, t3, t4) = (d2 + d5, d2 - d5, d3 + d4, d3 - d4);
    let (e0, e3, e1, e2) = (t0 + t3, t0 - t3, t1 + t2, t1 - t2);
    let z1 = (e2 + e3) * 0.707_106_77;
    let (o0, o1, o2) = (t4 + t5, t5 + t6, t6 + t7);
    let z5 = (o0 - o2) * 0.382_683_43;
    let z2 = o0 * 0.541_196_1 + z5;
    let z4 = o2 * 1.306_563 + z5;
    let z3 = o1 * 0.707_106_77;
    let (z11, z13) = (t7 + z3, t7 - z3);
    *d = [e0 + e1, z11 + z4, e3 + z1, z13 - z2, e0 - e1, z13 + z2, e3 - z1, z11 - z4];
}

/// `block` holds samples (0..=255); afterwards `out` holds quantised coefficients in natural order.
#[inline(always)]
pub(crate) fn transform(block: &[[u8; 8]; 8], q: &Quantiser, out: &mut [i16; 64]) {
    let mut rows = [F8([0.0; 8]); 8];
    for (row, src) in rows.iter_mut().zip(block) {
        for (x, s) in row.0.iter_mut().zip(src) {
            *x = f32::from(*s) - 128.0;
        }
    }
    pass(&mut rows);
    let mut columns = transpose(&rows);
    pass(&mut columns);
    let rows = transpose(&columns);
    for ((row, r), o) in rows.iter().zip(&q.reciprocal).zip(out.chunks_exact_mut(8)) {
        let v = *row * *r;
        for (o, x) in o.iter_mut().zip(v.0) {
            // Baseline has no code for a larger magnitude.
            *o = (x.clamp(-1023.0, 1023.0) + ROUND).to_bits() as i16;
        }
    }
}
