//! Tells which part of a coded grid a picture shows, from its pixels alone.

use super::find::{self, Disc, Picture};
use super::{DISC, Shape, cell, hue_of};

/// Where a picture was cut from.
#[derive(Debug, Clone)]
pub struct Located {
    pub shape: Shape,
    /// Normalised place in the upright grid of the picture's corners: top left, top right, bottom right, bottom left.
    pub corners: [[f64; 2]; 4],
    /// Normalised grid = `matrix` · (x, y, 1), with x and y in pixels, the first pixel's centre at 0.5.
    pub matrix: [[f64; 3]; 2],
    /// Root mean square of what the fit leaves over, in pixels of the picture.
    pub residual_px: f64,
    /// Cells that were read.
    pub cells: usize,
}

impl Located {
    /// The largest distance, in pixels of the picture, between its corners and the ones expected.
    pub fn worst_corner_px(&self, expected: [[f64; 2]; 4], width: usize, height: usize) -> f64 {
        let Some(inverse) = invert(self.matrix) else { return f64::INFINITY };
        let (w, h) = (width as f64, height as f64);
        let own = [[0.0, 0.0], [w, 0.0], [w, h], [0.0, h]];
        let place = |p: [f64; 2]| apply(inverse, p);
        expected
            .into_iter()
            .zip(own)
            .map(|(e, o)| {
                let at = place(e);
                (at[0] - o[0]).hypot(at[1] - o[1])
            })
            .fold(0.0, f64::max)
    }
}

/// A disc that was read: its pixel place and its grid place.
struct Reading {
    pixel: [f64; 2],
    grid: [f64; 2],
}

/// Reads back where an RGB picture (a proof, a print, any crop, turned or mirrored) lies in its grid.
/// `None` when fewer than four cells can be read and agree.
pub fn locate(rgb: &[u8], width: usize, height: usize) -> Option<Located> {
    if rgb.len() != width * height * 3 {
        return None;
    }
    let picture = Picture { rgb, width, height };
    let discs = find::discs(picture);
    let step = basis(&discs)?;
    // The four hues can be met in eight ways, as a picture can be turned and mirrored; the right one agrees most.
    let mut best: Option<Located> = None;
    for way in 0..8 {
        let (shape, readings) = read(picture, &discs, step, way);
        if let Some(found) = shape.and_then(|s| fit(s, &readings, width, height))
            && best.as_ref().is_none_or(|b| found.cells > b.cells)
        {
            best = Some(found);
        }
    }
    best
}

/// The vector from a cell to its neighbour, turned into the first quarter.
fn basis(discs: &[Disc]) -> Option<[f64; 2]> {
    let mut steps: Vec<[f64; 2]> = Vec::new();
    for (i, a) in discs.iter().enumerate() {
        let reach = a.radius / f64::from(DISC);
        let near = discs.iter().enumerate().filter(|(j, _)| *j != i).map(|(_, b)| [b.x - a.x, b.y - a.y]);
        for [dx, dy] in near {
            if (dx.hypot(dy) / reach - 1.0).abs() < 0.2 {
                // Fold a quarter turn away, towards the x axis.
                let angle = (dy.atan2(dx) + std::f64::consts::FRAC_PI_4)
                    .rem_euclid(std::f64::consts::FRAC_PI_2)
                    - std::f64::consts::FRAC_PI_4;
                let length = dx.hypot(dy);
                steps.push([length * angle.cos(), length * angle.sin()]);
            }
        }
    }
    let middle = |axis: usize| {
        let mut values: Vec<f64> = steps.iter().map(|s| s[axis]).collect();
        values.sort_by(f64::total_cmp);
        values.get(values.len() / 2).copied()
    };
    Some([middle(0)?, middle(1)?])
}

fn read(
    picture: Picture<'_>,
    discs: &[Disc],
    [ex, ey]: [f64; 2],
    way: usize,
) -> (Option<Shape>, Vec<Reading>) {
    // The cell's own axes in pixels for this way of turning and mirroring.
    let quarter = [[ex, ey], [-ey, ex], [-ex, -ey], [ey, -ex]][way % 4];
    let down = if way < 4 { [-quarter[1], quarter[0]] } else { [quarter[1], -quarter[0]] };
    let mut cells = Vec::new();
    for disc in discs {
        let mut code = [0usize; 4];
        let mut whole = true;
        for (i, (sx, sy)) in [(-1.0, -1.0), (1.0, -1.0), (-1.0, 1.0), (1.0, 1.0)].into_iter().enumerate() {
            let (u, v) = (0.31 * sx, 0.31 * sy);
            let (x, y) = (disc.x + u * quarter[0] + v * down[0], disc.y + u * quarter[1] + v * down[1]);
            let reach = ex.hypot(ey) * 0.06;
            match picture.mean(x, y, reach).and_then(hue_of) {
                Some(hue) => code[i] = hue,
                None => whole = false,
            }
        }
        if let (true, Some(found)) = (whole, cell(code)) {
            cells.push((disc, found));
        }
    }
    let count = |shape: &Shape| cells.iter().filter(|(_, c)| c.0 == *shape).count();
    let shape = super::SHAPES.into_iter().max_by_key(count);
    let readings = cells
        .iter()
        .filter(|(_, c)| Some(c.0) == shape)
        .map(|(d, (s, column, row))| Reading {
            pixel: [d.x, d.y],
            grid: [(*column as f64 + 0.5) / s.columns as f64, (*row as f64 + 0.5) / s.rows as f64],
        })
        .collect();
    (shape, readings)
}

