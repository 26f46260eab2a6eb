//! Huffman tables for reading.
//!
//! One look-up with the next [`BITS`] bits gives up to two complete coefficients, run, length and value
//! together: the decoder's speed is the chain from one look-up to the next, so each should do as much as
//! it can. Coefficients a scaled picture does not need are passed over up to five at a time.

use crate::error::DecodeError;
use crate::tables::HuffmanSpec;

/// Bits looked up at once.
pub(super) const BITS: u32 = 11;
const SIZE: usize = 1 << BITS;

/// How far an end-of-block advances: past every coefficient, and told apart from an overrun.
pub(super) const END: u32 = 128;

/// Codes longer than a look-up.
#[derive(Debug, Clone)]
pub(super) struct Canonical {
    /// One above the largest code of each length, left-aligned in 16 bits; 0 where there is none.
    limit: [u32; 17],
    offset: [i32; 17],
    symbols: [u8; 256],
}

impl Canonical {
    fn new(spec: &HuffmanSpec<'_>) -> Result<Self, DecodeError> {
        let mut c = Self { limit: [0; 17], offset: [0; 17], symbols: [0; 256] };
        c.symbols[..spec.symbols.len()].copy_from_slice(spec.symbols);
        let (mut code, mut index) = (0u32, 0i32);
        for length in 1..=16usize {
            let n = u32::from(spec.counts[length - 1]);
            c.offset[length] = index - code as i32;
            code += n;
            index += n as i32;
            if code > 1 << length {
                return Err(DecodeError::Corrupt("Huffman table with too many codes"));
            }
            c.limit[length] = if n > 0 { code << (16 - length) } else { 0 };
            code <<= 1;
        }
        Ok(c)
    }

    /// Length and symbol of the code at the top of `bits`; length 0 if there is none.
    pub(super) fn find(&self, bits: u64) -> (u32, u8) {
        let top = (bits >> 48) as u32;
        for length in 1..=16usize {
            if top < self.limit[length] {
                let at = (top >> (16 - length)) as i32 + self.offset[length];
                if let Some(symbol) = usize::try_from(at).ok().and_then(|at| self.symbols.get(at)) {
                    return (length as u32, *symbol);
                }
            }
        }
        (0, 0)
    }
}

#[derive(Debug, Clone)]
pub(super) struct DcTable {
    /// `size << 8 | length`; 0 where the code is longer.
    pub(super) lookup: [u16; SIZE],
    pub(super) canonical: Canonical,
}

impl DcTable {
    pub(super) fn new(spec: &HuffmanSpec<'_>) -> Result<Box<Self>, DecodeError> {
        if spec.symbols.iter().any(|s| *s > 15) {
            return Err(DecodeError::Corrupt("Huffman table for DC"));
        }
        let canonical = Canonical::new(spec)?;
        let mut lookup = [0u16; SIZE];
        for (i, e) in lookup.iter_mut().enumerate() {
            let (length, symbol) = canonical.find((i as u64) << (64 - BITS));
            if (1..=BITS).contains(&length) {
                *e = u16::from(symbol) << 8 | length as u16;
            }
        }
        Ok(Box::new(Self { lookup, canonical }))
    }
}

/// One or two coefficients. The second repeats the first where only one fits.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pair(u64);

impl Pair {
    #[inline(always)]
    pub(super) fn is_none(self) -> bool {
        self.0 == 0
    }
    #[inline(always)]
    pub(super) fn length(self) -> u32 {
        (self.0 & 0xff) as u32
    }
    #[inline(always)]
    pub(super) fn first_length(self) -> u32 {
        (self.0 >> 8 & 0xff) as u32
    }
    #[inline(always)]
    pub(super) fn first_advance(self) -> u32 {
        (self.0 >> 16 & 0xff) as u32
    }
    #[inline(always)]
    pub(super) fn advance(self) -> u32 {
        (self.0 >> 24 & 0xff) as u32
    }
    #[inline(always)]
    pub(super) fn first(self) -> i16 {
        (self.0 >> 32) as i16
    }
    #[inline(always)]
    pub(super) fn second(self) -> i16 {
        (self.0 >> 48) as i16
    }
}

#[derive(Debug, Clone)]
pub(super) struct AcTable {
    pub(super) pairs: [Pair; SIZE],
    /// `advance << 8 | length` of as many whole coefficients as fit; 0 where not even one does.
    pub(super) skips: [u16; SIZE],
    /// `symbol << 8 | length` of a code that fits though its value does not; 0 where it is longer.
    pub(super) codes: [u16; SIZE],
    pub(super) canonical: Canonical,
}

/// A value from its size and bits (T.81 F.2.2.1).
#[inline(always)]
pub(super) fn extend(raw: u32, size: u32) -> i32 {
    let half = (1u32 << size) >> 1;
    if raw < half { raw as i32 - (1 << size) + 1 } else { raw as i32 }
}

/// How far a symbol moves within the block.
#[inline(always)]
pub(super) fn advance(symbol: u8) -> u32 {
    if symbol == 0 { END } else { u32::from(symbol >> 4) + 1 }
}

impl AcTable {
    pub(super) fn new(spec: &HuffmanSpec<'_>) -> Result<Box<Self>, DecodeError> {
        let canonical = Canonical::new(spec)?;
        let mut t = Box::new(Self { pairs: [Pair(0); SIZE], skips: [0; SIZE], codes: [0; SIZE], canonical });
        for i in 0..SIZE {
            let (length, symbol) = t.canonical.find((i as u64) << (64 - BITS));
            if (1..=BITS).contains(&length) {
                t.codes[i] = u16::from(symbol) << 8 | length as u16;
            }
        }
        for i in 0..SIZE {
            let Some((length, step, value)) = t.whole(i, BITS) else { continue };
            let (mut total, mut steps, mut second) = (length, step, value);
            if step < END
                && let Some((l, s, v)) = t.whole(i << length & (SIZE - 1), BITS - length)
            {
                (total, steps, second) = (length + l, step + s, v);
            }
            t.pairs[i] = Pair(
                u64::from(total)
                    | u64::from(length) << 8
                    | u64::from(step) << 16
                    | u64::from(steps) << 24
                    | u64::from(value as u16) << 32
                    | u64::from(second as u16) << 48,
            );
            let (mut used, mut moved) = (length, step);
            while moved < END
                && let Some((l, s, _)) = t.whole(i << used & (SIZE - 1), BITS - used)
            {
                used += l;
                moved += s;
            }
            t.skips[i] = (moved << 8 | used) as u16;
        }
        Ok(t)
    }

    /// Bits, advance and value of the coefficient at the top of `index`, if all of it lies in `bits` bits.
    fn whole(&self, index: usize, bits: u32) -> Option<(u32, u32, i16)> {
        let code = self.codes[index];
        let (length, symbol) = (u32::from(code & 0xff), (code >> 8) as u8);
        let size = u32::from(symbol & 15);
        if length == 0 || length + size > bits {
            return None;
        }
        let raw = (index as u32) >> (BITS - length - size) & ((1 << size) - 1);
        // A size of 0 with a run below 15 is not a code of baseline; it moves on without a value.
        let value = if size == 0 { 0 } else { extend(raw, size) };
        Some((length + size, advance(symbol), value as i16))
    }
}
