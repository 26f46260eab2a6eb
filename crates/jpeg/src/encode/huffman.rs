//! Huffman codes for writing, and the bit writer.

use crate::tables::HuffmanSpec;

/// Code and length by symbol; length 0 means the symbol has no code.
#[derive(Debug, Clone)]
pub(crate) struct Codes {
    /// `code << 8 | length`
    entry: [u32; 256],
}

impl Codes {
    pub(crate) fn none() -> Self {
        Self { entry: [0; 256] }
    }

    pub(crate) fn new(spec: &HuffmanSpec<'_>) -> Self {
        let mut entry = [0u32; 256];
        let mut code = 0u32;
        let mut symbols = spec.symbols.iter();
        for (length, &n) in spec.counts.iter().enumerate() {
            for &symbol in symbols.by_ref().take(usize::from(n)) {
                entry[usize::from(symbol)] = code << 8 | (length as u32 + 1);
                code += 1;
            }
            code <<= 1;
        }
        Self { entry }
    }

    #[inline(always)]
    pub(crate) fn get(&self, symbol: u8) -> (u32, u32) {
        let e = self.entry[usize::from(symbol)];
        (e >> 8, e & 0xff)
    }
}

/// Bits go out most significant first; every 0xFF byte is followed by 0x00.
pub(crate) struct BitWriter<'a> {
    out: &'a mut Vec<u8>,
    bits: u64,
    free: u32,
}

impl<'a> BitWriter<'a> {
    pub(crate) fn new(out: &'a mut Vec<u8>) -> Self {
        Self { out, bits: 0, free: 64 }
    }

    /// `count` is at most 32, `value` has no bits above it.
    #[inline(always)]
    pub(crate) fn put(&mut self, value: u32, count: u32) {
        if count <= self.free {
            self.free -= count;
            self.bits |= u64::from(value) << self.free;
            return;
        }
        let over = count - self.free;
        self.bits |= u64::from(value) >> over;
        self.flush_word();
        self.free = 64 - over;
        self.bits = u64::from(value) << self.free;
    }

    #[inline(always)]
    fn flush_word(&mut self) {
        let w = self.bits;
        // A byte of w is 0xFF exactly when that byte of !w is zero.
        let zero = (!w).wrapping_sub(0x0101_0101_0101_0101) & w & 0x8080_8080_8080_8080;
        if zero == 0 {
            self.out.extend_from_slice(&w.to_be_bytes());
        } else {
            for b in w.to_be_bytes() {
                self.byte(b);
            }
        }
    }

    #[inline]
    fn byte(&mut self, b: u8) {
        self.out.push(b);
        if b == 0xFF {
            self.out.push(0);
        }
    }

    /// Fills the last byte with ones and writes what is left.
    pub(crate) fn finish(&mut self) {
        let used = 64 - self.free;
        let bytes = used.div_ceil(8) as usize;
        let ones = if used.is_multiple_of(8) { 0 } else { (1u64 << (8 - used % 8)) - 1 };
        if bytes > 0 {
            let w = self.bits | ones << (64 - 8 * bytes as u32);
            for b in w.to_be_bytes().into_iter().take(bytes) {
                self.byte(b);
            }
        }
        self.bits = 0;
        self.free = 64;
    }
}
