//! Four by four samples from the low sixteen coefficients, in 16- and 32-bit integers. The AVX2 kernel
//! does two blocks at a time and agrees with the portable one in every bit.

use super::Blocks;

/// cos(pi/8) * sqrt(2) and sin(pi/8) * sqrt(2) with 13 fractional bits.
const C: i16 = 10_703;
const S: i16 = 4_433;
const ONE: i16 = 8_192;

/// The first pass keeps this many fractional bits.
const KEPT: i32 = 2;

/// Rows 0 and 2 of a column lie together, so do rows 1 and 3: pairs for a multiply-add.
pub(super) fn place(row: usize, column: usize) -> usize {
    (row % 2) * 8 + column * 2 + row / 2
}

pub(super) fn row(blocks: &Blocks<'_>, quantisers: &[i16], out: &mut [u8], stride: usize) {
    #[cfg(target_arch = "x86_64")]
    if std::arch::is_x86_feature_detected!("avx2") {
        #[allow(unsafe_code)]
        // SAFETY: AVX2 was just detected.
        unsafe {
            avx2::row(blocks, quantisers, out, stride);
        }
        return;
    }
    portable(blocks, quantisers, out, stride);
}

fn portable(blocks: &Blocks<'_>, quantisers: &[i16], out: &mut [u8], stride: usize) {
    for (i, block) in blocks.each::<16>().enumerate() {
        place_block(block, quantisers, i, out, stride);
    }
}

#[inline(always)]
fn place_block(block: &[i16; 16], quantisers: &[i16], i: usize, out: &mut [u8], stride: usize) {
    {
        let samples = transform(block, quantisers);
        for (r, line) in samples.iter().enumerate() {
            if let Some(o) = out.get_mut(r * stride + 4 * i..r * stride + 4 * i + 4) {
                o.copy_from_slice(line);
            }
        }
    }
}

/// One butterfly: even pair (0, 2), odd pair (1, 3).
#[inline(always)]
fn four(a: i16, c: i16, b: i16, d: i16, round: i32, shift: i32) -> [i32; 4] {
    let m = |x: i16, w: i16, y: i16, v: i16| {
        (i32::from(x) * i32::from(w)).wrapping_add(i32::from(y) * i32::from(v))
    };
    let (e0, e1) = (m(a, ONE, c, ONE), m(a, ONE, c, -ONE));
    let (o0, o1) = (m(b, C, d, S), m(b, S, d, -C));
    [(e0, o0, true), (e1, o1, true), (e1, o1, false), (e0, o0, false)]
        .map(|(e, o, plus)| if plus { e.wrapping_add(o) } else { e.wrapping_sub(o) })
        .map(|v| v.wrapping_add(round) >> shift)
}

fn transform(block: &[i16], q: &[i16]) -> [[u8; 4]; 4] {
    let d = |i: usize| block[i].wrapping_mul(q[i]);
    let mut middle = [[0i16; 4]; 4];
    for c in 0..4 {
        let shift = 13 - KEPT;
        let column = four(d(2 * c), d(2 * c + 1), d(8 + 2 * c), d(9 + 2 * c), 1 << (shift - 1), shift);
        for (row, v) in middle.iter_mut().zip(column) {
            row[c] = v.clamp(-32_768, 32_767) as i16;
        }
    }
    middle.map(|m| {
        let shift = 13 + 3 + KEPT;
        let round = (1 << (shift - 1)) + (128 << shift);
        // Packed through 16 bits with saturation, as the vector kernel does.
        four(m[0], m[2], m[1], m[3], round, shift).map(|v| v.clamp(0, 255) as u8)
    })
}

#[cfg(target_arch = "x86_64")]
mod avx2 {
    #![allow(unsafe_code)]

    use super::{Blocks, C, KEPT, ONE, S};
    use std::arch::x86_64::*;

    /// Two 16-bit constants, repeated.
    #[target_feature(enable = "avx2")]
    fn pair(low: i16, high: i16) -> __m256i {
        _mm256_set1_epi32(i32::from(low as u16) | i32::from(high) << 16)
    }

    #[target_feature(enable = "avx2")]
    fn butterfly(even: __m256i, odd: __m256i, round: __m256i) -> [__m256i; 4] {
        let e0 = _mm256_add_epi32(_mm256_madd_epi16(even, pair(ONE, ONE)), round);
        let e1 = _mm256_add_epi32(_mm256_madd_epi16(even, pair(ONE, -ONE)), round);
        let o0 = _mm256_madd_epi16(odd, pair(C, S));
        let o1 = _mm256_madd_epi16(odd, pair(S, -C));
        [
            _mm256_add_epi32(e0, o0),
            _mm256_add_epi32(e1, o1),
            _mm256_sub_epi32(e1, o1),
            _mm256_sub_epi32(e0, o0),
        ]
    }

