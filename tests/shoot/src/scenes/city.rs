//! A skyline at the blue hour, lit windows doubled in the river.

use crate::canvas::Canvas;
use crate::chance::{Chance, fractal, noise};
use crate::colour::{Ramp, hex};
use crate::figures;
use crate::outline;

const SKIES: [[u32; 4]; 3] = [
    [0x14234f, 0x31508f, 0x8f86b5, 0xf3b79a],
    [0x0d1636, 0x1f3269, 0x49579b, 0xc08aa8],
    [0x432d5e, 0x9a4f7c, 0xe98570, 0xfbcf8d],
];

pub fn paint(canvas: &mut Canvas, chance: &mut Chance, mood: usize) {
    let a = canvas.aspect();
    let seed = chance.bits() as u32;
    let pick = mood % SKIES.len();
    let sky = Ramp::even(&SKIES[pick]);
    let horizon = hex(SKIES[pick][3]);
    let quay = 0.69;
    canvas.wash(|_, y| sky.at((y / quay).powf(1.15)));
    let mut clouds = canvas.layer(3);
    clouds.veil(|x, y| (horizon, (fractal(x * 1.1, y * 6.0, 5, seed) * 1.4).max(0.0) * 0.5 * (y / quay)));
    canvas.over(&clouds);
    canvas.glow(a * 0.55, quay, 0.75, horizon, 0.28);
    let body = hex(SKIES[pick][0]);
    for layer in 0..4 {
        let t = layer as f32 / 3.0;
        let tone = horizon.blend(body, 0.35 + 0.6 * t) * (0.8 - 0.38 * t);
        let mut x = -0.02;
        while x < a {
            let w = chance.between(0.03, 0.085) * (0.8 + 0.4 * t);
            let hill = (-((x / a - 0.58) / 0.28).powi(2)).exp();
            let h = (0.07 + 0.3 * hill * (1.0 - 0.45 * t) + 0.09 * chance.unit()) * chance.between(0.6, 1.1);
            tower(canvas, chance, (x, quay - h, w, h + 0.01), tone, t);
            x += w * chance.between(0.7, 1.25);
        }
    }
    mirror(canvas, quay, seed, body);
    let mut soft = canvas.layer(2);
    for _ in 0..34 {
        let (x, y) = (chance.between(0.0, a), quay + chance.between(-0.008, 0.004));
        soft.glow(x, y, 0.022, hex(chance.pick(&[0xffd08a, 0xffb066, 0xffe6bd])), 1.3);
    }
    canvas.add(&soft, 1.0);
    let rail = hex(0x0b1024);
    canvas.fill(&outline::rectangle(-0.1, 0.955, a + 0.2, 0.1), rail);
    canvas.tint(&outline::rectangle(-0.1, 0.955, a + 0.2, 0.004), horizon, 0.5);
    let mut x = 0.02;
    while x < a {
        canvas.fill(&outline::rectangle(x, 0.875, 0.004, 0.09), rail);
        x += 0.045;
    }
    canvas.fill(&outline::rounded(-0.1, 0.868, a + 0.2, 0.011, 0.004), rail);
    if mood < 3 {
        figures::silhouette(canvas, &figures::couple(a * 0.27, 0.965, 0.36), rail, horizon * 0.75, 1.0);
    }
}

fn tower(
    canvas: &mut Canvas,
    chance: &mut Chance,
    (x, y, w, h): (f32, f32, f32, f32),
    tone: crate::colour::Rgb,
    t: f32,
) {
    let shine = tone * 1.35;
    canvas.shade(&outline::rectangle(x, y, w, h), |px, py| {
        (shine.mix(tone, (px - x) / w + (py - y) * 0.4), 1.0)
    });
    match chance.index(5) {
        0 => canvas.fill(&outline::polygon(&[(x, y), (x + w * 0.5, y - w * 0.5), (x + w, y)]), tone),
        1 => {
            canvas.fill(&outline::rectangle(x + w * 0.2, y - 0.018, w * 0.6, 0.02), tone);
            canvas.fill(&outline::rectangle(x + w * 0.48, y - 0.075, 0.0022, 0.06), tone);
            canvas.glow(x + w * 0.49, y - 0.075, 0.008, hex(0xff5a4a), 1.5);
        }
        2 => canvas.fill(&outline::ellipse(x + w * 0.5, y, w * 0.42, w * 0.3), tone),
        _ => {}
    }
    if t < 0.25 {
        return;
    }
    let step = 0.0085 + 0.003 * t;
    let columns = ((w - 0.006) / step) as usize;
    let busy = chance.between(0.15, 0.62);
    let hue = chance.pick(&[0xffd79a, 0xffc070, 0xfff0cf, 0xcfe2ff]);
    for row in 0..((h - 0.012) / (step * 1.25)) as usize {
        for column in 0..columns {
            if chance.unit() < busy * 0.7 {
                let (wx, wy) = (x + 0.004 + column as f32 * step, y + 0.008 + row as f32 * step * 1.25);
                let lit = hex(hue) * chance.between(0.35, 1.1) * (0.55 + 0.45 * t);
                canvas.fill(&outline::rectangle(wx, wy, step * 0.52, step * 0.62), lit);
            }
        }
    }
}

fn mirror(canvas: &mut Canvas, quay: f32, seed: u32, deep: crate::colour::Rgb) {
    let mut above = canvas.layer(2);
    let unit = 1.0 / above.height as f32;
    for row in 0..above.height {
        for column in 0..above.width {
            let c = canvas.peek((column as f32 + 0.5) * unit, (row as f32 + 0.5) * unit);
            above.pixels[row * above.width + column] = [c.0[0], c.0[1], c.0[2], 1.0];
        }
    }
    canvas.shade(&outline::rectangle(-0.1, quay, canvas.aspect() + 0.2, 1.0), |x, y| {
        let d = y - quay;
        let swell = noise(x * 6.0, (d + 0.01).ln() * 22.0, seed) * 0.02
            + noise(x * 26.0, d.sqrt() * 130.0, seed + 1) * 0.03;
        let mut seen = crate::colour::Rgb::default();
        // Still water draws lights out into long streaks.
        for k in 0..5 {
            let from = quay - d * (0.8 + 0.13 * k as f32) + swell * (1.0 + d * 4.0);
            seen = seen + above.peek(x + swell * 0.18, from.clamp(0.0, quay - 0.002)) * 0.2;
        }
        (seen.mix(deep * 0.4, 0.2 + d * 0.9), 1.0)
    });
}
