//! The sea at sunset, and who walks along it.

use crate::canvas::Canvas;
use crate::chance::{Chance, fractal, noise};
use crate::colour::{Ramp, hex};
use crate::figures::{self, Stance};
use crate::outline;

const SKIES: [[u32; 5]; 3] = [
    [0x2c3e72, 0x7a5a96, 0xd9748a, 0xf8a26f, 0xffd892],
    [0x3f83b4, 0x86b6cf, 0xd9d6c9, 0xf8cfa0, 0xfde3a9],
    [0x14214a, 0x38427f, 0x8c568e, 0xe56f6b, 0xfbb268],
];
const WATER: [[u32; 2]; 3] = [[0xd98a7a, 0x1f2b56], [0xa9c6c4, 0x1f5f78], [0xb8606c, 0x101a3c]];

pub fn paint(canvas: &mut Canvas, chance: &mut Chance, mood: usize) {
    let a = canvas.aspect();
    let seed = chance.bits() as u32;
    let pick = mood % SKIES.len();
    let horizon = 0.55;
    let sky = Ramp::even(&SKIES[pick]);
    let sun = hex(SKIES[pick][4]);
    let sun_x = a * [0.62, 0.36, 0.5][pick];
    let sun_y = horizon - 0.065;
    canvas.wash(|_, y| sky.at(y / horizon));
    let mut clouds = canvas.layer(3);
    let shadow = hex(SKIES[pick][1]).mix(hex(SKIES[pick][2]), 0.4);
    clouds.veil(|x, y| {
        let band = fractal(x * 0.9 + 2.0, y * 9.0, 5, seed) + 0.25 * fractal(x * 4.0, y * 22.0, 3, seed + 5);
        let under = fractal(x * 0.9 + 2.0, (y + 0.03) * 9.0, 5, seed);
        let lit = ((band - under) * 1.4 + 0.45 + (y / horizon) * 0.2).clamp(0.0, 1.0);
        (
            shadow.mix(sun * 1.1, lit),
            ((band - 0.02) * 2.6).clamp(0.0, 0.85) * (1.0 - (y / horizon).powi(4)).max(0.0),
        )
    });
    canvas.over(&clouds);
    canvas.glow(sun_x, sun_y, 0.6, sun, 0.6);
    canvas.glow(sun_x, sun_y, 0.17, sun, 0.7);
    canvas.fill(&outline::ellipse(sun_x, sun_y, 0.05, 0.05), sun * 1.35);

    let water = Ramp::even(&WATER[pick]);
    let sea = outline::rectangle(-0.1, horizon, a + 0.2, 1.0);
    canvas.shade(&sea, |x, y| {
        let d = (y - horizon).max(0.0005);
        let far = 0.06 / (d + 0.03);
        let wave = fractal(x * 5.0 * far + 1.0, far * 26.0, 3, seed + 9);
        let fine = noise(x * 42.0 * far, far * 130.0, seed + 4);
        let base = water.at((d / 0.42).powf(0.7)) * (1.0 + 0.16 * wave);
        let width = 0.045 + d * 0.42;
        let track = (-((x - sun_x) / width).powi(2)).exp();
        let sparkle = ((fine + wave * 0.7) * 1.6 + 0.2).clamp(0.0, 1.0);
        (base + sun * (track * sparkle * (1.1 - d)), 1.0)
    });
    canvas.veil(|_, y| (sun, (-((y - horizon) / 0.012).powi(2)).exp() * 0.35));
    let (dark, rim) = (hex(0x1b1630), sun * 0.85);
    beach(canvas, chance, pick, seed, sun);
    let side = (sun_x - a * 0.3).signum();
    match mood {
        0 => figures::silhouette(canvas, &figures::couple(a * 0.36, 0.9, 0.36), dark, rim, side),
        1 => {
            figures::silhouette(
                canvas,
                &figures::dog(Stance::new(a * 0.56, 0.9, 0.16, -1.0)),
                dark,
                rim,
                -1.0,
            );
            figures::silhouette(
                canvas,
                &figures::child(Stance::new(a * 0.76, 0.91, 0.27, -1.0), true),
                dark,
                rim,
                -1.0,
            );
        }
        _ => {
            boat(canvas, a * 0.27, 0.66, 0.2, dark, rim);
            boat(canvas, a * 0.83, 0.575, 0.07, dark.mix(sun, 0.25), rim);
        }
    }
    for _ in 0..7 {
        let (x, y, s) =
            (a * chance.between(0.1, 0.9), chance.between(0.12, 0.36), chance.between(0.008, 0.018));
        let wing = [
            (x - s, y - s * 0.2),
            (x - s * 0.5, y - s * 0.5),
            (x, y),
            (x + s * 0.5, y - s * 0.5),
            (x + s, y - s * 0.15),
        ];
        canvas.tint(&outline::stroke(&wing, 0.0018), dark, 0.75);
    }
}

