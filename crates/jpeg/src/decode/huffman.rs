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
struct Canonical {
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

    #[cold]
    #[inline(never)]
    /// Length and symbol of the code at the top of `bits`; length 0 if there is none.
    fn find(&self, bits: u64) -> (u32, u8) {
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
    lookup: [u16; SIZE],
    canonical: Canonical,
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

    /// Bits of the code at the top of `word` and of the value behind it; no bits if there is no such code.
    #[inline(always)]
    pub(super) fn find(&self, word: u64) -> (u32, u32) {
        match self.lookup[(word >> (64 - BITS)) as usize] {
            0 => {
                let (length, symbol) = self.canonical.find(word);
                (length, u32::from(symbol))
            }
            e => (u32::from(e & 0xff), u32::from(e >> 8)),
        }
    }
}

/// What the next [`BITS`] bits hold: one or two whole coefficients, or, past the last coefficient a scale
/// needs, the steps of as many as fit. Four bytes, so that the tables in use stay in the first-level cache,
/// and whole bytes, so that most fields are a load each and nothing more.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry {
    /// Bits used, and the first coefficient's run in the upper half.
    low: u8,
    /// How far both coefficients move together.
    pub(super) steps: u8,
    values: [i8; 2],
}

/// The steps of an entry that ends the block: this plus the first.
pub(super) const LAST: u8 = 64;
/// The steps of an entry that holds nothing whole.
pub(super) const NONE: u8 = 127;

impl Entry {
    /// Neither moves nor writes anything that matters: the value 0 goes to a place not yet written.
    const LONG: Self = Self { low: 0, steps: NONE, values: [0; 2] };

    /// `first` is 1 to 16.
    fn new(length: u32, first: u32, steps: u32, values: [i8; 2]) -> Self {
        Self { low: length as u8 | (first as u8 - 1) << 4, steps: steps as u8, values }
    }
    #[inline(always)]
    pub(super) fn length(self) -> u32 {
        u32::from(self.low & 15)
    }
    /// Zeros in front of the first coefficient.
    #[inline(always)]
    pub(super) fn run(self) -> u32 {
        u32::from(self.low >> 4)
    }
    #[inline(always)]
    pub(super) fn first(self) -> i16 {
        self.values[0].into()
    }
    #[inline(always)]
    pub(super) fn second(self) -> i16 {
        self.values[1].into()
    }
}

#[derive(Debug, Clone)]
pub(super) struct AcTable {
    pub(super) values: [Entry; SIZE],
    /// The same bits, passed over.
    pub(super) steps: [Entry; SIZE],
    /// `symbol << 8 | length` of a code that fits though its value may not; 0 where it is longer.
    codes: [u16; SIZE],
    canonical: Canonical,
}

/// A value from its size and bits (T.81 F.2.2.1).
#[inline(always)]
pub(super) fn extend(raw: u32, size: u32) -> i32 {
    let half = (1u32 << size) >> 1;
    if raw < half { raw as i32 - (1 << size) + 1 } else { raw as i32 }
}

/// How far a symbol moves within the block.
#[inline(always)]
fn advance(symbol: u8) -> u32 {
    if symbol == 0 { END } else { u32::from(symbol >> 4) + 1 }
}

impl AcTable {
    pub(super) fn new(spec: &HuffmanSpec<'_>) -> Result<Box<Self>, DecodeError> {
        let canonical = Canonical::new(spec)?;
        let mut t = Box::new(Self {
            values: [Entry::LONG; SIZE],
            steps: [Entry::LONG; SIZE],
            codes: [0; SIZE],
            canonical,
        });
        for i in 0..SIZE {
            let (length, symbol) = t.canonical.find((i as u64) << (64 - BITS));
            if (1..=BITS).contains(&length) {
                t.codes[i] = u16::from(symbol) << 8 | length as u16;
            }
        }
        for i in 0..SIZE {
            t.values[i] = t.values(i);
            t.steps[i] = t.steps(i);
        }
        Ok(t)
    }

    /// One or two coefficients at the top of `index`.
    fn values(&self, index: usize) -> Entry {
        let Some((length, step, value)) = self.whole(index, BITS) else { return Entry::LONG };
        let Ok(v) = i8::try_from(value) else { return Entry::LONG };
        if step == END {
            return Entry::new(length, 1, 1 + u32::from(LAST), [0, 0]);
        }
        let one = Entry::new(length, step, step, [v, v]);
        match self.whole(index << length & (SIZE - 1), BITS - length) {
            Some((l, END, _)) => Entry::new(length + l, step, step + u32::from(LAST), [v, 0]),
            Some((l, s, w)) => {
                i8::try_from(w).map_or(one, |w| Entry::new(length + l, step, step + s, [v, w]))
            }
            None => one,
        }
    }

    /// As many coefficients as fit, without their values; the first step is that of all but the last.
    fn steps(&self, index: usize) -> Entry {
        let (mut length, mut before, mut all) = (0u32, 0u32, 0u32);
        while let Some((l, s, _)) = self.whole(index << length & (SIZE - 1), BITS - length) {
            if all > 16 {
                break;
            }
            if s == END {
                return Entry::new(length + l, all.max(1), all.max(1) + u32::from(LAST), [0, 0]);
            }
            (length, before, all) = (length + l, all, all + s);
        }
        if length == 0 { Entry::LONG } else { Entry::new(length, before.max(1), all, [0, 0]) }
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

    /// Bits, advance and value of the coefficient at the top of `word`, however long; no advance if there is
    /// no such code.
    pub(super) fn single(&self, word: u64) -> (u32, u32, i16) {
        let code = self.codes[(word >> (64 - BITS)) as usize];
        let (length, symbol) =
            if code != 0 { (u32::from(code & 0xff), (code >> 8) as u8) } else { self.canonical.find(word) };
        if length == 0 {
            return (0, 0, 0);
        }
        let size = u32::from(symbol & 15);
        let raw = (word << length >> 1 >> (63 - size)) as u32;
        (length + size, advance(symbol), if size == 0 { 0 } else { extend(raw, size) as i16 })
    }
}
