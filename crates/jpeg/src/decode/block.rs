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
    let raw = (bits.peek() << length >> 1 >> (63 - size)) as u32;
    bits.take(length + size);
    block[0] = extend(raw, size) as i16;
    let mut put = |k: u32, v: i16| block[usize::from(layout.place[(k & 255) as usize])] = v;
    let mut k = 0;
    while k < layout.last {
        bits.refill(bytes);
        // Five look-ups are at most 55 bits.
        for _ in 0..5 {
            let e = ac.values[(bits.peek() >> (64 - BITS)) as usize];
            let both = k + u32::from(e.steps);
            put(k + 1 + e.run(), e.first());
            put(both, e.second());
            // The one branch that is hard to foretell: at a block's end, and for the rare long code.
            if both >= 63 {
                let step = match end(bits, e, k) {
                    End::Block => return Ok(()),
                    End::No => return Err(Damage),
                    End::Single => {
                        let (step, value) = single(bits, bytes, ac);
                        put(k + step, value);
                        step
                    }
                };
                k += step;
                if let Some(done) = ended(k, step) {
                    return done;
                }
                break;
            }
            bits.take(e.length());
            k = both;
        }
    }
    pass_over(bits, bytes, ac, k)
}

/// Reads the rest of a block, from coefficient `k`, for its length alone.
#[inline(always)]
fn pass_over(bits: &mut Bits, bytes: &[u8], ac: &AcTable, mut k: u32) -> Result<(), Damage> {
    loop {
        bits.refill(bytes);
        for _ in 0..5 {
            let e = ac.steps[(bits.peek() >> (64 - BITS)) as usize];
            let all = k + u32::from(e.steps);
            if all >= 63 {
                let step = match end(bits, e, k) {
                    End::Block => return Ok(()),
                    End::No => return Err(Damage),
                    End::Single => single(bits, bytes, ac).0,
                };
                k += step;
                if let Some(done) = ended(k, step) {
                    return done;
                }
                break;
            }
            bits.take(e.length());
            k = all;
        }
    }
}

/// What an entry that leads to the block's end, or beyond it, means.
enum End {
    Block,
    No,
    /// Only its first coefficient is this block's, or it holds nothing whole.
    Single,
}

#[inline(always)]
fn end(bits: &mut Bits, e: Entry, k: u32) -> End {
    if e.steps == NONE || k + 1 + e.run() >= 63 {
        return End::Single;
    }
    bits.take(e.length());
    if k + u32::from(e.steps) == 63 || e.steps >= LAST { End::Block } else { End::No }
}

/// One coefficient, however long: step and value; no step if there is no such code.
#[inline(always)]
fn single(bits: &mut Bits, bytes: &[u8], ac: &AcTable) -> (u32, i16) {
    bits.refill(bytes);
    let (length, step, value) = ac.single(bits.peek());
    bits.take(length);
    (step, value)
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
