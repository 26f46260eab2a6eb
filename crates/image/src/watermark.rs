//! Marks over proofs: text or a PNG, white with a soft dark edge so that it shows on any picture.

use ab_glyph::{Font, FontRef, PxScale, ScaleFont, point};

use crate::canvas::Canvas;
use crate::colour::rgb_to_ycc;
use crate::error::{ImageError, guarded};
use crate::request::{Watermark, WatermarkContent, WatermarkPosition};

/// One mark: colour and coverage per pixel.
struct Mark {
    width: usize,
    height: usize,
    /// R, G, B, coverage.
    px: Vec<[u8; 4]>,
}

/// Longest text drawn; the rest is cut off.
const MAX_CHARACTERS: usize = 120;

pub(crate) fn apply(canvas: &mut Canvas, watermark: &Watermark) -> Result<(), ImageError> {
    let width = f64::from(canvas.size.width.min(canvas.size.height)).max(f64::from(canvas.size.width) * 0.6)
        * f64::from(watermark.relative_size);
    let width = (width as usize).max(8);
    let mark = match &watermark.content {
        WatermarkContent::Text(t) => text(t, width)?,
        WatermarkContent::Png(bytes) => Some(png(bytes, width)?),
    };
    let Some(mark) = mark else { return Ok(()) };
    let alpha = (watermark.opacity.clamp(0.0, 1.0) * 256.0) as u32;
    let (w, h) = (canvas.size.width as i64, canvas.size.height as i64);
    let (mw, mh) = (mark.width as i64, mark.height as i64);
    let margin = w.min(h) / 40;
    let at = match watermark.position {
        WatermarkPosition::Center => (w / 2 - mw / 2, h / 2 - mh / 2),
        WatermarkPosition::TopLeft => (margin, margin),
        WatermarkPosition::TopRight => (w - mw - margin, margin),
        WatermarkPosition::BottomLeft => (margin, h - mh - margin),
        WatermarkPosition::BottomRight => (w - mw - margin, h - mh - margin),
        WatermarkPosition::Tiled => {
            blend(canvas, alpha, |x, y| tiled(&mark, x, y));
            return Ok(());
        }
    };
    blend(canvas, alpha, |x, y| mark.get(x - at.0, y - at.1));
    Ok(())
}

impl Mark {
    #[inline]
    fn get(&self, x: i64, y: i64) -> [u8; 4] {
        if x < 0 || y < 0 || x >= self.width as i64 || y >= self.height as i64 {
            return [0; 4];
        }
        self.px[y as usize * self.width + x as usize]
    }
}

/// The plane of marks is turned by 30 degrees, every second row shifted by half a mark.
fn tiled(mark: &Mark, x: i64, y: i64) -> [u8; 4] {
    // 30 degrees, 12 fractional bits.
    let (cos, sin) = (3547, 2048);
    let (u, v) = ((x * cos - y * sin) >> 8, (x * sin + y * cos) >> 8);
    let (cell_w, cell_h) = ((mark.width as i64 * 5 / 4) << 4, (mark.height as i64 * 3) << 4);
    let row = v.div_euclid(cell_h);
    let u = (u + (row & 1) * cell_w / 2).rem_euclid(cell_w);
    bilinear(mark, u, v.rem_euclid(cell_h))
}

/// Position in sixteenths of a pixel.
fn bilinear(mark: &Mark, u: i64, v: i64) -> [u8; 4] {
    let (x, y, fx, fy) = (u >> 4, v >> 4, (u & 15) as u32, (v & 15) as u32);
    let p = [mark.get(x, y), mark.get(x + 1, y), mark.get(x, y + 1), mark.get(x + 1, y + 1)];
    let weights = [(16 - fx) * (16 - fy), fx * (16 - fy), (16 - fx) * fy, fx * fy];
    let coverage: u32 = p.iter().zip(weights).map(|(p, w)| u32::from(p[3]) * w).sum();
    if coverage == 0 {
        return [0; 4];
    }
    let colour = |c: usize| {
        (p.iter().zip(weights).map(|(p, w)| u32::from(p[c]) * u32::from(p[3]) * w).sum::<u32>() / coverage)
            as u8
    };
    [colour(0), colour(1), colour(2), (coverage / 256) as u8]
}

fn blend(canvas: &mut Canvas, alpha: u32, mark: impl Fn(i64, i64) -> [u8; 4]) {
    let (w, h) = (canvas.size.width as usize, canvas.size.height as usize);
    let mix = |old: u8, new: u8, a: u32| {
        ((u32::from(old) * (65_536 - a) + u32::from(new) * a + 32_768) >> 16) as u8
    };
    let (fh, fv) = canvas.sampling.factors();
    let chroma = canvas.chroma_size();
    let [luma, cb, cr] = &mut canvas.planes;
    for y in 0..h {
        for (x, p) in luma[y * w..(y + 1) * w].iter_mut().enumerate() {
            let [r, g, b, c] = mark(x as i64, y as i64);
            if c > 0 {
                *p = mix(*p, rgb_to_ycc(r, g, b)[0], u32::from(c) * alpha);
            }
        }
    }
    let cw = chroma.width as usize;
    for (i, (cb, cr)) in cb.iter_mut().zip(cr.iter_mut()).enumerate() {
        let (x, y) = ((i % cw) as i64 * i64::from(fh), (i / cw) as i64 * i64::from(fv));
        let [r, g, b, c] = mark(x, y);
        if c > 0 {
            let ycc = rgb_to_ycc(r, g, b);
            *cb = mix(*cb, ycc[1], u32::from(c) * alpha);
            *cr = mix(*cr, ycc[2], u32::from(c) * alpha);
        }
    }
}