    /// Four rows of both blocks, as 64-bit lanes: first block's four samples, then the second's.
    #[target_feature(enable = "avx2")]
    fn two(a: __m256i, b: __m256i) -> __m256i {
        let even = _mm256_permute2x128_si256::<0x20>(a, b);
        let odd = _mm256_permute2x128_si256::<0x31>(a, b);
        const FIRST: i32 = 13 - KEPT;
        const SECOND: i32 = 13 + 3 + KEPT;
        let r = butterfly(even, odd, _mm256_set1_epi32(1 << (FIRST - 1)));
        let r = r.map(|v| _mm256_srai_epi32::<FIRST>(v));
        // Rows 0 and 2, rows 1 and 3; within each, columns 0 and 2 together and 1 and 3 together.
        let order = _mm256_setr_epi8(
            0, 1, 4, 5, 2, 3, 6, 7, 8, 9, 12, 13, 10, 11, 14, 15, 0, 1, 4, 5, 2, 3, 6, 7, 8, 9, 12, 13, 10,
            11, 14, 15,
        );
        let r02 = _mm256_shuffle_epi8(_mm256_packs_epi32(r[0], r[2]), order);
        let r13 = _mm256_shuffle_epi8(_mm256_packs_epi32(r[1], r[3]), order);
        let (x, y) = (_mm256_castsi256_ps(r02), _mm256_castsi256_ps(r13));
        let even = _mm256_castps_si256(_mm256_shuffle_ps::<0b10_00_10_00>(x, y));
        let odd = _mm256_castps_si256(_mm256_shuffle_ps::<0b11_01_11_01>(x, y));
        let c = butterfly(even, odd, _mm256_set1_epi32((1 << (SECOND - 1)) + (128 << SECOND)));
        let c = c.map(|v| _mm256_srai_epi32::<SECOND>(v));
        let bytes = _mm256_packus_epi16(_mm256_packs_epi32(c[0], c[1]), _mm256_packs_epi32(c[2], c[3]));
        // Lanes hold rows 0, 2, 1, 3 of each column.
        let rows = _mm256_setr_epi8(
            0, 4, 8, 12, 2, 6, 10, 14, 1, 5, 9, 13, 3, 7, 11, 15, 0, 4, 8, 12, 2, 6, 10, 14, 1, 5, 9, 13, 3,
            7, 11, 15,
        );
        let rows = _mm256_shuffle_epi8(bytes, rows);
        _mm256_permutevar8x32_epi32(rows, _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7))
    }

    #[target_feature(enable = "avx2")]
    pub(super) fn row(blocks: &Blocks<'_>, quantisers: &[i16], out: &mut [u8], stride: usize) {
        let Some(q) = quantisers.first_chunk::<16>() else { return };
        // SAFETY (all loads and stores below): the pointers come from arrays of exactly the size accessed.
        let q = unsafe { _mm256_loadu_si256(q.as_ptr().cast()) };
        let mut each = blocks.each::<16>();
        let mut at = 0;
        while let Some(a) = each.next() {
            let Some(b) = each.next() else {
                super::place_block(a, quantisers, at / 4, out, stride);
                return;
            };
            let (a, b) =
                unsafe { (_mm256_loadu_si256(a.as_ptr().cast()), _mm256_loadu_si256(b.as_ptr().cast())) };
            let v = two(_mm256_mullo_epi16(a, q), _mm256_mullo_epi16(b, q));
            let mut lines = [0u64; 4];
            unsafe { _mm256_storeu_si256(lines.as_mut_ptr().cast(), v) };
            for (r, line) in lines.iter().enumerate() {
                if let Some(o) = out.get_mut(r * stride + at..r * stride + at + 8) {
                    o.copy_from_slice(&line.to_le_bytes());
                }
            }
            at += 8;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Blocks;

    fn in_one_row(mcus: &[i16]) -> Blocks<'_> {
        Blocks { mcus, mcu: 16, stride: 16, first: 0, across: 1 }
    }

    #[test]
    fn kernels_agree_and_are_an_inverse_transform() {
        let mut seed = 1u32;
        let mut next = move || {
            seed ^= seed << 13;
            seed ^= seed >> 17;
            seed ^= seed << 5;
            seed
        };
        for round in 0..2_000u32 {
            let blocks = 1 + (next() % 9) as usize;
            // Ordinary, large and absurd coefficients.
            let range = [64, 2_000, 65_536][(round % 3) as usize];
            let c: Vec<i16> =
                (0..blocks * 16 + 1).map(|_| ((next() % range) as i32 - range as i32 / 2) as i16).collect();
            let q: Vec<i16> = (0..16).map(|_| (1 + next() % 120) as i16).collect();
            let stride = blocks * 4;
            let (mut a, mut b) = (vec![0u8; stride * 4], vec![0u8; stride * 4]);
            super::row(&in_one_row(&c[..blocks * 16]), &q, &mut a, stride);
            super::portable(&in_one_row(&c[..blocks * 16]), &q, &mut b, stride);
            assert_eq!(a, b);
        }
        // Against the definition, in floating point.
        for _ in 0..500 {
            let c: Vec<i16> = (0..16).map(|_| (next() % 400) as i16 - 200).collect();
            let (mut out, q) = (vec![0u8; 16], vec![1i16; 16]);
            super::row(&in_one_row(&c), &q, &mut out, 4);
            for y in 0..4 {
                for x in 0..4 {
                    let mut v = 128.0;
                    for (row, column) in (0..16).map(|i| (i / 4, i % 4)) {
                        let basis = |p: usize, k: usize| {
                            let norm = if k == 0 { 1.0 } else { 2f64.sqrt() };
                            norm * (std::f64::consts::PI * (2 * p + 1) as f64 * k as f64 / 8.0).cos()
                        };
                        v += f64::from(c[super::place(row, column)]) * basis(y, row) * basis(x, column) / 8.0;
                    }
                    let got = f64::from(out[y * 4 + x]);
                    assert!((v.clamp(0.0, 255.0) - got).abs() < 0.8, "{v} {got}");
                }
            }
        }
    }
}
