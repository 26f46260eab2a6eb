//! Which files there are: every picture and sidecar below a folder, and what could not be looked at.

use std::{
    collections::HashMap,
    fs::Metadata,
    path::{Path, PathBuf},
};

use walkdir::{DirEntry, WalkDir};

/// What a file was when it was looked at; the same stamp means the same content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    pub size: u64,
    pub mtime_ns: i64,
    pub inode: u64,
}

impl Stamp {
    pub fn of(metadata: &Metadata) -> Self {
        let since = metadata.modified().ok().map(|t| t.duration_since(std::time::UNIX_EPOCH));
        let mtime_ns = since.and_then(Result::ok).and_then(|d| i64::try_from(d.as_nanos()).ok()).unwrap_or(0);
        #[cfg(unix)]
        let inode = std::os::unix::fs::MetadataExt::ino(metadata);
        #[cfg(not(unix))]
        let inode = 0;
        Self { size: metadata.len(), mtime_ns, inode }
    }

    pub fn text(&self) -> String {
        format!("{}:{}:{}", self.size, self.mtime_ns, self.inode)
    }
}

#[derive(Debug)]
pub struct Candidate {
    pub path: PathBuf,
    pub stamp: Stamp,
    pub sidecar: Option<(PathBuf, Stamp)>,
}

/// Something that has the name of a picture but cannot be read, or a folder that cannot be listed.
#[derive(Debug)]
pub struct Skipped {
    pub path: PathBuf,
    pub stamp: Stamp,
    pub reason: String,
    /// What is below it is not known: nothing there may be called gone.
    pub is_folder: bool,
}

#[derive(Debug, Default)]
pub struct Walked {
    pub pictures: Vec<Candidate>,
    pub skipped: Vec<Skipped>,
    pub raw: usize,
    pub others: usize,
    /// The folder itself holds nothing at all, as the mount point of a drive that is unplugged.
    pub is_empty: bool,
}

const PICTURES: [&str; 8] = ["jpg", "jpeg", "jpe", "jfif", "tif", "tiff", "png", "webp"];
const RAW: [&str; 20] = [
    "cr2", "cr3", "crw", "nef", "nrw", "arw", "srf", "sr2", "raf", "orf", "rw2", "pef", "dng", "3fr", "fff",
    "iiq", "erf", "mrw", "x3f", "rwl",
];

/// By their path with the extension in lower case.
type Sidecars = HashMap<PathBuf, (PathBuf, Stamp)>;

enum Name {
    Picture,
    Sidecar,
    Raw,
    Other,
}

fn classify(path: &Path) -> Name {
    let extension = path.extension().map(|e| e.to_string_lossy().to_ascii_lowercase());
    match extension.as_deref() {
        Some("xmp") => Name::Sidecar,
        Some(e) if PICTURES.contains(&e) => Name::Picture,
        Some(e) if RAW.contains(&e) => Name::Raw,
        _ => Name::Other,
    }
}

/// `.DS_Store`, `._copy.jpg` of macOS and `@eaDir` of network drives are not the photographer's.
fn is_hidden(entry: &DirEntry) -> bool {
    let name = entry.file_name().as_encoded_bytes();
    entry.depth() > 0 && (name.starts_with(b".") || name == b"@eaDir")
}

/// Walks everything below `root`, following links but never in a circle. Opens no file.
pub fn walk(root: &Path) -> Walked {
    let mut found = Walked { is_empty: true, ..Walked::default() };
    let mut sidecars = Sidecars::new();
    let real_root = std::fs::canonicalize(root).unwrap_or_else(|_| root.to_owned());
    let mut walker = WalkDir::new(root).follow_links(true).sort_by_file_name().into_iter();
    while let Some(entry) = walker.next() {
        match entry {
            Ok(entry) if entry.depth() == 0 && entry.file_type().is_dir() => {}
            Ok(entry) if is_hidden(&entry) => {
                if entry.file_type().is_dir() {
                    walker.skip_current_dir();
                }
            }
            Ok(entry) if leads_out(&entry, &real_root) => {
                found.is_empty = false;
                walker.skip_current_dir();
                found.skipped.push(endless(entry.into_path(), &real_root));
            }
            Ok(entry) => {
                found.is_empty = false;
                if !entry.file_type().is_dir() {
                    sort_in(entry, &mut found, &mut sidecars);
                }
            }
            Err(error) => {
                found.is_empty = false;
                found.skipped.extend(refused(root, &error));
            }
        }
    }
    for picture in &mut found.pictures {
        picture.sidecar = sidecar_of(&picture.path, &sidecars);
    }
    found
}

