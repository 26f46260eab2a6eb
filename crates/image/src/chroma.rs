//! Chroma rows between 8 bits and the 16 that resizing works with. The same source is compiled once for AVX2
//! and once for any machine.

/// Centred on zero, with room for overshoot.
const BITS: u32 = 7;

/// A row of 8-bit samples to 16.
pub(crate) fn wide_row(coded: &[u8], out: &mut [i16]) {
    #[cfg(target_arch = "x86_64")]
    if std::arch::is_x86_feature_detected!("avx2") {
        #[allow(unsafe_code)]
        // SAFETY: AVX2 was just detected.
        unsafe {
            wide_row_avx2(coded, out);
        }
        return;
    }
    wide_row_portable(coded, out);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn wide_row_avx2(coded: &[u8], out: &mut [i16]) {
    wide_row_portable(coded, out);
}

#[inline(always)]
fn wide_row_portable(coded: &[u8], out: &mut [i16]) {
    for (o, v) in out.iter_mut().zip(coded) {
        *o = (i16::from(*v) - 128) << BITS;
    }
}

/// And back, rounded and cut off at both ends.
pub(crate) fn coded_row(wide: &[i16], out: &mut [u8]) {
    #[cfg(target_arch = "x86_64")]
    if std::arch::is_x86_feature_detected!("avx2") {
        #[allow(unsafe_code)]
        // SAFETY: AVX2 was just detected.
        unsafe {
            coded_row_avx2(wide, out);
        }
        return;
    }
    coded_row_portable(wide, out);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn coded_row_avx2(wide: &[i16], out: &mut [u8]) {
    coded_row_portable(wide, out);
}

#[inline(always)]
fn coded_row_portable(wide: &[i16], out: &mut [u8]) {
    for (o, v) in out.iter_mut().zip(wide) {
        *o = ((v.saturating_add(1 << (BITS - 1)) >> BITS) + 128).clamp(0, 255) as u8;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kernels_agree_and_every_value_comes_back() {
        let all: Vec<u8> = (0..=255).collect();
        let (mut wide, mut portable, mut back) = (vec![0; 256], vec![0; 256], vec![0; 256]);
        wide_row(&all, &mut wide);
        wide_row_portable(&all, &mut portable);
        assert_eq!(wide, portable);
        coded_row(&wide, &mut back);
        assert_eq!(back, all);
        let every: Vec<i16> = (i16::MIN..=i16::MAX).collect();
        let (mut a, mut b) = (vec![0; every.len()], vec![0; every.len()]);
        coded_row(&every, &mut a);
        coded_row_portable(&every, &mut b);
        assert_eq!(a, b);
        assert!((a[0], a[32_768], a[65_535]) == (0, 128, 255));
    }
}
