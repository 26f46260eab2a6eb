//! The bit reader: most significant bit first, from bytes without stuffing, zeros after the end.

/// Bits are kept at the top of a 64-bit word. A refill leaves at least 56. Of `count` only the lower six bits
/// mean anything, so that what is taken off it may carry other things above them: see `Entry`.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Bits {
    /// Next byte to be read.
    at: usize,
    word: u64,
    count: u32,
}

impl Bits {
    /// The last bytes must be zeros: what is left when less than eight remain is taken for zeros.
    #[inline(always)]
    pub(super) fn refill(&mut self, bytes: &[u8]) {
        let next = bytes.get(self.at..).and_then(|b| b.first_chunk::<8>());
        let count = self.count & 63;
        self.word |= next.map_or(0, |n| u64::from_be_bytes(*n)) >> count;
        self.at += ((63 - count) >> 3) as usize;
        self.count = count | 56;
    }

    #[inline(always)]
    pub(super) fn peek(&self) -> u64 {
        self.word
    }

    /// The lower six bits of `n` are at most what a refill guarantees; shifts do not look at the others.
    #[inline(always)]
    pub(super) fn take(&mut self, n: u32) {
        self.word <<= n & 63;
        self.count = self.count.wrapping_sub(n);
    }

    /// The next bit's place in the stretch.
    #[inline(always)]
    pub(super) fn position(&self) -> usize {
        (8 * self.at).wrapping_sub((self.count & 63) as usize)
    }

    /// After `bytes` were taken off the front of the stretch.
    pub(super) fn shift(&mut self, bytes: usize) {
        self.at -= bytes;
    }
}
