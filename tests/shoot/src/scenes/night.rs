//! A night sky: stars and aurora, or the Milky Way, over firs.

use crate::canvas::Canvas;
use crate::chance::{Chance, fractal};
use crate::colour::{Ramp, hex};
use crate::figures::{self, Stance};
use crate::outline;

pub fn paint(canvas: &mut Canvas, chance: &mut Chance, mood: usize) {
    let a = canvas.aspect();
    let seed = chance.bits() as u32;
    let aurora = mood.is_multiple_of(2);
    let sky = if aurora {
        Ramp::even(&[0x070c1f, 0x0d1b36, 0x143049, 0x2a5560])
    } else {
        Ramp::even(&[0x090c22, 0x161a42, 0x3a2f63, 0x9a5a72])
    };
    canvas.wash(|_, y| sky.at(y / 0.8));
    let mut soft = canvas.layer(4);
    soft.wash(|_, _| hex(0));
    if aurora {
        curtains(&mut soft, seed);
    } else {
        let (warm, cool) = (hex(0xc9a3c4), hex(0x6f86d6));
        soft.veil(|x, y| {
            let across = (x / a - 0.62) * 0.9 + (y - 0.4) * 0.62;
            let cloud = fractal(x * 4.0, y * 4.0, 5, seed) * 0.5 + 0.5;
            let lane = (fractal(x * 6.0 + 9.0, y * 6.0, 4, seed + 3) - 0.05).max(0.0) * 1.3;
            let band = (-(across / 0.16).powi(2)).exp() * cloud;
            (warm.mix(cool, cloud) * ((band - lane * band).max(0.0) * 0.55), 1.0)
        });
    }
    canvas.add(&soft, 1.0);
    for _ in 0..(1500.0 * a) as usize {
        let (x, y) = (chance.between(0.0, a), chance.between(0.0, 0.82));
        let near_band = !aurora && ((x / a - 0.62) * 0.9 + (y - 0.4) * 0.62).abs() < 0.15;
        if !near_band && chance.unit() < 0.35 {
            continue;
        }
        let bright = chance.unit().powi(7);
        let tone = hex(chance.pick(&[0xffffff, 0xcfe0ff, 0xffe9cf, 0xdfe8ff]));
        let size = 0.0007 + 0.0011 * bright;
        canvas.tint(
            &outline::ellipse(x, y, size, size),
            tone,
            (0.25 + 0.75 * bright + chance.between(0.0, 0.3)).min(1.0),
        );
        if bright > 0.6 {
            canvas.glow(x, y, 0.016, tone, 0.35 * bright);
        }
    }
    let horizon = if aurora { hex(0x2a5c5c) } else { hex(0x8a5068) };
    for (i, shade) in [0.5f32, 0.28, 0.12].into_iter().enumerate() {
        let k = i as f32;
        let line = move |x: f32| {
            0.74 + 0.07 * k + 0.07 * fractal(x * (1.3 + 0.5 * k) + 6.0 * k, 2.0, 4, seed)
                - 0.02 * (x - a * 0.5).abs()
        };
        let colour = hex(0x0a1020).mix(horizon, shade);
        canvas.shade(&outline::ground(a, line), |x, y| {
            (colour.mix(horizon * 0.7, shade * ((y - line(x)) / 0.2).clamp(0.0, 0.6)), 1.0)
        });
        if i > 0 {
            let mut x = -0.02;
            while x < a + 0.02 {
                let h = (0.04 + 0.075 * k) * chance.between(0.5, 1.2);
                let clear = i == 2 && ((x - a * 0.5) / 0.3).abs() < 1.0;
                if !clear && fractal(x * 2.0, 4.0 + k, 2, seed) > -0.22 {
                    canvas.fill(&figures::fir(Stance::new(x, line(x) + 0.01, h, 1.0), chance.bell()), colour);
                }
                x += chance.between(0.008, 0.028);
            }
        }
        if i == 2 {
            if aurora {
                tent(canvas, a * 0.5, line(a * 0.5) + 0.02)
            } else {
                pair(canvas, a * 0.5, line(a * 0.5) + 0.015)
            }
        }
    }
}

fn curtains(soft: &mut Canvas, seed: u32) {
    let a = soft.aspect();
    let (low, high) = (hex(0x3df2a0), hex(0x8a4fd8));
    for band in 0..3 {
        let b = band as f32;
        soft.veil(|x, y| {
            let foot = 0.47 - 0.1 * b
                + 0.13 * (x * 1.9 / a + b * 1.7).sin()
                + 0.09 * fractal(x * 1.8, b * 3.0, 3, seed);
            let folds = 0.55 + 0.45 * fractal(x * 9.0 + 0.6 * fractal(x * 3.0, y, 2, seed), b, 3, seed + 2);
            let up = foot - y;
            let glow =
                if up > 0.0 { (-up / (0.13 + 0.08 * folds)).exp() } else { (-(up / 0.018).powi(2)).exp() };
            let strength = (glow * folds * (0.62 - 0.14 * b)).clamp(0.0, 1.0);
            (low.mix(high, (up / 0.32).clamp(0.0, 1.0)), strength * 0.85)
        });
    }
}

fn tent(canvas: &mut Canvas, x: f32, y: f32) {
    canvas.glow(x, y - 0.03, 0.24, hex(0xff9d4a), 0.28);
    let left = outline::blob(&[
        (x, y - 0.12),
        (x - 0.06, y - 0.05),
        (x - 0.12, y),
        (x - 0.05, y + 0.004),
        (x + 0.02, y),
    ]);
    canvas.shade(&left, |px, py| {
        let d = ((px - x + 0.03).powi(2) + (py - y + 0.03).powi(2)).sqrt();
        (hex(0xffc46b).mix(hex(0xb8481f), d * 9.0) * 1.1, 1.0)
    });
    let right = outline::blob(&[
        (x, y - 0.12),
        (x + 0.07, y - 0.055),
        (x + 0.13, y),
        (x + 0.07, y + 0.004),
        (x + 0.018, y),
    ]);
    canvas.shade(&right, |px, _| (hex(0xe5823a).mix(hex(0x6f2a1a), (px - x) * 8.0), 1.0));
    canvas.tint(
        &outline::stroke(&[(x, y - 0.12), (x + 0.008, y - 0.06), (x + 0.019, y)], 0.0025),
        hex(0x4a1c14),
        0.8,
    );
}

fn pair(canvas: &mut Canvas, x: f32, y: f32) {
    figures::silhouette(canvas, &figures::couple(x, y, 0.2), hex(0x080a16), hex(0xc98a9a), 1.0);
}
