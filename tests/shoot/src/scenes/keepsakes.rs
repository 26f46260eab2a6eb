//! Small things close up: rings on linen, candles in the dark.

use crate::canvas::Canvas;
use crate::chance::{Chance, fractal};
use crate::colour::{Ramp, Rgb, hex};
use crate::outline;
use crate::scenes::flowers;

pub fn rings(canvas: &mut Canvas, chance: &mut Chance, mood: usize) {
    let a = canvas.aspect();
    let seed = chance.bits() as u32;
    let cloth = if mood.is_multiple_of(2) {
        Ramp::even(&[0xfaf3ea, 0xe6d6c9, 0xb79d94])
    } else {
        Ramp::even(&[0xdde6ea, 0xa9bcc7, 0x5f7485])
    };
    canvas.wash(|x, y| {
        let fold = (fractal(x * 1.4 + y * 0.9, y * 2.2 - x * 0.6, 3, seed) * 7.0).sin() * 0.16;
        let weave = ((x * 900.0).sin() * (y * 900.0).sin()) * 0.012;
        cloth.at(0.2 + 0.45 * ((x / a - 0.3).powi(2) + (y - 0.3).powi(2)).sqrt() + fold) * (1.0 + weave)
    });
    let mut petals = canvas.layer(2);
    for _ in 0..16 {
        let (x, y) = (
            chance.between(0.0, a),
            if chance.unit() < 0.6 { chance.between(0.0, 0.22) } else { chance.between(0.85, 1.0) },
        );
        let (length, angle) = (chance.between(0.07, 0.13), chance.between(0.0, std::f32::consts::TAU));
        petals.shadow(x, y, length, length * 0.8, 0.3);
        petals.shade(&outline::petal(x, y, length, length * 0.75, angle), |px, py| {
            (hex(0xe7a7a2).mix(hex(0xfbe6dc), ((px - x).hypot(py - y)) / length), 0.95)
        });
    }
    flowers::rose(&mut petals, chance, a * 0.16, 0.2, 0.17, hex(0xf0c0b6));
    flowers::rose(&mut petals, chance, a * 0.02, 0.42, 0.14, hex(0xfaeadf));
    canvas.over(&petals.blur(0.006));
    for (dx, dy, r, thick, tone, stone) in
        [(-0.06, 0.0, 0.17, 0.034, 0xf0c56a, false), (0.13, 0.07, 0.145, 0.026, 0xe9e4dc, true)]
    {
        let (x, y) = (a * 0.54 + dx, 0.55 + dy);
        canvas.shadow(x + 0.035, y + 0.06, r * 1.25, r * 0.95, 0.55);
        band(canvas, (x, y), r, thick, hex(tone), seed);
        if stone {
            jewel(canvas, x + r * 0.62, y - r * 0.66, 0.042);
        }
    }
}

fn band(canvas: &mut Canvas, (x, y): (f32, f32), r: f32, thick: f32, metal: Rgb, seed: u32) {
    let squash = 0.72;
    for (drop, gain) in [(0.02, 0.55), (0.0, 1.0)] {
        let hoop = outline::ring(x, y + drop, r, r * squash, thick * if drop > 0.0 { 1.15 } else { 1.0 });
        canvas.shade(&hoop, |px, py| {
            let (dx, dy) = (px - x, (py - y - drop) / squash);
            let angle = dy.atan2(dx);
            let across = (dx.hypot(dy) - r) / thick * 2.0;
            let gleam = ((angle * 2.0 + 0.7).sin() * 0.5 + 0.5).powi(3)
                + 0.5 * ((angle * 5.0 + 2.0).sin() * 0.5 + 0.5).powi(8);
            let round = (1.0 - (across + 0.25).powi(2)).max(0.0);
            let base = metal * (0.22 + 0.5 * round) + metal.mix(hex(0xffffff), 0.6) * (gleam * round * 0.75);
            (base * (gain * (1.0 + 0.03 * fractal(angle * 40.0, across * 4.0, 2, seed))), 1.0)
        });
    }
}