/// White letters with a soft dark edge. Characters the face lacks become its "missing" box; nothing to
/// draw gives no mark.
fn text(content: &str, width: usize) -> Result<Option<Mark>, ImageError> {
    let content: String = content.chars().filter(|c| !c.is_control()).take(MAX_CHARACTERS).collect();
    let font = FontRef::try_from_slice(epaint_default_fonts::UBUNTU_LIGHT)
        .map_err(|_| ImageError::bad_request("the watermark's typeface cannot be read"))?;
    let advance = |size: f32| -> f32 {
        let scaled = font.as_scaled(PxScale::from(size));
        content.chars().map(|c| scaled.h_advance(scaled.glyph_id(c))).sum()
    };
    let unit = advance(100.0);
    if content.trim().is_empty() || unit <= 0.0 {
        return Ok(None);
    }
    // As wide as asked for, but no taller than a third of that.
    let size = (100.0 * width as f32 / unit).min(width as f32 / 3.0).clamp(6.0, 2000.0);
    let edge = (size / 24.0).clamp(1.0, 12.0);
    let pad = (edge * 2.0).ceil() as usize + 1;
    let scaled = font.as_scaled(PxScale::from(size));
    let w = advance(size).ceil() as usize + 2 * pad;
    let h = scaled.height().ceil() as usize + 2 * pad;
    let mut cover = vec![0f32; w * h];
    let mut x = pad as f32;
    for c in content.chars() {
        let id = scaled.glyph_id(c);
        let glyph = id.with_scale_and_position(size, point(x, pad as f32 + scaled.ascent()));
        x += scaled.h_advance(id);
        if let Some(outline) = font.outline_glyph(glyph) {
            let bounds = outline.px_bounds();
            outline.draw(|gx, gy, v| {
                let (px, py) = (bounds.min.x as i64 + i64::from(gx), bounds.min.y as i64 + i64::from(gy));
                if px >= 0 && py >= 0 && (px as usize) < w && (py as usize) < h {
                    let p = &mut cover[py as usize * w + px as usize];
                    *p = (*p + v).min(1.0);
                }
            });
        }
    }
    let shade = blur(&blur(&cover, w, h, edge), w, h, edge);
    let px = cover
        .iter()
        .zip(&shade)
        .map(|(&c, &s)| {
            let dark = (s * 1.6).min(1.0) * 0.55 * (1.0 - c);
            let total = c + dark;
            if total <= 0.0 {
                return [0; 4];
            }
            let level = (255.0 * c / total) as u8;
            [level, level, level, (total.min(1.0) * 255.0) as u8]
        })
        .collect();
    Ok(Some(Mark { width: w, height: h, px }))
}

/// Box blur, both ways.
fn blur(plane: &[f32], w: usize, h: usize, radius: f32) -> Vec<f32> {
    let r = radius.round().max(1.0) as usize;
    let n = (2 * r + 1) as f32;
    let mut across = vec![0f32; w * h];
    for y in 0..h {
        let row = &plane[y * w..(y + 1) * w];
        let mut sum: f32 = row.iter().take(r).sum();
        for x in 0..w {
            sum += row.get(x + r).copied().unwrap_or(0.0);
            if x > r {
                sum -= row[x - r - 1];
            }
            across[y * w + x] = sum.max(0.0) / n;
        }
    }
    let mut out = vec![0f32; w * h];
    let mut sums = vec![0f32; w];
    for y in 0..h + r {
        if y < h {
            for (s, v) in sums.iter_mut().zip(&across[y * w..]) {
                *s += v;
            }
        }
        if let Some(old) = y.checked_sub(2 * r + 1) {
            for (s, v) in sums.iter_mut().zip(&across[old * w..]) {
                *s -= v;
            }
        }
        if y >= r {
            for (o, s) in out[(y - r) * w..(y - r + 1) * w].iter_mut().zip(&sums) {
                *o = s.max(0.0) / n;
            }
        }
    }
    out
}

fn png(bytes: &[u8], width: usize) -> Result<Mark, ImageError> {
    let failed = |e: image::ImageError| ImageError::bad_request(format!("the watermark's picture: {e}"));
    let picture = guarded("watermark", || {
        let mut reader =
            image::ImageReader::with_format(std::io::Cursor::new(bytes), image::ImageFormat::Png);
        let mut limits = image::Limits::default();
        limits.max_image_width = Some(8192);
        limits.max_image_height = Some(8192);
        limits.max_alloc = Some(256 << 20);
        reader.limits(limits);
        reader.decode().map_err(failed)
    })?;
    let (w, h) = (picture.width().max(1), picture.height().max(1));
    let height = ((width as u64 * u64::from(h)).div_ceil(u64::from(w))).clamp(1, 4 * width as u64) as u32;
    let scaled =
        picture.resize_exact(width as u32, height, image::imageops::FilterType::CatmullRom).into_rgba8();
    Ok(Mark { width, height: height as usize, px: scaled.pixels().map(|p| p.0).collect() })
}
