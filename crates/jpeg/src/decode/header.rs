//! Marker segments in front of and between scans (T.81 annex B).

use super::huffman::{AcTable, DcTable};
use crate::error::DecodeError;
use crate::tables::{AC_CHROMA, AC_LUMA, DC_CHROMA, DC_LUMA, HuffmanSpec, ZIGZAG};

/// One colour component of the frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Component {
    pub id: u8,
    /// Horizontal and vertical sampling factors, 1 to 4.
    pub h: u8,
    pub v: u8,
    pub(crate) quantisation: u8,
}

/// What the frame header says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Info {
    pub width: u32,
    pub height: u32,
    pub components: Vec<Component>,
    /// Colour transform of the Adobe marker, if there is one: 0 none, 1 YCbCr, 2 YCCK.
    pub adobe_transform: Option<u8>,
    /// MCUs between restart markers in the first scan, 0 for none.
    pub restart_interval: u32,
    /// A JFIF header is there: three components are YCbCr.
    pub jfif: bool,
}

impl Info {
    /// Largest sampling factors.
    pub fn factors(&self) -> (u32, u32) {
        let h = self.components.iter().map(|c| c.h).max().unwrap_or(1);
        let v = self.components.iter().map(|c| c.v).max().unwrap_or(1);
        (h.into(), v.into())
    }

    /// Whether three components are red, green and blue and not YCbCr.
    pub fn is_rgb(&self) -> bool {
        let ids: Vec<u8> = self.components.iter().map(|c| c.id).collect();
        ids.len() == 3
            && match self.adobe_transform {
                Some(t) => t == 0,
                None => !self.jfif && ids == *b"RGB",
            }
    }
}

/// One component's part in a scan.
#[derive(Debug, Clone, Copy)]
pub(super) struct ScanComponent {
    /// Index into the frame's components.
    pub(super) index: usize,
    pub(super) dc: usize,
    pub(super) ac: usize,
}

/// Tables as they stand at some scan.
#[derive(Debug, Clone)]
pub(super) struct Tables {
    /// Natural order.
    pub(super) quantisation: [Option<[u16; 64]>; 4],
    pub(super) dc: [Option<Box<DcTable>>; 4],
    pub(super) ac: [Option<Box<AcTable>>; 4],
    pub(super) restart_interval: u32,
}

#[derive(Debug)]
pub(super) struct Scan {
    pub(super) components: Vec<ScanComponent>,
    /// Offset of the entropy-coded data.
    pub(super) start: usize,
}

/// Reads segments one after the other.
#[derive(Debug)]
pub(super) struct Segments<'a> {
    data: &'a [u8],
    at: usize,
    pub(super) info: Option<Info>,
    pub(super) tables: Tables,
    jfif: bool,
    adobe: Option<u8>,
}

impl Tables {
    /// Frames of motion JPEG leave out the Huffman tables and mean the typical ones of T.81, K.3 (OpenDML AVI 1.02);
    /// libjpeg-turbo takes any file without a table that way.
    fn standard_where_missing(&mut self, s: &ScanComponent) -> Result<(), DecodeError> {
        if let (Some(dc @ None), Some(spec)) = (self.dc.get_mut(s.dc), [DC_LUMA, DC_CHROMA].get(s.dc)) {
            *dc = Some(DcTable::new(spec)?);
        }
        if let (Some(ac @ None), Some(spec)) = (self.ac.get_mut(s.ac), [AC_LUMA, AC_CHROMA].get(s.ac)) {
            *ac = Some(AcTable::new(spec)?);
        }
        Ok(())
    }
}

const CUT: DecodeError = DecodeError::Truncated { rows_done: 0, rows: 0 };

impl<'a> Segments<'a> {
    pub(super) fn new(data: &'a [u8]) -> Result<Self, DecodeError> {
        if !data.starts_with(&[0xFF, 0xD8]) {
            return Err(DecodeError::NotJpeg);
        }
        let tables = Tables {
            quantisation: [None; 4],
            dc: [const { None }; 4],
            ac: [const { None }; 4],
            restart_interval: 0,
        };
        Ok(Self { data, at: 2, info: None, tables, jfif: false, adobe: None })
    }

    pub(super) fn seek(&mut self, at: usize) {
        self.at = at;
    }

    /// The next scan, or `None` at the end of the picture.
    pub(super) fn next_scan(&mut self) -> Result<Option<Scan>, DecodeError> {
        loop {
            let rest = self.data.get(self.at..).ok_or(CUT)?;
            // Bytes between segments are skipped, as libjpeg does.
            let Some(skip) = rest.windows(2).position(|w| w[0] == 0xFF && w[1] != 0xFF && w[1] != 0) else {
                return if self.info.is_some() { Ok(None) } else { Err(CUT) };
            };
            let marker = rest[skip + 1];
            self.at += skip + 2;
            match marker {
                0x01 | 0xD0..=0xD8 => continue,
                0xD9 => return Ok(None),
                _ => {}
            }
            let length = match self.data.get(self.at..self.at + 2) {
                Some(l) => usize::from(u16::from_be_bytes([l[0], l[1]])),
                None => return Err(CUT),
            };
            if length < 2 {
                return Err(DecodeError::Corrupt("a segment of no length"));
            }
            let body = self.data.get(self.at + 2..self.at + length).ok_or(CUT)?;
            self.at += length;
            match marker {
                0xC0 | 0xC1 => self.frame(body)?,
                0xC2 => return Err(DecodeError::Unsupported("progressive")),
                0xC4 => self.huffman(body)?,
                0xC9..=0xCF => {
                    return Err(DecodeError::Unsupported("arithmetic-coded"));
                }
                0xC3 => return Err(DecodeError::Unsupported("lossless")),
                0xC5..=0xC7 => return Err(DecodeError::Unsupported("hierarchical")),
                0xDB => self.quantisation(body)?,
                0xDD => {
                    let &[a, b] = body else { return Err(DecodeError::Corrupt("restart interval")) };
                    self.tables.restart_interval = u16::from_be_bytes([a, b]).into();
                }
                0xDC => return Err(DecodeError::Unsupported("number-of-lines")),
                0xDA => return self.scan(body).map(Some),
                0xE0 if body.starts_with(b"JFIF\0") => self.jfif = true,
                0xEE if body.starts_with(b"Adobe") => self.adobe = body.get(11).copied(),
                _ => {}
            }
        }
    }

