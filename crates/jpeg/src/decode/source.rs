//! The entropy-coded bytes of a scan without their stuffing, a stretch at a time.

/// Zeros behind the last byte, so that a refill at the end loses nothing.
const PADDING: usize = 8;

/// An upper bound of an MCU: ten blocks of 64 codes of at most 32 bits.
pub(super) const LONGEST_MCU: usize = 10 * 64 * 4;

#[derive(Debug)]
pub(super) struct Source<'a> {
    data: &'a [u8],
    /// Next byte of the file. A marker is never passed.
    at: usize,
    bytes: &'a mut Vec<u8>,
    /// Bytes of the stretch that are the file's.
    length: usize,
    /// A marker, or the end of the file, comes next.
    ended: bool,
}

impl<'a> Source<'a> {
    pub(super) fn new(data: &'a [u8], at: usize, bytes: &'a mut Vec<u8>) -> Self {
        bytes.clear();
        Self { data, at, bytes, length: 0, ended: false }
    }

    /// The stretch, padded.
    #[inline(always)]
    pub(super) fn bytes(&self) -> &[u8] {
        self.bytes
    }

    /// Forgets the first `used` bytes and reads on until there are `wanted`, or all there are.
    pub(super) fn advance(&mut self, used: usize, wanted: usize) {
        let used = used.min(self.length);
        self.bytes.truncate(self.length);
        self.bytes.drain(..used);
        while self.bytes.len() < wanted && !self.ended {
            let rest = self.data.get(self.at..).unwrap_or_default();
            let most = rest.len().min(wanted - self.bytes.len());
            let n = plain(&rest[..most]);
            self.bytes.extend_from_slice(&rest[..n]);
            self.at += n;
            match rest.get(n..) {
                Some([0xFF, 0, ..]) => {
                    self.bytes.push(0xFF);
                    self.at += 2;
                }
                Some([0xFF, ..] | []) | None => self.ended = true,
                Some(_) => {}
            }
        }
        self.length = self.bytes.len();
        self.bytes.resize(self.length + PADDING, 0);
    }

    /// Bits of the stretch up to which an MCU may begin without running out of it; at the end, all.
    pub(super) fn safe_bits(&self) -> usize {
        8 * if self.ended { self.length } else { self.length.saturating_sub(LONGEST_MCU) }
    }

    /// Bits after which nothing comes, if that place is in sight.
    pub(super) fn end_bits(&self) -> Option<usize> {
        self.ended.then_some(8 * self.length)
    }

    /// Goes behind restart marker number `expected`; false if another one, or none, comes next.
    pub(super) fn restart(&mut self, expected: u8) -> bool {
        let Some((at, _)) = self.marker().filter(|(_, m)| *m == 0xD0 | (expected & 7)) else { return false };
        self.at = at + 2;
        self.bytes.clear();
        (self.length, self.ended) = (0, false);
        true
    }

    /// Whether the file ends here, without any further marker.
    pub(super) fn is_at_end(&self) -> bool {
        self.marker().is_none()
    }

    /// Position and code of the next marker.
    fn marker(&self) -> Option<(usize, u8)> {
        let rest = self.data.get(self.at..)?;
        let i = rest.windows(2).position(|w| w[0] == 0xFF && w[1] != 0 && w[1] != 0xFF)?;
        Some((self.at + i, rest[i + 1]))
    }

    /// Where the reading of segments goes on: at or in front of the next marker.
    pub(super) fn position(&self) -> usize {
        self.at
    }
}

/// How many bytes come before the first 0xFF.
fn plain(bytes: &[u8]) -> usize {
    let mut n = 0;
    for chunk in bytes.chunks_exact(32) {
        // Not `any`: without an early exit this is one vector comparison.
        if chunk.iter().fold(false, |found, b| found | (*b == 0xFF)) {
            break;
        }
        n += 32;
    }
    while let Some(word) = bytes[n..].first_chunk::<8>() {
        // A byte of the word is 0xFF where one of the complement is zero; the lowest one found is right.
        let zero = !u64::from_le_bytes(*word);
        let found = zero.wrapping_sub(0x0101_0101_0101_0101) & !zero & 0x8080_8080_8080_8080;
        if found != 0 {
            return n + found.trailing_zeros() as usize / 8;
        }
        n += 8;
    }
    n + bytes[n..].iter().position(|b| *b == 0xFF).unwrap_or(bytes.len() - n)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_first_of_several_is_found() {
        for length in 0..100usize {
            for at in 0..=length {
                let mut bytes: Vec<u8> = (0..length).map(|i| [0xFE, 0, 0x7F, 1][i % 4]).collect();
                bytes.iter_mut().skip(at).step_by(3).for_each(|b| *b = 0xFF);
                assert_eq!(super::plain(&bytes), at);
            }
        }
    }
}
