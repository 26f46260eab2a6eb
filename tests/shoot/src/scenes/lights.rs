//! Out-of-focus lights, with strings of bulbs or raised glasses in front.

use crate::canvas::Canvas;
use crate::chance::Chance;
use crate::colour::{Ramp, hex};
use crate::figures::{self, Stance};
use crate::outline;

const GLOW: [[u32; 5]; 3] = [
    [0xffc36b, 0xff9a4d, 0xffe2b0, 0xf26d5b, 0xffd58a],
    [0x7fb8ff, 0xffc98a, 0xc98aff, 0xff8ab0, 0xfff0d8],
    [0xffd58a, 0x9fe0c8, 0xffb07a, 0xfff1cf, 0xf29a8a],
];

pub fn paint(canvas: &mut Canvas, chance: &mut Chance, mood: usize) {
    let a = canvas.aspect();
    let pick = mood % 3;
    let back = [
        Ramp::even(&[0x1a0f1d, 0x3a1c28, 0x6b3428]),
        Ramp::even(&[0x0c1230, 0x1c1d4d, 0x43285e]),
        Ramp::even(&[0x0f1f22, 0x1b3434, 0x4a4a34]),
    ][pick]
        .clone();
    canvas.wash(|x, y| back.at(y * 0.85 + 0.12 * ((x / a - 0.5) * 3.0).cos()));
    for (count, small, large, strength, blur) in
        [(70, 0.02, 0.05, 0.32, 0.006), (42, 0.05, 0.1, 0.27, 0.004), (12, 0.1, 0.16, 0.13, 0.005)]
    {
        let mut layer = canvas.layer(2);
        layer.wash(|_, _| hex(0));
        for _ in 0..count {
            let (x, y) = (chance.between(-0.05, a + 0.05), 0.48 + chance.bell() * 0.2);
            let r = chance.between(small, large);
            let tone = hex(chance.pick(&GLOW[pick]));
            let k = strength * chance.between(0.4, 1.3);
            // A lens draws a bright rim round the disc.
            let (ref_x, ref_y) = (x, y);
            let mut disc = |radius: f32, gain: f32| {
                let under = outline::ellipse(ref_x, ref_y, radius, radius);
                layer.shade(&under, |_, _| (tone * gain, (gain * 0.9).min(0.8)));
            };
            disc(r, k);
            disc(r * 0.92, k * 0.75);
        }
        canvas.add(&layer.blur(blur), 1.0);
    }
    match mood {
        0 => strings(canvas, chance),
        1 => glasses(canvas),
        _ => dancers(canvas, mood),
    }
}

fn strings(canvas: &mut Canvas, chance: &mut Chance) {
    let a = canvas.aspect();
    for row in 0..4 {
        let r = row as f32;
        let sag = move |x: f32| {
            0.04 + 0.105 * r
                + (0.12 + 0.02 * r)
                    * (1.0 - ((x / a * (1.0 + 0.22 * r) + 0.17 * r) * 2.0 % 2.0 - 1.0).powi(2))
        };
        let points: Vec<(f32, f32)> =
            (0..=40).map(|i| (a * i as f32 / 40.0, sag(a * i as f32 / 40.0))).collect();
        canvas.tint(&outline::stroke(&points, 0.0026), hex(0x0d0a0c), 0.9);
        let mut x = chance.between(0.02, 0.08);
        while x < a {
            let (y, s) = (sag(x), 0.011 + 0.002 * r);
            canvas.fill(&outline::rectangle(x - s * 0.28, y, s * 0.56, s * 0.9), hex(0x15100f));
            canvas.glow(x, y + s * 2.1, 0.075, hex(0xffa64d), 0.34);
            canvas.shade(
                &outline::blob(&[
                    (x, y + s * 0.8),
                    (x + s * 0.75, y + s * 1.9),
                    (x, y + s * 3.1),
                    (x - s * 0.75, y + s * 1.9),
                ]),
                |px, py| {
                    let d = (((px - x) / s).powi(2) + ((py - y - s * 2.0) / s / 1.2).powi(2)).sqrt();
                    (hex(0xfff3d0).mix(hex(0xffa646), d) * 1.25, 0.97)
                },
            );
            x += 0.085;
        }
    }
    figures::silhouette(canvas, &figures::couple(a * 0.5, 1.0, 0.47), hex(0x0f090d), hex(0xe09a58), 1.0);
}

