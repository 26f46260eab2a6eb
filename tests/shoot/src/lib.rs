//! Draws test pictures: a shoot that looks like one, coded grids that tell where they were cut, colour patches.

pub mod canvas;
pub mod captions;
pub mod chance;
pub mod colour;
pub mod develop;
pub mod exif;
pub mod figures;
pub mod grid;
pub mod jpeg_file;
pub mod outline;
pub mod patches;
pub mod programme;
pub mod scenes;
pub mod shoot;
