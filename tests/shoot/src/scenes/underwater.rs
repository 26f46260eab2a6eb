//! Under water: light from above, a shoal, corals.

use std::f32::consts::TAU;

use crate::canvas::Canvas;
use crate::chance::{Chance, fractal};
use crate::colour::{Ramp, Rgb, hex};
use crate::outline;

pub fn paint(canvas: &mut Canvas, chance: &mut Chance, mood: usize) {
    let a = canvas.aspect();
    let seed = chance.bits() as u32;
    let water = if mood.is_multiple_of(2) {
        Ramp::even(&[0xbdf0e6, 0x4fb8c4, 0x1a6f94, 0x0c3a63, 0x071f3f])
    } else {
        Ramp::even(&[0xd6f2f0, 0x6ec0dc, 0x3070b4, 0x25407f, 0x15204f])
    };
    canvas.wash(|x, y| water.at(y * 0.92 + 0.1 * (x / a - 0.45).abs()));
    let mut rays = canvas.layer(4);
    rays.wash(|x, y| {
        let (dx, dy) = (x - a * 0.45, y + 0.55);
        let beam = (fractal(dx.atan2(dy) * 14.0, 0.2, 3, seed) * 1.7).clamp(0.0, 1.0);
        let ripple =
            (1.0 - fractal(x * 7.0, y * 16.0, 4, seed + 2).abs() * 3.5).max(0.0) * (1.0 - y * 4.5).max(0.0);
        hex(0xcffff0) * (beam * 0.34 * (1.0 - y * 0.95).max(0.0) + ripple * 0.4)
    });
    canvas.add(&rays, 1.0);
    canvas.glow(a * 0.45, 0.0, 0.7, hex(0xe8fff4), 0.4);
    for layer in 0..3 {
        let t = layer as f32 / 2.0;
        let tone = water.at(0.62).blend(hex(0x081a30), 0.3 + 0.55 * t);
        let line = move |x: f32| {
            0.8 + 0.07 * t + 0.07 * fractal(x * 2.0, 4.0 * t, 4, seed)
                - 0.09 * (1.0 - t * 0.6) * ((x / a - 0.5) * 2.0).powi(2)
        };
        for _ in 0..(7.0 + 5.0 * t) as usize {
            let x = chance.between(0.0, a);
            let tint = hex(chance.pick(&[0xe8788a, 0xf2a65e, 0xb86ac0, 0xf0cf8a])).mix(tone, 0.75 - 0.45 * t);
            let length = chance.between(0.06, 0.14) * (0.7 + 0.5 * t);
            coral(canvas, chance, (x, line(x) + 0.015), length, -1.57, tint, 4);
        }
        canvas.shade(&outline::ground(a, line), |x, y| {
            (tone * (1.1 + 0.25 * fractal(x * 18.0, y * 24.0, 3, seed) - (y - line(x)) * 1.5), 1.0)
        });
    }
    let hues = [[0xf7a13c, 0xfff2dd], [0xf4d04e, 0x3a4f9a], [0xef6f5e, 0xfbe0c0]];
    let mut far = canvas.layer(2);
    for _ in 0..46 {
        let (x, y) = (a * 0.62 + chance.bell() * 0.24, 0.34 + chance.bell() * 0.1);
        fish(&mut far, (x, y), chance.between(0.012, 0.02), -1.0, hex(0x2c7f9c), hex(0x9fe0e0));
    }
    canvas.over(&far.blur(0.002));
    for i in 0..9 {
        let (x, y) = (a * chance.between(0.1, 0.9), chance.between(0.3, 0.75));
        let [body, stripe] = hues[i % 3].map(hex);
        fish(canvas, (x, y), chance.between(0.03, 0.062), if i % 2 == 0 { 1.0 } else { -1.0 }, body, stripe);
    }
    for _ in 0..70 {
        let column = a * chance.pick(&[0.2, 0.74, 0.5]);
        let (x, y, r) =
            (column + chance.bell() * 0.035, chance.between(0.05, 0.85), chance.between(0.002, 0.009));
        canvas.tint(&outline::ellipse(x, y, r, r), hex(0xdffff6), 0.13);
        canvas.tint(&outline::ring(x, y, r, r, r * 0.16), hex(0xeffffa), 0.55);
        canvas.tint(&outline::ellipse(x - r * 0.35, y - r * 0.4, r * 0.2, r * 0.2), hex(0xffffff), 0.8);
    }
}

fn fish(canvas: &mut Canvas, (x, y): (f32, f32), s: f32, way: f32, body: Rgb, stripe: Rgb) {
    let p = |dx: f32, dy: f32| (x + dx * s * way, y + dy * s);
    canvas.fill(&outline::blob(&[p(-0.85, 0.0), p(-1.5, -0.5), p(-1.35, 0.0), p(-1.5, 0.5)]), body * 0.8);
    canvas.fill(&outline::blob(&[p(-0.45, -0.4), p(-0.1, -0.82), p(0.45, -0.5)]), body * 0.75);
    canvas.fill(&outline::blob(&[p(-0.3, 0.4), p(0.0, 0.75), p(0.3, 0.45)]), body * 0.7);
    let shape = outline::blob(&[
        p(1.1, 0.02),
        p(0.6, -0.43),
        p(-0.1, -0.52),
        p(-0.95, -0.08),
        p(-0.95, 0.08),
        p(-0.1, 0.52),
        p(0.6, 0.42),
    ]);
    canvas.shade(&shape, |px, py| {
        let (u, v) = ((px - x) / s * way, (py - y) / s);
        let bar = [(0.42f32, 0.085f32), (-0.2, 0.1), (-0.72, 0.06)]
            .iter()
            .any(|(c, w)| (u - c + v * v * 0.25).abs() < *w);
        ((if bar { stripe } else { body }) * (1.02 - 0.5 * v), 1.0)
    });
    let eye = p(0.75, -0.1);
    canvas.fill(&outline::ellipse(eye.0, eye.1, s * 0.1, s * 0.1), hex(0xfdf6e8));
    canvas.fill(&outline::ellipse(eye.0, eye.1, s * 0.055, s * 0.055), hex(0x10141f));
}

fn coral(
    canvas: &mut Canvas,
    chance: &mut Chance,
    (x, y): (f32, f32),
    length: f32,
    angle: f32,
    tone: Rgb,
    depth: u32,
) {
    let end = (x + length * 0.5 * angle.cos(), y + length * 0.5 * angle.sin());
    canvas.fill(&outline::stroke(&[(x, y), end], length * 0.09), tone);
    if depth == 0 {
        canvas.fill(&outline::ellipse(end.0, end.1, length * 0.1, length * 0.1), tone * 1.3);
        return;
    }
    for spread in [-0.45, 0.1, 0.55] {
        let turn = (angle + spread + chance.bell() * 0.15) % TAU;
        coral(canvas, chance, end, length * 0.74, turn, tone * 1.04, depth - 1);
    }
}
