//! Three rows of samples into one of triplets and back, which compilers do one sample at a time. The AVX2 kernels
//! agree with the portable ones in every bit.

/// `out` is three times as long as each of the rows.
pub(crate) fn join(rows: [&[u16]; 3], out: &mut [u16]) {
    let mut done = 0;
    #[cfg(target_arch = "x86_64")]
    if std::arch::is_x86_feature_detected!("avx2") {
        #[allow(unsafe_code)]
        // SAFETY: AVX2 was just detected.
        unsafe {
            done = avx2::join(rows, out);
        }
    }
    portable_join(rows.map(|row| &row[done..]), &mut out[3 * done..]);
}

fn portable_join([a, b, c]: [&[u16]; 3], out: &mut [u16]) {
    for (((o, a), b), c) in out.chunks_exact_mut(3).zip(a).zip(b).zip(c) {
        o.copy_from_slice(&[*a, *b, *c]);
    }
}

/// `all` is three times as long as each of the rows.
pub(crate) fn split(all: &[u16], rows: [&mut [u16]; 3]) {
    let [a, b, c] = rows;
    let mut done = 0;
    #[cfg(target_arch = "x86_64")]
    if std::arch::is_x86_feature_detected!("avx2") {
        #[allow(unsafe_code)]
        // SAFETY: AVX2 was just detected.
        unsafe {
            done = avx2::split(all, [&mut *a, &mut *b, &mut *c]);
        }
    }
    portable_split(&all[3 * done..], [&mut a[done..], &mut b[done..], &mut c[done..]]);
}

fn portable_split(all: &[u16], [a, b, c]: [&mut [u16]; 3]) {
    for (((v, a), b), c) in all.chunks_exact(3).zip(a).zip(b).zip(c) {
        (*a, *b, *c) = (v[0], v[1], v[2]);
    }
}

#[cfg(target_arch = "x86_64")]
mod avx2 {
    #![allow(unsafe_code)]

    use std::arch::x86_64::*;

    /// Samples a vector holds.
    const N: usize = 8;

    /// Shuffles that gather, for each of three results, what it takes from each of three vectors.
    type Shuffles = [[[u8; 16]; 3]; 3];

    const JOIN: Shuffles = shuffles(true);
    const SPLIT: Shuffles = shuffles(false);

    const fn shuffles(join: bool) -> Shuffles {
        let mut masks = [[[0x80u8; 16]; 3]; 3];
        let mut i = 0;
        while i < 3 * N {
            // Where sample `i` of the triplets lies: in them, and in its row.
            let (triplet, row) = ((i / N, i % N), (i % 3, i / 3));
            let (to, from) = if join { (triplet, row) } else { (row, triplet) };
            masks[to.0][from.0][2 * to.1] = 2 * from.1 as u8;
            masks[to.0][from.0][2 * to.1 + 1] = 2 * from.1 as u8 + 1;
            i += 1;
        }
        masks
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn load(s: &[u16; N]) -> __m128i {
        // SAFETY: the array is 16 bytes.
        unsafe { _mm_loadu_si128(s.as_ptr().cast()) }
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn gather(from: [__m128i; 3], masks: &[[u8; 16]; 3], to: &mut [u16; N]) {
        // SAFETY: masks are 16 bytes each.
        let mask = |i: usize| unsafe { _mm_loadu_si128(masks[i].as_ptr().cast()) };
        let ab = _mm_or_si128(_mm_shuffle_epi8(from[0], mask(0)), _mm_shuffle_epi8(from[1], mask(1)));
        let all = _mm_or_si128(ab, _mm_shuffle_epi8(from[2], mask(2)));
        // SAFETY: the array is 16 bytes.
        unsafe { _mm_storeu_si128(to.as_mut_ptr().cast(), all) };
    }

    /// How many samples of each row were joined.
    #[target_feature(enable = "avx2")]
    pub(super) fn join([a, b, c]: [&[u16]; 3], out: &mut [u16]) -> usize {
        let (rows, (out, _)) = ([a, b, c].map(|r| r.as_chunks::<N>().0), out.as_chunks_mut::<N>());
        let mut done = 0;
        let triplets = out.as_chunks_mut::<3>().0;
        for (((o, a), b), c) in triplets.iter_mut().zip(rows[0]).zip(rows[1]).zip(rows[2]) {
            let from = [load(a), load(b), load(c)];
            for (o, masks) in o.iter_mut().zip(&JOIN) {
                gather(from, masks, o);
            }
            done += N;
        }
        done
    }

    /// How many samples of each row were split off.
    #[target_feature(enable = "avx2")]
    pub(super) fn split(all: &[u16], [a, b, c]: [&mut [u16]; 3]) -> usize {
        let triplets = all.as_chunks::<N>().0.as_chunks::<3>().0;
        let (a, b, c) = (a.as_chunks_mut::<N>().0, b.as_chunks_mut::<N>().0, c.as_chunks_mut::<N>().0);
        let mut done = 0;
        for (((v, a), b), c) in triplets.iter().zip(a).zip(b).zip(c) {
            let from = [load(&v[0]), load(&v[1]), load(&v[2])];
            gather(from, &SPLIT[0], a);
            gather(from, &SPLIT[1], b);
            gather(from, &SPLIT[2], c);
            done += N;
        }
        done
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kernels_agree_and_are_each_others_inverse() {
        for width in [0usize, 1, 7, 8, 9, 64, 67] {
            let row = |k: u16| (0..width as u16).map(|i| i.wrapping_mul(977) ^ k).collect::<Vec<u16>>();
            let (a, b, c) = (row(1), row(20_000), row(60_000));
            let (mut fast, mut plain) = (vec![0; 3 * width], vec![0; 3 * width]);
            join([&a, &b, &c], &mut fast);
            portable_join([&a, &b, &c], &mut plain);
            assert_eq!(fast, plain);
            let (mut x, mut y, mut z) = (vec![0; width], vec![0; width], vec![0; width]);
            split(&fast, [&mut x, &mut y, &mut z]);
            assert_eq!((&x, &y, &z), (&a, &b, &c));
            portable_split(&plain, [&mut x, &mut y, &mut z]);
            assert_eq!((x, y, z), (a, b, c));
        }
    }
}
