//! Publishing: grants for pixels, then the batch record as the commit, then the outcome.

use std::collections::BTreeMap;

use domain::{
    geometry::Size,
    hash::{Sha256, VersionHash},
    id::{BatchId, GalleryId, MachineId, PhotoId, StudioId, SubjectId},
    photo::RenditionKind,
};
use serde::{Deserialize, Serialize};

pub const MAX_GRANTS: usize = 50;
pub const MAX_BATCH_ENTRIES: usize = 100;
pub const GRANT_LIFETIME_SECONDS: u64 = 15 * 60;
/// Largest batch record in bytes.
pub const MAX_BATCH_BYTES: u64 = 4 * 1024 * 1024;
/// Largest object in one upload; a larger print file goes in parts.
pub const MAX_RELAY_FILE_BYTES: u64 = 64 * 1024 * 1024;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AskGrants {
    pub files: Vec<RenditionFile>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RenditionFile {
    pub photo: PhotoId,
    pub kind: RenditionKind,
    pub sha256: Sha256,
    pub length: u64,
}

/// In the order of the files asked for.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Grants {
    pub grants: Vec<Grant>,
}

/// Permission to store exactly these bytes under this key, once. Send `method` to `url` with `headers`.
/// 200 or 201: stored. 412: there already, which is as good. 409: try again.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Grant {
    pub key: String,
    pub method: String,
    pub url: String,
    pub headers: BTreeMap<String, String>,
    pub expires_at: i64,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AskBatchGrant {
    pub sha256: Sha256,
    pub length: u64,
}

/// The record that makes uploaded pixels visible. Stored last.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct BatchRecord {
    /// 1.
    pub version: u32,
    pub batch: BatchId,
    pub studio: StudioId,
    pub machine: MachineId,
    pub gallery: GalleryId,
    pub made_at: i64,
    pub entries: Vec<BatchEntry>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "op")]
pub enum BatchEntry {
    Publish { seq: u64, photo: Box<PhotoRecord> },
    Withdraw { seq: u64, photo: PhotoId },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PhotoRecord {
    pub id: PhotoId,
    pub version: VersionHash,
    pub frame: Size,
    pub file_name: String,
    pub title: Option<String>,
    pub caption: Option<String>,
    pub keywords: Vec<String>,
    pub section: Option<String>,
    pub captured_at: Option<String>,
    pub price_group: Option<String>,
    pub subjects: Vec<SubjectId>,
    pub micro: MicroRecord,
    pub renditions: Vec<RenditionRecord>,
}

/// The abbreviated stream's scan (T.81 B.5); no header travels.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MicroRecord {
    pub width: u16,
    pub height: u16,
    #[serde(with = "crate::base64")]
    pub scan: Vec<u8>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RenditionRecord {
    pub kind: RenditionKind,
    pub width: u32,
    pub height: u32,
    pub length: u64,
    pub sha256: Sha256,
}

/// What became of a batch. The agent calls a photo published only when it is in `applied`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "state")]
pub enum BatchOutcome {
    Pending,
    Done {
        applied: Vec<PhotoId>,
        /// A newer sequence number was there already.
        stale: Vec<PhotoId>,
        rejected: Vec<Rejected>,
    },
    /// Nothing of it was applied; a new batch id tries again.
    Failed {
        why: String,
    },
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rejected {
    pub photo: PhotoId,
    pub why: String,
}

/// A photo the host shows, and the number of the change that made it so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holding {
    pub photo: PhotoId,
    pub seq: u64,
}
