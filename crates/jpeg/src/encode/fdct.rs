//! Forward transform and quantisation of one block (Arai, Agui, Nakajima; scale factors folded into the
//! quantiser, so they cost nothing). The AVX2 kernel does the same additions and multiplications in the same
//! order as the portable one, and so agrees with it in every bit.

use crate::lanes::{F8, transpose};

/// Row scale factors the butterflies leave behind.
const AAN: [f64; 8] =
    [1.0, 1.387_039_845, 1.306_562_965, 1.175_875_602, 1.0, 0.785_694_958, 0.541_196_100, 0.275_899_379];

const R: f32 = 0.707_106_77;
const C6: f32 = 0.382_683_43;
const C2_MINUS_C6: f32 = 0.541_196_1;
const C2_PLUS_C6: f32 = 1.306_563;

/// Adding this makes the low mantissa bits of an f32 the rounded integer (ties to even).
const ROUND: f32 = 12_582_912.0;

/// Baseline has no code for a larger magnitude.
const LIMIT: f32 = 1_023.0;

/// Reciprocal quantiser. Transposed, like the coefficients: see [`transform`].
#[derive(Debug, Clone)]
pub(crate) struct Quantiser {
    reciprocal: [F8; 8],
}

impl Quantiser {
    pub(crate) fn new(table: &[u8; 64]) -> Self {
        let mut reciprocal = [F8([0.0; 8]); 8];
        for (u, column) in reciprocal.iter_mut().enumerate() {
            for (v, r) in column.0.iter_mut().enumerate() {
                *r = (1.0 / (f64::from(table[v * 8 + u]) * AAN[v] * AAN[u] * 8.0)) as f32;
            }
        }
        Self { reciprocal }
    }
}

/// `block` holds samples; afterwards `out` holds quantised coefficients, column after column.
pub(super) fn portable(block: &[[u8; 8]; 8], q: &Quantiser, out: &mut [i16; 64]) {
    let mut rows = [F8([0.0; 8]); 8];
    for (row, src) in rows.iter_mut().zip(block) {
        for (x, s) in row.0.iter_mut().zip(src) {
            *x = f32::from(*s) - 128.0;
        }
    }
    // Over rows first: each lane is a column, and what comes out is a column's spectrum.
    let rows = pass(rows);
    let columns = pass(transpose(&rows));
    for ((column, r), o) in columns.iter().zip(&q.reciprocal).zip(out.chunks_exact_mut(8)) {
        let v = *column * *r;
        for (o, x) in o.iter_mut().zip(v.0) {
            *o = (x.clamp(-LIMIT, LIMIT) + ROUND).to_bits() as i16;
        }
    }
}

#[inline(always)]
fn pass(d: [F8; 8]) -> [F8; 8] {
    let [d0, d1, d2, d3, d4, d5, d6, d7] = d;
    let (t0, t7, t1, t6) = (d0 + d7, d0 - d7, d1 + d6, d1 - d6);
    let (t2, t5, t3, t4) = (d2 + d5, d2 - d5, d3 + d4, d3 - d4);
    let (e0, e3, e1, e2) = (t0 + t3, t0 - t3, t1 + t2, t1 - t2);
    let z1 = (e2 + e3) * R;
    let (o0, o1, o2) = (t4 + t5, t5 + t6, t6 + t7);
    let z5 = (o0 - o2) * C6;
    let z2 = o0 * C2_MINUS_C6 + z5;
    let z4 = o2 * C2_PLUS_C6 + z5;
    let z3 = o1 * R;
    let (z11, z13) = (t7 + z3, t7 - z3);
    [e0 + e1, z11 + z4, e3 + z1, z13 - z2, e0 - e1, z13 + z2, e3 - z1, z11 - z4]
}

#[cfg(target_arch = "x86_64")]
pub(super) mod avx2 {
    #![allow(unsafe_code)]

    use super::{C2_MINUS_C6, C2_PLUS_C6, C6, LIMIT, Quantiser, R, ROUND};
    use std::arch::x86_64::*;

