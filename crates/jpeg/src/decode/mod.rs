//! Baseline JPEG to planes at 1/1, 1/2, 3/8, 1/4 or 1/8 of its size.

mod bits;
mod block;
mod header;
mod huffman;
mod idct;
mod rows;
mod run;
mod scan;
mod source;

pub use header::{Component, Info};

use crate::error::DecodeError;
use header::Segments;
use run::Work;
use scan::Plan;

/// How much smaller than the file the planes are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scale {
    Full,
    Half,
    ThreeEighths,
    Quarter,
    Eighth,
}

impl Scale {
    /// Samples on the side of a block: 8, 4, 3, 2 or 1.
    pub fn block_side(self) -> u8 {
        match self {
            Self::Full => 8,
            Self::Half => 4,
            Self::ThreeEighths => 3,
            Self::Quarter => 2,
            Self::Eighth => 1,
        }
    }

    /// Pixels of the file to a sample across: 1, 2, 2 2/3, 4 or 8.
    pub fn divisor(self) -> f64 {
        8.0 / f64::from(self.block_side())
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DecodeOptions {
    pub scale: Scale,
    /// Width times height of the file above which nothing is decoded.
    pub max_pixels: u64,
    /// Draw what is there (the rest is grey) instead of refusing damaged and truncated files.
    pub lenient: bool,
}

impl Default for DecodeOptions {
    fn default() -> Self {
        Self { scale: Scale::Full, max_pixels: 250_000_000, lenient: false }
    }
}

/// Buffers that grow to the largest file and are used again.
#[derive(Debug, Default)]
pub struct Buffers {
    work: Work,
}

/// Some rows of every component, top to bottom.
#[derive(Debug)]
pub struct Strip<'a> {
    /// In the frame's order.
    pub planes: &'a [StripPlane<'a>],
}

#[derive(Debug, Clone, Copy)]
pub struct StripPlane<'a> {
    pub data: &'a [u8],
    /// Samples from one row to the next.
    pub stride: usize,
    /// Samples of a row that belong to the picture.
    pub width: usize,
    /// Row of the plane the strip begins with.
    pub first_row: usize,
    pub rows: usize,
}

/// What was decoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded {
    pub info: Info,
    /// Rows of the file that are sound; less than its height only in lenient mode.
    pub sound_rows: u32,
}

/// One component of a whole picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecodedPlane {
    pub width: usize,
    pub height: usize,
    pub data: Vec<u8>,
}

/// Size of a component's plane at a scale, rounded up as libjpeg does.
pub fn plane_size(info: &Info, component: usize, scale: Scale) -> (usize, usize) {
    let (hmax, vmax) = info.factors();
    let n = u64::from(scale.block_side());
    let side = |pixels: u32, factor: u8, max: u32| {
        (u64::from(pixels) * u64::from(factor) * n).div_ceil(u64::from(max) * 8) as usize
    };
    match info.components.get(component) {
        Some(c) => (side(info.width, c.h, hmax), side(info.height, c.v, vmax)),
        None => (0, 0),
    }
}

/// Reads everything in front of the first scan.
pub fn read_info(data: &[u8]) -> Result<Info, DecodeError> {
    let mut segments = Segments::new(data)?;
    segments.next_scan()?;
    segments.info.take().ok_or(DecodeError::Truncated { rows_done: 0, rows: 0 })
}

