//! Draws test pictures: a shoot that looks like one, coded grids that tell where they were cut, colour patches.

pub mod canvas;
pub mod chance;
pub mod colour;
pub mod develop;
pub mod figures;
pub mod outline;
pub mod scenes;