fn jewel(canvas: &mut Canvas, x: f32, y: f32, r: f32) {
    canvas.fill(&outline::ellipse(x, y, r * 1.12, r * 1.02), hex(0x8f8a86));
    let facets = 12;
    for i in 0..facets {
        let step = std::f32::consts::TAU / facets as f32;
        let (p, q) = (i as f32 * step, (i + 1) as f32 * step);
        let rim = |t: f32, k: f32| (x + r * k * t.cos(), y + r * k * 0.92 * t.sin());
        let light = 0.45 + 0.55 * (p * 3.0 + 0.8).sin().abs();
        canvas.fill(
            &outline::polygon(&[rim(p, 1.0), rim(q, 1.0), rim((p + q) * 0.5, 0.55)]),
            hex(0xbfd3ee) * light,
        );
        canvas.fill(
            &outline::polygon(&[rim((p + q) * 0.5, 0.55), rim(q, 1.0), rim((p + q) * 0.5 + step, 0.55)]),
            hex(0xf2f7ff) * (1.15 - light * 0.55),
        );
    }
    canvas.fill(&outline::ellipse(x, y, r * 0.54, r * 0.5), hex(0xe6f0ff));
    canvas.fill(
        &outline::polygon(&[(x - r * 0.4, y - r * 0.1), (x, y - r * 0.42), (x + r * 0.15, y + r * 0.1)]),
        hex(0xffffff),
    );
    canvas.glow(x - r * 0.2, y - r * 0.2, r * 2.2, hex(0xffffff), 0.5);
}

pub fn candles(canvas: &mut Canvas, chance: &mut Chance, mood: usize) {
    let a = canvas.aspect();
    let seed = chance.bits() as u32;
    let back = if mood.is_multiple_of(2) {
        Ramp::even(&[0x59301f, 0x2f1a1a, 0x130d12])
    } else {
        Ramp::even(&[0x33385a, 0x1c1d38, 0x0c0d1c])
    };
    canvas.wash(|x, y| back.at(((x / a - 0.5).powi(2) + (y - 0.5).powi(2)).sqrt() * 1.5));
    let mut far = canvas.layer(3);
    for _ in 0..50 {
        let (x, y, r) = (chance.between(0.0, a), chance.between(0.08, 0.66), chance.between(0.015, 0.045));
        far.tint(
            &outline::ellipse(x, y, r, r),
            hex(chance.pick(&[0xffb35c, 0xff8a4a, 0xffd9a0])),
            chance.between(0.1, 0.45),
        );
    }
    canvas.over(&far.blur(0.005));
    canvas.shade(&outline::rectangle(-0.1, 0.77, a + 0.2, 0.3), |x, y| {
        let grain = 1.0 + 0.14 * fractal(x * 2.5, y * 60.0, 4, seed);
        (
            hex(0x6b3d25) * (grain * (0.85 - (y - 0.77) * 2.2).max(0.12) * (1.1 - (x / a - 0.5).abs() * 1.2)),
            1.0,
        )
    });
    for &(at, foot, w, h) in &[
        (0.22, 0.84, 0.055, 0.26),
        (0.37, 0.81, 0.045, 0.36),
        (0.62, 0.82, 0.05, 0.3),
        (0.8, 0.85, 0.06, 0.2),
        (0.5, 0.88, 0.062, 0.24),
    ] {
        let x = a * at;
        let top = foot - h;
        canvas.glow(x, top - 0.03, 0.34, hex(0xff9a3d), 0.26);
        canvas.shadow(x, foot + 0.012, w * 2.3, 0.028, 0.5);
        canvas.shade(&outline::rounded(x - w, top, 2.0 * w, h + 0.012, 0.012), |px, py| {
            let u = (px - x) / w;
            let d = (py - top) / h;
            let through = (1.0 - d * 1.15).max(0.0).powf(1.3);
            let tone = hex(0xf6d7b0).mix(hex(0xff9c48), through * 0.7);
            (tone * ((0.16 + 0.95 * through) * (1.0 - 0.45 * u * u)), 1.0)
        });
        canvas.fill(&outline::ellipse(x, top + 0.003, w * 0.96, w * 0.17), hex(0xffcf87));
        canvas.fill(&outline::ellipse(x, top + 0.004, w * 0.6, w * 0.1), hex(0xffeab8) * 1.1);
        canvas.fill(&outline::stroke(&[(x, top + 0.003), (x + 0.001, top - 0.016)], 0.0035), hex(0x2a1710));
        let sway = chance.bell() * 0.006;
        let flame = outline::blob(&[
            (x, top - 0.008),
            (x + 0.0125, top - 0.03),
            (x + sway, top - 0.088),
            (x - 0.0125, top - 0.03),
        ]);
        canvas.shade(&flame, |px, py| {
            let d = ((px - x) / 0.012).powi(2) + ((py - top + 0.032) / 0.05).powi(2);
            (hex(0xfffbe6).mix(hex(0xffa02c), d * 1.1) * 1.5, 0.97)
        });
        canvas.glow(x, top - 0.04, 0.085, hex(0xffc26b), 0.6);
    }
    for _ in 0..9 {
        let (x, y) = (a * chance.between(0.05, 0.95), chance.between(0.91, 0.99));
        let angle = chance.between(0.0, std::f32::consts::TAU);
        canvas.fill(&outline::petal(x, y, 0.04, 0.03, angle), hex(0xa8433f) * chance.between(0.5, 0.9));
    }
}
