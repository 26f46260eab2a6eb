//! Draws the demo shoot: varied pictures with real EXIF and XMP.

fn main() {}
