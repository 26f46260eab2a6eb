//! The two inner loops of resizing: rows weighted into one, and a row filtered along itself. The AVX2
//! kernels agree with the portable ones in every bit.

use super::{Axis, BITS};

/// Row lengths are multiples of this.
pub(super) const WIDTH: usize = 32;

const HALF: i32 = 1 << (BITS - 1);

#[inline(always)]
fn narrow(sum: i32) -> i16 {
    (sum >> BITS).clamp(-32_768, 32_767) as i16
}

/// Weighted sum of the rows of a ring, beginning with row `first`. The number of weights is the number of
/// rows in the ring, and even; `out` is one row.
pub(super) fn blend(ring: &[i16], width: usize, first: usize, weights: &[i16], out: &mut [i16]) {
    #[cfg(target_arch = "x86_64")]
    if std::arch::is_x86_feature_detected!("avx2") {
        #[allow(unsafe_code)]
        // SAFETY: AVX2 was just detected.
        unsafe {
            avx2::blend(ring, width, first, weights, out);
        }
        return;
    }
    portable_blend(ring, width, first, weights, out);
}

fn portable_blend(ring: &[i16], width: usize, first: usize, weights: &[i16], out: &mut [i16]) {
    let mut acc = [0i32; WIDTH];
    for (chunk, out) in out.chunks_mut(WIDTH).enumerate() {
        acc.fill(HALF);
        for (k, &w) in weights.iter().enumerate() {
            let at = (first + k) % weights.len() * width + chunk * WIDTH;
            for (a, &s) in acc.iter_mut().zip(&ring[at..at + out.len()]) {
                *a = a.wrapping_add(i32::from(s) * i32::from(w));
            }
        }
        for (o, a) in out.iter_mut().zip(&acc) {
            *o = narrow(*a);
        }
    }
}

/// One output sample for every set of taps.
pub(super) fn convolve(row: &[i16], axis: &Axis, out: &mut [i16]) {
    #[cfg(target_arch = "x86_64")]
    if (axis.taps == 8 || axis.taps.is_multiple_of(16)) && std::arch::is_x86_feature_detected!("avx2") {
        #[allow(unsafe_code)]
        // SAFETY: AVX2 was just detected.
        unsafe {
            if axis.taps == 8 {
                avx2::convolve8(row, axis, out);
            } else {
                avx2::convolve(row, axis, out);
            }
        }
        return;
    }
    portable_convolve(row, axis, out, 0);
}

fn portable_convolve(row: &[i16], axis: &Axis, out: &mut [i16], from: usize) {
    for (i, o) in out.iter_mut().enumerate().skip(from) {
        let (start, weights) = axis.set(i);
        let taps = row[start..start + axis.taps].iter().zip(weights);
        *o = narrow(taps.fold(HALF, |sum, (&s, &w)| sum.wrapping_add(i32::from(s) * i32::from(w))));
    }
}

#[cfg(target_arch = "x86_64")]
mod avx2 {
    #![allow(unsafe_code)]

    use super::{Axis, BITS, HALF};
    use std::arch::x86_64::*;

