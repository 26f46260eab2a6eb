//! Colours at output size: YCbCr to RGB, through the profiles, and back to YCbCr, with 16 bits behind the
//! profiles, so that a colour is rounded once: to the 8 bits of the file.

use darkslide_jpeg::Sampling;

use crate::canvas::Canvas;
use crate::colour::{Transform16, wide_rgb_to_ycc, ycc_to_rgb};
use crate::error::ImageError;
use crate::interleave;

/// From a canvas with full-size chroma to one of the wanted sampling, which will be turned by `orientation`.
pub(crate) fn converted(
    canvas: Canvas,
    transform: &Transform16,
    sampling: Sampling,
    orientation: u8,
) -> Result<Canvas, ImageError> {
    let (w, h) = (canvas.size.width as usize, canvas.size.height as usize);
    let [mut luma, mut cb, mut cr] = canvas.planes;
    let mut line = Line::new(transform, w);
    let mut rows = [Chroma::new(w), Chroma::new(w)];
    if sampling == Sampling::S444 {
        for y in 0..h {
            let at = y * w..(y + 1) * w;
            line.convert(&mut luma[at.clone()], &cb[at.clone()], &cr[at.clone()], &mut rows[0])?;
            let (wide, planes) = (&rows[0], cb[at.clone()].iter_mut().zip(&mut cr[at.clone()]));
            for (((b, r), y), (u, v)) in planes.zip(&luma[at]).zip(wide.cb.iter().zip(&wide.cr)) {
                [*b, *r] = nearest(4 * u32::from(*y), [4 * i32::from(*u), 4 * i32::from(*v)]);
            }
        }
        return Ok(Canvas { size: canvas.size, sampling, planes: [luma, cb, cr] });
    }
    // Pairs are formed as they will lie after turning: where a side is odd, the half-empty sample must come to
    // lie right and below.
    let flip_x = matches!(orientation, 2 | 3 | 7 | 8);
    let flip_y = matches!(orientation, 3 | 4 | 6 | 7);
    let (sx, sy) = (usize::from(flip_x && w % 2 == 1), usize::from(flip_y && h % 2 == 1));
    let (cw, ch) = (w.div_ceil(2), h.div_ceil(2));
    for y in 0..ch {
        let pair = [(2 * y).saturating_sub(sy), (2 * y + 1 - sy).min(h - 1)];
        for (row, y) in rows.iter_mut().zip(pair) {
            let at = y * w..(y + 1) * w;
            line.convert(&mut luma[at.clone()], &cb[at.clone()], &cr[at], row)?;
            // At an edge the pair is one row, which must not be converted twice.
            if pair[0] == pair[1] {
                break;
            }
        }
        // The smaller rows go where the larger ones lay that are done with.
        let (top, below) = (&rows[0], &rows[usize::from(pair[0] != pair[1])]);
        let (first, second) = (&luma[pair[0] * w..][..w], &luma[pair[1] * w..][..w]);
        let out = cb[y * cw..(y + 1) * cw].iter_mut().zip(&mut cr[y * cw..(y + 1) * cw]);
        for (x, (b, r)) in out.enumerate() {
            let (left, right) = ((2 * x).saturating_sub(sx), (2 * x + 1 - sx).min(w - 1));
            let sum =
                |a: &[i16], b: &[i16]| [a[left], a[right], b[left], b[right]].map(i32::from).iter().sum();
            let light = [first[left], first[right], second[left], second[right]].map(u32::from).iter().sum();
            [*b, *r] = nearest(light, [sum(&top.cb, &below.cb), sum(&top.cr, &below.cr)]);
        }
    }
    cb.truncate(cw * ch);
    cr.truncate(cw * ch);
    Ok(Canvas { size: canvas.size, sampling: Sampling::S420, planes: [luma, cb, cr] })
}

/// A chroma sample from the sum of four with 16 bits, centred on zero.
#[inline(always)]
fn chroma8(sum: i32) -> u8 {
    (128 + ((sum * 255 + (1 << 17)) >> 18)).clamp(0, 255) as u8
}

/// Luma below which a step of one plane may be a difference that can be seen.
const DARK: u32 = 32;

/// Both chroma samples of four pixels: sums of their luma, and of their chroma with 16 bits. In the dark it is
/// the pair that decodes nearest to the colour that is meant, since there rounding each plane by itself was up to
/// 1.1 ΔE2000 off; elsewhere that pair is hardly better, and takes time.
#[inline(always)]
fn nearest(luma: u32, sums: [i32; 2]) -> [u8; 2] {
    if luma >= 4 * DARK { sums.map(chroma8) } else { nearest_in_the_dark(luma, sums) }
}

#[cold]
fn nearest_in_the_dark(luma: u32, sums: [i32; 2]) -> [u8; 2] {
    let y = (luma as f32 / 4.0).round();
    let rgb = |u: f32, v: f32| {
        [y + 1.402 * v, y - 0.344_136 * u - 0.714_136 * v, y + 1.772 * u].map(|x| x.clamp(0.0, 255.0))
    };
    let [u, v] = sums.map(|s| s as f32 / (4.0 * 257.0));
    let meant = rgb(u, v);
    let far = |u: f32, v: f32| -> f32 {
        rgb(u, v).iter().zip(meant).map(|(a, b)| (a.round() - b) * (a.round() - b)).sum()
    };
    let mut best = (f32::MAX, 0.0, 0.0);
    for (u, v) in [
        (u.round(), v.round()),
        (u.floor(), v.floor()),
        (u.ceil(), v.floor()),
        (u.floor(), v.ceil()),
        (u.ceil(), v.ceil()),
    ] {
        let d = far(u, v);
        if d < best.0 {
            best = (d, u, v);
        }
    }
    [best.1, best.2].map(|c| (128.0 + c).clamp(0.0, 255.0) as u8)
}

