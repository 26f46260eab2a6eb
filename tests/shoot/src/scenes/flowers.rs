//! Flowers: a bouquet close up, and a meadow with depth of field.

use std::f32::consts::TAU;

use crate::canvas::Canvas;
use crate::chance::{Chance, fractal};
use crate::colour::{Ramp, Rgb, hex};
use crate::outline;

const BLOOMS: [[u32; 5]; 3] = [
    [0xf4c9c3, 0xe79a9b, 0xfaeee3, 0xcf6f7a, 0xf2b98f],
    [0xfbf3e4, 0xf3d9b0, 0xeab38a, 0xd8dfe8, 0xf7e7d8],
    [0xb56b9a, 0xe9a6c0, 0x7d5aa6, 0xf6dcd4, 0xd9577a],
];

pub fn bouquet(canvas: &mut Canvas, chance: &mut Chance, mood: usize) {
    let a = canvas.aspect();
    let seed = chance.bits() as u32;
    let pick = mood % 3;
    let back = [
        Ramp::even(&[0xe9ded2, 0xcdbfb2, 0x8d8378]),
        Ramp::even(&[0x6f7f78, 0x4b5a55, 0x26322f]),
        Ramp::even(&[0x3a3350, 0x2a2540, 0x17142a]),
    ];
    canvas.wash(|x, y| {
        back[pick].at(((x / a - 0.35).powi(2) * 1.4 + (y - 0.25).powi(2)).sqrt() * 1.05
            + 0.03 * fractal(x * 3.0, y * 3.0, 3, seed))
    });
    let mut far = canvas.layer(4);
    for _ in 0..26 {
        let (x, y, r) = (chance.between(0.0, a), chance.between(0.0, 1.0), chance.between(0.03, 0.075));
        far.tint(&outline::ellipse(x, y, r, r), hex(chance.pick(&BLOOMS[pick])), chance.between(0.08, 0.25));
    }
    canvas.over(&far.blur(0.008));
    let (cx, cy, reach) = (a * 0.5, 0.5, 0.3 * a.clamp(0.85, 1.25));
    let green = [0x5f7a5c, 0x88a07c, 0x3f5a48, 0xa9b89a];
    for _ in 0..60 {
        let angle = chance.between(0.0, TAU);
        let start = reach * chance.between(0.55, 0.95);
        let (x, y) = (cx + start * angle.cos(), cy + start * angle.sin() * 0.95);
        let (turn, tone) = (angle + chance.bell() * 0.25, hex(chance.pick(&green)));
        sprig(canvas, chance, x, y, turn, tone);
    }
    let mut heads: Vec<(f32, f32, f32)> = Vec::new();
    for ring in 0..4 {
        let count = [11, 9, 5, 1][ring];
        for i in 0..count {
            let angle = TAU * i as f32 / count as f32 + 0.4 * ring as f32 + chance.bell() * 0.08;
            let r = reach * [0.86, 0.58, 0.3, 0.02][ring] * chance.between(0.93, 1.07);
            heads.push((
                cx + r * angle.cos(),
                cy + r * angle.sin() * 0.95,
                reach * [0.22, 0.27, 0.32, 0.38][ring],
            ));
        }
    }
    for (i, (x, y, r)) in heads.into_iter().enumerate() {
        canvas.shadow(x + r * 0.15, y + r * 0.25, r * 1.35, r * 1.35, 0.5);
        let tone = hex(BLOOMS[pick][(i * 2 + i / 3) % 5]);
        if i % 4 == 1 {
            daisy(canvas, chance, x, y, r * 0.9, tone)
        } else {
            rose(canvas, chance, x, y, r, tone)
        }
        if i % 3 == 0 {
            for _ in 0..7 {
                let (bx, by) = (x + chance.bell() * r, y + chance.bell() * r);
                canvas.fill(
                    &outline::ellipse(bx, by, r * 0.055, r * 0.055),
                    hex(0xfdf8ee) * chance.between(0.8, 1.0),
                );
            }
        }
    }
    canvas.glow(a * 0.25, 0.05, 0.9, hex(0xfff0d8), 0.1);
}

