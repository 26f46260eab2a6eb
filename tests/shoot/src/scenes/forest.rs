//! A wood in morning light: trunks in depth, rays, ferns.

use crate::canvas::Canvas;
use crate::chance::{Chance, fractal};
use crate::colour::{Ramp, Rgb, hex};
use crate::figures::{self, Stance};
use crate::outline;

const MOODS: [[u32; 4]; 3] = [
    [0xf6efc4, 0xb9cf8e, 0x5f8a5e, 0x16302b],
    [0xffe3b0, 0xf0a95c, 0xb05a36, 0x35181b],
    [0xe4f0f4, 0xa6c7cf, 0x56838f, 0x142a3a],
];

pub fn paint(canvas: &mut Canvas, chance: &mut Chance, mood: usize) {
    let a = canvas.aspect();
    let seed = chance.bits() as u32;
    let palette = MOODS[mood % MOODS.len()];
    let [light, pale, mid, dark] = palette.map(hex);
    let depth = Ramp::even(&[palette[0], palette[1], palette[2], palette[3]]);
    let centre = a * 0.54;
    canvas.wash(|x, y| {
        let d = ((x - centre).powi(2) * 1.2 + (y - 0.42).powi(2)).sqrt();
        let leaf = fractal(x * 5.0, y * 5.0, 4, seed) * 0.07;
        depth.at(d * 0.62 + leaf)
    });
    for layer in 0..6 {
        let t = layer as f32 / 5.0;
        let tone = light.blend(pale, 0.35 + t).blend(mid, t * 1.25 - 0.1).blend(dark, (t - 0.35) * 1.5);
        let line = move |x: f32| {
            0.56 + 0.3 * t.powf(1.3)
                + 0.03 * fractal(x * 3.0, 4.0 * t, 3, seed)
                + -(0.05 * t * ((x - centre) * 2.0).powi(2).min(0.5))
        };
        let mut x = -0.05;
        while x < a + 0.05 {
            let path_gap = (x - centre).abs() < 0.09 + 0.12 * t;
            if !path_gap {
                let girth = 0.006 + 0.026 * t * t + 0.004 * chance.unit();
                trunk(canvas, chance, x, line(x) + 0.01, girth, tone, light, t);
            }
            x += (0.03 + 0.13 * t * t) * chance.between(0.6, 1.6);
        }
        canvas.shade(&outline::ground(a, line), |x, y| {
            let d = ((y - line(x)) / 0.22).clamp(0.0, 1.0);
            let way = (-((x - centre - 0.05 * (y * 9.0).sin() * (1.0 - t))
                / (0.035 + 0.2 * (y - 0.5).max(0.0)))
            .powi(2))
            .exp();
            let dapple = (fractal(x * 12.0, y * 30.0, 4, seed + 8)).max(0.0);
            (
                tone.mix(
                    light,
                    0.25 * (1.0 - t) * d + way * 0.4 * (1.1 - t * 0.7) + dapple * 0.25 * (1.0 - t * 0.5),
                ) * (1.0 - 0.15 * d),
                1.0,
            )
        });
        leaves(canvas, chance, t, tone, light, seed);
    }
    rays(canvas, centre, light, seed);
    match mood % 3 {
        0 => figures::silhouette(canvas, &figures::couple(centre, 0.82, 0.26), dark * 0.7, light, 1.0),
        1 => figures::silhouette(
            canvas,
            &figures::child(Stance::new(centre, 0.82, 0.17, 1.0), true),
            dark * 0.7,
            light,
            1.0,
        ),
        _ => {
            figures::silhouette(
                canvas,
                &figures::dog(Stance::new(centre - 0.03, 0.83, 0.11, 1.0)),
                dark * 0.7,
                light,
                1.0,
            );
        }
    }
    ferns(canvas, chance, dark, mid);
}

