//! A photo as a row: the document, and beside it what is stored better in columns of its own.

use std::borrow::Cow;

use domain::{
    id::{GalleryId, PhotoId},
    photo::{MicroPreview, Photo},
};
use ports::PortError;
use rusqlite::{Connection, Row, params};

use crate::{document, fault::Step};

const PHOTO: &str = "a photo's record";

/// What [`read`] needs, in its order.
pub(super) const COLUMNS: &str = "p.json, p.micro_width, p.micro_height, p.micro";

pub(super) fn read(row: &Row<'_>) -> Step<Photo> {
    let corrupt = |e: rusqlite::types::FromSqlError| PortError::corrupt(PHOTO, e);
    let mut photo: Photo = document::read(PHOTO, row.get_ref(0)?.as_str().map_err(corrupt)?)?;
    photo.micro = MicroPreview {
        width: row.get(1)?,
        height: row.get(2)?,
        scan: row.get_ref(3)?.as_blob().map_err(corrupt)?.to_vec(),
    };
    Ok(photo)
}

pub(super) fn by_id(db: &Connection, gallery: GalleryId, photo: PhotoId) -> Step<Option<Photo>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM photos p WHERE p.gallery = ?1 AND p.photo = ?2 AND p.json IS NOT NULL"
    );
    let mut statement = db.prepare_cached(&sql)?;
    let mut rows = statement.query([gallery.to_string(), photo.to_string()])?;
    rows.next()?.map(read).transpose()
}

pub(super) fn write(db: &Connection, photo: &Photo) -> Step<()> {
    let mut document = Cow::Borrowed(photo);
    // The scan is bytes in the same row, not a list of numbers in the document.
    document.to_mut().micro.scan = Vec::new();
    db.prepare_cached(
        "INSERT INTO photos (gallery, photo, seq, sort_key, home, micro_width, micro_height, micro, json)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
         ON CONFLICT (gallery, photo) DO UPDATE SET seq = excluded.seq, sort_key = excluded.sort_key,
           home = excluded.home, micro_width = excluded.micro_width, micro_height = excluded.micro_height,
           micro = excluded.micro, json = excluded.json",
    )?
    .execute(params![
        photo.gallery.to_string(),
        photo.id.to_string(),
        photo.seq,
        photo.sort_key(),
        photo.home.to_string(),
        photo.micro.width,
        photo.micro.height,
        photo.micro.scan,
        document::write(PHOTO, document.as_ref())?,
    ])?;
    Ok(())
}
