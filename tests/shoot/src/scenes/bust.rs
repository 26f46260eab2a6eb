//! School portraits: drawn heads before a mottled backdrop, each child its own.

use crate::canvas::Canvas;
use crate::chance::{Chance, fractal};
use crate::colour::{Ramp, Rgb, hex};
use crate::outline;

const BACKDROPS: [[u32; 3]; 5] = [
    [0x9fb6c4, 0x5f7d92, 0x2f4458],
    [0xd9c3ae, 0xa88a78, 0x5f4a48],
    [0xa9bfa8, 0x6a8a78, 0x34504a],
    [0xc6b3d0, 0x8a74a0, 0x463a60],
    [0xe5cf9f, 0xc29a62, 0x6f5038],
];
const SKINS: [u32; 6] = [0xf2c9ab, 0xe2a982, 0xc68657, 0x9a6240, 0xf6d7be, 0x7a4a30];
const HAIRS: [u32; 6] = [0x3a2418, 0x8a5a2c, 0x1a1416, 0xc79a54, 0x5a2c1c, 0x241a18];
const CLOTHES: [u32; 6] = [0x2f6d8c, 0xc9573f, 0xf2c14e, 0x4f8a6b, 0x8a4f7d, 0xe8e2d6];

pub fn paint(canvas: &mut Canvas, chance: &mut Chance, mood: usize) {
    let a = canvas.aspect();
    let seed = chance.bits() as u32;
    let back = Ramp::even(&BACKDROPS[mood % 5]);
    let x = a * 0.5;
    canvas.wash(|px, py| {
        let mottle = fractal(px * 3.2, py * 3.2, 5, seed) * 0.13;
        back.at((((px - x) / a.max(0.8)).powi(2) * 2.6 + (py - 0.38).powi(2) * 1.3).sqrt() + mottle)
    });
    let skin = hex(SKINS[(mood * 5 + 1) % 6]);
    let hair = hex(HAIRS[(mood * 7 + 2) % 6]);
    let cloth = hex(CLOTHES[(mood * 5 + 3) % 6]);
    let k = if a > 1.0 { 1.0 } else { 0.9 };
    let (cy, r) = (0.415, 0.155 * k);
    let style = mood % 6;
    hair_behind(canvas, chance, style, (x, cy), r, hair);
    shoulders(canvas, mood, x, cy, r, cloth, skin, seed);
    let face = outline::blob(&[
        (x, cy - r * 1.18),
        (x + r * 0.72, cy - r * 0.92),
        (x + r * 0.95, cy - r * 0.1),
        (x + r * 0.8, cy + r * 0.62),
        (x + r * 0.3, cy + r * 1.13),
        (x, cy + r * 1.2),
        (x - r * 0.3, cy + r * 1.13),
        (x - r * 0.8, cy + r * 0.62),
        (x - r * 0.95, cy - r * 0.1),
        (x - r * 0.72, cy - r * 0.92),
    ]);
    for side in [-1.0f32, 1.0] {
        canvas.shade(&outline::ellipse(x + side * r * 0.97, cy + r * 0.12, r * 0.17, r * 0.25), |px, _| {
            (skin * (0.86 - 0.9 * (px - x)), 1.0)
        });
    }
    let blush = hex(0xd9604f);
    canvas.shade(&face, |px, py| {
        let (u, v) = ((px - x) / r, (py - cy) / r);
        let light = 1.06
            - 0.17 * (u + 0.3).abs().powi(2)
            - 0.1 * v.max(0.0).powi(2)
            - if u > 0.35 { (u - 0.35) * 0.24 } else { 0.0 };
        let cheek = |side: f32| (-(((u - side * 0.52) / 0.24).powi(2) + ((v - 0.4) / 0.18).powi(2))).exp();
        ((skin * light).mix(blush, 0.22 * (cheek(1.0) + cheek(-1.0))), 1.0)
    });
    features(canvas, mood, (x, cy), r, skin, hair);
    hair_front(canvas, chance, style, (x, cy), r, hair, seed);
    canvas.glow(x - 0.35, 0.1, 0.8, hex(0xfff1dc), 0.1);
}