fn glasses(canvas: &mut Canvas) {
    let a = canvas.aspect();
    for side in [-1.0f32, 1.0] {
        let (x, y) = (a * 0.5 + side * 0.105, 0.47);
        let lean = side * 0.2;
        let turn = |p| outline::turned(p, lean, x, y);
        let cup = [
            (x - 0.052, y - 0.24),
            (x - 0.062, y - 0.08),
            (x - 0.035, y + 0.05),
            (x, y + 0.075),
            (x + 0.035, y + 0.05),
            (x + 0.062, y - 0.08),
            (x + 0.052, y - 0.24),
        ];
        let wine = [
            (x - 0.061, y - 0.14),
            (x - 0.06, y - 0.06),
            (x - 0.034, y + 0.045),
            (x, y + 0.068),
            (x + 0.034, y + 0.045),
            (x + 0.06, y - 0.06),
            (x + 0.061, y - 0.14),
        ];
        canvas.shade(&turn(outline::polygon(&wine)), |px, py| {
            (
                hex(0xf2b45a)
                    .mix(hex(0xfff0c0), ((px - x) / 0.06 + 0.3).abs().powi(2) + (0.4 - (py - y)) * 0.4),
                0.72,
            )
        });
        canvas.tint(&turn(outline::blob(&cup)), hex(0xfff4e0), 0.13);
        canvas.tint(&turn(outline::stroke(&cup, 0.0035)), hex(0xfff6e6), 0.75);
        canvas.tint(&turn(outline::ring(x, y - 0.24, 0.052, 0.009, 0.0028)), hex(0xffffff), 0.8);
        canvas.tint(
            &turn(outline::stroke(&[(x, y + 0.075), (x - 0.002, y + 0.2), (x, y + 0.33)], 0.0075)),
            hex(0xfff1d8),
            0.6,
        );
        canvas.tint(&turn(outline::ellipse(x, y + 0.335, 0.062, 0.012)), hex(0xfff1d8), 0.55);
        canvas.tint(
            &turn(outline::stroke(
                &[(x - 0.046, y - 0.2), (x - 0.052, y - 0.08), (x - 0.036, y + 0.02)],
                0.006,
            )),
            hex(0xffffff),
            0.65,
        );
        for i in 0..26 {
            let (bx, by) =
                (x + 0.04 * (i as f32 * 2.7).sin(), y - 0.13 + 0.18 * ((i * 7 % 26) as f32 / 26.0));
            canvas.tint(&turn(outline::ring(bx, by, 0.0032, 0.0032, 0.001)), hex(0xffffff), 0.7);
        }
    }
    canvas.glow(a * 0.5, 0.24, 0.12, hex(0xfff2d0), 0.55);
}

fn dancers(canvas: &mut Canvas, mood: usize) {
    let a = canvas.aspect();
    let (dark, rim) = (hex(0x0c0b12), hex(0xf0b070));
    canvas.shadow(a * 0.5, 0.97, a * 0.6, 0.16, 0.8);
    for i in 0..6 {
        let x = a * (0.1 + 0.16 * i as f32);
        let height = [0.42, 0.39, 0.45, 0.4, 0.44, 0.38][i];
        let s = Stance::new(x, 1.0, height, if i % 2 == 0 { 1.0 } else { -1.0 });
        let up = (0.16, 1.02 + 0.05 * ((i + mood) % 3) as f32);
        let parts = if i % 2 == 0 { figures::suit(s, up) } else { figures::gown(s, (0.15, 1.0)) };
        figures::silhouette(canvas, &parts, dark, rim, if x < a * 0.5 { 1.0 } else { -1.0 });
    }
}
