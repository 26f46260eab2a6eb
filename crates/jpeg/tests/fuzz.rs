//! The fuzzer's checks on damaged pictures of every kind, the same ones in every run. `FUZZ_ROUNDS=100000`
//! runs longer; `cargo +nightly fuzz run decode` looks for what nobody thought of.

#![allow(clippy::unwrap_used, reason = "tests")]

#[path = "../fuzz/checks.rs"]
mod checks;

use darkslide_jpeg::{EncodeOptions, Plane, Sampling, encode, encode_scan};

fn rounds() -> u32 {
    std::env::var("FUZZ_ROUNDS").ok().and_then(|v| v.parse().ok()).unwrap_or(2_000)
}

struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % n.max(1)
    }

    fn bytes(&mut self, n: usize) -> Vec<u8> {
        (0..n).map(|_| self.below(256) as u8).collect()
    }
}

/// Small pictures: every sampling, smooth and noisy, standard and optimised tables.
fn seeds(random: &mut Random) -> Vec<Vec<u8>> {
    let mut out = Vec::new();
    for sampling in [Sampling::Grey, Sampling::S444, Sampling::S422, Sampling::S420] {
        for (w, h, quality, noise) in [(33u32, 21u32, 97, 90), (64, 48, 60, 10), (9, 80, 100, 255)] {
            let (cw, ch) = sampling.chroma_size(w, h);
            let mut plane = |w: u32, h: u32| -> Vec<u8> {
                (0..w * h).map(|i| (i % w * 3 + i / w * 2) as u8 ^ random.below(noise) as u8).collect()
            };
            let planes = [plane(w, h), plane(cw, ch), plane(cw, ch)];
            let views: Vec<Plane<'_>> = planes
                .iter()
                .zip([w, cw, cw])
                .take(if sampling == Sampling::Grey { 1 } else { 3 })
                .map(|(data, w)| Plane { data, stride: w as usize })
                .collect();
            for optimise in [false, true] {
                let mut jpeg = Vec::new();
                let options = EncodeOptions { quality, sampling, optimise, ..Default::default() };
                encode(w, h, &views, &options, &mut jpeg).unwrap();
                out.push(jpeg);
            }
        }
    }
    out
}

/// A few small changes of the kinds that disks, cables and attackers make.
fn damage(jpeg: &mut Vec<u8>, random: &mut Random) {
    for _ in 0..1 + random.below(4) {
        let at = random.below(jpeg.len());
        match random.below(8) {
            0 => jpeg.truncate(at),
            1 => jpeg[at] ^= 1 << random.below(8),
            2 => jpeg[at] = 0xFF,
            3 => jpeg[at] = random.below(256) as u8,
            4 => drop(jpeg.drain(at..(at + random.below(40)).min(jpeg.len()))),
            5 => {
                let copy = jpeg[at..(at + random.below(40)).min(jpeg.len())].to_vec();
                jpeg.splice(at..at, copy);
            }
            // A restart marker, or an interval in front of the scan.
            6 => drop(jpeg.splice(at..at, [0xFF, 0xD0 + random.below(8) as u8])),
            _ => {
                let sof = jpeg.windows(2).position(|w| w == [0xFF, 0xC0]).unwrap_or(0);
                jpeg.splice(sof..sof, [0xFF, 0xDD, 0, 4, 0, 1 + random.below(9) as u8]);
            }
        }
        if jpeg.is_empty() {
            return;
        }
    }
}

fn damaged(seed: u64, check: fn(&[u8])) {
    let mut random = Random(seed);
    let seeds = seeds(&mut random);
    seeds.iter().for_each(|s| check(s));
    for _ in 0..rounds() {
        let mut jpeg = seeds[random.below(seeds.len())].clone();
        damage(&mut jpeg, &mut random);
        check(&jpeg);
    }
}

#[test]
fn strict_decoding_of_damaged_pictures() {
    damaged(0x9E37_79B9, checks::decode_strict);
}

#[test]
fn lenient_decoding_of_damaged_pictures() {
    damaged(0x85EB_CA6B, checks::decode_lenient);
}

#[test]
fn any_scan_behind_the_constant_header() {
    let mut random = Random(0xC2B2_AE35);
    let plane = random.bytes(64 * 64);
    let p = |stride| Plane { data: &plane, stride };
    let scan = encode_scan(64, 43, &[p(64), p(32), p(32)]).unwrap();
    for round in 0..rounds() {
        let mut data = vec![63, 42];
        if round % 2 == 0 {
            data.extend_from_slice(&scan);
            let changes = random.below(6);
            (0..changes).for_each(|_| {
                let at = random.below(data.len());
                data[at] = random.below(255) as u8;
            });
        } else {
            let n = random.below(700);
            data.extend(random.bytes(n));
        }
        checks::join_header_any(&data);
    }
}

#[test]
fn planes_are_written_and_read_back() {
    let mut random = Random(0x27D4_EB2F);
    for round in 0..rounds() {
        let n = 5 + random.below(3_000);
        let mut data = random.bytes(n);
        // Half of them at quality 100, a third of those black and white only.
        if round % 2 == 0 {
            data[3] = 99;
        }
        if round % 6 == 0 {
            data[4..].iter_mut().for_each(|v| *v = if *v < 128 { 0 } else { 255 });
        }
        checks::encode_and_decode(&data);
    }
}