fn sprig(canvas: &mut Canvas, chance: &mut Chance, x: f32, y: f32, angle: f32, tone: Rgb) {
    let length = chance.between(0.06, 0.15);
    canvas.tint(
        &outline::stroke(&[(x, y), (x + length * angle.cos(), y + length * angle.sin())], 0.0028),
        tone * 0.6,
        0.9,
    );
    for i in 1..7 {
        let t = i as f32 / 6.0;
        let (px, py) = (x + length * t * angle.cos(), y + length * t * angle.sin());
        for side in [-0.8f32, 0.8] {
            let turn = angle + side * (1.0 - t * 0.5);
            leaf(canvas, px, py, 0.055 * (1.1 - t * 0.4), 0.03, turn, tone * chance.between(0.75, 1.15));
        }
    }
}

fn leaf(canvas: &mut Canvas, x: f32, y: f32, length: f32, width: f32, angle: f32, tone: Rgb) {
    let (s, c) = angle.sin_cos();
    canvas.shade(&outline::petal(x, y, length, width, angle), |px, py| {
        let (dx, dy) = (px - x, py - y);
        let (along, across) = ((dx * c + dy * s) / length, (dy * c - dx * s) / width);
        let vein = if across.abs() < 0.025 { 0.18 } else { 0.0 };
        (tone * (0.7 + 0.4 * along - 0.35 * across + vein), 1.0)
    });
}

/// Whorls of petals, each lit at its edge.
pub fn rose(canvas: &mut Canvas, chance: &mut Chance, x: f32, y: f32, r: f32, tone: Rgb) {
    let deep = tone.blend(hex(0x8a2f3c), 0.3) * 0.62;
    let mut turn = chance.between(0.0, TAU);
    let whorls = 7;
    for k in 0..whorls {
        let t = k as f32 / (whorls - 1) as f32;
        let size = r * (1.0 - 0.82 * t);
        let count = 7 - (k / 2);
        for i in 0..count {
            let angle = turn + TAU * i as f32 / count as f32 + chance.bell() * 0.06;
            let (px, py) = (x + size * 0.52 * angle.cos(), y + size * 0.52 * angle.sin());
            let (w, h) = (size * 0.56, size * 0.5);
            let petal = outline::turned(outline::ellipse(px, py, h, w), angle, px, py);
            canvas.shade(&petal, |qx, qy| {
                let out = (((qx - x).powi(2) + (qy - y).powi(2)).sqrt() / size).min(1.1);
                let lit = 0.06 * ((x - qx) + (y - qy)) / r;
                (deep.mix(tone * (1.06 - 0.1 * t), (out * 1.15).powf(1.7) - 0.1 * t) * (1.0 + lit * 3.0), 1.0)
            });
        }
        turn += 0.55;
    }
    canvas.shadow(x, y, r * 0.2, r * 0.2, 0.45);
}

fn daisy(canvas: &mut Canvas, chance: &mut Chance, x: f32, y: f32, r: f32, tone: Rgb) {
    let turn = chance.between(0.0, 1.0);
    for layer in 0..2 {
        let (n, size) = (15, r * (1.0 - 0.16 * layer as f32));
        for i in 0..n {
            let angle = turn + TAU * (i as f32 + 0.5 * layer as f32) / n as f32 + chance.bell() * 0.05;
            canvas.shade(&outline::petal(x, y, size, size * 0.3, angle), |px, py| {
                let d = ((px - x).powi(2) + (py - y).powi(2)).sqrt() / size;
                (tone.mix(hex(0xffffff), 0.35) * (0.55 + 0.5 * d) * (1.0 - 0.1 * (1 - layer) as f32), 1.0)
            });
        }
    }
    canvas.shadow(x, y, r * 0.36, r * 0.36, 0.4);
    canvas.fill(&outline::ellipse(x, y, r * 0.2, r * 0.2), hex(0xb9772e));
    for i in 0..90 {
        let (angle, d) = (i as f32 * 2.4, r * 0.19 * (i as f32 / 90.0).sqrt());
        canvas.fill(
            &outline::ellipse(x + d * angle.cos(), y + d * angle.sin(), r * 0.017, r * 0.017),
            hex(chance.pick(&[0xf6c65a, 0xe5a23c, 0xfbe08e])),
        );
    }
}

