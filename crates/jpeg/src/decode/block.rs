//! Entropy decoding of one block (T.81 F.2.2).

use super::bits::Bits;
use super::huffman::{AcTable, BITS, DcTable, END, advance, extend};

/// Which coefficients a scale needs and where they go within its block.
#[derive(Debug, Clone)]
pub(super) struct Layout {
    /// Place of each coefficient, by its zigzag index; beyond 63 and for coefficients that are not needed it
    /// is `stride`, the first place of the *next* block, which is written again when that block is read.
    pub(super) place: [u8; 256],
    /// Last zigzag index that is needed.
    pub(super) last: u32,
    /// Coefficients per block.
    pub(super) stride: usize,
}

/// Reads the DC difference. False if there is no such code.
#[inline(always)]
pub(super) fn dc(bits: &mut Bits<'_>, table: &DcTable) -> Option<i32> {
    let e = table.lookup[(bits.peek() >> (64 - BITS)) as usize];
    let (length, size) = if e != 0 {
        (u32::from(e & 0xff), u32::from(e >> 8))
    } else {
        let (length, symbol) = table.canonical.find(bits.peek());
        if length == 0 {
            return None;
        }
        (length, u32::from(symbol))
    };
    let raw = (bits.peek() << length >> 1 >> (63 - size)) as u32;
    bits.take(length + size);
    Some(extend(raw, size))
}

/// A coefficient whose bits exceed one look-up: bits, advance and value; no bits if there is no such code.
#[cold]
#[inline(never)]
fn long(word: u64, table: &AcTable) -> (u32, u32, i16) {
    let code = table.codes[(word >> (64 - BITS)) as usize];
    let (length, symbol) =
        if code != 0 { (u32::from(code & 0xff), (code >> 8) as u8) } else { table.canonical.find(word) };
    if length == 0 {
        return (0, 0, 0);
    }
    let size = u32::from(symbol & 15);
    let raw = (word << length >> 1 >> (63 - size)) as u32;
    (length + size, advance(symbol), if size == 0 { 0 } else { extend(raw, size) as i16 })
}

/// Reads the AC coefficients into `block`, which is zero but for its first place and has `stride + 1`
/// places. False if the data is damaged.
#[inline(always)]
pub(super) fn ac(bits: &mut Bits<'_>, table: &AcTable, layout: &Layout, block: &mut [i16]) -> bool {
    let mut put = |k: u32, v: i16| {
        if let Some(c) = block.get_mut(usize::from(layout.place[(k & 255) as usize])) {
            *c = v;
        }
    };
    let mut k = 0u32;
    while k < layout.last {
        bits.refill();
        // Five look-ups are at most 55 bits; a long code brings its own refills.
        for _ in 0..5 {
            let p = table.pairs[(bits.peek() >> (64 - BITS)) as usize];
            if p.is_none() {
                bits.refill();
                let (length, step, v) = long(bits.peek(), table);
                bits.take(length);
                bits.refill();
                k += step;
                put(k, v);
                if step == 0 {
                    return false;
                }
                if k >= 63 {
                    return k == 63 || k >= END;
                }
                continue;
            }
            let (first, both) = (k + p.first_advance(), k + p.advance());
            put(first, p.first());
            if both >= 63 {
                // The second belongs to the next block if the first was this one's last.
                if first >= 63 {
                    bits.take(p.first_length());
                    return first == 63 || first >= END;
                }
                bits.take(p.length());
                put(both, p.second());
                return both == 63 || both >= END;
            }
            bits.take(p.length());
            put(both, p.second());
            k = both;
        }
    }
    skip(bits, table, k)
}

/// Passes over the rest of a block from coefficient `k`.
#[inline(always)]
fn skip(bits: &mut Bits<'_>, table: &AcTable, mut k: u32) -> bool {
    loop {
        bits.refill();
        for _ in 0..5 {
            let at = (bits.peek() >> (64 - BITS)) as usize;
            let s = u32::from(table.skips[at]);
            let (step, length) = (s >> 8, s & 0xff);
            if s != 0 && k + (step & (END - 1)) < 63 {
                bits.take(length);
                k += step;
                if k >= END {
                    return true;
                }
                continue;
            }
            // Near the end of the block, or a long code: one at a time.
            let p = table.pairs[at];
            let step = if p.is_none() {
                bits.refill();
                let (length, step, _) = long(bits.peek(), table);
                bits.take(length);
                step
            } else {
                bits.take(p.first_length());
                p.first_advance()
            };
            if step == 0 {
                return false;
            }
            k += step;
            if k >= 63 {
                return k == 63 || k >= END;
            }
            break;
        }
    }
}
