//! Reads one picture: its hash, what its header says, and what was written into it. Never writes.

use std::{fs::File, io::Read, path::Path};

use darkslide_image::{Format, ImageError, Limits, Metadata, Probe};
use domain::hash::VersionHash;

use super::walk::{Candidate, Stamp};

/// Larger files are no finished exports, and reading one takes its size in memory.
const MAX_FILE: u64 = 2 << 30;
const MAX_SIDECAR: u64 = 16 << 20;

/// Everything the catalog keeps of a file.
#[derive(Debug)]
pub struct Seen {
    pub version: VersionHash,
    pub probe: Probe,
    pub metadata: Metadata,
}

#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    #[error("it cannot be read ({0}); allow this user to read it")]
    Unreadable(#[source] std::io::Error),
    #[error("it was changed while it was read; it is read again at the next scan")]
    Changing,
    #[error("it is empty; export or copy it again")]
    Empty,
    #[error("it is larger than 2 GiB; export it smaller")]
    TooLarge,
    #[error(transparent)]
    Picture(#[from] ImageError),
}

pub fn read(candidate: &Candidate, limits: &Limits) -> Result<Seen, ReadError> {
    let bytes = bytes(&candidate.path, candidate.stamp)?;
    let version = VersionHash(blake3::hash(&bytes).into());
    let sidecar = candidate.sidecar.as_ref().and_then(|(path, _)| limited(path, MAX_SIDECAR).ok());
    // A parser's panic is the file's fault and must not end the scan.
    let parsed = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        let probe = darkslide_image::probe(&bytes, limits)?;
        Ok::<_, ImageError>((probe, darkslide_image::metadata(&bytes, sidecar.as_deref())))
    }));
    let damaged = || ImageError::Corrupt { what: "its header cannot be read".into() };
    let (probe, metadata) = parsed.unwrap_or_else(|_| Err(damaged()))?;
    Ok(Seen { version, probe, metadata })
}

/// The whole file, if it is still the one that was looked at.
fn bytes(path: &Path, stamp: Stamp) -> Result<Vec<u8>, ReadError> {
    if stamp.size == 0 {
        return Err(ReadError::Empty);
    }
    if stamp.size > MAX_FILE {
        return Err(ReadError::TooLarge);
    }
    let bytes = limited(path, stamp.size + 1).map_err(ReadError::Unreadable)?;
    let after = std::fs::metadata(path).map_err(ReadError::Unreadable)?;
    if bytes.len() as u64 != stamp.size || Stamp::of(&after) != stamp {
        return Err(ReadError::Changing);
    }
    Ok(bytes)
}

fn limited(path: &Path, max: u64) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(max).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// An original for rendering, if it still has the hash it is known by.
pub fn original(path: &Path, version: VersionHash) -> Result<Vec<u8>, ReadError> {
    let metadata = std::fs::metadata(path).map_err(ReadError::Unreadable)?;
    // Opening a pipe would wait for ever.
    if !metadata.is_file() {
        return Err(ReadError::Changing);
    }
    let bytes = bytes(path, Stamp::of(&metadata))?;
    if blake3::hash(&bytes) != version.0 {
        return Err(ReadError::Changing);
    }
    Ok(bytes)
}

pub fn format_name(format: Format) -> &'static str {
    match format {
        Format::Jpeg => "jpeg",
        Format::Png => "png",
        Format::Tiff => "tiff",
        Format::WebP => "webp",
    }
}