/// A row of chroma with 16 bits, centred on zero.
struct Chroma {
    cb: Vec<i16>,
    cr: Vec<i16>,
}

impl Chroma {
    fn new(width: usize) -> Self {
        Self { cb: vec![0; width], cr: vec![0; width] }
    }
}

/// A row on its way through the profiles.
struct Line<'t> {
    transform: &'t Transform16,
    /// Red, green and blue by themselves, and as the transform takes and gives them.
    planes: [Vec<u16>; 3],
    given: Vec<u16>,
    taken: Vec<u16>,
}

impl<'t> Line<'t> {
    fn new(transform: &'t Transform16, width: usize) -> Self {
        let planes = [0; 3].map(|_| vec![0; width]);
        Self { transform, planes, given: vec![0; width * 3], taken: vec![0; width * 3] }
    }

    /// Luma in place.
    fn convert(
        &mut self,
        luma: &mut [u8],
        cb: &[u8],
        cr: &[u8],
        chroma: &mut Chroma,
    ) -> Result<(), ImageError> {
        let [r, g, b] = &mut self.planes;
        to_rgb([luma, cb, cr], [r, g, b]);
        interleave::join([r, g, b], &mut self.given);
        self.transform
            .transform(&self.given, &mut self.taken)
            .map_err(|e| ImageError::corrupt(format!("colour profile: {e:?}")))?;
        interleave::split(&self.taken, [r, g, b]);
        to_ycc([r, g, b], luma, chroma);
        Ok(())
    }
}

/// Rows of YCbCr to rows of RGB with 16 bits.
fn to_rgb(ycc: [&[u8]; 3], rgb: [&mut [u16]; 3]) {
    #[cfg(target_arch = "x86_64")]
    if std::arch::is_x86_feature_detected!("avx2") {
        #[allow(unsafe_code)]
        // SAFETY: AVX2 was just detected.
        unsafe {
            to_rgb_avx2(ycc, rgb);
        }
        return;
    }
    to_rgb_portable(ycc, rgb);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn to_rgb_avx2(ycc: [&[u8]; 3], rgb: [&mut [u16]; 3]) {
    to_rgb_portable(ycc, rgb);
}

/// The same source for AVX2 and for any machine, as below.
#[inline(always)]
fn to_rgb_portable([y, cb, cr]: [&[u8]; 3], [r, g, b]: [&mut [u16]; 3]) {
    let n = y.len();
    let (cb, cr, r, g, b) = (&cb[..n], &cr[..n], &mut r[..n], &mut g[..n], &mut b[..n]);
    for i in 0..n {
        let rgb = ycc_to_rgb(y[i], cb[i], cr[i]).map(|v| u16::from(v) * 257);
        (r[i], g[i], b[i]) = (rgb[0], rgb[1], rgb[2]);
    }
}

/// Rows of RGB with 16 bits to a row of luma and rows of chroma.
fn to_ycc(rgb: [&[u16]; 3], luma: &mut [u8], chroma: &mut Chroma) {
    #[cfg(target_arch = "x86_64")]
    if std::arch::is_x86_feature_detected!("avx2") {
        #[allow(unsafe_code)]
        // SAFETY: AVX2 was just detected.
        unsafe {
            to_ycc_avx2(rgb, luma, chroma);
        }
        return;
    }
    to_ycc_portable(rgb, luma, chroma);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn to_ycc_avx2(rgb: [&[u16]; 3], luma: &mut [u8], chroma: &mut Chroma) {
    to_ycc_portable(rgb, luma, chroma);
}

#[inline(always)]
fn to_ycc_portable([r, g, b]: [&[u16]; 3], luma: &mut [u8], chroma: &mut Chroma) {
    let n = luma.len();
    let (r, g, b, cb, cr) = (&r[..n], &g[..n], &b[..n], &mut chroma.cb[..n], &mut chroma.cr[..n]);
    for i in 0..n {
        (luma[i], [cb[i], cr[i]]) = wide_rgb_to_ycc(r[i], g[i], b[i]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kernels_agree() {
        let mut seed = 5u32;
        let mut next = move || {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (seed >> 16) as u16
        };
        for width in [1usize, 15, 16, 33, 500] {
            let ycc = [0; 3].map(|_| (0..width).map(|_| next() as u8).collect::<Vec<u8>>());
            let mut fast = [0; 3].map(|_| vec![0u16; width]);
            let mut plain = fast.clone();
            to_rgb([&ycc[0], &ycc[1], &ycc[2]], fast.each_mut().map(Vec::as_mut_slice));
            to_rgb_portable([&ycc[0], &ycc[1], &ycc[2]], plain.each_mut().map(Vec::as_mut_slice));
            assert_eq!(fast, plain);
            let rgb = [0; 3].map(|_| (0..width).map(|_| next()).collect::<Vec<u16>>());
            let rows = rgb.each_ref().map(Vec::as_slice);
            let (mut a, mut b) = ((vec![0; width], Chroma::new(width)), (vec![0; width], Chroma::new(width)));
            to_ycc(rows, &mut a.0, &mut a.1);
            to_ycc_portable(rows, &mut b.0, &mut b.1);
            assert!(a.0 == b.0 && a.1.cb == b.1.cb && a.1.cr == b.1.cr);
        }
    }
}
