//! Mountains over a still lake, with their reflection.

use crate::canvas::Canvas;
use crate::chance::{Chance, fractal, noise};
use crate::colour::{Ramp, hex};
use crate::figures::{self, Stance};
use crate::outline;

const SKIES: [[u32; 4]; 3] = [
    [0x33507f, 0x7f8fb8, 0xe6b3ad, 0xfbdcb4],
    [0x4d9ac9, 0x8cc3de, 0xcfe6ea, 0xf7f1dc],
    [0x1a1f45, 0x41407e, 0x9c6a9a, 0xef9f8d],
];
const ROCK: [[u32; 3]; 3] =
    [[0xa792ab, 0x5d5f8c, 0x28304f], [0x9fc0d2, 0x57839b, 0x1f4450], [0x7b6896, 0x413d70, 0x17183a]];

pub fn paint(canvas: &mut Canvas, chance: &mut Chance, mood: usize) {
    let a = canvas.aspect();
    let seed = chance.bits() as u32;
    let pick = mood % SKIES.len();
    let sky = Ramp::even(&SKIES[pick]);
    let warm = hex(SKIES[pick][3]);
    let shore = 0.6;
    canvas.wash(|_, y| sky.at(y / shore));
    let mut clouds = canvas.layer(3);
    clouds.veil(|x, y| {
        let n = fractal(x * 1.6, y * 5.0 + 2.0, 5, seed);
        (warm, ((n - 0.02) * 1.9).max(0.0) * (1.0 - (y / 0.5)).max(0.0) * 0.7)
    });
    canvas.over(&clouds);
    canvas.glow(a * 0.7, 0.5, 0.7, warm, 0.35);

    for (i, rock) in ROCK[pick].into_iter().enumerate() {
        let k = i as f32;
        let peak = 0.34 - 0.1 * k;
        let line = move |x: f32| {
            let ridge = 1.0 - noise(x * (1.5 + 0.7 * k) + 5.3 * k, 0.5, seed).abs() * 1.5;
            let detail = fractal(x * (6.0 + 2.0 * k), 3.0 + k, 5, seed) * (0.05 - 0.01 * k);
            shore + 0.006 - peak * (0.25 + 0.75 * ridge.max(0.0)) + detail
        };
        let colour = hex(rock);
        canvas.shade(&outline::ground(a, line), |x, y| {
            let depth = ((y - line(x)) / (shore - line(x)).max(0.02)).clamp(0.0, 1.0);
            let face = fractal(x * 14.0 + y * 9.0, y * 13.0 - x * 5.0, 4, seed + 7);
            let slope = (line(x + 0.004) - line(x - 0.004)) * 60.0;
            let mut c = colour * (1.0 + 0.22 * face + 0.18 * slope.clamp(-1.0, 1.0));
            let snow = (0.42 - depth * 1.25 + 0.35 * face + 0.12 * slope.clamp(-1.0, 1.0)).clamp(0.0, 1.0);
            if i < 2 {
                c = c.mix(
                    warm * (0.75 + 0.25 * slope.clamp(-1.0, 1.0)),
                    (snow * 3.0).min(1.0) * (0.75 - 0.35 * k),
                );
            }
            (c.mix(warm, depth * depth * (0.5 - 0.2 * k)), 1.0)
        });
    }
    let dark = hex(ROCK[pick][2]) * 0.55;
    let mut x = -0.02;
    while x < a {
        let stand = fractal(x * 2.2, 11.0, 3, seed);
        if stand > -0.25 {
            let h = 0.025 + 0.075 * (stand + 0.3) * chance.between(0.6, 1.15);
            let shade = dark.mix(hex(ROCK[pick][1]), chance.between(0.05, 0.22));
            canvas.fill(&figures::fir(Stance::new(x, shore + 0.004, h, 1.0), chance.bell()), shade);
        }
        x += chance.between(0.006, 0.02);
    }
    reflect(canvas, shore, seed, hex(SKIES[pick][0]));
    foreground(canvas, chance, mood, dark, warm);
}

