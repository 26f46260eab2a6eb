//! Pictures, bytes in and bytes out: decode, orient, colour, resize, sharpen, watermark, encode, metadata.
