//! Colours at output size: YCbCr to RGB, through the profiles, and back to YCbCr, with 16 bits behind the
//! profiles, so that a colour is rounded once: to the 8 bits of the file.

use darkslide_jpeg::Sampling;

use crate::canvas::Canvas;
use crate::colour::{Transform16, wide_rgb_to_ycc, ycc_to_rgb};
use crate::error::ImageError;

/// From a canvas with full-size chroma to one of the wanted sampling, which will be turned by `orientation`.
pub(crate) fn converted(
    canvas: Canvas,
    transform: &Transform16,
    sampling: Sampling,
    orientation: u8,
) -> Result<Canvas, ImageError> {
    let (w, h) = (canvas.size.width as usize, canvas.size.height as usize);
    let [mut luma, mut cb, mut cr] = canvas.planes;
    let mut line = Line { transform, rgb: vec![0; w * 3], out: vec![0; w * 3] };
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
    rgb: Vec<u16>,
    out: Vec<u16>,
}

impl Line<'_> {
    /// Luma in place.
    fn convert(
        &mut self,
        luma: &mut [u8],
        cb: &[u8],
        cr: &[u8],
        chroma: &mut Chroma,
    ) -> Result<(), ImageError> {
        for (((p, y), b), r) in self.rgb.chunks_exact_mut(3).zip(&*luma).zip(cb).zip(cr) {
            p.copy_from_slice(&ycc_to_rgb(*y, *b, *r).map(|v| u16::from(v) * 257));
        }
        self.transform
            .transform(&self.rgb, &mut self.out)
            .map_err(|e| ImageError::corrupt(format!("colour profile: {e:?}")))?;
        let chroma = chroma.cb.iter_mut().zip(&mut chroma.cr);
        for ((p, y), (b, r)) in self.out.chunks_exact(3).zip(luma).zip(chroma) {
            (*y, [*b, *r]) = wide_rgb_to_ycc(p[0], p[1], p[2]);
        }
        Ok(())
    }
}
