//! Balloons: with baskets over a valley, and on strings at a party.

use crate::canvas::Canvas;
use crate::chance::{Chance, fractal};
use crate::colour::{Ramp, Rgb, hex};
use crate::outline;

const SCHEMES: [[u32; 3]; 6] = [
    [0xe0533d, 0xf7e3c0, 0xf2a541],
    [0x2f6f8f, 0xf3e9d2, 0xe58a57],
    [0x7a3b69, 0xf4c6b0, 0xe7737f],
    [0x2a8f86, 0xf6dfa4, 0xd7553f],
    [0xf2b134, 0xfaf0dc, 0xc7402d],
    [0x4a5aa8, 0xf0d9e4, 0xf08a7a],
];

pub fn in_the_air(canvas: &mut Canvas, chance: &mut Chance, mood: usize) {
    let a = canvas.aspect();
    let seed = chance.bits() as u32;
    let sky = if mood.is_multiple_of(2) {
        Ramp::even(&[0x5d9fc9, 0x9cc9dc, 0xf5dcc0, 0xfbc690])
    } else {
        Ramp::even(&[0x4a4a8a, 0x9a79b0, 0xf0a3a0, 0xfed6a2])
    };
    let sun = sky.at(1.0);
    canvas.wash(|_, y| sky.at(y / 0.75));
    let mut clouds = canvas.layer(3);
    clouds.veil(|x, y| {
        (sun.mix(hex(0xffffff), 0.5), (fractal(x * 1.5, y * 5.0, 5, seed) * 1.6).max(0.0) * 0.6 * (1.0 - y))
    });
    canvas.over(&clouds);
    canvas.glow(a * 0.8, 0.62, 0.7, sun, 0.4);
    let mut back = canvas.layer(2);
    for i in 0..7 {
        let r = chance.between(0.018, 0.045);
        envelope(
            &mut back,
            (a * (0.08 + 0.14 * i as f32) + chance.bell() * 0.04, chance.between(0.15, 0.58)),
            r,
            SCHEMES[i % 6],
            sun,
            0.45,
        );
    }
    canvas.over(&back.blur(0.0012));
    for i in 0..5 {
        let t = i as f32 / 4.0;
        let line = move |x: f32| {
            let spires =
                (fractal(x * (5.0 + 3.0 * t), 3.0 * t, 3, seed + 4)).max(0.0).powf(1.5) * 0.12 * (1.0 - t);
            0.66 + 0.24 * t + 0.05 * fractal(x * 1.6, 5.0 * t, 3, seed) - spires
        };
        let tone = sun.blend(hex(0x5c3a4a), 0.25 + 0.7 * t);
        canvas.shade(&outline::ground(a, line), |x, y| {
            let d = ((y - line(x)) / 0.16).clamp(0.0, 1.0);
            let rough = 1.0 + 0.1 * fractal(x * 20.0, y * 30.0, 3, seed);
            (tone.mix(sun, d * 0.6 * (1.0 - t)) * rough, 1.0)
        });
    }
    let spots: [(f32, f32, f32); 3] = if a > 1.0 {
        [(0.3, 0.38, 0.19), (0.66, 0.26, 0.11), (0.85, 0.52, 0.08)]
    } else {
        [(0.42, 0.36, 0.17), (0.8, 0.2, 0.075), (0.16, 0.63, 0.06)]
    };
    for (i, (x, y, r)) in spots.into_iter().enumerate() {
        envelope(canvas, (a * x, y), r, SCHEMES[(i + mood * 2) % 6], sun, 0.0);
    }
}

fn envelope(canvas: &mut Canvas, (x, y): (f32, f32), r: f32, scheme: [u32; 3], air: Rgb, haze: f32) {
    let shape = outline::blob(&[
        (x, y - r),
        (x + r * 0.72, y - r * 0.72),
        (x + r, y - r * 0.02),
        (x + r * 0.68, y + r * 0.68),
        (x + r * 0.2, y + r * 1.22),
        (x - r * 0.2, y + r * 1.22),
        (x - r * 0.68, y + r * 0.68),
        (x - r, y - r * 0.02),
        (x - r * 0.72, y - r * 0.72),
    ]);
    let colours = scheme.map(hex);
    canvas.shade(&shape, |px, py| {
        let v = (py - y) / r;
        let width =
            (1.0 - (v * 0.8).powi(2)).max(0.02).sqrt() * if v > 0.3 { 1.0 - (v - 0.3) * 0.55 } else { 1.0 };
        let u = ((px - x) / r / width).clamp(-1.0, 1.0);
        let gore = ((u.asin() / std::f32::consts::PI + 0.5) * 12.0).max(0.0);
        let mut c = colours[[0, 1, 0, 2][gore as usize % 4]];
        if (0.28..0.44).contains(&v) {
            c = colours[1];
        } else if (-0.3..-0.22).contains(&v) {
            c = colours[2];
        }
        let seam =
            1.0 - 0.18 * (1.0 - ((gore.fract() - 0.5).abs() * 2.0).powi(6) * 1.0 - 0.0).mul_add(-1.0, 1.0);
        let light = (0.72 + 0.42 * (u * 0.75 - v * 0.35)).clamp(0.3, 1.15);
        let rim = (u.abs().powi(5)) * 0.12;
        ((c * (light * seam) + air * rim).mix(air, haze), 1.0)
    });
    let (bx, by, b) = (x, y + r * 1.58, r * 0.14);
    let rope = hex(0x3a2a26).mix(air, haze);
    for side in [-1.0f32, -0.35, 0.35, 1.0] {
        canvas.tint(
            &outline::stroke(&[(x + side * r * 0.2, y + r * 1.21), (bx + side * b, by)], r * 0.012),
            rope,
            0.9,
        );
    }
    canvas.glow(x, y + r * 1.3, r * 0.2, hex(0xffb84a), 0.9 * (1.0 - haze));
    canvas.shade(&outline::rounded(bx - b, by, b * 2.0, b * 1.3, b * 0.3), |px, py| {
        let weave = 0.85 + 0.15 * ((px * 60.0 / r).sin() * (py * 60.0 / r).sin());
        ((hex(0x8a5a36) * weave * (0.75 + 0.4 * (px - bx) / b)).mix(air, haze), 1.0)
    });
}