    fn frame(&mut self, body: &[u8]) -> Result<(), DecodeError> {
        let wrong = DecodeError::Corrupt("frame header");
        if self.info.is_some() {
            return Err(DecodeError::Corrupt("a second frame header"));
        }
        let &[precision, h0, h1, w0, w1, n, ref rest @ ..] = body else { return Err(wrong) };
        if precision != 8 {
            return Err(DecodeError::Unsupported("12 bit"));
        }
        let (height, width) = (u16::from_be_bytes([h0, h1]), u16::from_be_bytes([w0, w1]));
        if width == 0 || height == 0 {
            return Err(DecodeError::Corrupt("a picture without pixels"));
        }
        if !(1..=4).contains(&n) || rest.len() < 3 * usize::from(n) {
            return Err(wrong);
        }
        let components: Vec<Component> = rest
            .chunks_exact(3)
            .take(n.into())
            .map(|c| Component { id: c[0], h: c[1] >> 4, v: c[1] & 15, quantisation: c[2] })
            .collect();
        if components.iter().any(|c| !(1..=4).contains(&c.h) || !(1..=4).contains(&c.v) || c.quantisation > 3)
        {
            return Err(wrong);
        }
        self.info = Some(Info {
            width: width.into(),
            height: height.into(),
            components,
            adobe_transform: self.adobe,
            restart_interval: 0,
            jfif: self.jfif,
        });
        Ok(())
    }

    fn quantisation(&mut self, mut body: &[u8]) -> Result<(), DecodeError> {
        while let [pt, rest @ ..] = body {
            let wide = pt >> 4 == 1;
            let bytes = if wide { 128 } else { 64 };
            if pt >> 4 > 1 || pt & 15 > 3 || rest.len() < bytes {
                return Err(DecodeError::Corrupt("quantisation table"));
            }
            let mut table = [0u16; 64];
            for (k, &z) in ZIGZAG.iter().enumerate() {
                table[usize::from(z)] =
                    if wide { u16::from_be_bytes([rest[2 * k], rest[2 * k + 1]]) } else { rest[k].into() };
            }
            self.tables.quantisation[usize::from(pt & 3)] = Some(table);
            body = &rest[bytes..];
        }
        Ok(())
    }

    fn huffman(&mut self, mut body: &[u8]) -> Result<(), DecodeError> {
        let wrong = DecodeError::Corrupt("Huffman table");
        while let [tc, rest @ ..] = body {
            let (Some(counts), id) = (rest.first_chunk::<16>(), usize::from(tc & 15)) else {
                return Err(wrong);
            };
            let n: usize = counts.iter().map(|c| usize::from(*c)).sum();
            let symbols = rest.get(16..16 + n).ok_or(wrong.clone())?;
            if tc >> 4 > 1 || id > 3 || n > 256 {
                return Err(wrong);
            }
            let spec = HuffmanSpec { counts: *counts, symbols };
            if tc >> 4 == 0 {
                self.tables.dc[id] = Some(DcTable::new(&spec)?);
            } else {
                self.tables.ac[id] = Some(AcTable::new(&spec)?);
            }
            body = &rest[16 + n..];
        }
        Ok(())
    }

    fn scan(&mut self, body: &[u8]) -> Result<Scan, DecodeError> {
        let wrong = DecodeError::Corrupt("scan header");
        let Some(info) = &mut self.info else { return Err(DecodeError::Corrupt("a scan before the frame")) };
        info.restart_interval = self.tables.restart_interval;
        info.adobe_transform = self.adobe;
        info.jfif = self.jfif;
        let [n, rest @ ..] = body else { return Err(wrong) };
        let n = usize::from(*n);
        if n == 0 || n > info.components.len() || rest.len() < 2 * n + 3 {
            return Err(wrong);
        }
        let mut components: Vec<ScanComponent> = Vec::with_capacity(n);
        for c in rest.chunks_exact(2).take(n) {
            // libjpeg, too, takes the next component where ids repeat.
            let index = info
                .components
                .iter()
                .enumerate()
                .position(|(i, f)| f.id == c[0] && components.iter().all(|s| s.index != i))
                .ok_or(wrong.clone())?;
            components.push(ScanComponent { index, dc: (c[1] >> 4).into(), ac: (c[1] & 15).into() });
        }
        for s in &components {
            self.tables.standard_where_missing(s)?;
            let q = usize::from(info.components[s.index].quantisation);
            let there = self.tables.dc.get(s.dc).is_some_and(Option::is_some)
                && self.tables.ac.get(s.ac).is_some_and(Option::is_some)
                && self.tables.quantisation.get(q).is_some_and(Option::is_some);
            if !there {
                return Err(DecodeError::Corrupt("a table the scan needs is missing"));
            }
        }
        Ok(Scan { components, start: self.at })
    }
}