/// Mirrors what is above `shore`, with ripples that grow towards the viewer.
fn reflect(canvas: &mut Canvas, shore: f32, seed: u32, deep: crate::colour::Rgb) {
    let source = canvas.layer(1);
    let mut above = source;
    above.pixels.copy_from_slice(&canvas.pixels);
    let water = outline::rectangle(-0.1, shore, canvas.aspect() + 0.2, 1.1 - shore);
    canvas.shade(&water, |x, y| {
        let d = y - shore;
        let near = 1.0 + d * 9.0;
        let ripple = fractal(x * 5.0 / near + 4.0, (d + 0.002).ln() * 14.0, 3, seed) * d * 0.12
            + noise(x * 30.0 / near, d.sqrt() * 160.0, seed + 3) * d * 0.035;
        let from = (shore - d * 1.05 + ripple).clamp(0.0, shore - 0.001);
        let seen = above.peek((x + ripple * 0.35).max(0.0), from);
        let tilt = (d / (1.0 - shore)).powf(1.2);
        (seen.mix(deep * 0.35, 0.12 + 0.5 * tilt), 1.0)
    });
}

fn foreground(
    canvas: &mut Canvas,
    chance: &mut Chance,
    mood: usize,
    dark: crate::colour::Rgb,
    warm: crate::colour::Rgb,
) {
    let a = canvas.aspect();
    let ink = dark * 0.6;
    if mood.is_multiple_of(2) {
        let x = a * 0.3;
        let deck: Vec<(f32, f32)> =
            vec![(x - 0.05, 0.74), (x + 0.05, 0.74), (x + 0.17, 1.01), (x - 0.17, 1.01)];
        canvas.shade(&outline::polygon(&deck), |_, y| {
            (ink.mix(warm, 0.14 + 0.05 * (y * 70.0).sin().max(0.0)), 1.0)
        });
        for row in 0..14 {
            let t = (row as f32 / 14.0).powf(1.4);
            let (y, w) = (0.74 + 0.27 * t, 0.05 + 0.12 * t);
            canvas.tint(&outline::rectangle(x - w, y, 2.0 * w, 0.0025 + 0.002 * t), ink, 0.9);
        }
        for side in [-1.0, 1.0] {
            for t in [0.02, 0.4, 0.85] {
                let (y, w) = (0.74 + 0.27 * t, 0.05 + 0.12 * t);
                canvas.fill(
                    &outline::rounded(
                        x + side * w - 0.008,
                        y - 0.045 - 0.03 * t,
                        0.016,
                        0.08 + 0.03 * t,
                        0.004,
                    ),
                    ink,
                );
            }
        }
        figures::silhouette(canvas, &figures::couple(x, 0.785, 0.24), ink, warm * 0.8, 1.0);
        return;
    }
    let (x, y) = (a * 0.36, 0.8);
    canvas.shadow(x, y + 0.03, 0.2, 0.03, 0.5);
    canvas.fill(
        &outline::blob(&[
            (x - 0.17, y - 0.025),
            (x - 0.1, y + 0.02),
            (x + 0.1, y + 0.02),
            (x + 0.17, y - 0.03),
            (x + 0.08, y),
            (x - 0.08, y),
        ]),
        hex(0x9c4a32),
    );
    canvas.tint(
        &outline::stroke(&[(x - 0.16, y - 0.02), (x, y + 0.003), (x + 0.16, y - 0.025)], 0.004),
        hex(0xe9b98a),
        0.9,
    );
    for (dx, facing) in [(-0.05, 1.0), (0.06, -1.0)] {
        let s = Stance::new(x + dx, y + 0.075, 0.16, facing);
        let parts = if facing > 0.0 { figures::suit(s, (0.16, 0.55)) } else { figures::gown(s, (0.1, 0.6)) };
        let upper: Vec<_> = parts
            .into_iter()
            .filter(|p| p.bounds().top() < y - 0.02 && p.bounds().bottom() < y + 0.03)
            .collect();
        figures::silhouette(canvas, &upper, ink, warm * 0.8, 1.0);
    }
    for _ in 0..160 {
        let bx =
            if chance.unit() < 0.5 { chance.between(0.0, a * 0.22) } else { chance.between(a * 0.82, a) };
        let h = chance.between(0.06, 0.2);
        let lean = chance.bell() * 0.03;
        canvas.tint(
            &outline::stroke(&[(bx, 1.02), (bx + lean * 0.3, 1.0 - h * 0.6), (bx + lean, 1.0 - h)], 0.0028),
            ink.mix(warm, chance.between(0.0, 0.12)),
            0.95,
        );
    }
}