/// An affine fit that most readings agree with: candidates from spread-out triples, then least squares.
fn fit(shape: Shape, readings: &[Reading], width: usize, height: usize) -> Option<Located> {
    let n = readings.len();
    if n < 4 {
        return None;
    }
    let mut best: Vec<usize> = Vec::new();
    let mut chance = crate::chance::Chance::new(11);
    for _ in 0..300 {
        let triple = [chance.index(n), chance.index(n), chance.index(n)];
        let chosen: Vec<&Reading> = triple.iter().map(|i| &readings[*i]).collect();
        let Some(m) = solve(&chosen) else { continue };
        let agree = agreeing(shape, readings, m);
        if agree.len() > best.len() {
            best = agree;
        }
    }
    for _ in 0..3 {
        let m = solve(&best.iter().map(|i| &readings[*i]).collect::<Vec<_>>())?;
        best = agreeing(shape, readings, m);
    }
    if best.len() < 4 {
        return None;
    }
    let chosen: Vec<&Reading> = best.iter().map(|i| &readings[*i]).collect();
    let matrix = solve(&chosen)?;
    let inverse = invert(matrix)?;
    let square: f64 = chosen
        .iter()
        .map(|r| {
            let p = apply(inverse, r.grid);
            (p[0] - r.pixel[0]).powi(2) + (p[1] - r.pixel[1]).powi(2)
        })
        .sum();
    let (w, h) = (width as f64, height as f64);
    Some(Located {
        shape,
        corners: [[0.0, 0.0], [w, 0.0], [w, h], [0.0, h]].map(|p| apply(matrix, p)),
        matrix,
        residual_px: (square / chosen.len() as f64).sqrt(),
        cells: chosen.len(),
    })
}

fn agreeing(shape: Shape, readings: &[Reading], m: [[f64; 3]; 2]) -> Vec<usize> {
    let near = |r: &Reading| {
        let p = apply(m, r.pixel);
        let (dx, dy) = ((p[0] - r.grid[0]) * shape.columns as f64, (p[1] - r.grid[1]) * shape.rows as f64);
        dx.hypot(dy) < 0.1
    };
    (0..readings.len()).filter(|i| near(&readings[*i])).collect()
}

/// Least squares for grid = m · (x, y, 1); `None` when the readings lie on a line.
fn solve(readings: &[&Reading]) -> Option<[[f64; 3]; 2]> {
    let n = readings.len() as f64;
    let mean = |f: &dyn Fn(&Reading) -> f64| readings.iter().map(|r| f(r)).sum::<f64>() / n;
    let (mx, my) = (mean(&|r| r.pixel[0]), mean(&|r| r.pixel[1]));
    let (mut xx, mut xy, mut yy) = (0.0, 0.0, 0.0);
    for r in readings {
        let (dx, dy) = (r.pixel[0] - mx, r.pixel[1] - my);
        xx += dx * dx;
        xy += dx * dy;
        yy += dy * dy;
    }
    let det = xx * yy - xy * xy;
    if det <= 1e-6 * (xx + yy).powi(2) {
        return None;
    }
    let row = |axis: usize| {
        let mg = mean(&|r| r.grid[axis]);
        let (mut gx, mut gy) = (0.0, 0.0);
        for r in readings {
            gx += (r.pixel[0] - mx) * (r.grid[axis] - mg);
            gy += (r.pixel[1] - my) * (r.grid[axis] - mg);
        }
        let (a, b) = ((gx * yy - gy * xy) / det, (gy * xx - gx * xy) / det);
        [a, b, mg - a * mx - b * my]
    };
    Some([row(0), row(1)])
}

fn apply(m: [[f64; 3]; 2], p: [f64; 2]) -> [f64; 2] {
    m.map(|r| r[0] * p[0] + r[1] * p[1] + r[2])
}

fn invert(m: [[f64; 3]; 2]) -> Option<[[f64; 3]; 2]> {
    let [[a, b, c], [d, e, f]] = m;
    let det = a * e - b * d;
    (det.abs() > 1e-18)
        .then(|| [[e / det, -b / det, (b * f - c * e) / det], [-d / det, a / det, (c * d - a * f) / det]])
}