/// Decodes to planes, strip by strip: `each` sees every row of every component once, in order, while it is
/// in the cache; it returns false to stop early.
///
/// Strict unless `options.lenient`: truncated and corrupt data are errors, after the strips in front of the
/// damage have been handed out.
pub fn decode_strips(
    data: &[u8],
    options: &DecodeOptions,
    buffers: &mut Buffers,
    mut each: impl FnMut(&Strip<'_>) -> bool,
) -> Result<Decoded, DecodeError> {
    let mut segments = Segments::new(data)?;
    let truncated = DecodeError::Truncated { rows_done: 0, rows: 0 };
    let scan = segments.next_scan()?.ok_or(truncated.clone())?;
    let info = segments.info.clone().ok_or(truncated)?;
    let (width, height) = (info.width, info.height);
    if u64::from(width) * u64::from(height) > options.max_pixels {
        return Err(DecodeError::TooLarge { width, height, max_pixels: options.max_pixels });
    }
    if scan.components.len() < info.components.len() {
        return several_scans(data, options, buffers, segments, scan, info, each);
    }
    let tables = segments.tables;
    let plan = Plan::new(&info, &scan, &tables, options.scale)?;
    let (whole, _) = plan.run(data, scan.start, &mut buffers.work, options.lenient, |row, samples| {
        let mut planes = Vec::with_capacity(plan.parts.len());
        for (i, part) in plan.parts.iter().enumerate() {
            let (stride, n) = plan.strip_size(part);
            let (w, h) = plane_size(&info, part.index, options.scale);
            let first_row = row * n;
            let rows_here = n.min(h.saturating_sub(first_row));
            planes.push((
                part.index,
                StripPlane { data: &samples[i], stride, width: w, first_row, rows: rows_here },
            ));
        }
        planes.sort_by_key(|p| p.0);
        let planes: Vec<StripPlane<'_>> = planes.into_iter().map(|p| p.1).collect();
        each(&Strip { planes: &planes })
    })?;
    let sound_rows = sound(&info, whole, plan.mcu_rows);
    Ok(Decoded { info, sound_rows })
}

fn sound(info: &Info, whole: usize, mcu_rows: usize) -> u32 {
    if whole == mcu_rows {
        return info.height;
    }
    let (_, vmax) = info.factors();
    let alone = info.components.len() == 1;
    (whole as u32 * 8 * if alone { 1 } else { vmax }).min(info.height)
}

/// Components in scans of their own: whole planes are collected and handed out as one strip.
fn several_scans(
    data: &[u8],
    options: &DecodeOptions,
    buffers: &mut Buffers,
    mut segments: Segments<'_>,
    first: header::Scan,
    info: Info,
    mut each: impl FnMut(&Strip<'_>) -> bool,
) -> Result<Decoded, DecodeError> {
    let n = info.components.len();
    let mut planes: Vec<Option<DecodedPlane>> = vec![None; n];
    let mut sound_rows = info.height;
    let mut scan = Some(first);
    while let Some(s) = scan {
        if s.components.iter().any(|c| planes[c.index].is_some()) {
            return Err(DecodeError::Corrupt("a component is there twice"));
        }
        let plan = Plan::new(&info, &s, &segments.tables, options.scale)?;
        for part in &plan.parts {
            let (width, height) = plane_size(&info, part.index, options.scale);
            planes[part.index] =
                Some(DecodedPlane { width, height, data: Vec::with_capacity(width * height) });
        }
        let (whole, end) = plan.run(data, s.start, &mut buffers.work, options.lenient, |_, samples| {
            for (i, part) in plan.parts.iter().enumerate() {
                let (stride, _) = plan.strip_size(part);
                if let Some(p) = &mut planes[part.index] {
                    for line in samples[i].chunks_exact(stride) {
                        if p.data.len() < p.width * p.height {
                            p.data.extend_from_slice(&line[..p.width]);
                        }
                    }
                }
            }
            true
        })?;
        if whole < plan.mcu_rows {
            sound_rows = 0;
        }
        segments.seek(end);
        scan = if planes.iter().all(Option::is_some) { None } else { segments.next_scan()? };
    }
    if planes.iter().any(Option::is_none) {
        return Err(DecodeError::Truncated { rows_done: 0, rows: info.height });
    }
    let strips: Vec<StripPlane<'_>> = planes
        .iter()
        .flatten()
        .map(|p| StripPlane { data: &p.data, stride: p.width, width: p.width, first_row: 0, rows: p.height })
        .collect();
    each(&Strip { planes: &strips });
    Ok(Decoded { info, sound_rows })
}

/// Entropy decoding alone, for measurements: nothing that decodes this file at this scale can take less.
/// Returns the number of MCU rows.
pub fn read_entropy(data: &[u8], scale: Scale, buffers: &mut Buffers) -> Result<usize, DecodeError> {
    let mut segments = Segments::new(data)?;
    let truncated = DecodeError::Truncated { rows_done: 0, rows: 0 };
    let scan = segments.next_scan()?.ok_or(truncated.clone())?;
    let info = segments.info.take().ok_or(truncated)?;
    let mut plan = Plan::new(&info, &scan, &segments.tables, scale)?;
    plan.transform = false;
    Ok(plan.run(data, scan.start, &mut buffers.work, false, |_, _| true)?.0)
}

/// Decodes to whole planes.
pub fn decode(data: &[u8], options: &DecodeOptions) -> Result<(Decoded, Vec<DecodedPlane>), DecodeError> {
    let mut planes: Vec<DecodedPlane> = Vec::new();
    let decoded = decode_strips(data, options, &mut Buffers::default(), |strip| {
        planes.resize_with(strip.planes.len(), || DecodedPlane { width: 0, height: 0, data: Vec::new() });
        for (p, s) in planes.iter_mut().zip(strip.planes) {
            p.width = s.width;
            p.height = p.height.max(s.first_row + s.rows);
            for line in s.data.chunks(s.stride.max(1)).take(s.rows) {
                p.data.extend_from_slice(&line[..s.width]);
            }
        }
        true
    })?;
    Ok((decoded, planes))
}
