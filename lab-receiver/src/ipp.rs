//! IPP (RFC 8010, 8011): as much of it as a photo printer needs.

pub mod client;
pub mod job;
pub mod message;
