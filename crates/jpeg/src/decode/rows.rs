//! Coefficients become samples, and samples rows, as MCUs arrive.

use super::idct::{self, Blocks};
use super::scan::Plan;

/// One MCU row in the making.
pub(super) struct Rows<'p, 't, F> {
    plan: &'p Plan<'t>,
    samples: &'p mut [Vec<u8>; 4],
    predictions: [i16; 4],
    /// Row in the making, and MCUs of it that are there.
    row: usize,
    across: usize,
    each: F,
}

impl<'p, 't, F: FnMut(usize, &[Vec<u8>; 4]) -> bool> Rows<'p, 't, F> {
    pub(super) fn new(plan: &'p Plan<'t>, samples: &'p mut [Vec<u8>; 4], each: F) -> Self {
        for (samples, part) in samples.iter_mut().zip(&plan.parts) {
            let (width, rows) = plan.strip_size(part);
            samples.resize(width * rows, 0);
        }
        Self { plan, samples, predictions: [0; 4], row: 0, across: 0, each }
    }

    /// Rows that are complete.
    pub(super) fn done(&self) -> usize {
        self.row
    }

    /// After a restart marker differences begin anew.
    pub(super) fn restart(&mut self) {
        self.predictions = [0; 4];
    }

    /// The next MCUs, whose DC coefficients are differences. False if no more are wanted.
    pub(super) fn push(&mut self, mut coefficients: &mut [i16]) -> bool {
        let size = self.plan.mcu();
        while !coefficients.is_empty() {
            let n = (self.plan.mcus_across - self.across).min(coefficients.len() / size);
            let (now, later) = coefficients.split_at_mut(n * size);
            coefficients = later;
            if self.plan.transform {
                self.transform(now);
            }
            self.across += n;
            if self.across == self.plan.mcus_across {
                let row = self.row;
                (self.across, self.row) = (0, row + 1);
                if !(self.each)(row, self.samples) {
                    return false;
                }
            }
        }
        true
    }

    /// The rest of the picture, grey.
    pub(super) fn finish(&mut self) {
        let mut blank = vec![0i16; self.plan.mcus_across * self.plan.mcu()];
        while self.row < self.plan.mcu_rows {
            let missing = (self.plan.mcus_across - self.across) * self.plan.mcu();
            self.restart();
            blank.fill(0);
            if !self.push(&mut blank[..missing]) {
                return;
            }
        }
    }

    fn transform(&mut self, mcus: &mut [i16]) {
        let (stride, size) = (self.plan.layout.stride, self.plan.mcu());
        for (i, part) in self.plan.parts.iter().enumerate() {
            let (width, rows) = self.plan.strip_size(part);
            let side = rows / part.v;
            let mut prediction = self.predictions[i];
            for mcu in mcus.chunks_exact_mut(size) {
                for block in mcu.chunks_exact_mut(stride).skip(part.first).take(part.h * part.v) {
                    prediction = prediction.wrapping_add(block[0]);
                    block[0] = prediction;
                }
            }
            self.predictions[i] = prediction;
            for v in 0..part.v {
                let blocks =
                    Blocks { mcus, mcu: size, stride, first: part.first + v * part.h, across: part.h };
                let at = v * side * width + self.across * part.h * side;
                idct::row(self.plan.scale, &blocks, &part.quantisers, &mut self.samples[i][at..], width);
            }
        }
    }
}
