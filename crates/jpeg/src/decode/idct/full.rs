//! The 8 by 8 transform of libjpeg's `jidctint` (Loeffler, Ligtenberg, Moschytz), bit for bit. Written once, over
//! eight columns at a time, for plain arrays and for AVX2 registers: left to itself the compiler makes scalar code of
//! most of it.

use std::ops::{Add, Sub};

use super::Blocks;

const BITS: i32 = 13;
const PASS: i32 = 2;
/// Bits that each pass takes off again.
const FIRST: i32 = BITS - PASS;
const SECOND: i32 = BITS + PASS + 3;

/// Eight 32-bit integers; arithmetic wraps.
trait Lanes: Copy + Add<Output = Self> + Sub<Output = Self> {
    fn splat(v: i32) -> Self;
    fn times(self, v: i32) -> Self;
    fn shl<const N: i32>(self) -> Self;
    fn sar<const N: i32>(self) -> Self;
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

/// One pass over eight columns. `bias` is added before `SHIFT` bits are rounded away.
#[inline(always)]
fn pass<V: Lanes, const SHIFT: i32>(d: [V; 8], bias: i32) -> [V; 8] {
    let z1 = (d[2] + d[6]).times(4_433);
    let t2 = z1 + d[6].times(-15_137);
    let t3 = z1 + d[2].times(6_270);
    let round = V::splat(bias.wrapping_add(1 << (SHIFT - 1)));
    let (t0, t1) = ((d[0] + d[4]).shl::<BITS>() + round, (d[0] - d[4]).shl::<BITS>() + round);
    let (t10, t13, t11, t12) = (t0 + t3, t0 - t3, t1 + t2, t1 - t2);
    let (z1, z2, z3, z4) = (d[7] + d[1], d[5] + d[3], d[7] + d[3], d[5] + d[1]);
    let z5 = (z3 + z4).times(9_633);
    let (z1, z2) = (z1.times(-7_373), z2.times(-20_995));
    let (z3, z4) = (z3.times(-16_069) + z5, z4.times(-3_196) + z5);
    let t0 = d[7].times(2_446) + z1 + z3;
    let t1 = d[5].times(16_819) + z2 + z4;
    let t2 = d[3].times(25_172) + z2 + z3;
    let t3 = d[1].times(12_299) + z1 + z4;
    [
        (t10 + t3).sar::<SHIFT>(),
        (t11 + t2).sar::<SHIFT>(),
        (t12 + t1).sar::<SHIFT>(),
        (t13 + t0).sar::<SHIFT>(),
        (t13 - t0).sar::<SHIFT>(),
        (t12 - t1).sar::<SHIFT>(),
        (t11 - t2).sar::<SHIFT>(),
        (t10 - t3).sar::<SHIFT>(),
    ]
}

#[derive(Clone, Copy)]
struct Plain([i32; 8]);

impl Add for Plain {
    type Output = Self;
    fn add(self, o: Self) -> Self {
        Self(std::array::from_fn(|i| self.0[i].wrapping_add(o.0[i])))
    }
}

impl Sub for Plain {
    type Output = Self;
    fn sub(self, o: Self) -> Self {
        Self(std::array::from_fn(|i| self.0[i].wrapping_sub(o.0[i])))
    }
}

impl Lanes for Plain {
    fn splat(v: i32) -> Self {
        Self([v; 8])
    }
    fn times(self, v: i32) -> Self {
        Self(self.0.map(|a| a.wrapping_mul(v)))
    }
    fn shl<const N: i32>(self) -> Self {
        Self(self.0.map(|a| a << N))
    }
    fn sar<const N: i32>(self) -> Self {
        Self(self.0.map(|a| a >> N))
    }
}

fn transpose(m: [Plain; 8]) -> [Plain; 8] {
    std::array::from_fn(|r| Plain(std::array::from_fn(|c| m[c].0[r])))
}

fn portable(blocks: &Blocks<'_>, quantisers: &[i16], out: &mut [u8], stride: usize) {
    let Some(q) = quantisers.first_chunk::<64>() else { return };
    for (i, block) in blocks.each::<64>().enumerate() {
        let rows = std::array::from_fn(|r| {
            Plain(std::array::from_fn(|c| i32::from(block[r * 8 + c]) * i32::from(q[r * 8 + c])))
        });
        let columns = pass::<_, FIRST>(rows, 0);
        let samples = transpose(pass::<_, SECOND>(transpose(columns), 128 << SECOND));
        for (r, line) in samples.iter().enumerate() {
            if let Some(o) = out.get_mut(r * stride + 8 * i..r * stride + 8 * i + 8) {
                for (o, v) in o.iter_mut().zip(line.0) {
                    *o = v.clamp(0, 255) as u8;
                }
            }
        }
    }
}

#[cfg(target_arch = "x86_64")]
mod avx2 {
    #![allow(unsafe_code)]

