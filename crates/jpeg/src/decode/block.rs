//! Entropy decoding of one block (T.81 F.2.2).

use super::bits::Bits;
use super::huffman::{AcTable, BITS, DcTable, END, Entry, LAST, NONE, extend};

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

/// A layout's places are bytes: so many are within reach of a block's first.
pub(super) const REACH: usize = 256;

/// There is no such code, or it leads out of the block.
#[derive(Debug)]
pub(super) struct Damage;

/// Reads one block into its first places, which are zero; the DC coefficient stays a difference.
#[inline(always)]
pub(super) fn read(
    bits: &mut Bits,
    bytes: &[u8],
    (dc, ac): (&DcTable, &AcTable),
    layout: &Layout,
    block: &mut [i16; REACH],
) -> Result<(), Damage> {
    bits.refill(bytes);
    let (length, size) = dc.find(bits.peek());
    if length == 0 {
        return Err(Damage);
    }
    let raw = (bits.peek() >> 1 >> (63 - length)) as u32 & ((1 << size) - 1);
    bits.take(length);
    block[0] = extend(raw, size) as i16;
    let mut put = |k: u32, v: i16| block[usize::from(layout.place[(k & 255) as usize])] = v;
    let mut k = 0;
    while k < layout.last {
        bits.refill(bytes);
        // Five look-ups are at most 55 bits.
        for _ in 0..5 {
            let e = ac.values[(bits.peek() >> (64 - BITS)) as usize];
            let all = k + u32::from(e.steps);
            put(k + 1 + e.run(), e.first());
            put(all, e.second());
            // The one branch that is hard to foretell: at a block's end, and for the rare long code.
            if all >= 63 {
                if e.steps == NONE {
                    put(k + 1, 0);
                    bits.refill(bytes);
                    let (length, step, value) = ac.long(e, bits.peek());
                    bits.take(length);
                    k += step;
                    put(k, value);
                    match ended(k, step) {
                        Some(done) => return done,
                        None => break,
                    }
                }
                if let Some(before) = end(e, all) {
                    bits.take(e.bits());
                    put(before, e.second());
                    return Ok(());
                }
                let (after, result) = last(*bits, bytes, ac, k, put);
                *bits = after;
                return result;
            }
            bits.take(e.bits());
            k = all;
        }
    }
    // The rest of the block, for its length alone.
    loop {
        bits.refill(bytes);
        // Four look-ups are at most 56 bits.
        for _ in 0..4 {
            let e = ac.steps[(bits.peek() >> (64 - BITS)) as usize];
            let all = k + u32::from(e.steps);
            if all >= 63 {
                if e.steps == NONE {
                    bits.refill(bytes);
                    let (length, step, _) = ac.long(e, bits.peek());
                    bits.take(length);
                    k += step;
                    match ended(k, step) {
                        Some(done) => return done,
                        None => break,
                    }
                }
                if end(e, all).is_some() {
                    bits.take(e.bits());
                    return Ok(());
                }
                let (after, result) = last(*bits, bytes, ac, k, put);
                *bits = after;
                return result;
            }
            bits.take(e.bits());
            k = all;
        }
    }
}

/// Where the last coefficient lies if the block ends with this entry; `None` if something of the entry belongs
/// to the next block.
#[inline(always)]
fn end(e: Entry, all: u32) -> Option<u32> {
    if e.steps >= LAST {
        Some(all - u32::from(LAST)).filter(|b| *b < 63)
    } else {
        Some(all).filter(|a| *a == 63)
    }
}

/// The end of a block one coefficient at a time: the look-up led beyond it. Bits by value: what has an address
/// lives in memory and not in registers.
#[cold]
#[inline(never)]
fn last(
    mut bits: Bits,
    bytes: &[u8],
    ac: &AcTable,
    mut k: u32,
    mut put: impl FnMut(u32, i16),
) -> (Bits, Result<(), Damage>) {
    loop {
        bits.refill(bytes);
        let (length, step, value) = ac.single(bits.peek(), 1);
        bits.take(length);
        k += step;
        put(k, value);
        if let Some(done) = ended(k, step) {
            return (bits, done);
        }
    }
}

/// Whether the block is done after a step that led to `k`.
#[inline(always)]
fn ended(k: u32, step: u32) -> Option<Result<(), Damage>> {
    match k {
        _ if step == 0 => Some(Err(Damage)),
        ..63 => None,
        63 | END.. => Some(Ok(())),
        _ => Some(Err(Damage)),
    }
}