#[allow(clippy::too_many_arguments)] // place, size and three materials
fn shoulders(canvas: &mut Canvas, mood: usize, x: f32, cy: f32, r: f32, cloth: Rgb, skin: Rgb, seed: u32) {
    let body = outline::blob(&[
        (x - r * 0.5, cy + r * 1.55),
        (x - r * 1.5, cy + r * 1.92),
        (x - r * 2.05, cy + r * 2.8),
        (x - r * 2.25, 1.2),
        (x, 1.25),
        (x + r * 2.25, 1.2),
        (x + r * 2.05, cy + r * 2.8),
        (x + r * 1.5, cy + r * 1.92),
        (x + r * 0.5, cy + r * 1.55),
    ]);
    canvas.shade(&body, |px, py| {
        let u = (px - x) / r;
        let knit = if mood % 3 == 1 { if ((py * 28.0) as i32) % 2 == 0 { 0.0 } else { 0.6 } } else { 0.0 };
        let fold = 0.08 * fractal(px * 6.0, py * 3.0, 3, seed);
        (
            cloth.mix(hex(0xf8f2e6), knit)
                * (1.0 + fold - 0.13 * (u + 0.5).abs() + 0.15 * (cy + r * 2.6 - py)),
            1.0,
        )
    });
    let neck = outline::blob(&[
        (x - r * 0.38, cy + r * 0.7),
        (x - r * 0.42, cy + r * 1.5),
        (x, cy + r * 1.95),
        (x + r * 0.42, cy + r * 1.5),
        (x + r * 0.38, cy + r * 0.7),
    ]);
    canvas.shade(&neck, |px, py| {
        (skin * (0.88 - 0.5 * (px - x) - (0.42 * (1.0 - (py - cy - r) / (r * 0.7))).clamp(0.0, 0.35)), 1.0)
    });
    let trim = if mood.is_multiple_of(2) { hex(0xfaf5ea) } else { cloth * 0.7 };
    for side in [-1.0f32, 1.0] {
        let collar = [
            (x + side * r * 0.42, cy + r * 1.38),
            (x + side * r * 0.92, cy + r * 1.66),
            (x + side * r * 0.62, cy + r * 2.12),
            (x + side * r * 0.02, cy + r * 1.92),
        ];
        canvas.shadow(x + side * r * 0.5, cy + r * 1.95, r * 0.5, r * 0.3, 0.25);
        canvas.shade(&outline::polygon(&collar), |px, _| (trim * (0.98 - 0.6 * (px - x)), 1.0));
    }
}

fn features(canvas: &mut Canvas, mood: usize, (x, y): (f32, f32), r: f32, skin: Rgb, hair: Rgb) {
    let ink = hex(0x2a1a18);
    for side in [-1.0f32, 1.0] {
        let ex = x + side * r * 0.38;
        let brow = [(ex - r * 0.17, y - r * 0.2), (ex, y - r * 0.27), (ex + r * 0.17, y - r * 0.2)];
        canvas.tint(&outline::stroke(&brow, r * 0.05), hair.mix(ink, 0.4), 0.8);
        if mood % 4 == 3 {
            canvas.fill(
                &outline::stroke(
                    &[(ex - r * 0.12, y + r * 0.03), (ex, y - r * 0.05), (ex + r * 0.12, y + r * 0.03)],
                    r * 0.055,
                ),
                ink,
            );
        } else {
            canvas.fill(&outline::ellipse(ex, y, r * 0.085, r * 0.105), ink);
            canvas.fill(&outline::ellipse(ex - r * 0.03, y - r * 0.04, r * 0.028, r * 0.03), hex(0xffffff));
        }
        if mood % 5 == 2 {
            canvas.tint(&outline::ring(ex, y + r * 0.02, r * 0.27, r * 0.25, r * 0.045), hex(0x3a2a3a), 0.9);
            canvas.tint(
                &outline::stroke(
                    &[(ex + side * r * 0.26, y), (ex + side * r * 0.52, y - r * 0.06)],
                    r * 0.04,
                ),
                hex(0x3a2a3a),
                0.9,
            );
        }
    }
    canvas.tint(
        &outline::stroke(
            &[(x - r * 0.05, y + r * 0.33), (x + r * 0.02, y + r * 0.39), (x + r * 0.09, y + r * 0.34)],
            r * 0.04,
        ),
        skin * 0.62,
        0.8,
    );
    let smile = [
        (x - r * 0.3, y + r * 0.62),
        (x - r * 0.14, y + r * 0.75),
        (x + r * 0.14, y + r * 0.75),
        (x + r * 0.3, y + r * 0.62),
    ];
    if mood.is_multiple_of(3) {
        canvas.fill(
            &outline::blob(&[
                smile[0],
                (x, y + r * 0.66),
                smile[3],
                (x + r * 0.16, y + r * 0.83),
                (x - r * 0.16, y + r * 0.83),
            ]),
            hex(0x7a2c2c),
        );
        canvas.fill(
            &outline::blob(&[
                (x - r * 0.22, y + r * 0.655),
                (x, y + r * 0.675),
                (x + r * 0.22, y + r * 0.655),
                (x, y + r * 0.735),
            ]),
            hex(0xfffaf2),
        );
    } else {
        canvas.tint(&outline::stroke(&smile, r * 0.05), hex(0x8a3a34), 0.9);
    }
}

