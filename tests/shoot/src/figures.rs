//! Paper-cut people, animals and things, drawn in a body's own units (feet at 0, height 1) and set down in a picture.

use tiny_skia::Path;

use crate::{canvas::Canvas, colour::Rgb, outline};

/// Where a figure stands: feet at (x, y), `height` tall, mirrored when `facing` is negative.
#[derive(Debug, Clone, Copy)]
pub struct Stance {
    pub x: f32,
    pub y: f32,
    pub height: f32,
    pub facing: f32,
}

impl Stance {
    pub fn new(x: f32, y: f32, height: f32, facing: f32) -> Self {
        Self { x, y, height, facing }
    }

    fn at(&self, (x, y): (f32, f32)) -> (f32, f32) {
        (self.x + x * self.facing * self.height, self.y - y * self.height)
    }

    fn blob(&self, points: &[(f32, f32)]) -> Path {
        outline::blob(&points.iter().map(|p| self.at(*p)).collect::<Vec<_>>())
    }

    fn cut(&self, points: &[(f32, f32)]) -> Path {
        outline::polygon(&points.iter().map(|p| self.at(*p)).collect::<Vec<_>>())
    }

    fn limb(&self, points: &[(f32, f32)], thickness: f32) -> Path {
        outline::stroke(&points.iter().map(|p| self.at(*p)).collect::<Vec<_>>(), thickness * self.height)
    }

    fn oval(&self, x: f32, y: f32, rx: f32, ry: f32) -> Path {
        let (cx, cy) = self.at((x, y));
        outline::ellipse(cx, cy, rx * self.height, ry * self.height)
    }

    fn wheel(&self, x: f32, y: f32, r: f32, thickness: f32) -> Path {
        let (cx, cy) = self.at((x, y));
        outline::ring(cx, cy, r * self.height, r * self.height, thickness * self.height)
    }
}

/// Cuts the parts out of one dark paper, with a rim of light from `side` (-1 left, 1 right).
pub fn silhouette(canvas: &mut Canvas, parts: &[Path], dark: Rgb, rim: Rgb, side: f32) {
    let edge = 0.0016;
    for part in parts {
        canvas.fill(&outline::moved(part, edge * side, -edge * 0.5), rim);
    }
    for part in parts {
        canvas.fill(part, dark);
    }
}

/// A person in a suit; `reach` is where the near hand is.
pub fn suit(s: Stance, reach: (f32, f32)) -> Vec<Path> {
    vec![
        s.oval(0.0, 0.93, 0.044, 0.06),
        s.blob(&[(-0.046, 0.95), (-0.03, 0.995), (0.02, 1.0), (0.048, 0.965), (0.02, 0.965), (-0.03, 0.96)]),
        s.cut(&[(-0.022, 0.9), (0.022, 0.9), (0.026, 0.84), (-0.026, 0.84)]),
        s.blob(&[
            (-0.03, 0.865),
            (-0.1, 0.835),
            (-0.112, 0.78),
            (-0.085, 0.62),
            (-0.092, 0.47),
            (0.0, 0.455),
            (0.092, 0.47),
            (0.085, 0.62),
            (0.112, 0.78),
            (0.1, 0.835),
            (0.03, 0.865),
        ]),
        s.cut(&[
            (-0.088, 0.5),
            (-0.068, 0.015),
            (-0.018, 0.015),
            (0.0, 0.44),
            (0.018, 0.015),
            (0.068, 0.015),
            (0.088, 0.5),
        ]),
        s.oval(-0.035, 0.012, 0.045, 0.014),
        s.oval(0.05, 0.012, 0.045, 0.014),
        s.limb(&[(-0.095, 0.8), (-0.122, 0.64), (-0.105, 0.48)], 0.046),
        s.limb(&[(0.09, 0.8), ((0.09 + reach.0) * 0.5 + 0.02, (0.8 + reach.1) * 0.5 - 0.02), reach], 0.044),
    ]
}

