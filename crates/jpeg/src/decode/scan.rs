//! One scan: entropy decoding MCU row by MCU row, each transformed while it is in the cache.

use super::Scale;
use super::bits::Bits;
use super::block::{Layout, ac, dc};
use super::header::{Info, Scan, Tables};
use super::huffman::{AcTable, DcTable};
use super::idct;
use crate::error::DecodeError;

/// A component as this scan sees it.
#[derive(Debug)]
pub(super) struct Part<'t> {
    /// Index into the frame's components.
    pub(super) index: usize,
    /// Blocks of an MCU across and down.
    h: usize,
    v: usize,
    /// Blocks across the whole row.
    pub(super) blocks: usize,
    dc: &'t DcTable,
    ac: &'t AcTable,
    quantisers: Vec<i16>,
}

#[derive(Debug)]
pub(super) struct Plan<'t> {
    pub(super) parts: Vec<Part<'t>>,
    mcus_across: usize,
    pub(super) mcu_rows: usize,
    layout: Layout,
    scale: Scale,
    interval: usize,
    /// False to stop at coefficients, for measurements.
    pub(super) transform: bool,
}

/// Coefficients and samples of one MCU row, kept from file to file.
#[derive(Debug, Default)]
pub(super) struct RowBuffers {
    coefficients: [Vec<i16>; 4],
    pub(super) samples: [Vec<u8>; 4],
}

/// How the entropy-coded data ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Damage {
    Corrupt,
    Truncated,
}

impl<'t> Plan<'t> {
    pub(super) fn new(
        info: &Info,
        scan: &Scan,
        tables: &'t Tables,
        scale: Scale,
    ) -> Result<Self, DecodeError> {
        let layout = idct::layout(scale);
        let (hmax, vmax) = info.factors();
        let alone = scan.components.len() == 1;
        let mut parts = Vec::with_capacity(scan.components.len());
        let (mut across, mut down) = (info.width.div_ceil(8 * hmax), info.height.div_ceil(8 * vmax));
        for s in &scan.components {
            let c = &info.components[s.index];
            // A scan of one component has no MCU structure: its blocks follow each other.
            let (h, v) = if alone { (1, 1) } else { (c.h.into(), c.v.into()) };
            if alone {
                across = (info.width * u32::from(c.h)).div_ceil(hmax).div_ceil(8);
                down = (info.height * u32::from(c.v)).div_ceil(vmax).div_ceil(8);
            }
            let missing = DecodeError::Corrupt("a table the scan needs is missing");
            let q = tables.quantisation[usize::from(c.quantisation)].as_ref().ok_or(missing.clone())?;
            parts.push(Part {
                index: s.index,
                h,
                v,
                blocks: across as usize * h,
                dc: tables.dc[s.dc].as_ref().ok_or(missing.clone())?,
                ac: tables.ac[s.ac].as_ref().ok_or(missing)?,
                quantisers: idct::quantisers(q, &layout),
            });
        }
        // T.81 B.2.3.
        if !alone && parts.iter().map(|p| p.h * p.v).sum::<usize>() > 10 {
            return Err(DecodeError::Corrupt("more than ten blocks in an MCU"));
        }
        Ok(Self {
            parts,
            mcus_across: across as usize,
            mcu_rows: down as usize,
            layout,
            scale,
            interval: tables.restart_interval as usize,
            transform: true,
        })
    }

    /// Samples from one row of a part to the next, and rows per MCU row.
    pub(super) fn strip_size(&self, part: &Part<'_>) -> (usize, usize) {
        let n = usize::from(self.scale.block_side());
        (part.blocks * n, part.v * n)
    }

