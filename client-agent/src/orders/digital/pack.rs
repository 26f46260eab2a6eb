//! An archive of originals: stored, not compressed (pictures are compressed already), in the order they are given,
//! without times, so that the same pictures make the same bytes. Written to a file without a name that the system
//! removes whatever happens.

use std::{
    fs::File,
    io::{self, BufWriter, Write},
    path::Path,
};

use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

use super::{super::original, Wanted};

/// An archive is ended with the picture that brings it here: phones and slow lines take it in one go.
const FULL: u64 = 1 << 30;

pub struct Packed {
    pub file: File,
    /// How many of the pictures are in it, from the first.
    pub pictures: usize,
}

#[derive(Debug)]
pub enum PackError {
    /// An original is not there or has changed: why, and the next step.
    Waiting(String),
    Disk(io::Error),
}

impl From<io::Error> for PackError {
    fn from(error: io::Error) -> Self {
        Self::Disk(error)
    }
}

impl From<zip::result::ZipError> for PackError {
    fn from(error: zip::result::ZipError) -> Self {
        Self::Disk(error.into())
    }
}

pub fn pack(
    folder: &Path,
    number: &str,
    wanted: &[Wanted],
    paper: Option<(String, Vec<u8>)>,
) -> Result<Packed, PackError> {
    std::fs::create_dir_all(folder)?;
    let mut zip = ZipWriter::new(BufWriter::new(tempfile::tempfile_in(folder)?));
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .last_modified_time(zip::DateTime::default())
        .unix_permissions(0o644);
    if let Some((name, bytes)) = paper {
        zip.start_file(name, options)?;
        zip.write_all(&bytes)?;
    }
    let (mut size, mut pictures) = (0, 0);
    for one in wanted {
        let bytes = original::read(&one.record, number, &one.node).map_err(PackError::Waiting)?;
        let length = bytes.len() as u64;
        if pictures > 0 && size + length > FULL {
            break;
        }
        zip.start_file(one.name.as_str(), options)?;
        zip.write_all(&bytes)?;
        size += length;
        pictures += 1;
    }
    let file = zip.finish()?.into_inner().map_err(io::IntoInnerError::into_error)?;
    Ok(Packed { file, pictures })
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Seek};

    use domain::{
        geometry::{Size, print::Source},
        hash::VersionHash,
    };

    use super::*;
    use crate::orders::{
        original::{Place, Record},
        sample,
    };

    fn wanted(folder: &Path, name: &str, bytes: &[u8]) -> Wanted {
        let path = folder.join(name);
        std::fs::write(&path, bytes).unwrap();
        let place = Place { path, shown: name.to_owned(), root: folder.to_owned() };
        let record = Record {
            version: VersionHash(*blake3::hash(bytes).as_bytes()),
            source: Source { stored: Size::new(1, 1), orientation: 1, edit: None },
            places: vec![place],
            newer: None,
        };
        Wanted { name: name.to_owned(), node: sample::node(sample::HOME), record }
    }

    fn bytes(mut file: File) -> Vec<u8> {
        file.rewind().unwrap();
        let mut all = Vec::new();
        file.read_to_end(&mut all).unwrap();
        all
    }

    #[test]
    fn the_same_pictures_are_the_same_archive_and_come_out_as_they_went_in() {
        let folder = tempfile::tempdir().unwrap();
        let pictures = [wanted(folder.path(), "Zoë.jpg", b"one"), wanted(folder.path(), "b.tif", b"two")];
        let paper = || Some(("Print release.pdf".to_owned(), b"%PDF".to_vec()));
        let scratch = folder.path().join("scratch");
        let first = pack(&scratch, "1", &pictures, paper()).unwrap();
        assert_eq!(first.pictures, 2);
        let first = bytes(first.file);
        assert_eq!(first, bytes(pack(&scratch, "1", &pictures, paper()).unwrap().file));
        let mut read = zip::ZipArchive::new(io::Cursor::new(&first)).unwrap();
        let names: Vec<String> = read.file_names().map(|name| name.unwrap().into_owned()).collect();
        assert_eq!(names, ["Print release.pdf", "Zoë.jpg", "b.tif"]);
        let mut one = Vec::new();
        read.by_name("Zoë.jpg").unwrap().read_to_end(&mut one).unwrap();
        assert_eq!(one, b"one");
        assert_eq!(std::fs::read_dir(&scratch).unwrap().count(), 0, "nothing is left behind");
    }

    #[test]
    fn a_changed_original_is_not_packed() {
        let folder = tempfile::tempdir().unwrap();
        let pictures = [wanted(folder.path(), "a.jpg", b"one")];
        std::fs::write(folder.path().join("a.jpg"), b"another").unwrap();
        let refused = pack(folder.path(), "1", &pictures, None).err().unwrap();
        assert!(matches!(refused, PackError::Waiting(why) if why.contains("changed")));
    }
}
