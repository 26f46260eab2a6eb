//! Hills in mist at dusk or dawn, with somebody on the nearest one.

use crate::canvas::Canvas;
use crate::chance::{Chance, fractal};
use crate::colour::{Ramp, hex};
use crate::figures::{self, Stance};
use crate::outline;

struct Palette {
    sky: [u32; 5],
    sun: u32,
    far: u32,
    near: u32,
    mist: u32,
}

const PALETTES: [Palette; 4] = [
    Palette {
        sky: [0x3b3a68, 0x7c5a8c, 0xd98a8f, 0xf6bd8a, 0xfde3b4],
        sun: 0xffe2ae,
        far: 0xc79aa0,
        near: 0x221d38,
        mist: 0xf3c2a0,
    },
    Palette {
        sky: [0x6aa3c8, 0x9cc6d6, 0xd3e2d8, 0xf5e7c8, 0xfbe6bb],
        sun: 0xfff3cf,
        far: 0xa9c4bd,
        near: 0x1f3d3b,
        mist: 0xe9eddc,
    },
    Palette {
        sky: [0x1d2a52, 0x404b86, 0x8a6fa8, 0xd98fa6, 0xf6c1a8],
        sun: 0xffd3b8,
        far: 0x8d82b4,
        near: 0x161a36,
        mist: 0xd9a6b8,
    },
    Palette {
        sky: [0xc8663c, 0xe28a4a, 0xf3b061, 0xf9d185, 0xfdeab8],
        sun: 0xfff2c4,
        far: 0xe2a566,
        near: 0x40231c,
        mist: 0xf8cf8e,
    },
];

pub fn paint(canvas: &mut Canvas, chance: &mut Chance, mood: usize) {
    let p = &PALETTES[mood % PALETTES.len()];
    let a = canvas.aspect();
    let seed = chance.bits() as u32;
    let sky = Ramp::even(&p.sky);
    let (sun_x, sun_y) = (a * chance.between(0.3, 0.7), 0.42);
    canvas.wash(|_, y| sky.at(y / 0.62));
    let mut clouds = canvas.layer(3);
    let lit = hex(p.sun);
    clouds.veil(|x, y| {
        let n = fractal(x * 1.3 + 3.0, y * 7.0, 5, seed);
        (lit, ((n - 0.05) * 1.5).max(0.0) * (1.0 - y / 0.5).max(0.0) * 0.75)
    });
    canvas.over(&clouds);
    canvas.glow(sun_x, sun_y, 0.75, lit, 0.45);
    canvas.glow(sun_x, sun_y, 0.16, lit, 0.6);
    canvas.tint(&outline::ellipse(sun_x, sun_y, 0.045, 0.045), lit * 1.15, 0.95);

    let layers = 6;
    let stand_x = a * if mood.is_multiple_of(2) { 0.33 } else { 0.64 };
    let mut stand_y = 0.8;
    for i in 0..layers {
        let t = i as f32 / (layers - 1) as f32;
        let base = 0.46 + 0.36 * t.powf(1.1);
        let (rough, freq) = (0.1 - 0.045 * t, 1.2 + 0.25 * (layers - i) as f32);
        let line = move |x: f32| {
            let jag = if i < 2 { 0.35 } else { 0.06 };
            base + rough * fractal(x * freq * 0.8 + 9.1 * i as f32, 0.3, 2, seed)
                + rough * jag * fractal(x * 9.0, 2.0 + i as f32, 3, seed)
                - 0.06 * t * (1.0 - ((x / a - stand_x / a) * 2.2).powi(2)).max(0.0)
        };
        let top = hex(p.far).blend(hex(p.near), t.powf(0.85));
        let foot = top.blend(hex(p.mist), 0.72 * (1.0 - t).powf(0.7));
        canvas.shade(&outline::ground(a, line), |x, y| {
            let d = ((y - line(x)) / 0.17).clamp(0.0, 1.0);
            let glow = (1.0 - ((x - sun_x).powi(2) * 3.0)).max(0.0) * 0.12 * (1.0 - t);
            (top.mix(foot, d * d * (3.0 - 2.0 * d)) + hex(p.sun) * glow, 1.0)
        });
        if (3..5).contains(&i) {
            let mut x = 0.0;
            while x < a {
                if fractal(x * 3.0, 8.0 + i as f32, 2, seed) > 0.0 {
                    let h = chance.between(0.02, 0.055) * (0.6 + t);
                    canvas.fill(
                        &figures::fir(Stance::new(x, line(x) + 0.006, h, 1.0), chance.bell()),
                        top * 0.86,
                    );
                }
                x += chance.between(0.008, 0.026);
            }
        }
        stand_y = line(stand_x);
    }
    let dark = hex(p.near) * 0.7;
    let rim = hex(p.sun) * 0.8;
    let side = if sun_x > stand_x { 1.0 } else { -1.0 };
    let grass_line = |x: f32| stand_y + 0.3 * (x - stand_x).powi(2);
    match mood {
        0 | 4 => {
            figures::silhouette(canvas, &figures::couple(stand_x, stand_y + 0.012, 0.25), dark, rim, side)
        }
        1 => {
            figures::silhouette(
                canvas,
                &figures::bicycle(Stance::new(stand_x, stand_y + 0.014, 0.17, 1.0)),
                dark,
                rim,
                side,
            );
        }
        2 => kites(canvas, chance, stand_x, stand_y, (dark, rim, side)),
        _ => tree(canvas, chance, stand_x, stand_y + 0.02, dark, rim),
    }
    for _ in 0..900 {
        let x = chance.between(0.0, a);
        let y = (grass_line(x)).max(stand_y) + chance.between(0.004, 0.2).powf(1.3);
        let lean = chance.bell() * 0.006;
        let h = chance.between(0.008, 0.026);
        let blade = outline::polygon(&[(x - 0.0009, y), (x + lean, y - h), (x + 0.0009, y)]);
        canvas.tint(&blade, dark.mix(rim, chance.between(0.0, 0.12)), 0.9);
    }
    birds(canvas, chance, sun_x, dark);
}

