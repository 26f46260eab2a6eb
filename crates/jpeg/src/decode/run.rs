//! A scan from its first byte to its last: from restart marker to restart marker, some MCUs at a time.

use super::bits::Bits;
use super::block::{self, Damage, REACH};
use super::rows::Rows;
use super::scan::Plan;
use super::source::Source;
use crate::error::DecodeError;

/// Buffers kept from file to file.
#[derive(Debug, Default)]
pub(super) struct Work {
    bytes: Vec<u8>,
    coefficients: Vec<i16>,
    samples: [Vec<u8>; 4],
}

/// MCUs between entropy decoding and transform: few enough for the first-level cache at reduced scales.
const SPAN: usize = 64;
/// Bytes without stuffing at a time.
const STRETCH: usize = 16_384;

/// How the entropy-coded data ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Complete,
    /// The caller wants no more.
    Enough,
    Corrupt,
    Truncated,
}

impl Plan<'_> {
    /// Decodes the scan. `each` gets the index of every MCU row and its samples, by position in `parts`;
    /// it returns false to stop. Returns the number of whole MCU rows and the position behind the scan.
    pub(super) fn run(
        &self,
        data: &[u8],
        start: usize,
        work: &mut Work,
        lenient: bool,
        each: impl FnMut(usize, &[Vec<u8>; 4]) -> bool,
    ) -> Result<(usize, usize), DecodeError> {
        work.coefficients.clear();
        work.coefficients.resize(SPAN * self.mcu() + REACH, 0);
        let mut run = Run {
            plan: self,
            source: Source::new(data, start, &mut work.bytes),
            coefficients: &mut work.coefficients,
            rows: Rows::new(self, &mut work.samples, each),
        };
        let end = run.all(self.mcus_across * self.mcu_rows);
        let whole = run.rows.done();
        match end {
            End::Complete | End::Enough => return Ok((self.mcu_rows, run.source.position())),
            End::Corrupt if !lenient => return Err(DecodeError::Corrupt("picture data")),
            End::Truncated if !lenient => {
                return Err(DecodeError::Truncated { rows_done: whole as u32, rows: self.mcu_rows as u32 });
            }
            End::Corrupt | End::Truncated => {}
        }
        run.rows.finish();
        Ok((whole, run.source.position()))
    }

    /// Reads MCUs until `coefficients` is full or one begins at or after the bit `limit`. Returns how many
    /// are whole.
    fn read(
        &self,
        bits: &mut Bits,
        bytes: &[u8],
        limit: usize,
        coefficients: &mut [i16],
    ) -> (usize, Result<(), Damage>) {
        #[cfg(target_arch = "x86_64")]
        if std::arch::is_x86_feature_detected!("bmi2") {
            #[allow(unsafe_code)]
            // SAFETY: BMI2 was just detected.
            return unsafe { self.read_bmi2(bits, bytes, limit, coefficients) };
        }
        self.read_portable(bits, bytes, limit, coefficients)
    }

    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "bmi2")]
    fn read_bmi2(
        &self,
        bits: &mut Bits,
        bytes: &[u8],
        limit: usize,
        coefficients: &mut [i16],
    ) -> (usize, Result<(), Damage>) {
        self.read_portable(bits, bytes, limit, coefficients)
    }

    #[inline(always)]
    fn read_portable(
        &self,
        bits: &mut Bits,
        bytes: &[u8],
        limit: usize,
        coefficients: &mut [i16],
    ) -> (usize, Result<(), Damage>) {
        // By value: what has an address lives in memory and not in registers.
        let mut local = *bits;
        let (mut at, mut mcus) = (0, 0);
        let mut result = Ok(());
        'mcus: while at + REACH < coefficients.len() && local.position() < limit {
            for tables in &self.blocks {
                let Some(block) = coefficients.get_mut(at..).and_then(|c| c.first_chunk_mut()) else {
                    break 'mcus;
                };
                result = block::read(&mut local, bytes, *tables, &self.layout, block);
                if result.is_err() {
                    break 'mcus;
                }
                at += self.layout.stride;
            }
            mcus += 1;
        }
        *bits = local;
        (mcus, result)
    }
}

struct Run<'r, 't, F> {
    plan: &'r Plan<'t>,
    source: Source<'r>,
    coefficients: &'r mut [i16],
    rows: Rows<'r, 't, F>,
}

impl<F: FnMut(usize, &[Vec<u8>; 4]) -> bool> Run<'_, '_, F> {
    /// All MCUs of the scan, from restart marker to restart marker.
    fn all(&mut self, mut left: usize) -> End {
        let interval = if self.plan.interval == 0 { left } else { self.plan.interval };
        let mut marker = 0u8;
        loop {
            let now = interval.min(left);
            let end = self.interval(now);
            left -= now;
            if end != End::Complete || left == 0 {
                return end;
            }
            if !self.source.restart(marker) {
                return if self.source.is_at_end() { End::Truncated } else { End::Corrupt };
            }
            marker = marker.wrapping_add(1);
            self.rows.restart();
        }
    }

    /// `left` MCUs without a restart marker between them.
    fn interval(&mut self, mut left: usize) -> End {
        let size = self.plan.mcu();
        self.source.advance(0, STRETCH);
        let mut bits = Bits::default();
        while left > 0 {
            if bits.position() >= self.source.safe_bits() {
                let used = bits.position() / 8;
                self.source.advance(used, STRETCH);
                bits.shift(used);
            }
            let limit = self.source.safe_bits();
            let room = left.min(SPAN) * size + REACH;
            let store = &mut self.coefficients[..room];
            let (mcus, result) = self.plan.read(&mut bits, self.source.bytes(), limit, store);
            // What is behind the last byte are zeros that the file does not have.
            let over = self.source.end_bits().is_some_and(|end| bits.position() > end);
            let sound = mcus - usize::from(over && result.is_ok() && mcus > 0);
            if !self.rows.push(&mut self.coefficients[..sound * size]) {
                return End::Enough;
            }
            match result {
                _ if over => return End::Truncated,
                Err(Damage) => return End::Corrupt,
                // The data has ended, and the picture has not.
                Ok(()) if mcus == 0 => return End::Truncated,
                Ok(()) => left -= mcus,
            }
            let written = (mcus * size + REACH).min(self.coefficients.len());
            self.coefficients[..written].fill(0);
        }
        End::Complete
    }
}
