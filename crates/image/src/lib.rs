//! Pictures, bytes in and bytes out: decode, orient, colour, resize, sharpen, watermark, encode, metadata.
//!
//! [`render`] makes the renditions of a gallery, [`print()`] the file a lab prints from, [`metadata`] reads
//! what the photographer wrote into a file. Everything that crosses the pipe between the agent and its
//! rendering workers is plain data with `serde`. Files are untrusted: limits hold before memory is asked
//! for, and whatever a file contains, the answer is a picture or an [`ImageError`].

mod batch;
mod canvas;
mod chroma;
mod colour;
mod error;
mod geometry;
mod interleave;
mod limits;
mod metadata;
mod orient;
mod output;
mod planar;
mod print;
mod recolour;
mod render;
mod request;
mod resample;
mod scale;
mod sharpen;
mod source;
mod srgb_profile;
mod transfer;
mod warp;
mod watermark;

pub use batch::{Outcome, render_files};
pub use error::ImageError;
pub use geometry::{Affine, Size};
pub use limits::Limits;
pub use metadata::{Metadata, Origin, Value, metadata};
pub use print::{check_profile, print};
pub use render::{Renderer, render, render_with};
pub use request::{
    Border, EditedFrame, Format, Intent, MetadataPolicy, Micro, PRINT_QUALITY, PrintFile, PrintProfile,
    PrintRequest, Probe, RenderRequest, Rendered, Rendition, RenditionSpec, Sharpen, Watermark,
    WatermarkContent, WatermarkPosition,
};
pub use source::probe;
