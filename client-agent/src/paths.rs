//! Paths as bytes: file names are not always Unicode, and the catalog keeps them exactly.

use std::path::{Path, PathBuf};

#[cfg(unix)]
pub fn to_bytes(path: &Path) -> Vec<u8> {
    use std::os::unix::ffi::OsStrExt;
    path.as_os_str().as_bytes().to_vec()
}

#[cfg(unix)]
pub fn from_bytes(bytes: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt;
    PathBuf::from(std::ffi::OsStr::from_bytes(bytes))
}

// Names that are no Unicode are rarer than rare on Windows; they are shown with a replacement there and
// fail as "not found" instead of naming another file.
#[cfg(not(unix))]
pub fn to_bytes(path: &Path) -> Vec<u8> {
    path.to_string_lossy().into_owned().into_bytes()
}

#[cfg(not(unix))]
pub fn from_bytes(bytes: &[u8]) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(bytes).into_owned())
}

/// For people: one line, no control characters, whatever the name holds.
pub fn shown(path: &Path) -> String {
    domain::text::one_line(&path.to_string_lossy(), 1000)
}

/// Where a path really is; for a folder that is not there now, the absolute path as it was written.
pub fn real(path: &Path) -> PathBuf {
    let absolute = || std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    std::fs::canonicalize(path).unwrap_or_else(|_| absolute())
}

/// Whether `path` is `folder` or below it; both as the catalog keeps them.
pub fn is_within(path: &[u8], folder: &[u8]) -> bool {
    let rest = path.strip_prefix(folder);
    let ends = |c: &u8| *c == b'/' || *c == std::path::MAIN_SEPARATOR as u8;
    rest.is_some_and(|rest| {
        rest.is_empty() || folder.last().is_some_and(ends) || rest.first().is_some_and(ends)
    })
}

/// What joins re-exports and entered data to a photo: the name without its extension, case folded.
pub fn stem(name: &str) -> String {
    let stem = match name.rsplit_once('.') {
        Some((stem, extension)) if !stem.is_empty() && extension.len() <= 5 => stem,
        _ => name,
    };
    stem.trim().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn within_means_whole_components() {
        assert!(is_within(b"/a/b/c.jpg", b"/a/b"));
        assert!(is_within(b"/a/b", b"/a/b"));
        assert!(is_within(b"/a", b"/"));
        assert!(!is_within(b"/a/bc/d.jpg", b"/a/b"));
    }

    #[test]
    fn stems_fold_case_and_lose_one_extension() {
        assert_eq!(stem("IMG_0001.JPG"), "img_0001");
        assert_eq!(stem("Anna v. Berg"), "anna v");
        assert_eq!(stem(".hidden"), ".hidden");
        assert_eq!(stem("a.b.tiff"), "a.b");
    }

    #[cfg(unix)]
    #[test]
    fn names_that_are_no_unicode_survive() {
        let bytes = b"/x/\xff\xfe\n.jpg";
        assert_eq!(to_bytes(&from_bytes(bytes)), bytes);
        assert!(!shown(&from_bytes(bytes)).contains('\n'));
    }
}
