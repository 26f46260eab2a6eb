//! A finished rendition before it is encoded: planar YCbCr, 8 bits, chroma at the sampling of the output.

use darkslide_jpeg::Sampling;

use crate::colour::rgb_to_ycc;
use crate::geometry::Size;

#[derive(Debug, Clone)]
pub(crate) struct Canvas {
    pub(crate) size: Size,
    pub(crate) sampling: Sampling,
    /// Y, Cb, Cr without padding.
    pub(crate) planes: [Vec<u8>; 3],
}

impl Canvas {
    pub(crate) fn chroma_size(&self) -> Size {
        let (w, h) = self.sampling.chroma_size(self.size.width, self.size.height);
        Size::new(w, h)
    }

    /// From interleaved sRGB.
    pub(crate) fn from_rgb(size: Size, rgb: &[u8], sampling: Sampling) -> Self {
        let (w, h) = (size.width as usize, size.height as usize);
        let n = w * h;
        let mut y = Vec::with_capacity(n);
        let (mut cb, mut cr) = (Vec::with_capacity(n), Vec::with_capacity(n));
        for p in rgb.chunks_exact(3) {
            let [a, b, c] = rgb_to_ycc(p[0], p[1], p[2]);
            y.push(a);
            cb.push(b);
            cr.push(c);
        }
        if sampling == Sampling::S420 {
            cb = halve(&cb, w, h);
            cr = halve(&cr, w, h);
        }
        Self { size, sampling, planes: [y, cb, cr] }
    }
}

/// Averages of two by two samples. Where the size is odd the last column or row counts double.
fn halve(plane: &[u8], width: usize, height: usize) -> Vec<u8> {
    let (cw, ch) = (width.div_ceil(2), height.div_ceil(2));
    let mut out = Vec::with_capacity(cw * ch);
    for y in 0..ch {
        let top = &plane[2 * y * width..][..width];
        let below = &plane[(2 * y + 1).min(height - 1) * width..][..width];
        // Alternating bias, so that rounding does not shift colours.
        let pairs = top.chunks_exact(2).zip(below.chunks_exact(2)).enumerate();
        out.extend(pairs.map(|(x, (t, b))| mean(t[0], t[1], b[0], b[1], x)));
        if width % 2 == 1 {
            let (t, b) = (top[width - 1], below[width - 1]);
            out.push(mean(t, t, b, b, cw - 1));
        }
    }
    out
}

#[inline(always)]
fn mean(a: u8, b: u8, c: u8, d: u8, x: usize) -> u8 {
    let sum = u16::from(a) + u16::from(b) + u16::from(c) + u16::from(d);
    ((sum + 1 + (x as u16 & 1)) / 4) as u8
}