#[allow(clippy::too_many_arguments)] // a trunk is eight numbers
fn trunk(canvas: &mut Canvas, chance: &mut Chance, x: f32, foot: f32, w: f32, tone: Rgb, light: Rgb, t: f32) {
    let lean = chance.bell() * 0.02;
    let outline = outline::polygon(&[
        (x - w * 1.5, foot),
        (x - w * 0.9, foot - 0.06),
        (x + lean - w * 0.6, -0.02),
        (x + lean + w * 0.6, -0.02),
        (x + w * 0.9, foot - 0.06),
        (x + w * 1.6, foot),
    ]);
    let seed = chance.bits() as u32;
    canvas.shade(&outline, |px, py| {
        let across = (px - x - lean * (foot - py)) / w;
        let bark = fractal(px * 90.0, py * 14.0, 3, seed) * 0.12;
        (tone.mix(light, (0.24 * (-across).max(0.0)).min(0.4) * (1.0 - 0.4 * t)) * (1.0 + bark), 1.0)
    });
    for _ in 0..3 {
        let y = chance.between(0.02, foot - 0.2);
        let side = if chance.unit() < 0.5 { -1.0 } else { 1.0 };
        let reach = chance.between(0.03, 0.1) * (0.5 + t);
        canvas.fill(
            &outline::stroke(
                &[(x + lean * 0.6, y), (x + side * reach * 0.5, y - 0.02), (x + side * reach, y - 0.05)],
                w * 0.28,
            ),
            tone,
        );
    }
}

fn leaves(canvas: &mut Canvas, chance: &mut Chance, t: f32, tone: Rgb, light: Rgb, seed: u32) {
    let a = canvas.aspect();
    for _ in 0..(260.0 * a * (1.2 - 0.5 * t)) as usize {
        let x = chance.between(-0.02, a + 0.02);
        let y = chance.unit().powf(1.6) * (0.36 - 0.06 * t);
        if fractal(x * 3.5, y * 4.0 + 5.0 * t, 3, seed + 6) < 0.02 {
            continue;
        }
        let s = chance.between(0.006, 0.014) * (0.6 + 0.9 * t);
        canvas.tint(
            &outline::petal(x, y, s * 1.6, s, chance.between(0.0, std::f32::consts::TAU)),
            tone.mix(light, chance.unit().powi(3) * 0.6),
            0.85,
        );
    }
}

fn rays(canvas: &mut Canvas, centre: f32, light: Rgb, seed: u32) {
    let mut soft = canvas.layer(4);
    soft.wash(|x, y| {
        let (dx, dy) = (x - centre - 0.25, y + 0.25);
        let beam = (fractal(dx.atan2(dy) * 11.0, 0.5, 3, seed) * 1.8).clamp(0.0, 1.0);
        light * (beam * 0.28 * (1.0 - y * 0.9).max(0.0))
    });
    canvas.add(&soft, 1.0);
    canvas.glow(centre, 0.36, 0.5, light, 0.22);
}

fn ferns(canvas: &mut Canvas, chance: &mut Chance, dark: Rgb, mid: Rgb) {
    let a = canvas.aspect();
    let mut near = canvas.layer(2);
    for side in 0..26 {
        let x =
            if side % 2 == 0 { chance.between(-0.03, a * 0.26) } else { chance.between(a * 0.78, a + 0.03) };
        let angle = -1.57 + chance.bell() * 0.45;
        let length = chance.between(0.1, 0.22);
        let tone = dark.mix(mid, chance.between(0.0, 0.4)) * 0.8;
        for step in 0..16 {
            let t = step as f32 / 16.0;
            let bend = angle + t * t * 0.7 * angle.cos().signum();
            let (px, py) = (x + length * t * bend.cos(), 1.01 + length * t * bend.sin());
            for turn in [-1.0f32, 1.0] {
                near.fill(
                    &outline::petal(px, py, length * 0.34 * (1.0 - t), 0.012, bend + turn * 1.05),
                    tone,
                );
            }
        }
    }
    canvas.over(&near.blur(0.005));
}
