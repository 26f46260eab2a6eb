//! The drawing surface: premultiplied floating-point light, so that long gradients, glows and blurs never band.
//!
//! Positions are in picture units: y runs 0..1 from top to bottom, x runs 0..`aspect`.

use tiny_skia::{FillRule, Mask, Path, Transform};

use crate::colour::Rgb;

pub struct Canvas {
    pub width: usize,
    pub height: usize,
    /// Premultiplied linear light and coverage.
    pub pixels: Vec<[f32; 4]>,
}

impl Canvas {
    pub fn new(width: usize, height: usize) -> Self {
        let (width, height) = (width.max(8), height.max(8));
        Self { width, height, pixels: vec![[0.0; 4]; width * height] }
    }

    /// An empty surface over the same picture, `coarser` times smaller: for whatever will be blurred.
    pub fn layer(&self, coarser: usize) -> Self {
        Self::new(self.width / coarser, self.height / coarser)
    }

    pub fn aspect(&self) -> f32 {
        self.width as f32 / self.height as f32
    }

    /// Paints everything: `light(x, y)`.
    pub fn wash(&mut self, light: impl Fn(f32, f32) -> Rgb) {
        let unit = 1.0 / self.height as f32;
        for (row, line) in self.pixels.chunks_exact_mut(self.width).enumerate() {
            let y = (row as f32 + 0.5) * unit;
            for (column, pixel) in line.iter_mut().enumerate() {
                let [r, g, b] = light((column as f32 + 0.5) * unit, y).0;
                *pixel = [r, g, b, 1.0];
            }
        }
    }

    /// Lays `light(x, y)` = (colour, coverage) over everything.
    pub fn veil(&mut self, light: impl Fn(f32, f32) -> (Rgb, f32)) {
        let unit = 1.0 / self.height as f32;
        for (row, line) in self.pixels.chunks_exact_mut(self.width).enumerate() {
            let y = (row as f32 + 0.5) * unit;
            for (column, pixel) in line.iter_mut().enumerate() {
                let (colour, cover) = light((column as f32 + 0.5) * unit, y);
                cover_pixel(pixel, colour, cover.clamp(0.0, 1.0));
            }
        }
    }

    pub fn fill(&mut self, path: &Path, colour: Rgb) {
        self.shade(path, |_, _| (colour, 1.0));
    }

    pub fn tint(&mut self, path: &Path, colour: Rgb, cover: f32) {
        self.shade(path, |_, _| (colour, cover));
    }

    /// Fills an outline with `light(x, y)` = (colour, coverage), anti-aliased.
    pub fn shade(&mut self, path: &Path, light: impl Fn(f32, f32) -> (Rgb, f32)) {
        let scale = self.height as f32;
        let b = path.bounds();
        let left = (b.left() * scale).floor().clamp(0.0, self.width as f32) as usize;
        let right = (b.right() * scale).ceil().clamp(0.0, self.width as f32) as usize;
        let top = (b.top() * scale).floor().clamp(0.0, scale) as usize;
        let bottom = (b.bottom() * scale).ceil().clamp(0.0, scale) as usize;
        if left >= right || top >= bottom {
            return;
        }
        let Some(mut mask) = Mask::new((right - left) as u32, (bottom - top) as u32) else { return };
        let place = Transform::from_row(scale, 0.0, 0.0, scale, -(left as f32), -(top as f32));
        mask.fill_path(path, FillRule::Winding, true, place);
        let unit = 1.0 / scale;
        for (row, coverage) in mask.data().chunks_exact(right - left).enumerate() {
            let y = ((top + row) as f32 + 0.5) * unit;
            let line = &mut self.pixels[(top + row) * self.width + left..][..right - left];
            for (column, (pixel, &c)) in line.iter_mut().zip(coverage).enumerate() {
                if c > 0 {
                    let (colour, cover) = light(((left + column) as f32 + 0.5) * unit, y);
                    cover_pixel(pixel, colour, cover.clamp(0.0, 1.0) * f32::from(c) / 255.0);
                }
            }
        }
    }

    /// Adds a round glow of light: `strength` in the middle, gone at `radius`.
    pub fn glow(&mut self, cx: f32, cy: f32, radius: f32, colour: Rgb, strength: f32) {
        self.around(cx, cy, radius, |pixel, d| {
            let fall = (1.0 - d * d).max(0.0);
            let k = strength * fall * fall * fall;
            for (lit, c) in pixel.iter_mut().zip(colour.0) {
                *lit += c * k;
            }
        });
    }

    /// Darkens softly: contact shadows.
    pub fn shadow(&mut self, cx: f32, cy: f32, rx: f32, ry: f32, strength: f32) {
        let squash = rx / ry.max(1e-4);
        let (w, h) = (self.width as i64, self.height as i64);
        let s = self.height as f32;
        let rows = (((cy - ry) * s) as i64).clamp(0, h)..(((cy + ry) * s) as i64 + 1).clamp(0, h);
        for row in rows {
            let dy = ((row as f32 + 0.5) / s - cy) * squash;
            for column in (((cx - rx) * s) as i64).clamp(0, w)..(((cx + rx) * s) as i64 + 1).clamp(0, w) {
                let dx = (column as f32 + 0.5) / s - cx;
                let fall = (1.0 - (dx * dx + dy * dy) / (rx * rx)).max(0.0);
                let keep = 1.0 - strength * fall * fall;
                let pixel = &mut self.pixels[row as usize * self.width + column as usize];
                for v in &mut pixel[..3] {
                    *v *= keep;
                }
            }
        }
    }