fn sort_in(entry: DirEntry, found: &mut Walked, sidecars: &mut Sidecars) {
    let kind = entry.file_type();
    let stamp = entry.metadata().map(|m| Stamp::of(&m)).unwrap_or(Stamp { size: 0, mtime_ns: 0, inode: 0 });
    match classify(entry.path()) {
        Name::Picture if kind.is_file() => {
            found.pictures.push(Candidate { path: entry.into_path(), stamp, sidecar: None });
        }
        Name::Picture => {
            let reason = format!("it is {}, not a file; remove it or give it another name", what(kind));
            found.skipped.push(Skipped { path: entry.into_path(), stamp, reason, is_folder: false });
        }
        Name::Sidecar if kind.is_file() => {
            sidecars.insert(entry.path().with_extension("xmp"), (entry.into_path(), stamp));
        }
        Name::Raw => found.raw += 1,
        Name::Sidecar | Name::Other => found.others += 1,
    }
}

fn what(kind: std::fs::FileType) -> &'static str {
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt;
        if kind.is_fifo() {
            return "a named pipe";
        }
        if kind.is_socket() {
            return "a socket";
        }
        if kind.is_char_device() || kind.is_block_device() {
            return "a device";
        }
    }
    if kind.is_symlink() { "a link that leads nowhere" } else { "something else" }
}

/// A link to a folder that holds the scanned one: following it would find everything beside it, and itself.
fn leads_out(entry: &DirEntry, real_root: &Path) -> bool {
    entry.path_is_symlink()
        && entry.file_type().is_dir()
        && std::fs::canonicalize(entry.path()).is_ok_and(|real| real_root.starts_with(real))
}

fn endless(path: PathBuf, to: &Path) -> Skipped {
    let reason = format!(
        "the link leads back to {}, so everything in it would be found for ever; remove the link",
        crate::paths::shown(to)
    );
    Skipped { path, stamp: Stamp { size: 0, mtime_ns: 0, inode: 0 }, reason, is_folder: false }
}

fn refused(root: &Path, error: &walkdir::Error) -> Option<Skipped> {
    let path = error.path().unwrap_or(root).to_owned();
    let stamp = Stamp { size: 0, mtime_ns: 0, inode: 0 };
    if let Some(ancestor) = error.loop_ancestor() {
        return Some(endless(path, ancestor));
    }
    let cause = error.io_error();
    let dangling = cause.is_some_and(|e| e.kind() == std::io::ErrorKind::NotFound);
    let is_folder = !dangling && std::fs::symlink_metadata(&path).is_ok_and(|m| m.is_dir());
    if dangling && !matches!(classify(&path), Name::Picture) {
        return None;
    }
    let reason = match cause {
        Some(_) if dangling => {
            "the link leads nowhere; connect the drive it leads to, or remove it".to_owned()
        }
        Some(e) if is_folder => format!("the folder cannot be listed ({e}); allow this user to read it"),
        Some(e) => format!("it cannot be looked at ({e})"),
        None => "it cannot be looked at".to_owned(),
    };
    Some(Skipped { path, stamp, reason, is_folder })
}

/// `IMG_1.xmp` or `IMG_1.jpg.xmp` beside `IMG_1.jpg`, whatever the case of the extension.
fn sidecar_of(picture: &Path, sidecars: &Sidecars) -> Option<(PathBuf, Stamp)> {
    let mut whole = picture.as_os_str().to_owned();
    whole.push(".xmp");
    [picture.with_extension("xmp"), PathBuf::from(whole)].iter().find_map(|path| sidecars.get(path).cloned())
}
