//! The bit reader: most significant bit first, stuffed zeros removed, zeros after the end.

/// Bits are kept at the top of a 64-bit word. A refill leaves at least 56.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bits<'a> {
    data: &'a [u8],
    at: usize,
    word: u64,
    count: u32,
    /// Zero bits made up after the end of the data.
    made_up: u64,
}

impl<'a> Bits<'a> {
    pub(super) fn new(data: &'a [u8], at: usize) -> Self {
        Self { data, at, word: 0, count: 0, made_up: 0 }
    }

    #[inline(always)]
    pub(super) fn refill(&mut self) {
        if let Some(next) = self.data.get(self.at..).and_then(|d| d.first_chunk::<8>()) {
            let w = u64::from_be_bytes(*next);
            // No byte is 0xFF: nothing stuffed and no marker.
            if (!w).wrapping_sub(0x0101_0101_0101_0101) & w & 0x8080_8080_8080_8080 == 0 {
                self.word |= w >> self.count;
                self.at += ((63 - self.count) >> 3) as usize;
                self.count |= 56;
                return;
            }
        }
        // By value: a reader whose address is taken would live in memory and not in registers.
        *self = self.refilled_slowly();
    }

    #[cold]
    #[inline(never)]
    fn refilled_slowly(mut self) -> Self {
        // A fast refill leaves part of the next byte below the counted bits.
        self.word &= !(u64::MAX >> self.count);
        while self.count < 56 {
            let byte = match (self.data.get(self.at), self.data.get(self.at + 1)) {
                (Some(0xFF), Some(0)) => {
                    self.at += 2;
                    0xFF
                }
                // A marker, or the end: stay in front of it.
                (Some(0xFF), _) | (None, _) => {
                    self.made_up += 8;
                    0
                }
                (Some(b), _) => {
                    self.at += 1;
                    *b
                }
            };
            self.word |= u64::from(byte) << (56 - self.count);
            self.count += 8;
        }
        self
    }

    #[inline(always)]
    pub(super) fn peek(&self) -> u64 {
        self.word
    }

    /// `n` is at most what a refill guarantees.
    #[inline(always)]
    pub(super) fn take(&mut self, n: u32) {
        self.word <<= n;
        self.count = self.count.wrapping_sub(n);
    }

    /// Whether bits were read that the file does not have.
    pub(super) fn is_overrun(&self) -> bool {
        self.made_up > u64::from(self.count)
    }

    /// Whether the data ends here, without any further marker.
    pub(super) fn is_at_end(&self) -> bool {
        self.marker().is_none()
    }

    /// Goes past restart marker number `expected`; false if another one, or none, comes next.
    pub(super) fn restart(&mut self, expected: u8) -> bool {
        if self.is_overrun() {
            return false;
        }
        let Some((at, _)) = self.marker().filter(|(_, m)| *m == 0xD0 | (expected & 7)) else { return false };
        *self = Self::new(self.data, at + 2);
        true
    }

    /// Position and code of the next marker from here.
    fn marker(&self) -> Option<(usize, u8)> {
        let rest = self.data.get(self.at..)?;
        let i = rest.windows(2).position(|w| w[0] == 0xFF && w[1] != 0 && w[1] != 0xFF)?;
        Some((self.at + i, rest[i + 1]))
    }

    /// Where the reading of segments goes on.
    pub(super) fn position(&self) -> usize {
        // Whole bytes that were read ahead contain no marker, so going on from here is enough.
        self.at
    }
}