fn kites(
    canvas: &mut Canvas,
    chance: &mut Chance,
    x: f32,
    y: f32,
    (dark, rim, side): (crate::colour::Rgb, crate::colour::Rgb, f32),
) {
    let colours = [0xf2b544, 0xe8684f, 0x6fc0b8];
    for (i, colour) in colours.into_iter().enumerate() {
        let dx = (i as f32 - 1.0) * 0.15;
        let foot = y + 0.012 + dx * dx * 0.3;
        let height = 0.13 + 0.015 * i as f32;
        figures::silhouette(
            canvas,
            &figures::child(Stance::new(x + dx, foot, height, 1.0), i % 2 == 0),
            dark,
            rim,
            side,
        );
        let hand = (x + dx + 0.24 * height, foot - 0.98 * height);
        let (kx, ky) = (x + dx + 0.2 + 0.07 * i as f32, 0.14 + 0.09 * ((i + 1) % 3) as f32);
        let sag = ((hand.0 + kx) * 0.5 + 0.03, (hand.1 + ky) * 0.5 + 0.05);
        canvas.tint(&outline::stroke(&[hand, sag, (kx, ky)], 0.0011), rim, 0.75);
        let paint = hex(colour);
        let (w, h) = (0.035, 0.05);
        canvas.fill(&outline::polygon(&[(kx, ky - h), (kx + w, ky - h * 0.15), (kx, ky + h)]), paint);
        canvas.fill(&outline::polygon(&[(kx, ky - h), (kx - w, ky - h * 0.15), (kx, ky + h)]), paint * 0.72);
        let mut tail = vec![(kx, ky + h)];
        for k in 1..6 {
            let k = k as f32;
            tail.push((kx - 0.012 * k + 0.012 * (k * 2.1).sin(), ky + h + 0.02 * k));
        }
        canvas.tint(&outline::stroke(&tail, 0.002), paint, 0.9);
        for at in tail.iter().skip(1) {
            canvas.fill(&outline::petal(at.0, at.1, 0.012, 0.008, 0.4 + chance.bell() * 0.2), paint * 1.1);
            canvas.fill(&outline::petal(at.0, at.1, 0.012, 0.008, 3.4), paint * 0.8);
        }
    }
}

fn tree(
    canvas: &mut Canvas,
    chance: &mut Chance,
    x: f32,
    y: f32,
    dark: crate::colour::Rgb,
    rim: crate::colour::Rgb,
) {
    canvas.fill(&outline::stroke(&[(x, y), (x + 0.006, y - 0.1), (x - 0.004, y - 0.2)], 0.02), dark);
    for _ in 0..220 {
        let (r, angle) = (chance.unit().sqrt(), chance.between(0.0, std::f32::consts::TAU));
        let (cx, cy) = (x + 0.15 * r * angle.cos(), y - 0.26 + 0.11 * r * angle.sin());
        let size = chance.between(0.008, 0.026);
        let shade = dark.mix(rim, (0.28 * (-(angle.sin())) * r).max(0.0) + chance.between(0.0, 0.05));
        canvas.fill(&outline::ellipse(cx, cy, size, size * 0.8), shade);
    }
    let arm = 0.12;
    for dx in [-0.05, 0.05] {
        canvas.tint(
            &outline::stroke(&[(x + arm + dx, y - 0.21), (x + arm + dx, y - 0.065)], 0.0018),
            dark,
            1.0,
        );
    }
    canvas.fill(&outline::rounded(x + arm - 0.058, y - 0.068, 0.116, 0.008, 0.003), dark);
    let mut pair = figures::suit(Stance::new(x - 0.16, y + 0.012, 0.17, 1.0), (0.19, 0.5));
    pair.extend(figures::gown(Stance::new(x - 0.10, y + 0.012, 0.162, -1.0), (0.12, 0.5)));
    figures::silhouette(canvas, &pair, dark, rim, 1.0);
}

fn birds(canvas: &mut Canvas, chance: &mut Chance, x: f32, dark: crate::colour::Rgb) {
    for i in 0..9 {
        let (bx, by) = (x + 0.05 * i as f32 - 0.25 + chance.bell() * 0.03, 0.2 + chance.bell() * 0.035);
        let s = chance.between(0.007, 0.012);
        let wing = [
            (bx - s, by - s * 0.35),
            (bx - s * 0.4, by - s * 0.42),
            (bx, by),
            (bx + s * 0.4, by - s * 0.42),
            (bx + s, by - s * 0.3),
        ];
        canvas.tint(&outline::stroke(&wing, 0.0016), dark, 0.7);
    }
}
