//! A JPEG codec for camera files and web proofs: it decodes baseline JPEG at 1/1, 1/2, 3/8, 1/4 or 1/8 of
//! its size straight to planar YCbCr, encodes planes without going through RGB, and handles abbreviated
//! streams (ITU-T T.81 annex B.5), where the tables are kept once and the scans are stored alone.
//!
//! There are no dependencies. Colour profiles, orientation and resizing belong to `darkslide-image`.

mod abbreviated;
mod decode;
mod encode;
mod error;
mod lanes;
mod tables;

pub use abbreviated::{MICRO_MAX_SIDE, MICRO_QUALITY, encode_scan, header, join_header};
pub use decode::{
    Buffers, Component, DecodeOptions, Decoded, DecodedPlane, Info, Scale, Strip, StripPlane, decode,
    decode_strips, plane_size, read_entropy, read_info,
};
pub use encode::{EncodeOptions, Plane, Sampling, Segment, encode};
pub use error::{DecodeError, EncodeError};
