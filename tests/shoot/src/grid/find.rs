//! Finds the grid's black discs in a picture: connected dark pixels that are round, with centres to a fraction of a pixel.

/// Pixels darker than this in every channel belong to a disc.
const DARK: u8 = 100;

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Disc {
    pub x: f64,
    pub y: f64,
    pub radius: f64,
}

/// An RGB picture, borrowed.
#[derive(Clone, Copy)]
pub struct Picture<'a> {
    pub rgb: &'a [u8],
    pub width: usize,
    pub height: usize,
}

impl Picture<'_> {
    pub fn at(&self, x: usize, y: usize) -> [u8; 3] {
        let i = (y * self.width + x) * 3;
        [self.rgb[i], self.rgb[i + 1], self.rgb[i + 2]]
    }

    fn brightest(&self, x: usize, y: usize) -> u8 {
        let [r, g, b] = self.at(x, y);
        r.max(g).max(b)
    }

    /// Mean colour of the square of `reach` around a place; `None` outside the picture.
    pub fn mean(&self, x: f64, y: f64, reach: f64) -> Option<[f32; 3]> {
        let r = (reach.max(0.0)) as i64;
        let (cx, cy) = (x.floor() as i64, y.floor() as i64);
        if cx - r < 0 || cy - r < 0 || cx + r >= self.width as i64 || cy + r >= self.height as i64 {
            return None;
        }
        let mut sum = [0.0f32; 3];
        for py in cy - r..=cy + r {
            for px in cx - r..=cx + r {
                let p = self.at(px as usize, py as usize);
                for c in 0..3 {
                    sum[c] += f32::from(p[c]);
                }
            }
        }
        let count = ((2 * r + 1) * (2 * r + 1)) as f32;
        Some(sum.map(|v| v / count))
    }
}

pub fn discs(picture: Picture<'_>) -> Vec<Disc> {
    let mut seen = vec![false; picture.width * picture.height];
    let mut found = Vec::new();
    let mut stack = Vec::new();
    for y in 0..picture.height {
        for x in 0..picture.width {
            if seen[y * picture.width + x] || picture.brightest(x, y) >= DARK {
                continue;
            }
            seen[y * picture.width + x] = true;
            stack.push((x, y));
            let (mut left, mut right, mut top, mut bottom, mut area) = (x, x, y, y, 0usize);
            while let Some((px, py)) = stack.pop() {
                area += 1;
                (left, right) = (left.min(px), right.max(px));
                (top, bottom) = (top.min(py), bottom.max(py));
                let mut visit = |qx: usize, qy: usize| {
                    if qx < picture.width && qy < picture.height {
                        let i = qy * picture.width + qx;
                        if !seen[i] && picture.brightest(qx, qy) < DARK {
                            seen[i] = true;
                            stack.push((qx, qy));
                        }
                    }
                };
                visit(px + 1, py);
                visit(px.wrapping_sub(1), py);
                visit(px, py + 1);
                visit(px, py.wrapping_sub(1));
            }
            found.extend(round(picture, (left, right, top, bottom), area));
        }
    }
    found
}

/// The disc in a bounding box, unless it is not round or its ring runs out of the picture.
fn round(
    picture: Picture<'_>,
    (left, right, top, bottom): (usize, usize, usize, usize),
    area: usize,
) -> Option<Disc> {
    let (w, h) = ((right - left + 1) as f64, (bottom - top + 1) as f64);
    let fill = area as f64 / (w * h);
    if w.max(h) < 3.0 || w.min(h) / w.max(h) < 0.75 || !(0.6..0.92).contains(&fill) {
        return None;
    }
    // Weigh the whole soft edge, out to the middle of the white ring.
    let radius = (w + h) / 4.0;
    let margin = (radius * 0.2).ceil().max(1.0) as usize;
    if left < margin || top < margin || right + margin >= picture.width || bottom + margin >= picture.height {
        return None;
    }
    let (mut sum, mut sx, mut sy) = (0.0f64, 0.0f64, 0.0f64);
    for y in top - margin..=bottom + margin {
        for x in left - margin..=right + margin {
            let (dx, dy) = (
                x as f64 + 0.5 - (left + right + 1) as f64 / 2.0,
                y as f64 + 0.5 - (top + bottom + 1) as f64 / 2.0,
            );
            if dx.hypot(dy) > radius + margin as f64 {
                continue;
            }
            let weight = f64::from(235u8.saturating_sub(picture.brightest(x, y)));
            sum += weight;
            sx += weight * (x as f64 + 0.5);
            sy += weight * (y as f64 + 0.5);
        }
    }
    (sum > 0.0).then(|| Disc { x: sx / sum, y: sy / sum, radius })
}
