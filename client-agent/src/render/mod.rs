//! Rendering in worker processes, and `darkslide render`, which needs no catalog.

pub mod files;
mod frames;
mod limits;
pub mod message;
mod pool;
pub mod worker;

pub use pool::{Pool, RenderError};
