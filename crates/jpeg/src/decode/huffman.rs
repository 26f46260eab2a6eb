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
    /// Length and symbol of the code at the top of `bits`, which is at least `from` long; length 0 if there is
    /// none.
    fn find(&self, bits: u64, from: u32) -> (u32, u8) {
        let top = (bits >> 48) as u32;
        for length in from as usize..=16 {
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
    /// Bits of code and value in the low byte, of the value alone in the high one; 0 where the code is longer.
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
            let (length, symbol) = canonical.find((i as u64) << (64 - BITS), 1);
            if (1..=BITS).contains(&length) {
                *e = u16::from(symbol) << 8 | (length as u16 + u16::from(symbol));
            }
        }
        Ok(Box::new(Self { lookup, canonical }))
    }

    /// Bits of code and value at the top of `word` together, and of the value alone; none if there is no such
    /// code.
    #[inline(always)]
    pub(super) fn find(&self, word: u64) -> (u32, u32) {
        match self.lookup[(word >> (64 - BITS)) as usize] {
            0 => match self.canonical.find(word, BITS + 1) {
                (0, _) => (0, 0),
                (length, symbol) => (length + u32::from(symbol), u32::from(symbol)),
            },
            e => (u32::from(e & 0xff), u32::from(e >> 8)),
        }
    }
}

/// What the next [`BITS`] bits hold: one or two whole coefficients, or, past the last coefficient a scale
/// needs, the steps of as many as fit. Four bytes, so that the tables in use stay in the first-level cache,
/// and whole bytes, so that most fields are a load each and nothing more.
///
/// - two coefficients: the first with at most [`RUN`] zeros in front, both values;
/// - one coefficient: its value second; the first is a 0 in a place that is not yet written;
/// - one coefficient and the block's end: the same with [`LAST`] added to the steps, so that the value goes
///   to no place that matters, and is put where it belongs by whoever sees that the block has ended; the
///   block's end alone has a 0 for its coefficient;
/// - a code with a value that is longer than the look-up: [`NONE`] steps, the code's bits (0 where even they
///   are more) in place of the first value, the symbol in place of the second.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry {
    /// Bits used, and above the six bits that a shift looks at, zeros in front of the first coefficient.
    low: u8,
    /// How far all coefficients move together.
    pub(super) steps: u8,
    values: [i8; 2],
}

/// The steps of an entry that ends the block: this plus the coefficient before the end.
pub(super) const LAST: u8 = 64;
/// The steps of an entry that holds nothing whole.
pub(super) const NONE: u8 = 127;
/// Most bits of coefficients that are passed over with one look-up.
const MOST: u32 = 14;
/// Most zeros in front of the first of two coefficients.
const RUN: u32 = 3;

impl Entry {
    fn new(length: u32, run: u32, steps: u32, values: [i8; 2]) -> Self {
        Self { low: (length | run << 6) as u8, steps: steps as u8, values }
    }