fn lock(canvas: &mut Canvas, x: f32, y: f32, s: f32, tone: Rgb) {
    canvas.shade(&outline::ellipse(x, y, s, s), |px, py| {
        (tone * (1.15 - ((px - x) + (py - y)) / s * 0.35), 1.0)
    });
}

fn hair_behind(
    canvas: &mut Canvas,
    chance: &mut Chance,
    style: usize,
    (x, y): (f32, f32),
    r: f32,
    hair: Rgb,
) {
    let dark = hair * 0.7;
    match style {
        0 => canvas.fill(
            &outline::blob(&[
                (x - r, y - r * 0.7),
                (x - r * 1.2, y + r * 0.6),
                (x - r * 1.15, y + r * 1.9),
                (x, y + r * 1.7),
                (x + r * 1.15, y + r * 1.9),
                (x + r * 1.2, y + r * 0.6),
                (x + r, y - r * 0.7),
            ]),
            dark,
        ),
        2 => {
            for _ in 0..150 {
                let (angle, d) = (chance.between(0.0, std::f32::consts::TAU), chance.unit().sqrt());
                lock(
                    canvas,
                    x + r * 1.32 * d * angle.cos(),
                    y - r * 0.35 + r * 1.2 * d * angle.sin(),
                    r * chance.between(0.13, 0.22),
                    dark * chance.between(0.85, 1.15),
                );
            }
        }
        3 => {
            for side in [-1.0f32, 1.0] {
                for k in 0..6 {
                    let t = k as f32;
                    lock(
                        canvas,
                        x + side * r * (1.12 + 0.05 * t),
                        y + r * (0.4 + 0.3 * t),
                        r * (0.24 - 0.022 * t),
                        dark * (0.9 + 0.06 * (k % 2) as f32),
                    );
                }
            }
        }
        4 => lock(canvas, x + r * 0.1, y - r * 1.45, r * 0.45, hair),
        _ => {}
    }
}

fn hair_front(
    canvas: &mut Canvas,
    chance: &mut Chance,
    style: usize,
    (x, y): (f32, f32),
    r: f32,
    hair: Rgb,
    seed: u32,
) {
    if style == 2 {
        for i in 0..46 {
            let angle = 3.3 + 2.82 * i as f32 / 46.0;
            lock(
                canvas,
                x + r * 0.95 * angle.cos(),
                y - r * 0.25 + r * 0.98 * angle.sin(),
                r * chance.between(0.14, 0.22),
                hair * chance.between(0.9, 1.25),
            );
        }
        return;
    }
    let part = if style.is_multiple_of(2) { 0.35 } else { -0.3 };
    let low = if style == 5 || style == 1 { -0.05 } else { 0.35 };
    let cap = outline::blob(&[
        (x + r * 1.03, y + r * low),
        (x + r * 1.1, y - r * 0.45),
        (x + r * 0.8, y - r * 1.15),
        (x, y - r * 1.42),
        (x - r * 0.8, y - r * 1.15),
        (x - r * 1.1, y - r * 0.45),
        (x - r * 1.03, y + r * low),
        (x - r * 0.86, y - r * 0.25),
        (x - r * 0.55, y - r * (0.62 + 0.1 * part)),
        (x + r * part, y - r * 0.78),
        (x + r * 0.62, y - r * 0.55),
        (x + r * 0.87, y - r * 0.25),
    ]);
    canvas.shade(&cap, |px, py| {
        let (u, v) = ((px - x) / r, (py - y) / r);
        let angle = (u - part).atan2(1.9 + v);
        let strand = fractal(angle * 42.0, (u * u + v * v).sqrt() * 1.2, 3, seed) * 0.3;
        let sheen = (-((v + 0.98 - 0.25 * u * u) / 0.14).powi(2)).exp() * 0.4 * (1.0 - 0.5 * u);
        (hair * (0.95 + strand) + hex(0xfff0da) * (sheen * 0.14) + hair * sheen, 1.0)
    });
}
