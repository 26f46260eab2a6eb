//! What can be wrong with a picture, in words the photographer can act on. Errors cross the pipe between
//! the agent and its rendering workers, so they are plain data.

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum ImageError {
    #[error("{what} cannot be read; export the picture as JPEG, TIFF or PNG")]
    Unsupported { what: String },
    #[error("the file ends before the picture does ({what}); export or copy it again")]
    Truncated { what: String },
    #[error("the file is damaged ({what}); export or copy it again")]
    Corrupt { what: String },
    #[error("{width} x {height} pixels are more than {limit}; export it smaller, or raise the limit")]
    TooLarge { width: u32, height: u32, limit: String },
    #[error(
        "the picture needs {needed_mib} MiB of memory and a worker may use {limit_mib}; export it smaller, or raise the limit"
    )]
    OutOfMemory { needed_mib: u64, limit_mib: u64 },
    #[error("the request cannot be carried out: {why}")]
    BadRequest { why: String },
}

impl ImageError {
    pub(crate) fn corrupt(what: impl ToString) -> Self {
        Self::Corrupt { what: printable(&what.to_string()) }
    }

    pub(crate) fn unsupported(what: impl ToString) -> Self {
        Self::Unsupported { what: printable(&what.to_string()) }
    }

    pub(crate) fn bad_request(why: impl ToString) -> Self {
        Self::BadRequest { why: printable(&why.to_string()) }
    }
}

/// Decoders quote what they found: keep it short and free of control characters.
fn printable(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(200).collect()
}

/// Runs a decoder that is not ours. Some of them panic on crafted files; that is an error of the file.
pub(crate) fn guarded<T>(what: &str, f: impl FnOnce() -> Result<T, ImageError>) -> Result<T, ImageError> {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(f))
        .unwrap_or_else(|_| Err(ImageError::corrupt(format!("{what} decoder gave up"))))
}
