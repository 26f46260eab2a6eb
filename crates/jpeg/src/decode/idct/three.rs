//! Three by three samples from the low nine coefficients, in 16- and 32-bit integers. They lie as the sixteen
//! of a half-size block do, with zeros where those have a fourth row and column. The AVX2 kernel does two
//! blocks at a time and agrees with the portable one in every bit.

use super::Blocks;

/// cos(pi/6) * sqrt(2), cos(pi/3) * sqrt(2) and sqrt(2) with 13 fractional bits.
const ODD: i16 = 10_033;
const OUTER: i16 = 5_793;
const MIDDLE: i16 = 11_585;
const ONE: i16 = 8_192;

/// The first pass keeps this many fractional bits.
const KEPT: i32 = 2;

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
    for (r, line) in transform(block, quantisers).iter().enumerate() {
        if let Some(o) = out.get_mut(r * stride + 3 * i..r * stride + 3 * i + 3) {
            o.copy_from_slice(line);
        }
    }
}

#[inline(always)]
fn three(a: i16, b: i16, c: i16, round: i32, shift: i32) -> [i32; 3] {
    let m = |x: i16, w: i16| i32::from(x) * i32::from(w);
    let (outer, middle) = (m(a, ONE).wrapping_add(m(c, OUTER)), m(a, ONE).wrapping_add(m(c, -MIDDLE)));
    let odd = m(b, ODD);
    [outer.wrapping_add(odd), middle, outer.wrapping_sub(odd)].map(|v| v.wrapping_add(round) >> shift)
}

fn transform(block: &[i16; 16], q: &[i16]) -> [[u8; 3]; 3] {
    let d = |row: usize, column: usize| {
        let i = super::half::place(row, column);
        block[i].wrapping_mul(q[i])
    };
    let mut middle = [[0i16; 3]; 3];
    for c in 0..3 {
        let shift = 13 - KEPT;
        let column = three(d(0, c), d(1, c), d(2, c), 1 << (shift - 1), shift);
        for (row, v) in middle.iter_mut().zip(column) {
            row[c] = v.clamp(-32_768, 32_767) as i16;
        }
    }
    middle.map(|[a, b, c]| {
        let shift = 13 + 3 + KEPT;
        let round = (1 << (shift - 1)) + (128 << shift);
        three(a, b, c, round, shift).map(|v| v.clamp(0, 255) as u8)
    })
}

#[cfg(target_arch = "x86_64")]
mod avx2 {
    #![allow(unsafe_code)]

    use super::{Blocks, KEPT, MIDDLE, ODD, ONE, OUTER};
    use std::arch::x86_64::*;

    /// Two 16-bit constants, repeated.
    #[target_feature(enable = "avx2")]
    fn pair(low: i16, high: i16) -> __m256i {
        _mm256_set1_epi32(i32::from(low as u16) | i32::from(high) << 16)
    }

    /// `even` holds pairs (0, 2), `odd` holds pairs (1, 0).
    #[target_feature(enable = "avx2")]
    fn butterfly(even: __m256i, odd: __m256i, round: __m256i) -> [__m256i; 3] {
        let outer = _mm256_add_epi32(_mm256_madd_epi16(even, pair(ONE, OUTER)), round);
        let middle = _mm256_add_epi32(_mm256_madd_epi16(even, pair(ONE, -MIDDLE)), round);
        let odd = _mm256_madd_epi16(odd, pair(ODD, 0));
        [_mm256_add_epi32(outer, odd), middle, _mm256_sub_epi32(outer, odd)]
    }

