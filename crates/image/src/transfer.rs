//! Between coded values and linear light, in 16-bit integers.
//!
//! Resizing averages light, so it must not average gamma-coded values. The curve is a cubic that follows
//! sRGB's to within 0.3 % of white and needs three multiplications; whatever the profile says, it is close
//! to every photographic curve, and what goes in comes out by the same curve.

use std::sync::OnceLock;

/// Linear value of white. The room above and below takes what Lanczos overshoots.
pub(crate) const WHITE: i16 = 24_576;

/// Coefficients of x, x^2 and x^3; they add up to white.
const CUBIC: [i16; 3] = [308, 16_765, 7_503];

/// Product of two numbers with 15 fractional bits, rounded: one vector instruction.
#[inline(always)]
fn times(a: i16, b: i16) -> i16 {
    ((i32::from(a) * i32::from(b) + 0x4000) >> 15) as i16
}

/// Linear value of an 8-bit coded one.
#[inline(always)]
fn linear(v: u8) -> i16 {
    // 255 becomes almost one.
    let x = i16::from(v) << 7 | i16::from(v) >> 1;
    let square = times(x, x);
    times(x, CUBIC[0]) + times(square, CUBIC[1]) + times(times(square, x), CUBIC[2])
}

/// A row of 8-bit samples to linear.
pub(crate) fn linear_row(coded: &[u8], out: &mut [i16]) {
    #[cfg(target_arch = "x86_64")]
    if std::arch::is_x86_feature_detected!("avx2") {
        #[allow(unsafe_code)]
        // SAFETY: AVX2 was just detected.
        unsafe {
            avx2::linear_row(coded, out);
        }
        return;
    }
    linear_row_portable(coded, out);
}

fn linear_row_portable(coded: &[u8], out: &mut [i16]) {
    for (o, c) in out.iter_mut().zip(coded) {
        *o = linear(*c);
    }
}

#[cfg(target_arch = "x86_64")]
mod avx2 {
    #![allow(unsafe_code)]

    use super::CUBIC;
    use std::arch::x86_64::*;

    /// Written out, since the compiler does not see that `times` is one instruction.
    #[target_feature(enable = "avx2")]
    pub(super) fn linear_row(coded: &[u8], out: &mut [i16]) {
        let [a, b, c] = CUBIC.map(|v| _mm256_set1_epi16(v));
        let whole = coded.len().min(out.len()) / 16 * 16;
        for (o, v) in out[..whole].chunks_exact_mut(16).zip(coded[..whole].chunks_exact(16)) {
            // SAFETY: the chunks are 16 bytes and 16 places of two.
            let v = unsafe { _mm256_cvtepu8_epi16(_mm_loadu_si128(v.as_ptr().cast())) };
            let x = _mm256_or_si256(_mm256_slli_epi16::<7>(v), _mm256_srli_epi16::<1>(v));
            let square = _mm256_mulhrs_epi16(x, x);
            let cube = _mm256_mulhrs_epi16(square, x);
            let sum = _mm256_add_epi16(_mm256_mulhrs_epi16(x, a), _mm256_mulhrs_epi16(square, b));
            let sum = _mm256_add_epi16(sum, _mm256_mulhrs_epi16(cube, c));
            // SAFETY: as above.
            unsafe { _mm256_storeu_si256(o.as_mut_ptr().cast(), sum) };
        }
        super::linear_row_portable(&coded[whole..], &mut out[whole..]);
    }
}

/// 8-bit coded value to linear.
pub(crate) fn linear8() -> &'static [i16; 256] {
    static TABLE: OnceLock<[i16; 256]> = OnceLock::new();
    TABLE.get_or_init(|| std::array::from_fn(|i| linear(i as u8)))
}

/// The cubic itself, 0 to 1.
fn curve(x: f64) -> f64 {
    let [a, b, c] = CUBIC.map(|v| f64::from(v) / f64::from(WHITE));
    x * (a + x * (b + x * c))
}

/// 16-bit coded value to linear.
pub(crate) fn linear16() -> &'static [i16] {
    static TABLE: OnceLock<Vec<i16>> = OnceLock::new();
    TABLE.get_or_init(|| {
        (0..65_536).map(|i| (curve(f64::from(i) / 65_535.0) * f64::from(WHITE)).round() as i16).collect()
    })
}

/// The inverse of the curve for every linear value, by Newton's method from the value before.
fn table(max: f64) -> impl Iterator<Item = f64> {
    let [a, b, c] = CUBIC.map(|v| f64::from(v) / f64::from(WHITE));
    let mut x = 0.0f64;
    (0..=32_767).map(move |i| {
        let y = f64::from(i) / f64::from(WHITE);
        if y >= 1.0 {
            return max;
        }
        for _ in 0..3 {
            x -= (curve(x) - y) / (a + x * (2.0 * b + x * 3.0 * c));
        }
        (x * max).round()
    })
}

/// Linear to an 8-bit coded value; indexed by the linear value, which must not be negative.
pub(crate) fn coded8() -> &'static [u8; 32_768] {
    static TABLE: OnceLock<Box<[u8; 32_768]>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let mut t = Box::new([0u8; 32_768]);
        t.iter_mut().zip(table(255.0)).for_each(|(t, v)| *t = v as u8);
        // The integer curve is off by a step here and there; what goes in must come out.
        for v in 0..=255u8 {
            t[linear(v) as usize] = v;
        }
        t
    })
}

/// A row of linear samples to 8 bits.
pub(crate) fn coded_row(linear: &[i16], out: &mut [u8]) {
    let table = coded8();
    for (o, v) in out.iter_mut().zip(linear) {
        *o = table[usize::from((*v).max(0).unsigned_abs()) & 0x7FFF];
    }
}

/// Linear to a 16-bit coded value; indexed by the linear value, which must not be negative.
pub(crate) fn coded16() -> &'static [u16] {
    static TABLE: OnceLock<Vec<u16>> = OnceLock::new();
    TABLE.get_or_init(|| table(65_535.0).map(|v| v as u16).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_8_bit_value_comes_back() {
        let all: Vec<u8> = (0..=255).collect();
        let (mut l, mut back) = ([0i16; 256], [0u8; 256]);
        linear_row(&all, &mut l);
        assert_eq!(l, *linear8());
        coded_row(&l, &mut back);
        assert_eq!(back.as_slice(), all);
        assert!(l.windows(2).all(|w| w[0] < w[1]));
        assert!(l[0] == 0 && (l[255] - WHITE).abs() < 4, "{}", l[255]);
    }

    #[test]
    fn kernels_agree() {
        let row: Vec<u8> = (0..300u32).map(|i| (i * 97 % 256) as u8).collect();
        for (length, room) in [(0, 0), (5, 32), (16, 16), (47, 64), (300, 320), (300, 90)] {
            let (mut a, mut b) = (vec![7i16; room], vec![7i16; room]);
            linear_row(&row[..length], &mut a);
            linear_row_portable(&row[..length], &mut b);
            assert_eq!(a, b);
        }
    }

    #[test]
    fn follows_srgb() {
        for i in 0..=255u8 {
            let x = f64::from(i) / 255.0;
            let srgb = if x <= 0.040_45 { x / 12.92 } else { ((x + 0.055) / 1.055).powf(2.4) };
            assert!((srgb - f64::from(linear8()[usize::from(i)]) / f64::from(WHITE)).abs() < 0.003, "{i}");
        }
    }
}
