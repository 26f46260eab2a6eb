//! Huffman tables made for one picture (T.81 annex K.2): count, build, write.

use super::fdct::Quantiser;
use super::huffman::{BitWriter, Codes};
use super::scan::{Sink, Tables, Write, magnitude, walk};
use super::{Plane, Sampling, segments};
use crate::tables::HuffmanSpec;

/// Symbol frequencies, and the blocks kept so that the transform runs once.
struct Count {
    dc: [[u32; 257]; 2],
    ac: [[u32; 257]; 2],
    blocks: Vec<(u8, u64)>,
    /// DC difference and the non-zero coefficients of each block, in order.
    values: Vec<i16>,
}

impl Sink for Count {
    #[inline(always)]
    fn block(&mut self, table: usize, zz: &[i16; 64], mask: u64) {
        self.dc[table][magnitude(i32::from(zz[0])).0 as usize] += 1;
        self.blocks.push((table as u8, mask));
        self.values.push(zz[0]);
        let ac = &mut self.ac[table];
        let (mut rest, mut last) = (mask, 0u32);
        while rest != 0 {
            let k = rest.trailing_zeros();
            rest &= rest - 1;
            let run = k - last - 1;
            ac[0xF0] += run / 16;
            let v = zz[(k & 63) as usize];
            ac[((run % 16) << 4 | magnitude(i32::from(v)).0) as usize & 255] += 1;
            self.values.push(v);
            last = k;
        }
        if last != 63 {
            ac[0] += 1;
        }
    }
}

/// Code lengths of at most 16 bits for the symbols that occur, as libjpeg derives them. One code point is
/// kept free so that no code consists of ones only.
fn lengths(counts: &[u32; 257]) -> ([u8; 16], Vec<u8>) {
    let mut freq: Vec<u64> = counts.iter().map(|&c| u64::from(c)).collect();
    freq[256] = 1;
    let mut size = [0u32; 257];
    let mut other = [usize::MAX; 257];
    loop {
        let least = |freq: &[u64], not: usize| {
            let mut best = usize::MAX;
            for (i, &f) in freq.iter().enumerate() {
                if f > 0 && i != not && (best == usize::MAX || f <= freq[best]) {
                    best = i;
                }
            }
            best
        };
        let a = least(&freq, usize::MAX);
        let b = least(&freq, a);
        if b == usize::MAX {
            break;
        }
        freq[a] += freq[b];
        freq[b] = 0;
        let mut chain = |start: usize| {
            let mut i = start;
            loop {
                size[i] += 1;
                if other[i] == usize::MAX {
                    return i;
                }
                i = other[i];
            }
        };
        let end = chain(a);
        chain(b);
        other[end] = b;
    }
    let mut bits = vec![0i32; 258];
    for &s in size.iter().filter(|&&s| s > 0) {
        bits[s as usize] += 1;
    }
    for i in (17..bits.len()).rev() {
        while bits[i] > 0 {
            let mut j = i - 2;
            while bits[j] == 0 {
                j -= 1;
            }
            bits[i] -= 2;
            bits[i - 1] += 1;
            bits[j + 1] += 2;
            bits[j] -= 1;
        }
    }
    if let Some(i) = (1..=16).rev().find(|&i| bits[i] > 0) {
        bits[i] -= 1;
    }
    let mut out = [0u8; 16];
    for (o, &b) in out.iter_mut().zip(&bits[1..17]) {
        *o = b as u8;
    }
    let mut symbols: Vec<(u32, usize)> =
        size.iter().enumerate().take(256).filter(|(_, s)| **s > 0).map(|(i, s)| (*s, i)).collect();
    symbols.sort_unstable();
    (out, symbols.into_iter().map(|(_, i)| i as u8).collect())
}

/// DHT, SOS and the scan.
pub(super) fn write(
    width: u32,
    height: u32,
    planes: &[Plane<'_>],
    sampling: Sampling,
    quantisation: &[[u8; 64]; 2],
    out: &mut Vec<u8>,
) {
    let quantisers = [Quantiser::new(&quantisation[0]), Quantiser::new(&quantisation[1])];
    let mut count = Count { dc: [[0; 257]; 2], ac: [[0; 257]; 2], blocks: Vec::new(), values: Vec::new() };
    walk(width, height, planes, sampling, &quantisers, &mut count);
    let classes = if planes.len() > 1 { 2 } else { 1 };
    let mut dc = [Codes::none(), Codes::none()];
    let mut ac = [Codes::none(), Codes::none()];
    for t in 0..classes {
        for (class, counts, codes) in [(0u8, &count.dc[t], &mut dc[t]), (0x10, &count.ac[t], &mut ac[t])] {
            let (counts, symbols) = lengths(counts);
            let spec = HuffmanSpec { counts, symbols: &symbols };
            segments::huffman(out, class | t as u8, &spec);
            *codes = Codes::new(&spec);
        }
    }
    segments::scan_header(out, planes.len());
    let tables = Tables { quantisers, dc, ac };
    let mut sink = Write { bits: BitWriter::new(out), tables: &tables };
    let mut values = count.values.iter();
    for &(table, mask) in &count.blocks {
        let mut zz = [0i16; 64];
        zz[0] = values.next().copied().unwrap_or(0);
        let mut rest = mask;
        while rest != 0 {
            let k = rest.trailing_zeros();
            rest &= rest - 1;
            zz[(k & 63) as usize] = values.next().copied().unwrap_or(0);
        }
        sink.block(usize::from(table), &zz, mask);
    }
    sink.bits.finish();
}
