//! Repeatable chance and smooth noise: the same seed draws the same shoot, byte for byte.

/// A small generator (SplitMix64); quality is plenty for pictures.
#[derive(Debug, Clone)]
pub struct Chance(u64);

impl Chance {
    pub fn new(seed: u64) -> Self {
        Self(seed ^ 0x9E37_79B9_7F4A_7C15)
    }

    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// Uniform in 0..1.
    pub fn unit(&mut self) -> f32 {
        (self.bits() >> 40) as f32 / (1u64 << 24) as f32
    }

    pub fn between(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * self.unit()
    }

    /// Uniform in 0..n; 0 when n is 0.
    pub fn index(&mut self, n: usize) -> usize {
        (self.bits() % n.max(1) as u64) as usize
    }

    pub fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.index(of.len())]
    }

    /// Roughly normal, standard deviation 1.
    pub fn bell(&mut self) -> f32 {
        (0..4).map(|_| self.unit() - 0.5).sum::<f32>() * 1.732
    }
}

fn lattice(x: i32, y: i32, seed: u32) -> f32 {
    let mut h = (x as u32).wrapping_mul(0x85EB_CA6B) ^ (y as u32).wrapping_mul(0xC2B2_AE35) ^ seed;
    h ^= h >> 15;
    h = h.wrapping_mul(0x2C1B_3C6D);
    h ^= h >> 12;
    h = h.wrapping_mul(0x297A_2D39);
    h ^= h >> 15;
    h as f32 * (2.0 / u32::MAX as f32) - 1.0
}

/// `floor` without the call that a plain x86-64 build makes of it.
fn whole(v: f32) -> i32 {
    let cut = v as i32;
    cut - i32::from(cut as f32 > v)
}

/// Value noise in -1..1.
pub fn noise(x: f32, y: f32, seed: u32) -> f32 {
    let (xi, yi) = (whole(x), whole(y));
    let ease = |t: f32| t * t * t * (t * (t * 6.0 - 15.0) + 10.0);
    let (u, v) = (ease(x - xi as f32), ease(y - yi as f32));
    let top = lattice(xi, yi, seed) * (1.0 - u) + lattice(xi + 1, yi, seed) * u;
    let bottom = lattice(xi, yi + 1, seed) * (1.0 - u) + lattice(xi + 1, yi + 1, seed) * u;
    top * (1.0 - v) + bottom * v
}

/// Each octave is turned by 0.8 radians more, which hides the lattice: (cosine, sine).
const TURNS: [(f32, f32); 6] = [
    (1.0, 0.0),
    (0.696_706_7, 0.717_356_1),
    (-0.029_199_52, 0.999_573_6),
    (-0.737_393_7, 0.675_463_2),
    (-0.998_294_8, -0.058_374_14),
    (-0.653_643_6, -0.756_802_5),
];

/// Noise over up to six octaves, about -1..1.
pub fn fractal(x: f32, y: f32, octaves: u32, seed: u32) -> f32 {
    let (mut sum, mut gain, mut scale, mut total) = (0.0, 0.5, 1.0, 0.0);
    for (octave, (c, s)) in TURNS.into_iter().enumerate().take(octaves as usize) {
        let (tx, ty) = (x * c - y * s, x * s + y * c);
        let octave = octave as u32;
        sum += gain * noise(tx * scale + 17.3 * octave as f32, ty * scale, seed.wrapping_add(octave * 101));
        total += gain;
        gain *= 0.5;
        scale *= 2.03;
    }
    sum / total
}