pub fn at_the_party(canvas: &mut Canvas, chance: &mut Chance, mood: usize) {
    let a = canvas.aspect();
    let seed = chance.bits() as u32;
    let wall = if mood.is_multiple_of(2) {
        Ramp::even(&[0xf7ead9, 0xf3d3c2, 0xe6b0a6])
    } else {
        Ramp::even(&[0xdce9ec, 0xb7d0d8, 0x8fb0c0])
    };
    canvas.wash(|x, y| {
        wall.at(y * 0.75 + (x / a - 0.35).abs() * 0.35) * (1.0 + 0.015 * fractal(x * 4.0, y * 4.0, 4, seed))
    });
    canvas.glow(a * 0.3, 0.15, 0.9, hex(0xfff4e0), 0.25);
    let tones = if mood.is_multiple_of(2) {
        [0xd96a6a, 0xf0b7a4, 0xf3d9a8, 0xb55a72, 0xe8956b, 0xfaf1e6]
    } else {
        [0x2f6d8c, 0xf4c95d, 0xe9724c, 0x7fb8ad, 0xfaf3e3, 0x4b4e86]
    };
    for (row, blur) in [(0, 0.012), (1, 0.0), (2, 0.0)] {
        let mut layer = canvas.layer(if row == 0 { 3 } else { 1 });
        for i in 0..7 {
            let x = a * (i as f32 + 0.5 + chance.bell() * 0.25) / 7.0;
            let y = 0.2 + 0.13 * row as f32 + chance.bell() * 0.1;
            let r = chance.between(0.075, 0.1) * (0.7 + 0.22 * row as f32) * (0.7 + 0.2 * a);
            let tone = hex(chance.pick(&tones));
            balloon(&mut layer, chance, x, y, r, tone);
        }
        canvas.over(&layer.blur(blur));
    }
}

fn balloon(canvas: &mut Canvas, chance: &mut Chance, x: f32, y: f32, r: f32, c: Rgb) {
    let drift = chance.bell() * 0.02;
    let string =
        [(x, y + r * 1.22), (x + drift, y + r * 2.0), (x - drift, y + r * 3.2), (x + drift * 2.0, 1.05)];
    canvas.tint(&outline::stroke(&string, 0.0016), c * 0.6, 0.7);
    canvas.fill(
        &outline::polygon(&[(x, y + r * 1.14), (x - r * 0.1, y + r * 1.3), (x + r * 0.1, y + r * 1.3)]),
        c * 0.65,
    );
    let shape = outline::blob(&[
        (x, y - r * 1.02),
        (x + r * 0.7, y - r * 0.73),
        (x + r * 0.97, y),
        (x + r * 0.66, y + r * 0.74),
        (x, y + r * 1.2),
        (x - r * 0.66, y + r * 0.74),
        (x - r * 0.97, y),
        (x - r * 0.7, y - r * 0.73),
    ]);
    canvas.shade(&shape, |px, py| {
        let (u, v) = ((px - x) / r, (py - y) / r / 1.1);
        let d = (u * u + v * v).min(1.0);
        let light = 0.95 - 0.35 * (u * 0.6 + v * 0.7) - 0.25 * d * d;
        let spot = (-(((u + 0.36) / 0.2).powi(2) + ((v + 0.42) / 0.26).powi(2))).exp() * 0.65;
        let bounce = (-(((u - 0.5) / 0.3).powi(2) + ((v - 0.6) / 0.3).powi(2))).exp() * 0.12;
        (c * light + hex(0xffffff) * (spot + bounce), 0.96)
    });
}
