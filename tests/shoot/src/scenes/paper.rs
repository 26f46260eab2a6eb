//! Layered paper with deep shadows: a round window into a small landscape.

use std::f32::consts::TAU;

use crate::canvas::Canvas;
use crate::chance::{Chance, fractal};
use crate::colour::{Ramp, hex};
use crate::figures::{self, Stance};
use crate::outline;

const PAPERS: [[u32; 6]; 3] = [
    [0xfbe3b9, 0xf4b58a, 0xe07f6c, 0xb4566a, 0x733f66, 0x3c2650],
    [0xe9f2e4, 0xb6dccb, 0x76b9ae, 0x3f8f92, 0x266a78, 0x12405a],
    [0xfdf0d2, 0xf3cf86, 0xdca04f, 0xb56b3a, 0x7b4331, 0x44261f],
];

pub fn paint(canvas: &mut Canvas, chance: &mut Chance, mood: usize) {
    let a = canvas.aspect();
    let seed = chance.bits() as u32;
    let papers = PAPERS[mood % 3];
    let (cx, cy) = (a * 0.5, 0.5);
    let fibre = |x: f32, y: f32| 1.0 + 0.018 * fractal(x * 160.0, y * 160.0, 2, seed);
    let glow = Ramp::even(&[0xfffaea, papers[0]]);
    canvas.wash(|x, y| glow.at(((x - cx).hypot(y - 0.42)) * 2.0) * fibre(x, y));
    canvas.fill(&outline::ellipse(cx + 0.09, 0.36, 0.075, 0.075), hex(0xfffdf4));
    let count = 4;
    for i in 0..count {
        let t = i as f32 / (count - 1) as f32;
        let line = move |x: f32| {
            0.47 + 0.125 * i as f32
                + (0.075 - 0.02 * t) * ((x * (3.2 + t * 1.7)) + 2.1 * i as f32).sin()
                + 0.012 * fractal(x * 4.0, t, 2, seed)
        };
        let sheet = outline::ground(a, line);
        lift(canvas, &sheet, 0.012, 0.017);
        let tone = hex(papers[1 + i]);
        canvas.shade(&sheet, |x, y| {
            (tone * (fibre(x, y) * (1.07 - 0.25 * ((y - line(x)) / 0.3).clamp(0.0, 1.0))), 1.0)
        });
        if i == 1 || i == 2 {
            for _ in 0..(9 * i) {
                let x = cx + chance.bell() * 0.28;
                let h = chance.between(0.05, 0.1) * (0.6 + 0.4 * i as f32);
                let fir = figures::fir(Stance::new(x, line(x) + 0.012, h, 1.0), 0.0);
                lift(canvas, &fir, 0.004, 0.005);
                canvas.fill(&fir, tone.mix(hex(papers[2 + i]), 0.55));
            }
        }
        if i == 2 {
            let x = cx + if mood.is_multiple_of(2) { -0.06 } else { 0.05 };
            let parts = match mood % 3 {
                0 => figures::couple(x, line(x) + 0.008, 0.2),
                1 => figures::child(Stance::new(x, line(x) + 0.008, 0.15, 1.0), true),
                _ => figures::bicycle(Stance::new(x, line(x) + 0.01, 0.13, 1.0)),
            };
            for part in &parts {
                lift(canvas, part, 0.004, 0.006);
            }
            for part in &parts {
                canvas.fill(part, hex(papers[5]));
            }
        }
    }
    // Frames: sheets with a wavy hole, each higher and darker than the last.
    for i in 0..3 {
        let r = 0.35 + 0.055 * i as f32;
        let mut hole = canvas.layer(1);
        let stretch = if a > 1.0 { 1.0 + (a - 1.0) * 0.55 } else { 0.86 };
        let edge: Vec<(f32, f32)> = (0..48)
            .map(|k| {
                let angle = TAU * k as f32 / 48.0;
                let wave = 1.0
                    + 0.03 * (angle * 7.0 + i as f32).sin()
                    + 0.02 * (angle * 11.0 + 2.0 * i as f32).cos();
                (
                    cx + r * stretch * wave * angle.cos(),
                    cy + r * wave * angle.sin() * if a > 1.0 { 1.0 } else { 1.12 },
                )
            })
            .collect();
        let opening = outline::blob(&edge);
        let tone =
            hex(papers[(4 - i).max(1)]).mix(hex(papers[0]), 0.72 - 0.33 * i as f32 * 0.0 - 0.22 * i as f32);
        hole.wash(|x, y| tone * fibre(x, y) * (1.05 - 0.12 * y));
        erase(&mut hole, &opening);
        let mut dark = canvas.layer(4);
        dark.wash(|_, _| hex(0x120a14));
        erase(&mut dark, &outline::moved(&opening, 0.008, 0.016));
        let mut dark = dark.blur(0.018);
        for p in &mut dark.pixels {
            *p = p.map(|v| v * 0.55);
        }
        canvas.over(&dark);
        canvas.over(&hole);
    }
    for i in 0..26 {
        let corner = i % 4;
        let (x, y) = ([0.0, a][corner % 2], [0.0, 1.0][corner / 2]);
        let inward = (cy - y).atan2(cx - x) + chance.bell() * 0.5;
        let length = chance.between(0.12, 0.24);
        let start = chance.between(0.0, 0.06);
        let leaf =
            outline::petal(x + start * inward.cos(), y + start * inward.sin(), length, length * 0.34, inward);
        lift(canvas, &leaf, 0.006, 0.01);
        let tone = hex(papers[chance.pick(&[1, 2, 3, 4])]);
        let (s, c) = inward.sin_cos();
        canvas.shade(&leaf, |px, py| {
            let across = (py - y) * c - (px - x) * s;
            (tone * (fibre(px, py) * if across > 0.0 { 0.9 } else { 1.06 }), 1.0)
        });
    }
}

/// The soft shadow a raised sheet throws down and right.
fn lift(canvas: &mut Canvas, sheet: &tiny_skia::Path, height: f32, soft: f32) {
    for k in 0..6 {
        let t = (k as f32 + 1.0) / 6.0;
        canvas.tint(
            &outline::moved(sheet, height * t * 0.6, height * t - soft * 0.9 * (1.0 - t)),
            hex(0x1a0c18),
            0.045,
        );
    }
}

fn erase(canvas: &mut Canvas, path: &tiny_skia::Path) {
    // Black at negative coverage has no meaning, so the hole is cut by scaling what is there.
    let mut keep = canvas.layer(1);
    keep.fill(path, hex(0xffffff));
    for (pixel, hole) in canvas.pixels.iter_mut().zip(&keep.pixels) {
        *pixel = pixel.map(|v| v * (1.0 - hole[3]));
    }
}