/// A person in a long dress with gathered hair.
pub fn gown(s: Stance, reach: (f32, f32)) -> Vec<Path> {
    vec![
        s.oval(0.0, 0.9, 0.04, 0.054),
        s.oval(-0.042, 0.925, 0.034, 0.034),
        s.blob(&[(-0.043, 0.9), (-0.03, 0.955), (0.015, 0.96), (0.038, 0.93), (0.0, 0.94), (-0.025, 0.9)]),
        s.cut(&[(-0.016, 0.88), (0.016, 0.88), (0.02, 0.815), (-0.02, 0.815)]),
        s.blob(&[
            (-0.02, 0.835),
            (-0.078, 0.81),
            (-0.068, 0.72),
            (-0.05, 0.63),
            (-0.085, 0.5),
            (-0.15, 0.25),
            (-0.25, 0.0),
            (-0.05, 0.01),
            (0.16, 0.0),
            (0.12, 0.25),
            (0.08, 0.5),
            (0.05, 0.63),
            (0.068, 0.72),
            (0.078, 0.81),
            (0.02, 0.835),
        ]),
        s.limb(&[(-0.068, 0.79), (-0.1, 0.66), (-0.07, 0.54)], 0.03),
        s.limb(
            &[(0.066, 0.79), ((0.066 + reach.0) * 0.5 + 0.01, (0.79 + reach.1) * 0.5 - 0.03), reach],
            0.03,
        ),
    ]
}

/// The pair, hand in hand, `height` being the taller one's.
pub fn couple(x: f32, y: f32, height: f32) -> Vec<Path> {
    let mut parts = suit(Stance::new(x - height * 0.17, y, height, 1.0), (0.17, 0.47));
    parts.extend(gown(Stance::new(x + height * 0.17, y, height * 0.96, -1.0), (0.17, 0.49)));
    parts
}

/// A child with one arm raised.
pub fn child(s: Stance, dress: bool) -> Vec<Path> {
    let mut parts = vec![
        s.oval(0.0, 0.87, 0.085, 0.095),
        s.cut(&[(-0.03, 0.8), (0.03, 0.8), (0.03, 0.72), (-0.03, 0.72)]),
        s.limb(&[(0.1, 0.68), (0.2, 0.8), (0.24, 0.98)], 0.062),
        s.limb(&[(-0.1, 0.68), (-0.18, 0.56), (-0.2, 0.42)], 0.062),
        s.limb(&[(-0.05, 0.36), (-0.07, 0.18), (-0.09, 0.03)], 0.075),
        s.limb(&[(0.05, 0.36), (0.09, 0.18), (0.07, 0.03)], 0.075),
        s.oval(-0.07, 0.02, 0.06, 0.025),
        s.oval(0.1, 0.02, 0.06, 0.025),
    ];
    if dress {
        parts.push(s.blob(&[
            (-0.11, 0.73),
            (-0.09, 0.55),
            (-0.2, 0.3),
            (0.0, 0.27),
            (0.2, 0.3),
            (0.09, 0.55),
            (0.11, 0.73),
        ]));
        parts.push(s.oval(-0.1, 0.85, 0.05, 0.06));
        parts.push(s.limb(&[(-0.09, 0.9), (-0.15, 0.83), (-0.14, 0.74)], 0.05));
    } else {
        parts.push(s.blob(&[
            (-0.12, 0.74),
            (-0.12, 0.4),
            (-0.1, 0.3),
            (0.1, 0.3),
            (0.12, 0.4),
            (0.12, 0.74),
        ]));
        parts.push(s.blob(&[(-0.09, 0.88), (-0.06, 0.98), (0.03, 1.0), (0.1, 0.92), (0.0, 0.93)]));
    }
    parts
}