fn beach(canvas: &mut Canvas, chance: &mut Chance, pick: usize, seed: u32, sun: crate::colour::Rgb) {
    if pick == 2 {
        return;
    }
    let a = canvas.aspect();
    let line = move |x: f32| 0.845 + 0.03 * (x * 2.2 + 0.6).sin() + 0.008 * fractal(x * 6.0, 1.0, 3, seed);
    let sand = hex(if pick == 0 { 0x4b3550 } else { 0xc9a27a });
    for (k, gap) in [0.03f32, 0.012].into_iter().enumerate() {
        canvas.shade(&outline::ground(a, move |x| line(x) - gap), |x, y| {
            let foam = fractal(x * 30.0, y * 60.0, 3, seed + 2) * 0.5 + 0.5;
            (
                sun.mix(hex(0xffffff), 0.3) * 0.85,
                (0.35 + 0.25 * k as f32) * foam * (1.0 - (y - line(x) + gap) / 0.05).clamp(0.0, 1.0),
            )
        });
    }
    canvas.shade(&outline::ground(a, line), |x, y| {
        let d = ((y - line(x)) / 0.12).clamp(0.0, 1.0);
        let grain = fractal(x * 60.0, y * 130.0, 3, seed + 1) * 0.08;
        let wet = sand.mix(sun, 0.35) * 0.8;
        (wet.mix(sand * (0.75 - 0.2 * d), d) * (1.0 + grain), 1.0)
    });
    for _ in 0..40 {
        let (x, y) = (chance.between(0.0, a), chance.between(0.91, 0.99));
        canvas.tint(&outline::ellipse(x, y, 0.004, 0.0018), sand * 0.45, 0.6);
    }
}

fn boat(canvas: &mut Canvas, x: f32, y: f32, h: f32, dark: crate::colour::Rgb, rim: crate::colour::Rgb) {
    let w = h * 0.42;
    canvas.shadow(x, y + h * 0.03, w * 1.3, h * 0.08, 0.45);
    let sail = outline::blob(&[
        (x + 0.01 * h, y - h),
        (x + w * 0.75, y - h * 0.2),
        (x + w * 0.5, y - h * 0.17),
        (x + 0.02 * h, y - h * 0.16),
    ]);
    canvas.fill(&sail, rim.mix(hex(0xfff1dc), 0.4));
    let jib = outline::blob(&[
        (x - 0.02 * h, y - h * 0.92),
        (x - w * 0.75, y - h * 0.17),
        (x - w * 0.35, y - h * 0.16),
        (x - 0.03 * h, y - h * 0.17),
    ]);
    canvas.fill(&jib, rim.mix(hex(0xe9c7ae), 0.4) * 0.85);
    canvas.fill(&outline::stroke(&[(x, y), (x, y - h * 1.02)], h * 0.014), dark);
    let hull = [
        (x - w * 0.95, y - h * 0.11),
        (x + w * 0.9, y - h * 0.13),
        (x + w * 0.62, y + h * 0.01),
        (x - w * 0.6, y + h * 0.01),
    ];
    canvas.fill(&outline::polygon(&hull), dark);
    let cast = [
        (x - w * 0.6, y + h * 0.02),
        (x + w * 0.6, y + h * 0.02),
        (x + w * 0.2, y + h * 0.5),
        (x - w * 0.1, y + h * 0.45),
    ];
    canvas.tint(&outline::blob(&cast), dark, 0.3);
}