    /// As `super::portable`.
    #[inline]
    #[target_feature(enable = "avx2")]
    pub(in super::super) fn transform(block: &[[u8; 8]; 8], q: &Quantiser, out: &mut [i16; 64]) {
        let middle = _mm256_set1_ps(128.0);
        let row = |i: usize| {
            let v = _mm_cvtsi64_si128(i64::from_le_bytes(block[i]));
            _mm256_sub_ps(_mm256_cvtepi32_ps(_mm256_cvtepu8_epi32(v)), middle)
        };
        let rows = [row(0), row(1), row(2), row(3), row(4), row(5), row(6), row(7)];
        let columns = pass(transpose(pass(rows)));
        let round = |i: usize| {
            // SAFETY: eight floats, 32-byte aligned by the type.
            let r = unsafe { _mm256_load_ps(q.reciprocal[i].0.as_ptr()) };
            let v = _mm256_mul_ps(columns[i], r);
            let v = _mm256_max_ps(_mm256_min_ps(v, _mm256_set1_ps(LIMIT)), _mm256_set1_ps(-LIMIT));
            // The low 16 bits of the sum are the rounded integer; sign-extend them for the pack.
            let v = _mm256_castps_si256(_mm256_add_ps(v, _mm256_set1_ps(ROUND)));
            _mm256_srai_epi32::<16>(_mm256_slli_epi32::<16>(v))
        };
        for (i, o) in out.chunks_exact_mut(16).enumerate() {
            let v =
                _mm256_permute4x64_epi64::<0b11_01_10_00>(_mm256_packs_epi32(round(2 * i), round(2 * i + 1)));
            // SAFETY: sixteen 16-bit places.
            unsafe { _mm256_storeu_si256(o.as_mut_ptr().cast(), v) };
        }
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn pass(d: [__m256; 8]) -> [__m256; 8] {
        let add = |a, b| _mm256_add_ps(a, b);
        let sub = |a, b| _mm256_sub_ps(a, b);
        let mul = |a, b| _mm256_mul_ps(a, _mm256_set1_ps(b));
        let [d0, d1, d2, d3, d4, d5, d6, d7] = d;
        let (t0, t7, t1, t6) = (add(d0, d7), sub(d0, d7), add(d1, d6), sub(d1, d6));
        let (t2, t5, t3, t4) = (add(d2, d5), sub(d2, d5), add(d3, d4), sub(d3, d4));
        let (e0, e3, e1, e2) = (add(t0, t3), sub(t0, t3), add(t1, t2), sub(t1, t2));
        let z1 = mul(add(e2, e3), R);
        let (o0, o1, o2) = (add(t4, t5), add(t5, t6), add(t6, t7));
        let z5 = mul(sub(o0, o2), C6);
        let z2 = add(mul(o0, C2_MINUS_C6), z5);
        let z4 = add(mul(o2, C2_PLUS_C6), z5);
        let z3 = mul(o1, R);
        let (z11, z13) = (add(t7, z3), sub(t7, z3));
        [
            add(e0, e1),
            add(z11, z4),
            add(e3, z1),
            sub(z13, z2),
            sub(e0, e1),
            add(z13, z2),
            sub(e3, z1),
            sub(z11, z4),
        ]
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn transpose(r: [__m256; 8]) -> [__m256; 8] {
        let low = |a, b| _mm256_unpacklo_ps(a, b);
        let high = |a, b| _mm256_unpackhi_ps(a, b);
        let (a0, a1, a2, a3) = (low(r[0], r[1]), high(r[0], r[1]), low(r[2], r[3]), high(r[2], r[3]));
        let (a4, a5, a6, a7) = (low(r[4], r[5]), high(r[4], r[5]), low(r[6], r[7]), high(r[6], r[7]));
        let b0 = _mm256_shuffle_ps::<0x44>(a0, a2);
        let b1 = _mm256_shuffle_ps::<0xEE>(a0, a2);
        let b2 = _mm256_shuffle_ps::<0x44>(a1, a3);
        let b3 = _mm256_shuffle_ps::<0xEE>(a1, a3);
        let b4 = _mm256_shuffle_ps::<0x44>(a4, a6);
        let b5 = _mm256_shuffle_ps::<0xEE>(a4, a6);
        let b6 = _mm256_shuffle_ps::<0x44>(a5, a7);
        let b7 = _mm256_shuffle_ps::<0xEE>(a5, a7);
        let first = |a, b| _mm256_permute2f128_ps::<0x20>(a, b);
        let second = |a, b| _mm256_permute2f128_ps::<0x31>(a, b);
        [
            first(b0, b4),
            first(b1, b5),
            first(b2, b6),
            first(b3, b7),
            second(b0, b4),
            second(b1, b5),
            second(b2, b6),
            second(b3, b7),
        ]
    }

    /// One bit for every coefficient that is not zero.
    #[inline]
    #[target_feature(enable = "avx2")]
    pub(in super::super) fn mask(zz: &[i16; 64]) -> u64 {
        let zero = _mm256_setzero_si256();
        // SAFETY: i is at most 3, sixteen places each.
        let load = |i: usize| unsafe { _mm256_loadu_si256(zz.as_ptr().add(16 * i).cast()) };
        let half = |i: usize| {
            let (a, b) = (_mm256_cmpeq_epi16(load(i), zero), _mm256_cmpeq_epi16(load(i + 1), zero));
            let m = _mm256_permute4x64_epi64::<0b11_01_10_00>(_mm256_packs_epi16(a, b));
            u64::from(_mm256_movemask_epi8(m) as u32)
        };
        !(half(0) | half(2) << 32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kernels_agree_and_are_a_cosine_transform() {
        let mut seed = 9u32;
        let q = Quantiser::new(&[1; 64]);
        for _ in 0..500 {
            let mut block = [[0u8; 8]; 8];
            for b in block.iter_mut().flatten() {
                seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                *b = (seed >> 24) as u8;
            }
            let mut a = [0i16; 64];
            portable(&block, &q, &mut a);
            #[cfg(target_arch = "x86_64")]
            if std::arch::is_x86_feature_detected!("avx2") {
                let mut b = [0i16; 64];
                #[allow(unsafe_code)]
                // SAFETY: AVX2 was just detected.
                let mask = unsafe {
                    avx2::transform(&block, &q, &mut b);
                    avx2::mask(&b)
                };
                assert_eq!(a, b);
                assert!((0..64).all(|i| (mask >> i & 1 == 1) == (b[i] != 0)));
            }
            let (u, v) = (seed as usize >> 3 & 7, seed as usize >> 9 & 7);
            let scale = |k: usize| if k == 0 { 0.125f64.sqrt() } else { 0.5 };
            let basis = |p: usize, k: usize| {
                (std::f64::consts::PI * ((2 * p + 1) * k) as f64 / 16.0).cos() * scale(k)
            };
            let sum: f64 = (0..64)
                .map(|i| (f64::from(block[i / 8][i % 8]) - 128.0) * basis(i / 8, v) * basis(i % 8, u))
                .sum();
            assert!((sum - f64::from(a[u * 8 + v])).abs() < 0.6, "{sum} {}", a[u * 8 + v]);
        }
    }
}
