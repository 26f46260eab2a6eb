//! A JPEG codec: scaled planar decode, planar encode, abbreviated streams, header join.
