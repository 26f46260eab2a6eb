//! What stands on tables: the cake, and a still life.

use crate::canvas::Canvas;
use crate::chance::{Chance, fractal};
use crate::colour::{Ramp, Rgb, hex};
use crate::outline;
use crate::scenes::flowers;

/// A lit wall and a table top with a soft edge between them.
fn room(canvas: &mut Canvas, seed: u32, wall: &Ramp, top: u32, edge: f32) {
    let a = canvas.aspect();
    canvas.wash(|x, y| {
        let window = (((x / a - 0.25) * 1.1).powi(2) + (y - 0.2).powi(2)).sqrt();
        wall.at(window + 0.02 * fractal(x * 5.0, y * 5.0, 4, seed))
    });
    let board = hex(top);
    canvas.shade(&outline::rectangle(-0.1, edge, a + 0.2, 1.0), |x, y| {
        let grain = fractal(x * 3.0, y * 70.0, 4, seed + 2) * 0.07;
        let fall = 1.12 - 0.5 * (x / a) - 0.35 * (y - edge);
        (board * (fall + grain), ((y - edge) / 0.004).min(1.0))
    });
}

/// A round body lit from the left: `profile(t)` is its half width from top (0) to foot (1).
fn turned(
    canvas: &mut Canvas,
    (x, top, foot): (f32, f32, f32),
    profile: impl Fn(f32) -> f32,
    paint: impl Fn(f32, f32) -> Rgb,
) {
    let steps = 60;
    let mut points: Vec<(f32, f32)> = Vec::new();
    for i in 0..=steps {
        let t = i as f32 / steps as f32;
        points.push((x + profile(t), top + (foot - top) * t));
    }
    let r = profile(1.0);
    for i in 1..16 {
        let angle = std::f32::consts::PI * i as f32 / 16.0;
        points.push((x + r * angle.cos(), foot + r * 0.16 * angle.sin()));
    }
    for i in (0..=steps).rev() {
        let t = i as f32 / steps as f32;
        points.push((x - profile(t), top + (foot - top) * t));
    }
    canvas.shade(&outline::polygon(&points), |px, py| {
        let t = ((py - top) / (foot - top)).clamp(0.0, 1.0);
        let u = ((px - x) / profile(t).max(0.002)).clamp(-1.0, 1.0);
        let light =
            (1.0 - 0.5 * (u + 0.42).abs().powf(1.4)) * 1.05 - if u > 0.3 { (u - 0.3) * 0.3 } else { 0.0 };
        let edge = if u > 0.86 { (u - 0.86) * 0.9 } else { 0.0 };
        (paint(u, t) * (light + edge).max(0.1), 1.0)
    });
}

pub fn cake(canvas: &mut Canvas, chance: &mut Chance, mood: usize) {
    let a = canvas.aspect();
    let seed = chance.bits() as u32;
    let wall = if mood.is_multiple_of(2) {
        Ramp::even(&[0xf3e7dc, 0xd9bfb0, 0xa27c74, 0x5f4650])
    } else {
        Ramp::even(&[0xdfe7e4, 0xa9bfba, 0x66827f, 0x33494c])
    };
    room(canvas, seed, &wall, if mood.is_multiple_of(2) { 0xd9c1a8 } else { 0x9a7f68 }, 0.8);
    let mut bokeh = canvas.layer(3);
    for _ in 0..34 {
        let (x, y, r) = (chance.between(0.0, a), chance.between(0.05, 0.62), chance.between(0.014, 0.036));
        bokeh.tint(&outline::ellipse(x, y, r, r), hex(0xffe2b0), chance.between(0.1, 0.4));
    }
    canvas.over(&bokeh.blur(0.004));
    let x = a * 0.5;
    canvas.shadow(x + 0.1, 0.895, 0.36, 0.06, 0.7);
    turned(
        canvas,
        (x, 0.79, 0.885),
        |t| if t < 0.8 { 0.035 } else { 0.035 + (t - 0.8) * 0.6 },
        |_, _| hex(0xc9a65a),
    );
    canvas.shade(&outline::ellipse(x, 0.79, 0.26, 0.038), |px, _| {
        (hex(0xe8cf8e) * (1.05 - (px - x + 0.1).abs() * 2.2), 1.0)
    });
    let icing = hex(if mood.is_multiple_of(2) { 0xfaf1e8 } else { 0xf6ebe4 });
    let ribbon = hex(if mood.is_multiple_of(2) { 0xd99a94 } else { 0x8fb0a4 });
    for (top, foot, r) in [(0.585, 0.785, 0.205), (0.415, 0.6, 0.147), (0.275, 0.43, 0.096)] {
        canvas.shadow(x + 0.03, foot + 0.01, r * 1.25, r * 0.28, 0.4);
        turned(
            canvas,
            (x, top, foot),
            |_| r,
            |u, t| {
                let flute = 1.0 + 0.025 * (u.asin() * 26.0).sin();
                if t > 0.84 { ribbon * (1.0 + 0.03 * (t * 90.0).sin()) } else { icing * flute }
            },
        );
        canvas.shade(&outline::ellipse(x, top, r, r * 0.16), |px, py| {
            (icing * (1.08 - (px - x + r * 0.4).abs() * 0.9 - (py - top) * 2.0), 1.0)
        });
        for i in 0..(r * 150.0) as usize {
            let u = -1.0 + 2.0 * (i as f32 + 0.5) / (r * 150.0);
            let (px, py) = (x + r * u, foot + r * 0.16 * (1.0 - u * u).sqrt());
            canvas.shade(&outline::ellipse(px, py - 0.004, 0.0072, 0.0072), |qx, qy| {
                (icing * (1.05 - ((qx - px + 0.003).hypot(qy - py + 0.007)) * 45.0) * (0.95 - 0.25 * u), 1.0)
            });
        }
    }
    let tones = if mood.is_multiple_of(2) {
        [0xf0b8b0, 0xd97f86, 0xfbeadf, 0xf3c9a4]
    } else {
        [0xfdf4e6, 0xe9b98f, 0xc96f5f, 0xf2d6c0]
    };
    for &(dx, y, r) in &[
        (0.0, 0.235, 0.05),
        (-0.07, 0.262, 0.035),
        (0.068, 0.258, 0.037),
        (0.11, 0.4, 0.036),
        (0.15, 0.425, 0.028),
        (-0.16, 0.578, 0.042),
        (-0.115, 0.592, 0.033),
        (-0.2, 0.6, 0.026),
        (0.185, 0.79, 0.04),
        (0.235, 0.795, 0.03),
    ] {
        for k in 0..5 {
            let angle = k as f32 * 1.3 + chance.bell() * 0.3;
            canvas.fill(
                &outline::petal(x + dx, y, r * 1.8, r * 0.65, angle),
                hex(0x6f8a68) * chance.between(0.7, 1.15),
            );
        }
        canvas.shadow(x + dx, y, r * 1.1, r * 1.1, 0.3);
        let tone = hex(chance.pick(&tones));
        flowers::rose(canvas, chance, x + dx, y, r, tone);
    }
}