pub fn meadow(canvas: &mut Canvas, chance: &mut Chance, mood: usize) {
    let a = canvas.aspect();
    let sky = if mood.is_multiple_of(2) {
        Ramp::even(&[0xbfd8dc, 0xf3e6c4, 0xe7cf92, 0x8fa15c, 0x465f3a])
    } else {
        Ramp::even(&[0x6b5b95, 0xe8a0a4, 0xf7cf9a, 0x8d8a5a, 0x34452f])
    };
    let sun = hex(0xffe9b5);
    canvas.wash(|_, y| sky.at(y * 0.95));
    canvas.glow(a * 0.7, 0.24, 0.8, sun, 0.5);
    let tones: [u32; 5] = if mood.is_multiple_of(2) {
        [0xe8543f, 0xf4efe2, 0xf2c14e, 0xd94f6b, 0x7f8fd0]
    } else {
        [0xf3d9e6, 0xb85fa0, 0xf6b26b, 0xe76f6a, 0xfff1dd]
    };
    for depth in 0..5 {
        let t = depth as f32 / 4.0;
        let blur = [0.022, 0.012, 0.004, 0.0, 0.03][depth];
        let count = [110, 70, 42, 16, 5][depth];
        let mut layer = canvas.layer(if blur > 0.01 { 4 } else { 1 + usize::from(blur > 0.0) });
        for i in 0..count {
            let x = if depth == 4 {
                if i % 2 == 0 { chance.between(-0.05, 0.2) } else { a - chance.between(-0.05, 0.2) }
            } else {
                chance.between(-0.02, a + 0.02)
            };
            let y = 0.5 + 0.26 * t + chance.bell() * (0.05 + 0.05 * t);
            let r = 0.014 + 0.058 * t * t + 0.004 * chance.bell();
            let green = hex(0x4d6b35).mix(sun, 0.45 * (1.0 - t)) * chance.between(0.6, 1.0);
            let sway = chance.bell() * 0.03;
            layer.fill(
                &outline::stroke(&[(x, y), (x + sway, y + 0.2), (x + sway * 0.4, 1.05)], 0.002 + 0.004 * t),
                green,
            );
            for _ in 0..4 {
                let gx = x + chance.bell() * 0.05;
                let h = chance.between(0.1, 0.3) * (0.5 + t * 0.6);
                layer.tint(
                    &outline::petal(
                        gx,
                        1.02,
                        h + 0.35 * (1.0 - t),
                        0.006 + 0.006 * t,
                        -1.57 + chance.bell() * 0.16,
                    ),
                    green * chance.between(0.7, 1.3),
                    0.9,
                );
            }
            let tone = hex(chance.pick(&tones)).mix(sun, 0.25 * (1.0 - t));
            if i % 3 == 0 {
                daisy(&mut layer, chance, x, y, r, tone)
            } else {
                poppy(&mut layer, chance, x, y, r * 1.15, tone)
            }
        }
        canvas.over(&layer.blur(blur));
    }
    for _ in 0..40 {
        let (x, y) = (chance.between(0.0, a), chance.between(0.1, 0.8));
        canvas.glow(x, y, chance.between(0.004, 0.012), sun, 0.5);
    }
}

fn poppy(canvas: &mut Canvas, chance: &mut Chance, x: f32, y: f32, r: f32, tone: Rgb) {
    let turn = chance.between(0.0, TAU);
    for i in 0..5 {
        let angle = turn + TAU * i as f32 / 5.0;
        let (px, py) = (x + r * 0.42 * angle.cos(), y + r * 0.36 * angle.sin());
        let petal = outline::turned(outline::ellipse(px, py, r * 0.52, r * 0.6), angle, px, py);
        canvas.shade(&petal, |qx, qy| {
            let d = ((qx - x).powi(2) + (qy - y).powi(2)).sqrt() / r;
            let fold = 0.06 * ((qx - x).atan2(qy - y) * 13.0).sin();
            (tone * (0.5 + 0.55 * d + fold), 0.96)
        });
    }
    canvas.fill(&outline::ellipse(x, y, r * 0.16, r * 0.14), hex(0x2d2a22));
    for i in 0..14 {
        let angle = i as f32 * 0.449;
        canvas.fill(
            &outline::ellipse(x + r * 0.23 * angle.cos(), y + r * 0.2 * angle.sin(), r * 0.022, r * 0.022),
            hex(0xe8cf7a),
        );
    }
}
