//! What a publish would do, as data: computed without the network, printed by `--dry-run`, then carried out.

use std::collections::{BTreeMap, HashMap};

use domain::{hash::Sha256, id::PhotoId, photo::RenditionKind};
use serde::Serialize;
use wire::publish::PhotoRecord;

/// What the host shows of a photo, as far as outcomes said: the hash of its record; `None` after a withdrawal.
pub type Published = HashMap<PhotoId, Option<[u8; 32]>>;

#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    Publish { record: Box<PhotoRecord>, is_new: bool },
    Hide(PhotoId),
}

/// A rendition the host does not have yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upload {
    pub photo: PhotoId,
    pub kind: RenditionKind,
    pub sha256: Sha256,
    pub length: u64,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plan {
    pub changes: Vec<Change>,
    pub uploads: Vec<Upload>,
    pub unchanged: usize,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    pub new: usize,
    pub changed: usize,
    pub unchanged: usize,
    pub to_hide: usize,
    pub files_to_send: usize,
    pub bytes_to_send: u64,
}

/// `unready` are selected but could not be rendered: what is shown of them stays as it is.
/// `is_there` says whether the host keeps a rendition already.
pub fn plan(
    wanted: Vec<PhotoRecord>,
    unready: &[PhotoId],
    published: &Published,
    mut is_there: impl FnMut(&Upload) -> bool,
) -> Plan {
    let mut plan = Plan::default();
    let mut selected = BTreeMap::new();
    for record in wanted {
        selected.insert(record.id, ());
        let before = published.get(&record.id).copied().flatten();
        if before == Some(fingerprint(&record)) {
            plan.unchanged += 1;
            continue;
        }
        for r in &record.renditions {
            let upload = Upload { photo: record.id, kind: r.kind, sha256: r.sha256, length: r.length };
            if !is_there(&upload) {
                plan.uploads.push(upload);
            }
        }
        plan.changes.push(Change::Publish { record: Box::new(record), is_new: before.is_none() });
    }
    let mut hide: Vec<PhotoId> = published
        .iter()
        .filter(|(id, record)| record.is_some() && !selected.contains_key(id) && !unready.contains(id))
        .map(|(id, _)| *id)
        .collect();
    hide.sort();
    plan.changes.extend(hide.into_iter().map(Change::Hide));
    plan
}

/// Two records with the same fingerprint look the same to a customer.
pub fn fingerprint(record: &PhotoRecord) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new();
    // A record is text, numbers and bytes: it always has a JSON form.
    let _ = serde_json::to_writer(&mut hasher, record);
    hasher.finalize().into()
}

impl Plan {
    pub fn summary(&self) -> Summary {
        let mut summary = Summary {
            unchanged: self.unchanged,
            files_to_send: self.uploads.len(),
            bytes_to_send: self.uploads.iter().map(|u| u.length).sum(),
            ..Summary::default()
        };
        for change in &self.changes {
            match change {
                Change::Publish { is_new: true, .. } => summary.new += 1,
                Change::Publish { .. } => summary.changed += 1,
                Change::Hide(_) => summary.to_hide += 1,
            }
        }
        summary
    }
}

impl Summary {
    pub fn text(&self) -> String {
        format!(
            "{} new, {} changed, {} unchanged, {} to hide; {} to send ({})",
            self.new,
            self.changed,
            self.unchanged,
            self.to_hide,
            crate::output::count(self.files_to_send, "file"),
            crate::output::bytes(self.bytes_to_send),
        )
    }
}

#[cfg(test)]
mod tests {
    use domain::{geometry::Size, hash::VersionHash};
    use wire::publish::{MicroRecord, RenditionRecord};

    use super::*;

    fn record(no: u8) -> PhotoRecord {
        PhotoRecord {
            id: PhotoId::from_bytes([no; 16]),
            version: VersionHash([no; 32]),
            frame: Size::new(6000, 4000),
            file_name: format!("{no}.jpg"),
            title: None,
            caption: None,
            keywords: vec![],
            section: None,
            captured_at: None,
            price_group: None,
            subjects: vec![],
            micro: MicroRecord { width: 64, height: 43, scan: vec![1, 2, 3] },
            renditions: vec![RenditionRecord {
                kind: RenditionKind::Proof,
                width: 2048,
                height: 1365,
                length: 1000,
                sha256: Sha256([no; 32]),
            }],
        }
    }
    fn shown(records: &[PhotoRecord]) -> Published {
        records.iter().map(|r| (r.id, Some(fingerprint(r)))).collect()
    }

    #[test]
    fn new_changed_unchanged_and_to_hide() {
        let published = shown(&[record(1), record(2), record(3)]);
        let changed = PhotoRecord { title: Some("Rings".into()), ..record(2) };
        let plan = plan(vec![record(1), changed, record(4)], &[], &published, |u| u.photo.as_bytes()[0] == 2);
        let wanted =
            Summary { new: 1, changed: 1, unchanged: 1, to_hide: 1, files_to_send: 1, bytes_to_send: 1000 };
        assert_eq!(plan.summary(), wanted);
        assert_eq!(plan.changes.last(), Some(&Change::Hide(PhotoId::from_bytes([3; 16]))));
        assert_eq!(wanted.text(), "1 new, 1 changed, 1 unchanged, 1 to hide; 1 file to send (1.0 kB)");
    }

    #[test]
    fn a_photo_that_cannot_be_rendered_now_is_not_hidden() {
        let published = shown(&[record(1), record(2)]);
        let plan = plan(vec![record(1)], &[PhotoId::from_bytes([2; 16])], &published, |_| true);
        assert_eq!(plan.changes, []);
    }

    #[test]
    fn withdrawn_photos_come_back_as_new_and_are_not_hidden_twice() {
        let published: Published =
            [(PhotoId::from_bytes([1; 16]), None), (PhotoId::from_bytes([2; 16]), None)].into();
        let plan = plan(vec![record(1)], &[], &published, |_| true);
        assert_eq!(plan.summary().new, 1);
        assert_eq!(plan.summary().to_hide, 0);
    }
}