    /// Three rows of each block, four bytes each of which the last is zero, and four zeros.
    #[target_feature(enable = "avx2")]
    fn two(a: __m256i, b: __m256i) -> __m256i {
        let even = _mm256_permute2x128_si256::<0x20>(a, b);
        let odd = _mm256_permute2x128_si256::<0x31>(a, b);
        const FIRST: i32 = 13 - KEPT;
        const SECOND: i32 = 13 + 3 + KEPT;
        let r = butterfly(even, odd, _mm256_set1_epi32(1 << (FIRST - 1)));
        let r = r.map(|v| _mm256_srai_epi32::<FIRST>(v));
        // Within a row, columns 0 and 2 together, then 1 and the one that is zero.
        let order = _mm256_setr_epi8(
            0, 1, 4, 5, 2, 3, 6, 7, 8, 9, 12, 13, 10, 11, 14, 15, 0, 1, 4, 5, 2, 3, 6, 7, 8, 9, 12, 13, 10,
            11, 14, 15,
        );
        let r02 = _mm256_shuffle_epi8(_mm256_packs_epi32(r[0], r[2]), order);
        let r11 = _mm256_shuffle_epi8(_mm256_packs_epi32(r[1], r[1]), order);
        let (x, y) = (_mm256_castsi256_ps(r02), _mm256_castsi256_ps(r11));
        let even = _mm256_castps_si256(_mm256_shuffle_ps::<0b10_00_10_00>(x, y));
        let odd = _mm256_castps_si256(_mm256_shuffle_ps::<0b11_01_11_01>(x, y));
        let c = butterfly(even, odd, _mm256_set1_epi32((1 << (SECOND - 1)) + (128 << SECOND)));
        let c = c.map(|v| _mm256_srai_epi32::<SECOND>(v));
        let bytes = _mm256_packus_epi16(_mm256_packs_epi32(c[0], c[1]), _mm256_packs_epi32(c[2], c[2]));
        // Lanes hold rows 0, 2, 1, 1 of each column.
        let rows = _mm256_setr_epi8(
            0, 4, 8, -1, 2, 6, 10, -1, 1, 5, 9, -1, -1, -1, -1, -1, 0, 4, 8, -1, 2, 6, 10, -1, 1, 5, 9, -1,
            -1, -1, -1, -1,
        );
        _mm256_shuffle_epi8(bytes, rows)
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
                super::place_block(a, quantisers, at / 3, out, stride);
                return;
            };
            let (a, b) =
                unsafe { (_mm256_loadu_si256(a.as_ptr().cast()), _mm256_loadu_si256(b.as_ptr().cast())) };
            let v = two(_mm256_mullo_epi16(a, q), _mm256_mullo_epi16(b, q));
            let mut rows = [0u32; 8];
            unsafe { _mm256_storeu_si256(rows.as_mut_ptr().cast(), v) };
            for r in 0..3 {
                let line = (u64::from(rows[r]) | u64::from(rows[4 + r]) << 24).to_le_bytes();
                if let Some(o) = out.get_mut(r * stride + at..r * stride + at + 6) {
                    o.copy_from_slice(&line[..6]);
                }
            }
            at += 6;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::half::place;
    use super::Blocks;

    fn in_one_row(mcus: &[i16]) -> Blocks<'_> {
        Blocks { mcus, mcu: 16, stride: 16, first: 0, across: 1 }
    }

    /// A row of blocks, zero where only larger transforms have coefficients.
    fn draw(blocks: usize, mut value: impl FnMut() -> i16) -> Vec<i16> {
        let mut c = vec![0i16; blocks * 16];
        for block in c.chunks_exact_mut(16) {
            for i in 0..9 {
                block[place(i / 3, i % 3)] = value();
            }
        }
        c
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
            let c = draw(blocks, || ((next() % range) as i32 - range as i32 / 2) as i16);
            let q: Vec<i16> = (0..16).map(|_| (1 + next() % 120) as i16).collect();
            let stride = blocks * 3;
            let (mut a, mut b) = (vec![0u8; stride * 3], vec![0u8; stride * 3]);
            super::row(&in_one_row(&c), &q, &mut a, stride);
            super::portable(&in_one_row(&c), &q, &mut b, stride);
            assert_eq!(a, b);
        }
        // Against the definition, in floating point.
        for _ in 0..500 {
            let c = draw(1, || (next() % 400) as i16 - 200);
            let (mut out, q) = (vec![0u8; 9], vec![1i16; 16]);
            super::row(&in_one_row(&c), &q, &mut out, 3);
            for (y, x) in (0..9).map(|i| (i / 3, i % 3)) {
                let mut v = 128.0;
                for (row, column) in (0..9).map(|i| (i / 3, i % 3)) {
                    let basis = |p: usize, k: usize| {
                        let norm = if k == 0 { 1.0 } else { 2f64.sqrt() };
                        norm * (std::f64::consts::PI * (2 * p + 1) as f64 * k as f64 / 6.0).cos()
                    };
                    v += f64::from(c[place(row, column)]) * basis(y, row) * basis(x, column) / 8.0;
                }
                let got = f64::from(out[y * 3 + x]);
                assert!((v.clamp(0.0, 255.0) - got).abs() < 0.8, "{v} {got}");
            }
        }
    }
}
