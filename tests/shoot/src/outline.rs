//! Outlines in picture units: the few shapes every scene is cut from.

use tiny_skia::{LineCap, LineJoin, Path, PathBuilder, Rect, Stroke, Transform};

/// An outline that draws nothing; stands in where numbers leave no shape.
fn nothing() -> Path {
    let mut p = PathBuilder::new();
    p.move_to(-9.0, -9.0);
    p.line_to(-9.0, -8.99);
    p.line_to(-8.99, -9.0);
    p.close();
    p.finish().unwrap_or_else(|| PathBuilder::from_rect(unit_rect()))
}

fn unit_rect() -> Rect {
    Rect::from_xywh(-9.0, -9.0, 0.01, 0.01).unwrap_or_else(|| unreachable!("a constant, valid rectangle"))
}

pub fn ellipse(cx: f32, cy: f32, rx: f32, ry: f32) -> Path {
    Rect::from_xywh(cx - rx, cy - ry, 2.0 * rx, 2.0 * ry)
        .and_then(PathBuilder::from_oval)
        .unwrap_or_else(nothing)
}

pub fn rectangle(x: f32, y: f32, w: f32, h: f32) -> Path {
    Rect::from_xywh(x, y, w, h).map(PathBuilder::from_rect).unwrap_or_else(nothing)
}

pub fn rounded(x: f32, y: f32, w: f32, h: f32, r: f32) -> Path {
    let mut p = PathBuilder::new();
    p.move_to(x + r, y);
    p.line_to(x + w - r, y);
    p.quad_to(x + w, y, x + w, y + r);
    p.line_to(x + w, y + h - r);
    p.quad_to(x + w, y + h, x + w - r, y + h);
    p.line_to(x + r, y + h);
    p.quad_to(x, y + h, x, y + h - r);
    p.line_to(x, y + r);
    p.quad_to(x, y, x + r, y);
    p.close();
    p.finish().unwrap_or_else(nothing)
}

pub fn polygon(points: &[(f32, f32)]) -> Path {
    let mut p = PathBuilder::new();
    for (i, &(x, y)) in points.iter().enumerate() {
        if i == 0 { p.move_to(x, y) } else { p.line_to(x, y) }
    }
    p.close();
    p.finish().unwrap_or_else(nothing)
}

/// A closed soft curve through the points.
pub fn blob(points: &[(f32, f32)]) -> Path {
    curve(points, true)
}

fn curve(points: &[(f32, f32)], closed: bool) -> Path {
    let n = points.len() as isize;
    let at = |i: isize| {
        let i = if closed { i.rem_euclid(n) } else { i.clamp(0, n - 1) };
        points[i as usize]
    };
    let mut p = PathBuilder::new();
    p.move_to(at(0).0, at(0).1);
    for i in 0..(if closed { n } else { n - 1 }) {
        let (a, b, c, d) = (at(i - 1), at(i), at(i + 1), at(i + 2));
        p.cubic_to(
            b.0 + (c.0 - a.0) / 6.0,
            b.1 + (c.1 - a.1) / 6.0,
            c.0 - (d.0 - b.0) / 6.0,
            c.1 - (d.1 - b.1) / 6.0,
            c.0,
            c.1,
        );
    }
    if closed {
        p.close();
    }
    p.finish().unwrap_or_else(nothing)
}

/// A soft line through the points, as an outline of the given thickness.
pub fn stroke(points: &[(f32, f32)], thickness: f32) -> Path {
    thicken(&curve(points, false), thickness)
}

pub fn ring(cx: f32, cy: f32, rx: f32, ry: f32, thickness: f32) -> Path {
    thicken(&ellipse(cx, cy, rx, ry), thickness)
}

fn thicken(path: &Path, thickness: f32) -> Path {
    let style = Stroke {
        width: thickness,
        line_cap: LineCap::Round,
        line_join: LineJoin::Round,
        ..Stroke::default()
    };
    // The resolution says how many pixels a unit is, so that curves stay round.
    path.stroke(&style, 3000.0).unwrap_or_else(nothing)
}

/// Everything below the line `height(x)`, down to the bottom edge.
pub fn ground(aspect: f32, height: impl Fn(f32) -> f32) -> Path {
    let steps = 700;
    let mut points = vec![(-0.01, 1.01)];
    points.extend((0..=steps).map(|i| {
        let x = -0.01 + (aspect + 0.02) * i as f32 / steps as f32;
        (x, height(x))
    }));
    points.push((aspect + 0.01, 1.01));
    polygon(&points)
}

/// A petal or leaf from (x, y), pointing along `angle` (0 = right, clockwise).
pub fn petal(x: f32, y: f32, length: f32, width: f32, angle: f32) -> Path {
    let mut p = PathBuilder::new();
    p.move_to(0.0, 0.0);
    p.cubic_to(length * 0.25, -width * 0.75, length * 0.8, -width * 0.7, length, 0.0);
    p.cubic_to(length * 0.8, width * 0.7, length * 0.25, width * 0.75, 0.0, 0.0);
    p.close();
    let turned = Transform::from_rotate(angle.to_degrees()).post_translate(x, y);
    p.finish().and_then(|p| p.transform(turned)).unwrap_or_else(nothing)
}

/// Turns an outline by `angle` radians about (x, y).
pub fn turned(path: Path, angle: f32, x: f32, y: f32) -> Path {
    path.transform(Transform::from_rotate_at(angle.to_degrees(), x, y)).unwrap_or_else(nothing)
}

pub fn moved(path: &Path, dx: f32, dy: f32) -> Path {
    path.clone().transform(Transform::from_translate(dx, dy)).unwrap_or_else(nothing)
}
