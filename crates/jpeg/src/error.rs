//! What can be wrong with a JPEG, said so that a caller can choose: refuse, fall back, or show a part.

use std::fmt;

/// Why a file could not be decoded.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum DecodeError {
    /// The data does not start with a start-of-image marker.
    NotJpeg,
    /// A valid JPEG of a kind this decoder leaves to others (progressive, arithmetic, 12 bit, lossless).
    Unsupported(&'static str),
    /// The file ends before the picture does.
    Truncated { rows_done: u32, rows: u32 },
    /// The file contradicts itself or the standard; says where.
    Corrupt(&'static str),
    /// Larger than the caller allows.
    TooLarge { width: u32, height: u32, max_pixels: u64 },
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotJpeg => f.write_str("not a JPEG file"),
            Self::Unsupported(what) => write!(f, "{what} JPEG is not handled by this decoder"),
            Self::Truncated { rows_done, rows } => {
                write!(f, "the file ends early: {rows_done} of {rows} rows are there")
            }
            Self::Corrupt(what) => write!(f, "the file is damaged: {what}"),
            Self::TooLarge { width, height, max_pixels } => {
                write!(f, "{width} x {height} pixels are more than the limit of {max_pixels}")
            }
        }
    }
}

impl std::error::Error for DecodeError {}

/// Why planes could not be encoded. All of these are mistakes of the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum EncodeError {
    /// A side is 0 or above 65,535.
    Size { width: u32, height: u32 },
    /// Number, size or length of the planes does not fit picture and sampling.
    Planes,
    /// Quality outside 1 to 100.
    Quality(u8),
    /// An application segment above 65,533 bytes.
    Segment { marker: u8, length: usize },
    /// Larger than a micro preview may be.
    Micro { width: u32, height: u32 },
}

impl fmt::Display for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Size { width, height } => write!(f, "JPEG cannot hold {width} x {height} pixels"),
            Self::Planes => f.write_str("the planes do not fit the picture and its sampling"),
            Self::Quality(q) => write!(f, "quality {q} is outside 1 to 100"),
            Self::Segment { marker, length } => {
                write!(f, "segment {marker:#04x} of {length} bytes is above 65,533")
            }
            Self::Micro { width, height } => write!(f, "{width} x {height} is too large for a micro preview"),
        }
    }
}

impl std::error::Error for EncodeError {}
