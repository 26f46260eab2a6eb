//! Confetti in the light, and fireworks over water.

use std::f32::consts::TAU;

use crate::canvas::Canvas;
use crate::chance::{Chance, fractal};
use crate::colour::{Ramp, hex};
use crate::figures;
use crate::outline;

pub fn confetti(canvas: &mut Canvas, chance: &mut Chance, mood: usize) {
    let a = canvas.aspect();
    let seed = chance.bits() as u32;
    let back = if mood.is_multiple_of(2) {
        Ramp::even(&[0xfdf0da, 0xf7cfae, 0xdb8f86, 0x8a5275])
    } else {
        Ramp::even(&[0xeaf4f2, 0xb4d8d8, 0x5fa0b0, 0x2d5676])
    };
    canvas.wash(|x, y| {
        let d = ((x - a * 0.5).powi(2) + (y + 0.1).powi(2)).sqrt();
        let beam = fractal((x - a * 0.5).atan2(y + 0.35) * 9.0, 1.0, 3, seed) * 0.06;
        back.at(d * 0.8 + beam)
    });
    let ink = if mood.is_multiple_of(2) { hex(0x3d2240) } else { hex(0x12304a) };
    figures::silhouette(canvas, &figures::couple(a * 0.5, 0.98, 0.52), ink, hex(0xfde2bb), 1.0);
    let tones = if mood.is_multiple_of(2) {
        [0xe0574f, 0xf4b942, 0xfff6e6, 0x4f9d9a, 0xf08fa0, 0x7a5aa0]
    } else {
        [0xf7f3e8, 0xf4c95d, 0xe9724c, 0x2f6d8c, 0xf2a5a5, 0x8ed0c0]
    };
    for (count, size, blur) in [(420, 0.0055, 0.0), (130, 0.011, 0.002), (34, 0.026, 0.016)] {
        let mut layer = canvas.layer(if blur > 0.01 { 4 } else { 1 });
        for _ in 0..count {
            let (x, y) = (chance.between(0.0, a), chance.between(-0.02, 1.0));
            let middle = ((x - a * 0.5) / 0.2).abs() < 1.0 && y > 0.46;
            if middle && chance.unit() < 0.8 {
                continue;
            }
            let (turn, tilt) = (chance.between(0.0, TAU), chance.between(0.25, 1.0));
            let s = size * chance.between(0.7, 1.3);
            let tone = hex(chance.pick(&tones)) * (0.7 + 0.4 * tilt);
            let flake = if chance.unit() < 0.55 {
                outline::rounded(x - s, y - s * tilt * 0.6, 2.0 * s, s * tilt * 1.2, s * 0.15)
            } else {
                outline::ellipse(x, y, s, s * tilt)
            };
            layer.tint(&outline::turned(flake, turn, x, y), tone, 0.95);
        }
        canvas.over(&layer.blur(blur));
    }
    canvas.glow(a * 0.5, 0.0, 0.8, hex(0xfff2d6), 0.25);
}

pub fn fireworks(canvas: &mut Canvas, chance: &mut Chance, mood: usize) {
    let a = canvas.aspect();
    let seed = chance.bits() as u32;
    let sky = Ramp::even(&[0x070a1c, 0x10163a, 0x2a2556, 0x553a66]);
    canvas.wash(|_, y| sky.at(y / 0.78));
    let mut smoke = canvas.layer(3);
    smoke.veil(|x, y| (hex(0x7a5f80), (fractal(x * 2.5, y * 3.0, 5, seed) * 0.6).max(0.0) * (1.0 - y)));
    canvas.over(&smoke);
    let tones = [0xffd27a, 0xff8fa0, 0x9fd0ff, 0xffe9c0, 0xc79aff, 0x8ff0c0];
    let mut lit = canvas.layer(1);
    lit.wash(|_, _| hex(0));
    let bursts =
        [(0.32, 0.28, 0.23), (0.68, 0.22, 0.19), (0.52, 0.46, 0.14), (0.14, 0.5, 0.1), (0.87, 0.47, 0.11)];
    for (i, (bx, by, r)) in bursts.into_iter().enumerate() {
        let (x, y) = (a * bx, by);
        let tone = hex(tones[(i + mood) % tones.len()]);
        let spokes = 70;
        for k in 0..spokes {
            let angle = TAU * k as f32 / spokes as f32 + chance.bell() * 0.05;
            let length = r * chance.between(0.72, 1.0) * if k % 3 == 0 { 0.62 } else { 1.0 };
            let end = |t: f32| {
                (x + length * t * angle.cos(), y + length * t * angle.sin() + 0.09 * r * t * t * 2.0)
            };
            for step in 0..10 {
                let t = 0.18 + 0.082 * step as f32;
                let piece = outline::stroke(&[end(t), end(t + 0.045), end(t + 0.09)], 0.0012 + 0.0014 * t);
                let fade = tone.mix(hex(0xfff6e6), (1.0 - t) * 0.5);
                lit.tint(&piece, fade * (0.35 + 0.9 * t), 0.9);
            }
            let (ex, ey) = end(1.0);
            lit.glow(ex, ey, 0.011, tone, 1.1);
        }
        lit.glow(x, y, r * 1.5, tone, 0.16);
    }
    canvas.add(&lit, 1.0);
    let mut halo = canvas.layer(4);
    halo.wash(|_, _| hex(0));
    halo.add(&lit, 1.0);
    let halo = halo.blur(0.02);
    canvas.add(&halo, 0.8);
    let quay = 0.8;
    let light = halo.blur(0.03);
    canvas.shade(&outline::rectangle(-0.1, quay, a + 0.2, 0.3), |x, y| {
        let d = y - quay;
        let wave = fractal(x * 7.0, (d + 0.01).ln() * 16.0, 3, seed + 2);
        let seen = light.peek(x + wave * 0.02, (quay - d * 3.2 + wave * 0.06).clamp(0.0, quay));
        (hex(0x0a0d22) + seen * (0.9 + 1.2 * wave.max(0.0)), 1.0)
    });
    let hill = move |x: f32| {
        0.79 - 0.05 * (1.0 - (x / a - 0.2).abs() * 2.0).max(0.0) + 0.012 * fractal(x * 9.0, 0.0, 4, seed)
    };
    let shore = outline::ground(a, hill);
    canvas.shade(&shore, |_, y| (hex(0x05060f), if y < quay { 1.0 } else { 0.0 }));
    for _ in 0..60 {
        let x = chance.between(0.0, a);
        canvas.glow(x, quay - chance.between(0.002, 0.02), 0.007, hex(0xffc98a), 0.9);
    }
    canvas.fill(&outline::ground(a, |x| 0.955 + 0.008 * (x * 3.0).sin()), hex(0x04050c));
    figures::silhouette(canvas, &figures::couple(a * 0.5, 0.97, 0.25), hex(0x04050c), hex(0x8a6a80), 1.0);
    for (dx, h, facing) in [(-0.32, 0.15, 1.0), (-0.24, 0.17, -1.0), (0.3, 0.16, -1.0)] {
        figures::silhouette(
            canvas,
            &figures::child(figures::Stance::new(a * 0.5 + dx, 0.975, h, facing), h > 0.16),
            hex(0x04050c),
            hex(0x8a6a80),
            -dx.signum(),
        );
    }
}