    use super::{Add, Blocks, FIRST, Lanes, SECOND, Sub, pass};
    use std::arch::x86_64::*;

    /// Only made inside of `row`, so AVX2 is there.
    #[derive(Clone, Copy)]
    struct Wide(__m256i);

    impl Add for Wide {
        type Output = Self;
        #[inline(always)]
        fn add(self, o: Self) -> Self {
            // SAFETY: see `Wide`.
            Self(unsafe { _mm256_add_epi32(self.0, o.0) })
        }
    }

    impl Sub for Wide {
        type Output = Self;
        #[inline(always)]
        fn sub(self, o: Self) -> Self {
            // SAFETY: see `Wide`.
            Self(unsafe { _mm256_sub_epi32(self.0, o.0) })
        }
    }

    impl Lanes for Wide {
        #[inline(always)]
        fn splat(v: i32) -> Self {
            // SAFETY: see `Wide`.
            Self(unsafe { _mm256_set1_epi32(v) })
        }
        #[inline(always)]
        fn times(self, v: i32) -> Self {
            // SAFETY: see `Wide`.
            Self(unsafe { _mm256_mullo_epi32(self.0, _mm256_set1_epi32(v)) })
        }
        #[inline(always)]
        fn shl<const N: i32>(self) -> Self {
            // SAFETY: see `Wide`.
            Self(unsafe { _mm256_slli_epi32::<N>(self.0) })
        }
        #[inline(always)]
        fn sar<const N: i32>(self) -> Self {
            // SAFETY: see `Wide`.
            Self(unsafe { _mm256_srai_epi32::<N>(self.0) })
        }
    }

