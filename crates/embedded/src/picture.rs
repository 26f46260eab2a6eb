//! A picture for a customer: whether its gallery is open, what it is, and its bytes, read in one go. It is what
//! a host is asked for most, and each further turn to the database's or the disk's thread would cost more than
//! the reading itself.

use bytes::Bytes;
use domain::{gallery::GalleryState, hash::Sha256, id::GalleryId};
use ports::{PortError, PortResult, blobs::ObjectInfo};

use crate::{Store, gallery_book, objects};

/// What is found of a picture now.
#[derive(Debug)]
pub enum Picture {
    /// No such gallery, or no such picture.
    Missing,
    GalleryClosed,
    /// `bytes` are absent when the asker holds them.
    There {
        info: ObjectInfo,
        bytes: Option<Bytes>,
    },
}

impl Store {
    /// `held` says whether the asker has the bytes of this hash already.
    pub async fn picture(
        &self,
        gallery: GalleryId,
        key: &str,
        held: impl FnOnce(&Sha256) -> bool + Send + 'static,
    ) -> PortResult<Picture> {
        let path = self.0.objects.path(key)?;
        let key = key.to_owned();
        let now = self.0.clock.now();
        self.0
            .database
            .read(move |db| {
                let Some(gallery) = gallery_book::gallery(db, gallery)? else { return Ok(Picture::Missing) };
                if gallery.state_at(now) != GalleryState::Open {
                    return Ok(Picture::GalleryClosed);
                }
                let Some(info) = objects::head(db, &key)? else { return Ok(Picture::Missing) };
                if info.sha256.as_ref().is_some_and(held) {
                    return Ok(Picture::There { info, bytes: None });
                }
                let bytes = std::fs::read(path).map_err(|e| PortError::unavailable("the host's disk", e))?;
                Ok(Picture::There { info, bytes: Some(bytes.into()) })
            })
            .await
    }
}