    fn around(&mut self, cx: f32, cy: f32, radius: f32, paint: impl Fn(&mut [f32; 4], f32)) {
        let s = self.height as f32;
        let (w, h) = (self.width as i64, self.height as i64);
        for row in (((cy - radius) * s) as i64).clamp(0, h)..(((cy + radius) * s) as i64 + 1).clamp(0, h) {
            let dy = (row as f32 + 0.5) / s - cy;
            for column in
                (((cx - radius) * s) as i64).clamp(0, w)..(((cx + radius) * s) as i64 + 1).clamp(0, w)
            {
                let dx = (column as f32 + 0.5) / s - cx;
                let d = (dx * dx + dy * dy).sqrt() / radius;
                if d < 1.0 {
                    paint(&mut self.pixels[row as usize * self.width + column as usize], d);
                }
            }
        }
    }

    /// Lays another surface over this one, stretched to fit.
    pub fn over(&mut self, layer: &Canvas) {
        self.combine(layer, |under, top| {
            let keep = 1.0 - top[3].min(1.0);
            std::array::from_fn(|i| under[i] * keep + top[i])
        });
    }

    /// Adds another surface's light to this one.
    pub fn add(&mut self, layer: &Canvas, strength: f32) {
        self.combine(layer, |under, top| {
            let lit = |i: usize| under[i] + top[i] * strength;
            [lit(0), lit(1), lit(2), under[3]]
        });
    }

    fn combine(&mut self, layer: &Canvas, join: impl Fn([f32; 4], [f32; 4]) -> [f32; 4]) {
        let same = layer.width == self.width && layer.height == self.height;
        let (sx, sy) = (layer.width as f32 / self.width as f32, layer.height as f32 / self.height as f32);
        for row in 0..self.height {
            let y = ((row as f32 + 0.5) * sy - 0.5).max(0.0);
            let line = &mut self.pixels[row * self.width..][..self.width];
            for (column, pixel) in line.iter_mut().enumerate() {
                let top = if same {
                    layer.pixels[row * layer.width + column]
                } else {
                    layer.sample(((column as f32 + 0.5) * sx - 0.5).max(0.0), y)
                };
                *pixel = join(*pixel, top);
            }
        }
    }

    /// Bilinear value at pixel position (x, y), counted from pixel centres.
    fn sample(&self, x: f32, y: f32) -> [f32; 4] {
        let (x0, y0) = ((x as usize).min(self.width - 1), (y as usize).min(self.height - 1));
        let (x1, y1) = ((x0 + 1).min(self.width - 1), (y0 + 1).min(self.height - 1));
        let (u, v) = (x - x0 as f32, y - y0 as f32);
        let at = |x: usize, y: usize| self.pixels[y * self.width + x];
        let (a, b, c, d) = (at(x0, y0), at(x1, y0), at(x0, y1), at(x1, y1));
        std::array::from_fn(|i| (a[i] * (1.0 - u) + b[i] * u) * (1.0 - v) + (c[i] * (1.0 - u) + d[i] * u) * v)
    }

    /// The colour at a place in picture units.
    pub fn peek(&self, x: f32, y: f32) -> Rgb {
        let s = self.height as f32;
        let p = self.sample((x * s).clamp(0.0, self.width as f32 - 1.0), (y * s).clamp(0.0, s - 1.0));
        Rgb([p[0], p[1], p[2]])
    }

    /// Blurs by `radius` picture units: three box passes each way, close to a Gaussian.
    pub fn blur(mut self, radius: f32) -> Self {
        let reach = (radius * self.height as f32 * 0.6).round() as usize;
        if reach == 0 {
            return self;
        }
        let mut line = Vec::new();
        for _ in 0..3 {
            for row in 0..self.height {
                box_pass(&mut self.pixels, row * self.width, 1, self.width, reach, &mut line);
            }
            for column in 0..self.width {
                box_pass(&mut self.pixels, column, self.width, self.height, reach, &mut line);
            }
        }
        self
    }
}

fn cover_pixel(pixel: &mut [f32; 4], colour: Rgb, cover: f32) {
    let keep = 1.0 - cover;
    for (lit, c) in pixel.iter_mut().zip(colour.0) {
        *lit = *lit * keep + c * cover;
    }
    pixel[3] = pixel[3] * keep + cover;
}

fn box_pass(
    pixels: &mut [[f32; 4]],
    start: usize,
    step: usize,
    count: usize,
    reach: usize,
    line: &mut Vec<[f32; 4]>,
) {
    line.clear();
    line.extend((0..count).map(|i| pixels[start + i * step]));
    let clamp = |i: isize| line[i.clamp(0, count as isize - 1) as usize];
    let reach = reach as isize;
    let share = 1.0 / (2 * reach + 1) as f32;
    let mut sum = [0.0f32; 4];
    for i in -reach..=reach {
        let p = clamp(i);
        for c in 0..4 {
            sum[c] += p[c];
        }
    }
    for i in 0..count {
        pixels[start + i * step] = sum.map(|v| v.max(0.0) * share);
        let (new, old) = (clamp(i as isize + reach + 1), clamp(i as isize - reach));
        for c in 0..4 {
            sum[c] += new[c] - old[c];
        }
    }
}