pub fn still_life(canvas: &mut Canvas, chance: &mut Chance, mood: usize) {
    let a = canvas.aspect();
    let seed = chance.bits() as u32;
    let wall = if mood.is_multiple_of(2) {
        Ramp::even(&[0xd8cdbb, 0xa99a86, 0x5f564f, 0x2c2a2c])
    } else {
        Ramp::even(&[0xc8d0d0, 0x7f9298, 0x43565f, 0x1f2a33])
    };
    room(canvas, seed, &wall, 0xa9764d, 0.71);
    let c = a * 0.5;
    canvas.shadow(c + 0.06, 0.79, 0.22, 0.05, 0.75);
    for i in 0..15 {
        let angle = -1.57 + (i as f32 - 7.0) * 0.15 + chance.bell() * 0.04;
        let length = chance.between(0.2, 0.36);
        let (sx, sy) = (c - 0.1, 0.42);
        let tip = (sx + length * angle.cos(), sy + length * angle.sin());
        canvas.fill(
            &outline::stroke(&[(sx, sy), (sx + (tip.0 - sx) * 0.5, sy + (tip.1 - sy) * 0.6), tip], 0.003),
            hex(0x55683f),
        );
        for k in 1..9 {
            let t = 0.25 + k as f32 * 0.09;
            let at = (sx + (tip.0 - sx) * t, sy + (tip.1 - sy) * t);
            for side in [-0.9, 0.9] {
                canvas.fill(
                    &outline::petal(at.0, at.1, 0.045, 0.026, angle + side),
                    hex(0x7d9467) * chance.between(0.55, 1.2),
                );
            }
        }
    }
    let vase = |t: f32| {
        0.045
            + 0.075 * (t * 2.6).sin().max(0.0).powf(0.9) * (0.35 + 0.65 * t)
            + if t < 0.06 { 0.012 } else { 0.0 }
    };
    turned(canvas, (c - 0.1, 0.41, 0.77), vase, |u, t| {
        hex(if mood.is_multiple_of(2) { 0xe7ddcc } else { 0x4f7f9a })
            * (1.0 + 0.06 * fractal(u * 3.0, t * 9.0, 4, seed))
    });
    for (dx, y, r, tone) in [
        (0.13, 0.765, 0.075, 0xe88a2c),
        (0.27, 0.79, 0.068, 0xd9512f),
        (0.2, 0.83, 0.062, 0xf0a63a),
        (-0.29, 0.81, 0.06, 0xc23b36),
        (0.0, 0.855, 0.05, 0x8a3550),
    ] {
        let (x, y) = (c + dx * a.clamp(0.75, 1.1), y);
        canvas.shadow(x + r * 0.5, y + r * 0.85, r * 1.7, r * 0.55, 0.75);
        let skin = hex(tone);
        canvas.shade(&outline::ellipse(x, y, r, r * 0.96), |px, py| {
            let (u, v) = ((px - x) / r, (py - y) / r);
            let z = (1.0 - u * u - v * v).max(0.0).sqrt();
            let light =
                (0.1 + 0.95 * (-0.55 * u - 0.5 * v + 0.66 * z).max(0.0)).max(0.12 + 0.14 * v.max(0.0));
            let pores = 1.0 + 0.05 * fractal(px * 130.0, py * 130.0, 2, seed);
            let shine = (-(((u + 0.38) / 0.16).powi(2) + ((v + 0.4) / 0.13).powi(2))).exp() * 0.35;
            (skin * (light * pores) + hex(0xfff2dc) * shine, 1.0)
        });
        canvas.fill(
            &outline::stroke(&[(x, y - r * 0.85), (x + r * 0.06, y - r * 1.08)], r * 0.07),
            hex(0x4a3a22),
        );
        canvas.fill(&outline::petal(x + r * 0.04, y - r, r * 0.7, r * 0.34, -0.4), hex(0x5f7f42));
    }
    canvas.glow(a * 0.15, 0.1, 0.7, hex(0xfff0d0), 0.12);
}
