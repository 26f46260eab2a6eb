//! A published photo as the host knows it: data, micro preview and what its renditions are.

use serde::{Deserialize, Serialize};

use crate::{
    Millis,
    geometry::Size,
    hash::{Sha256, VersionHash},
    id::{GalleryId, MachineId, PhotoId, StudioId, SubjectId},
};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RenditionKind {
    /// 400 px on the long edge, for the grid.
    Thumbnail,
    /// 2048 px on the long edge, for looking and cropping.
    Proof,
}

impl RenditionKind {
    pub const ALL: [RenditionKind; 2] = [RenditionKind::Thumbnail, RenditionKind::Proof];
    pub fn as_str(self) -> &'static str {
        match self {
            RenditionKind::Thumbnail => "thumbnail",
            RenditionKind::Proof => "proof",
        }
    }
}

/// Longest edge the host accepts in a rendition before there is an order.
pub const MAX_RENDITION_EDGE: u32 = 2048;
/// Largest rendition in bytes.
pub const MAX_RENDITION_BYTES: u64 = 8 * 1024 * 1024;
/// Largest micro preview scan in bytes: 64 px at quality 30 is about 350.
pub const MAX_MICRO_BYTES: usize = 4096;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rendition {
    pub kind: RenditionKind,
    pub width: u32,
    pub height: u32,
    pub length: u64,
    pub sha256: Sha256,
}

/// An abbreviated JPEG stream (ITU-T T.81 annex B.5): the scan alone; the host adds the header on retrieval.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MicroPreview {
    pub width: u16,
    pub height: u16,
    pub scan: Vec<u8>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Photo {
    pub id: PhotoId,
    pub gallery: GalleryId,
    pub studio: StudioId,
    /// The machine that published it and holds the original.
    pub home: MachineId,
    pub version: VersionHash,
    /// Later publishes and withdrawals have larger numbers; older ones are ignored.
    pub seq: u64,
    /// The edited frame in full-resolution pixels: what crops refer to.
    pub frame: Size,
    pub file_name: String,
    pub title: Option<String>,
    pub caption: Option<String>,
    pub keywords: Vec<String>,
    pub section: Option<String>,
    /// RFC 3339 or a local date-time without offset, as the camera wrote it.
    pub captured_at: Option<String>,
    pub price_group: Option<String>,
    pub subjects: Vec<SubjectId>,
    pub micro: MicroPreview,
    pub renditions: Vec<Rendition>,
    pub published_at: Millis,
}

impl Photo {
    pub fn rendition(&self, kind: RenditionKind) -> Option<&Rendition> {
        self.renditions.iter().find(|r| r.kind == kind)
    }

    /// `2026-06-20`, on the camera's clock; none when it wrote no date.
    pub fn day(&self) -> Option<&str> {
        let day = self.captured_at.as_deref()?.get(..10)?;
        let is_day = day.bytes().enumerate().all(|(i, b)| match i {
            4 | 7 => b == b'-',
            _ => b.is_ascii_digit(),
        });
        is_day.then_some(day)
    }

    /// Galleries are shown in the order of capture; names break ties; undated photos come last.
    pub fn sort_key(&self) -> String {
        format!("{}\u{1}{}\u{1}{}", self.captured_at.as_deref().unwrap_or("~"), self.file_name, self.id)
    }
}

/// A change an agent asks for. Applied only when `seq` is newer than what is stored for the photo.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "a batch is mostly publishes")]
pub enum PhotoChange {
    Publish(Photo),
    /// Leaves a tombstone with the number, so that a redelivered publish brings nothing back.
    Withdraw {
        gallery: GalleryId,
        photo: PhotoId,
        seq: u64,
    },
}

impl PhotoChange {
    pub fn photo(&self) -> PhotoId {
        match self {
            PhotoChange::Publish(p) => p.id,
            PhotoChange::Withdraw { photo, .. } => *photo,
        }
    }
}