    /// For [`super::bits::Bits::take`]: the bits used, and something above.
    #[inline(always)]
    pub(super) fn bits(self) -> u32 {
        u32::from(self.low)
    }
    /// Zeros in front of the first coefficient.
    #[inline(always)]
    pub(super) fn run(self) -> u32 {
        u32::from(self.low >> 6)
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

/// The codes that fit a look-up, for each of its values: `symbol << 8 | length`, 0 where it is longer.
struct Codes([u16; SIZE]);

impl AcTable {
    pub(super) fn new(spec: &HuffmanSpec<'_>) -> Result<Box<Self>, DecodeError> {
        const NOTHING: Entry = Entry { low: 0, steps: NONE, values: [0; 2] };
        let canonical = Canonical::new(spec)?;
        let mut codes = Codes([0; SIZE]);
        for (i, c) in codes.0.iter_mut().enumerate() {
            let (length, symbol) = canonical.find((i as u64) << (64 - BITS), 1);
            if (1..=BITS).contains(&length) {
                *c = u16::from(symbol) << 8 | length as u16;
            }
        }
        let mut t = Box::new(Self { values: [NOTHING; SIZE], steps: [NOTHING; SIZE], canonical });
        for i in 0..SIZE {
            t.values[i] = codes.values(i);
            t.steps[i] = codes.steps(i);
        }
        Ok(t)
    }

    /// Bits, advance and value of the coefficient at the top of `word`, however long; no advance if there is
    /// no such code. The code has at least `from` bits.
    pub(super) fn single(&self, word: u64, from: u32) -> (u32, u32, i16) {
        match self.canonical.find(word, from) {
            (0, _) => (0, 0, 0),
            (length, symbol) => coefficient(word, length, symbol),
        }
    }

    /// The same for an entry with [`NONE`] steps, which was looked up with `word`.
    #[inline(always)]
    pub(super) fn long(&self, e: Entry, word: u64) -> (u32, u32, i16) {
        match e.values {
            [0, _] => self.single(word, BITS + 1),
            [length, symbol] => coefficient(word, length as u32, symbol as u8),
        }
    }
}

/// Bits, advance and value of a coefficient with this symbol, whose code of this length `word` begins with.
#[inline(always)]
fn coefficient(word: u64, length: u32, symbol: u8) -> (u32, u32, i16) {
    let size = u32::from(symbol & 15);
    let raw = (word << length >> 1 >> (63 - size)) as u32;
    // A size of 0 with a run below 15 is not a code of baseline; it moves on without a value.
    (length + size, advance(symbol), if size == 0 { 0 } else { extend(raw, size) as i16 })
}

impl Codes {
    /// One or two coefficients at the top of `index`.
    fn values(&self, index: usize) -> Entry {
        let Some((length, step, value)) = self.whole(index, BITS) else { return self.long(index) };
        if step == END {
            return Entry::new(length, 0, 1 + u32::from(LAST), [0, 0]);
        }
        let Ok(v) = i8::try_from(value) else { return self.long(index) };
        let one = Entry::new(length, 0, step, [0, v]);
        match self.whole(index << length & (SIZE - 1), BITS - length) {
            Some((l, END, _)) => Entry::new(length + l, 0, step + u32::from(LAST), [0, v]),
            Some((l, s, w)) if step <= RUN + 1 => {
                i8::try_from(w).map_or(one, |w| Entry::new(length + l, step - 1, step + s, [v, w]))
            }
            _ => one,
        }
    }

    /// As many coefficients as fit, without their values, whose bits need not be in sight.
    fn steps(&self, index: usize) -> Entry {
        let (mut length, mut all) = (0u32, 0u32);
        while length < BITS {
            let code = self.0[index << length & (SIZE - 1)];
            let (l, symbol) = (u32::from(code & 0xff), (code >> 8) as u8);
            let (bits, s) = (length + l + u32::from(symbol & 15), advance(symbol));
            if l == 0 || length + l > BITS || bits > MOST || s != END && all + s >= u32::from(LAST) {
                break;
            }
            // What follows a block's last coefficient is the next block's, and 63 and `LAST` would be `NONE`.
            if all == 63 {
                break;
            }
            if s == END {
                return Entry::new(bits, 0, all.max(1) + u32::from(LAST), [0, 0]);
            }
            (length, all) = (bits, all + s);
        }
        if length == 0 { self.long(index) } else { Entry::new(length, 0, all, [0, 0]) }
    }

    /// What does not fit.
    fn long(&self, index: usize) -> Entry {
        let code = self.0[index];
        Entry::new(0, 0, NONE.into(), [(code & 0xff) as i8, (code >> 8) as i8])
    }

    /// Bits, advance and value of the coefficient at the top of `index`, if all of it lies in `bits` bits.
    fn whole(&self, index: usize, bits: u32) -> Option<(u32, u32, i16)> {
        let code = self.0[index];
        let (length, symbol) = (u32::from(code & 0xff), (code >> 8) as u8);
        if length == 0 || length + u32::from(symbol & 15) > bits {
            return None;
        }
        Some(coefficient((index as u64) << (64 - BITS), length, symbol))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Tables nobody writes, but may: long runs in few bits, so that one look-up leads through a whole block.
    #[test]
    fn nothing_is_left_out_unless_its_code_or_value_is_too_long() {
        let mut counts = [0u8; 16];
        (counts[0], counts[1], counts[2], counts[3], counts[12]) = (1, 1, 1, 1, 1);
        let t = AcTable::new(&HuffmanSpec { counts, symbols: &[0xF0, 0xE1, 0, 0x0A, 0x01] }).unwrap();
        for i in 0..SIZE {
            // The value of the fourth symbol, and the code of the fifth, are longer than a look-up.
            let first = i >> (BITS - 4);
            assert_eq!(t.values[i].steps == NONE, first >= 0b1110, "{i:011b}");
            assert_eq!(t.steps[i].steps == NONE, first == 0b1111, "{i:011b}");
        }
        // Three runs of sixteen zeros, fourteen and a one, and the end that is the next block's.
        let e = t.steps[0b000_1011_1000];
        assert_eq!((e.steps, e.bits()), (63, 6));
    }
}