/// A dog trotting.
pub fn dog(s: Stance) -> Vec<Path> {
    vec![
        s.blob(&[
            (-0.55, 0.62),
            (-0.3, 0.72),
            (0.1, 0.7),
            (0.38, 0.8),
            (0.42, 0.58),
            (0.2, 0.42),
            (-0.2, 0.46),
            (-0.5, 0.44),
        ]),
        s.blob(&[(0.28, 0.7), (0.4, 0.95), (0.55, 1.0), (0.63, 0.9), (0.6, 0.75), (0.42, 0.62)]),
        s.blob(&[(0.55, 0.96), (0.78, 0.86), (0.79, 0.79), (0.56, 0.78)]),
        s.blob(&[(0.42, 1.0), (0.36, 0.95), (0.33, 0.76), (0.42, 0.78), (0.48, 0.97)]),
        s.limb(&[(-0.52, 0.58), (-0.72, 0.78), (-0.74, 0.98)], 0.07),
        s.limb(&[(0.3, 0.55), (0.38, 0.3), (0.5, 0.04)], 0.095),
        s.limb(&[(0.2, 0.5), (0.16, 0.28), (0.02, 0.12)], 0.09),
        s.limb(&[(-0.42, 0.55), (-0.5, 0.3), (-0.68, 0.08)], 0.1),
        s.limb(&[(-0.36, 0.5), (-0.26, 0.28), (-0.3, 0.04)], 0.1),
    ]
}

/// A bicycle with a basket; one unit is the saddle's height.
pub fn bicycle(s: Stance) -> Vec<Path> {
    let tyre = 0.035;
    let mut parts = vec![
        s.wheel(-0.6, 0.36, 0.34, tyre),
        s.wheel(0.6, 0.36, 0.34, tyre),
        s.limb(&[(-0.6, 0.36), (-0.08, 0.34)], 0.032),
        s.limb(&[(-0.08, 0.34), (-0.26, 0.96)], 0.034),
        s.limb(&[(-0.6, 0.36), (-0.2, 0.76)], 0.028),
        s.limb(&[(-0.08, 0.34), (0.42, 0.8)], 0.034),
        s.limb(&[(-0.2, 0.76), (0.38, 0.9)], 0.034),
        s.limb(&[(0.6, 0.36), (0.38, 0.9), (0.34, 1.06)], 0.034),
        s.limb(&[(0.34, 1.06), (0.2, 1.1), (0.12, 1.06)], 0.036),
        s.blob(&[(-0.42, 1.0), (-0.28, 1.02), (-0.12, 0.98), (-0.2, 0.95), (-0.38, 0.95)]),
        s.cut(&[(0.48, 0.98), (0.86, 0.98), (0.8, 0.74), (0.52, 0.74)]),
        s.wheel(-0.08, 0.34, 0.09, 0.03),
    ];
    for spoke in 0..9 {
        let (sin, cos) = (spoke as f32 * 0.35).sin_cos();
        for hub in [-0.6, 0.6] {
            parts.push(s.limb(
                &[(hub - 0.33 * cos, 0.36 - 0.33 * sin), (hub + 0.33 * cos, 0.36 + 0.33 * sin)],
                0.006,
            ));
        }
    }
    parts
}

/// A fir tree; one unit is its height.
pub fn fir(s: Stance, lean: f32) -> Path {
    let mut points = vec![(0.0, 1.0)];
    let tiers = 9;
    for (side, order) in [(1.0, 0), (-1.0, 1)] {
        for i in 0..tiers {
            let i = if order == 0 { i } else { tiers - 1 - i };
            let t = (i + 1) as f32 / tiers as f32;
            let y = 0.97 - t * 0.87;
            let w = 0.025 + t * 0.2 * (1.0 + lean * if i % 2 == 0 { 0.12 } else { -0.12 } * side);
            let tip = (side * w, y - 0.02);
            let notch = (side * w * 0.45, y + 0.015);
            if order == 0 { points.extend([tip, notch]) } else { points.extend([notch, tip]) }
        }
        if order == 0 {
            points.extend([(0.025, 0.1), (0.022, 0.0), (-0.022, 0.0), (-0.025, 0.1)]);
        }
    }
    s.cut(&points)
}