    #[target_feature(enable = "avx2")]
    pub(super) fn row(blocks: &Blocks<'_>, quantisers: &[i16], out: &mut [u8], stride: usize) {
        let Some(q) = quantisers.first_chunk::<64>() else { return };
        for (i, block) in blocks.each::<64>().enumerate() {
            let columns = pass::<_, FIRST>(dequantised(block, q), 0);
            let done = pass::<_, SECOND>(transpose(columns), 128 << SECOND);
            for (r, line) in samples(done).iter().enumerate() {
                if let Some(o) = out.get_mut(r * stride + 8 * i..r * stride + 8 * i + 8) {
                    o.copy_from_slice(line);
                }
            }
        }
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn dequantised(block: &[i16; 64], q: &[i16; 64]) -> [Wide; 8] {
        let (block, q) = (block.as_ptr().cast::<__m128i>(), q.as_ptr().cast::<__m128i>());
        let line = |r: usize| {
            // SAFETY: eight rows of sixteen bytes each.
            let (c, q) = unsafe { (_mm_loadu_si128(block.add(r)), _mm_loadu_si128(q.add(r))) };
            // The quantiser's upper half is zero: of the two products only the wanted one is left.
            Wide(_mm256_madd_epi16(_mm256_cvtepi16_epi32(c), _mm256_cvtepu16_epi32(q)))
        };
        [line(0), line(1), line(2), line(3), line(4), line(5), line(6), line(7)]
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn transpose(m: [Wide; 8]) -> [Wide; 8] {
        let [a, b, c, d, e, f, g, h] = m.map(|v| v.0);
        let (ab, cd, ef, gh) = (
            [_mm256_unpacklo_epi32(a, b), _mm256_unpackhi_epi32(a, b)],
            [_mm256_unpacklo_epi32(c, d), _mm256_unpackhi_epi32(c, d)],
            [_mm256_unpacklo_epi32(e, f), _mm256_unpackhi_epi32(e, f)],
            [_mm256_unpacklo_epi32(g, h), _mm256_unpackhi_epi32(g, h)],
        );
        let upper = [
            _mm256_unpacklo_epi64(ab[0], cd[0]),
            _mm256_unpackhi_epi64(ab[0], cd[0]),
            _mm256_unpacklo_epi64(ab[1], cd[1]),
            _mm256_unpackhi_epi64(ab[1], cd[1]),
        ];
        let lower = [
            _mm256_unpacklo_epi64(ef[0], gh[0]),
            _mm256_unpackhi_epi64(ef[0], gh[0]),
            _mm256_unpacklo_epi64(ef[1], gh[1]),
            _mm256_unpackhi_epi64(ef[1], gh[1]),
        ];
        [
            Wide(_mm256_permute2x128_si256::<0x20>(upper[0], lower[0])),
            Wide(_mm256_permute2x128_si256::<0x20>(upper[1], lower[1])),
            Wide(_mm256_permute2x128_si256::<0x20>(upper[2], lower[2])),
            Wide(_mm256_permute2x128_si256::<0x20>(upper[3], lower[3])),
            Wide(_mm256_permute2x128_si256::<0x31>(upper[0], lower[0])),
            Wide(_mm256_permute2x128_si256::<0x31>(upper[1], lower[1])),
            Wide(_mm256_permute2x128_si256::<0x31>(upper[2], lower[2])),
            Wide(_mm256_permute2x128_si256::<0x31>(upper[3], lower[3])),
        ]
    }

    /// The columns' samples as rows of bytes. Narrowing saturates, which is the clamp.
    #[inline]
    #[target_feature(enable = "avx2")]
    fn samples(m: [Wide; 8]) -> [[u8; 8]; 8] {
        let [a, b, c, d, e, f, g, h] = m.map(|v| v.0);
        // The lower half holds rows 0 to 3 of every column, the upper one rows 4 to 7.
        let first = _mm256_packus_epi16(_mm256_packs_epi32(a, b), _mm256_packs_epi32(c, d));
        let last = _mm256_packus_epi16(_mm256_packs_epi32(e, f), _mm256_packs_epi32(g, h));
        // Four columns of four bytes each become four rows.
        let turn =
            _mm256_broadcastsi128_si256(_mm_setr_epi8(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15));
        let (first, last) = (_mm256_shuffle_epi8(first, turn), _mm256_shuffle_epi8(last, turn));
        let (low, high) = (_mm256_unpacklo_epi32(first, last), _mm256_unpackhi_epi32(first, last));
        let mut out = [[0u8; 8]; 8];
        let to = out.as_mut_ptr().cast::<__m256i>();
        // SAFETY: the array is 64 bytes.
        unsafe {
            _mm256_storeu_si256(to, _mm256_permute2x128_si256::<0x20>(low, high));
            _mm256_storeu_si256(to.add(1), _mm256_permute2x128_si256::<0x31>(low, high));
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Also far beyond what an encoder makes: damaged files must not tell the two apart.
    #[test]
    fn kernels_agree() {
        let mut seed = 7u32;
        let mut next = move || {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (seed >> 16) as i16
        };
        for (blocks, shift) in [(1usize, 0u32), (2, 3), (5, 6), (64, 8)] {
            let mcus: Vec<i16> = (0..64 * blocks).map(|_| next() >> shift).collect();
            let quantisers: Vec<i16> = (0..64).map(|_| next() >> shift).collect();
            let row = Blocks { mcus: &mcus, mcu: 64, stride: 64, first: 0, across: 1 };
            let stride = 8 * blocks;
            let (mut a, mut b) = (vec![0; 8 * stride], vec![0; 8 * stride]);
            super::row(&row, &quantisers, &mut a, stride);
            portable(&row, &quantisers, &mut b, stride);
            assert!(a == b, "{blocks} blocks, {shift}");
            assert!(a.iter().any(|v| (1..255).contains(v)), "not only clamped samples");
        }
    }
}