    /// Sixteen samples; the slice index is checked.
    #[inline]
    #[target_feature(enable = "avx2")]
    fn load(s: &[i16]) -> __m256i {
        let s: &[i16; 16] = s.first_chunk().unwrap_or(&[0; 16]);
        // SAFETY: the array is 32 bytes.
        unsafe { _mm256_loadu_si256(s.as_ptr().cast()) }
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn done(low: __m256i, high: __m256i) -> __m256i {
        _mm256_packs_epi32(
            _mm256_srai_epi32::<{ BITS as i32 }>(low),
            _mm256_srai_epi32::<{ BITS as i32 }>(high),
        )
    }

    #[target_feature(enable = "avx2")]
    pub(super) fn blend(ring: &[i16], width: usize, first: usize, weights: &[i16], out: &mut [i16]) {
        let n = weights.len();
        let half = _mm256_set1_epi32(HALF);
        for (chunk, out) in out.chunks_exact_mut(32).enumerate() {
            let mut acc = [half; 4];
            let mut row = first;
            for pair in weights.chunks_exact(2) {
                let w = _mm256_set1_epi32(i32::from(pair[0] as u16) | i32::from(pair[1]) << 16);
                let a = &ring[row * width + chunk * 32..][..32];
                row = if row + 1 == n { 0 } else { row + 1 };
                let b = &ring[row * width + chunk * 32..][..32];
                row = if row + 1 == n { 0 } else { row + 1 };
                let ((a0, a1), (b0, b1)) = (a.split_at(16), b.split_at(16));
                let (a0, a1, b0, b1) = (load(a0), load(a1), load(b0), load(b1));
                let add = |x: __m256i, y: __m256i| _mm256_add_epi32(x, _mm256_madd_epi16(y, w));
                acc[0] = add(acc[0], _mm256_unpacklo_epi16(a0, b0));
                acc[1] = add(acc[1], _mm256_unpackhi_epi16(a0, b0));
                acc[2] = add(acc[2], _mm256_unpacklo_epi16(a1, b1));
                acc[3] = add(acc[3], _mm256_unpackhi_epi16(a1, b1));
            }
            let out: &mut [i16; 32] = match out.first_chunk_mut() {
                Some(o) => o,
                None => return,
            };
            // SAFETY: the array is 64 bytes.
            unsafe {
                _mm256_storeu_si256(out.as_mut_ptr().cast(), done(acc[0], acc[1]));
                _mm256_storeu_si256(out.as_mut_ptr().add(16).cast(), done(acc[2], acc[3]));
            }
        }
    }

    /// Eight samples; the slice index is checked.
    #[inline]
    #[target_feature(enable = "avx2")]
    fn load8(s: &[i16]) -> __m128i {
        let s: &[i16; 8] = s.first_chunk().unwrap_or(&[0; 8]);
        // SAFETY: the array is 16 bytes.
        unsafe { _mm_loadu_si128(s.as_ptr().cast()) }
    }

    /// `convolve` for eight taps: a vector holds two sets.
    #[target_feature(enable = "avx2")]
    pub(super) fn convolve8(row: &[i16], axis: &Axis, out: &mut [i16]) {
        let half = _mm256_set1_epi32(HALF);
        let eights = out.len() / 8;
        for ((out, starts), weights) in
            out.chunks_exact_mut(8).zip(axis.starts.chunks_exact(8)).zip(axis.weights.chunks_exact(64))
        {
            macro_rules! two {
                ($i:expr) => {{
                    let (a, b) = (&row[starts[$i] as usize..], &row[starts[$i + 1] as usize..]);
                    _mm256_madd_epi16(_mm256_set_m128i(load8(b), load8(a)), load(&weights[$i * 8..]))
                }};
            }
            // Even samples in the lower half, odd ones in the upper.
            let sum =
                _mm256_hadd_epi32(_mm256_hadd_epi32(two!(0), two!(2)), _mm256_hadd_epi32(two!(4), two!(6)));
            let sum = _mm256_add_epi32(sum, half);
            let packed = done(sum, sum);
            let (even, odd) = (_mm256_castsi256_si128(packed), _mm256_extracti128_si256::<1>(packed));
            let out: &mut [i16; 8] = match out.first_chunk_mut() {
                Some(o) => o,
                None => return,
            };
            // SAFETY: the array is 16 bytes.
            unsafe { _mm_storeu_si128(out.as_mut_ptr().cast(), _mm_unpacklo_epi16(even, odd)) };
        }
        super::portable_convolve(row, axis, out, 8 * eights);
    }

    #[target_feature(enable = "avx2")]
    pub(super) fn convolve(row: &[i16], axis: &Axis, out: &mut [i16]) {
        let taps = axis.taps;
        let half = _mm256_set1_epi32(HALF);
        let eights = out.len() / 8;
        for ((out, starts), weights) in
            out.chunks_exact_mut(8).zip(axis.starts.chunks_exact(8)).zip(axis.weights.chunks_exact(8 * taps))
        {
            // A macro: closures and functions with target features are not reliably inlined.
            macro_rules! dot {
                ($i:expr) => {{
                    let (s, w) = (&row[starts[$i] as usize..], &weights[$i * taps..]);
                    let mut sum = _mm256_madd_epi16(load(s), load(w));
                    let mut at = 16;
                    while at < taps {
                        sum = _mm256_add_epi32(sum, _mm256_madd_epi16(load(&s[at..]), load(&w[at..])));
                        at += 16;
                    }
                    sum
                }};
            }
            macro_rules! four {
                ($i:expr) => {
                    _mm256_hadd_epi32(
                        _mm256_hadd_epi32(dot!($i), dot!($i + 1)),
                        _mm256_hadd_epi32(dot!($i + 2), dot!($i + 3)),
                    )
                };
            }
            let (a, b) = (four!(0), four!(4));
            let sum = _mm256_add_epi32(
                _mm256_permute2x128_si256::<0x20>(a, b),
                _mm256_permute2x128_si256::<0x31>(a, b),
            );
            let sum = _mm256_add_epi32(sum, half);
            let packed = _mm256_permute4x64_epi64::<0b11_01_10_00>(done(sum, sum));
            let out: &mut [i16; 8] = match out.first_chunk_mut() {
                Some(o) => o,
                None => return,
            };
            // SAFETY: the array is 16 bytes.
            unsafe { _mm_storeu_si128(out.as_mut_ptr().cast(), _mm256_castsi256_si128(packed)) };
        }
        super::portable_convolve(row, axis, out, 8 * eights);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kernels_agree() {
        let mut seed = 3u32;
        let mut next = move || {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (seed >> 16) as i16
        };
        let mut eight = 0;
        let sizes =
            [(64u32, 40u32, 6usize), (200, 31, 40), (33, 33, 8), (500, 129, 26), (300, 204, 8), (7, 6, 8)];
        for (source, out, taps) in sizes {
            let axis = Axis::fitted(source, (0.0, f64::from(source)), out, 16);
            eight += u32::from(axis.taps == 8);
            let width = (source as usize).max(axis.taps).next_multiple_of(WIDTH);
            let row: Vec<i16> = (0..width).map(|_| next()).collect();
            let (mut a, mut b) = (vec![0; out as usize], vec![0; out as usize]);
            convolve(&row, &axis, &mut a);
            portable_convolve(&row, &axis, &mut b, 0);
            assert_eq!(a, b);
            let ring: Vec<i16> = (0..width * taps).map(|_| next()).collect();
            let weights: Vec<i16> = (0..taps).map(|_| next() / 8).collect();
            let (mut a, mut b) = (vec![0; width], vec![0; width]);
            for first in 0..taps {
                blend(&ring, width, first, &weights, &mut a);
                portable_blend(&ring, width, first, &weights, &mut b);
                assert_eq!(a, b);
            }
        }
        assert!(eight > 1, "both kernels ran");
    }
}