    /// Decodes the scan. `each` gets the index of every MCU row and its samples, by position in `parts`;
    /// it returns false to stop. Returns the number of whole MCU rows and the position behind the scan.
    pub(super) fn run(
        &self,
        data: &[u8],
        start: usize,
        buffers: &mut RowBuffers,
        lenient: bool,
        mut each: impl FnMut(usize, &RowBuffers) -> bool,
    ) -> Result<(usize, usize), DecodeError> {
        let stride = self.layout.stride;
        for (i, part) in self.parts.iter().enumerate() {
            buffers.coefficients[i].clear();
            // A spare block ends every row of blocks: see `Layout::place`.
            buffers.coefficients[i].resize((part.blocks + 1) * part.v * stride, 0);
            let (width, rows) = self.strip_size(part);
            buffers.samples[i].resize(width * rows, 0);
        }
        let mut state = State { bits: Bits::new(data, start), predictions: [0; 4], mcu: 0 };
        let mut whole = self.mcu_rows;
        for row in 0..self.mcu_rows {
            for c in &mut buffers.coefficients {
                c.fill(0);
            }
            if row < whole
                && let Err(damage) = self.mcu_row(&mut state, buffers)
            {
                whole = row;
                if !lenient {
                    return Err(match damage {
                        Damage::Corrupt => DecodeError::Corrupt("picture data"),
                        Damage::Truncated => {
                            DecodeError::Truncated { rows_done: row as u32, rows: self.mcu_rows as u32 }
                        }
                    });
                }
            }
            for (i, part) in self.parts.iter().enumerate().take(if self.transform { 4 } else { 0 }) {
                let (width, rows) = self.strip_size(part);
                let side = rows / part.v;
                let blocks = buffers.coefficients[i].chunks_exact((part.blocks + 1) * stride);
                for (c, out) in blocks.zip(buffers.samples[i].chunks_exact_mut(width * side)) {
                    idct::row(self.scale, &c[..part.blocks * stride], &part.quantisers, out, width);
                }
            }
            if !each(row, buffers) {
                break;
            }
        }
        Ok((whole, state.bits.position()))
    }

    fn mcu_row(&self, state: &mut State<'_>, buffers: &mut RowBuffers) -> Result<(), Damage> {
        #[cfg(target_arch = "x86_64")]
        if std::arch::is_x86_feature_detected!("bmi2") {
            #[allow(unsafe_code)]
            // SAFETY: BMI2 was just detected.
            return unsafe { self.mcu_row_bmi2(state, buffers) };
        }
        self.mcu_row_portable(state, buffers)
    }

    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "bmi2")]
    fn mcu_row_bmi2(&self, state: &mut State<'_>, buffers: &mut RowBuffers) -> Result<(), Damage> {
        self.mcu_row_portable(state, buffers)
    }

    #[inline(always)]
    fn mcu_row_portable(&self, state: &mut State<'_>, buffers: &mut RowBuffers) -> Result<(), Damage> {
        let stride = self.layout.stride;
        let mut bits = state.bits;
        let mut sound = true;
        for mcu in 0..self.mcus_across {
            if self.interval > 0 && state.mcu > 0 && state.mcu.is_multiple_of(self.interval) {
                let number = (state.mcu / self.interval - 1) as u8;
                if !bits.restart(number) {
                    return Err(if bits.is_overrun() || bits.is_at_end() {
                        Damage::Truncated
                    } else {
                        Damage::Corrupt
                    });
                }
                state.predictions = [0; 4];
            }
            state.mcu += 1;
            for (i, part) in self.parts.iter().enumerate() {
                let coefficients = &mut buffers.coefficients[i];
                for v in 0..part.v {
                    for h in 0..part.h {
                        let at = (v * (part.blocks + 1) + mcu * part.h + h) * stride;
                        let Some(block) = coefficients.get_mut(at..at + stride + 1) else {
                            return Err(Damage::Corrupt);
                        };
                        bits.refill();
                        match dc(&mut bits, part.dc) {
                            Some(difference) => {
                                state.predictions[i] = state.predictions[i].wrapping_add(difference);
                            }
                            None => sound = false,
                        }
                        block[0] = state.predictions[i] as i16;
                        sound &= ac(&mut bits, part.ac, &self.layout, block);
                    }
                }
            }
        }
        let overrun = bits.is_overrun();
        state.bits = bits;
        match (sound, overrun) {
            (_, true) => Err(Damage::Truncated),
            (false, false) => Err(Damage::Corrupt),
            (true, false) => Ok(()),
        }
    }
}

#[derive(Debug)]
struct State<'a> {
    bits: Bits<'a>,
    predictions: [i32; 4],
    mcu: usize,
}
