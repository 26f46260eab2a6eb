//! One scan: which blocks an MCU has, and what becomes of them.

use super::Scale;
use super::block::Layout;
use super::header::{Info, Scan, Tables};
use super::huffman::{AcTable, DcTable};
use super::idct;
use crate::error::DecodeError;

/// A component as this scan sees it.
#[derive(Debug)]
pub(super) struct Part {
    /// Index into the frame's components.
    pub(super) index: usize,
    /// Blocks of an MCU across and down.
    pub(super) h: usize,
    pub(super) v: usize,
    /// Blocks across the whole row.
    pub(super) blocks: usize,
    /// First block of this part within an MCU.
    pub(super) first: usize,
    pub(super) quantisers: Vec<i16>,
}

#[derive(Debug)]
pub(super) struct Plan<'t> {
    pub(super) parts: Vec<Part>,
    /// Tables of each block of an MCU, in order.
    pub(super) blocks: Vec<(&'t DcTable, &'t AcTable)>,
    pub(super) layout: Layout,
    pub(super) mcus_across: usize,
    pub(super) mcu_rows: usize,
    pub(super) scale: Scale,
    /// MCUs between restart markers, 0 for none.
    pub(super) interval: usize,
    /// False to stop at coefficients, for measurements.
    pub(super) transform: bool,
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
        let mut blocks = Vec::new();
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
            let dc = tables.dc[s.dc].as_deref().ok_or(missing.clone())?;
            let ac = tables.ac[s.ac].as_deref().ok_or(missing)?;
            parts.push(Part {
                index: s.index,
                h,
                v,
                blocks: across as usize * h,
                first: blocks.len(),
                quantisers: idct::quantisers(q, &layout),
            });
            blocks.extend(std::iter::repeat_n((dc, ac), h * v));
        }
        // T.81 B.2.3.
        if !alone && blocks.len() > 10 {
            return Err(DecodeError::Corrupt("more than ten blocks in an MCU"));
        }
        Ok(Self {
            parts,
            blocks,
            layout,
            mcus_across: across as usize,
            mcu_rows: down as usize,
            scale,
            interval: tables.restart_interval as usize,
            transform: true,
        })
    }

    /// Coefficients of an MCU.
    pub(super) fn mcu(&self) -> usize {
        self.blocks.len() * self.layout.stride
    }

    /// Samples from one row of a part to the next, and rows per MCU row.
    pub(super) fn strip_size(&self, part: &Part) -> (usize, usize) {
        let n = usize::from(self.scale.block_side());
        (part.blocks * n, part.v * n)
    }
}
