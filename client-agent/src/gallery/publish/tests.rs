//! Batches against a catalog on disk, without a host: what an outcome does, and what a crash leaves.

use domain::{
    geometry::{Crop, Size},
    hash::{Sha256, VersionHash},
    id::{MachineId, StudioId},
    photo::RenditionKind,
};
use rusqlite::params;
use wire::publish::{BatchEntry, BatchOutcome, BatchRecord, MicroRecord, PhotoRecord, Rejected};

use super::{
    batches::{Batch, Sender, decide, open, published, settle, shown_count},
    plan::fingerprint,
    *,
};
use crate::folders::Folders;

fn catalog(dir: &std::path::Path) -> Catalog {
    let folders = Folders::find(Some(dir), None).unwrap();
    Catalog::open(&folders).unwrap()
}

fn gallery(catalog: &Catalog) -> GalleryId {
    let gallery = Gallery {
        id: GalleryId::from_bytes([9; 16]),
        name: "Jo & Al".into(),
        welcome: None,
        state: GalleryState::Open,
        expires_at: None,
        price_list: None,
        selection: Selection::default(),
        revision: 0,
        decided: book::Decided::default(),
    };
    book::keep(catalog, &gallery).unwrap();
    assert_eq!(book::find(catalog, "jo & al").unwrap(), gallery);
    gallery.id
}

fn photo(catalog: &Catalog, no: u8) -> PhotoRecord {
    let id = PhotoId::from_bytes([no; 16]);
    catalog
        .write(|tx| {
            tx.execute(
                "INSERT OR IGNORE INTO photo (id, current, made_at) VALUES (?1, ?2, 0)",
                params![id.to_string(), [no; 32]],
            )?;
            tx.execute(
                "INSERT OR IGNORE INTO version (hash, photo, format, width, height, orientation, colour, length, found_at)
                 VALUES (?1, ?2, 'jpeg', 6000, 4000, 1, 'sRGB', 1, 0)",
                params![[no; 32], id.to_string()],
            )
        })
        .unwrap();
    PhotoRecord {
        id,
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
        micro: MicroRecord { width: 64, height: 43, scan: vec![1] },
        renditions: vec![],
    }
}

fn sender(gallery: GalleryId) -> Sender {
    Sender { studio: StudioId::from_bytes([1; 16]), machine: MachineId::from_bytes([2; 16]), gallery }
}

fn new(record: &PhotoRecord) -> Change {
    Change::Publish { record: Box::new(record.clone()), is_new: true }
}

fn seqs(batch: &Batch) -> Vec<u64> {
    let record: BatchRecord = serde_json::from_slice(&batch.record).unwrap();
    let seq = |e: &BatchEntry| match e {
        BatchEntry::Publish { seq, .. } | BatchEntry::Withdraw { seq, .. } => *seq,
    };
    record.entries.iter().map(seq).collect()
}

fn done(applied: &[PhotoId]) -> BatchOutcome {
    BatchOutcome::Done { applied: applied.to_vec(), stale: vec![], rejected: vec![] }
}

#[test]
fn only_an_outcome_publishes() {
    let dir = tempfile::tempdir().unwrap();
    let catalog = catalog(dir.path());
    let gallery = gallery(&catalog);
    let (one, two) = (photo(&catalog, 1), photo(&catalog, 2));
    let batch = decide(&catalog, sender(gallery), &[new(&one), new(&two)], &HashMap::new()).unwrap();
    assert!(published(&catalog, gallery).unwrap().is_empty());
    assert_eq!(settle(&catalog, gallery, &batch, &BatchOutcome::Pending).unwrap(), None);
    // Killed here and started again: the same batch, byte for byte, is still open.
    let again = open(&catalog, gallery).unwrap();
    assert_eq!((again[0].id, &again[0].record, again[0].stored), (batch.id, &batch.record, false));

    let why = Rejected { photo: two.id, why: "its proof is missing".into() };
    let outcome = BatchOutcome::Done { applied: vec![one.id], stale: vec![], rejected: vec![why.clone()] };
    let settled = settle(&catalog, gallery, &batch, &outcome).unwrap().unwrap();
    assert_eq!((settled.published, settled.rejected), (1, vec![why]));
    assert_eq!(published(&catalog, gallery).unwrap(), [(one.id, Some(fingerprint(&one)))].into());
    assert!(open(&catalog, gallery).unwrap().is_empty());
    assert_eq!(shown_count(&catalog, gallery).unwrap(), 1);
}

#[test]
fn a_failed_batch_leaves_everything_to_a_new_one_with_larger_numbers() {
    let dir = tempfile::tempdir().unwrap();
    let catalog = catalog(dir.path());
    let gallery = gallery(&catalog);
    let one = photo(&catalog, 1);
    let first = decide(&catalog, sender(gallery), &[new(&one)], &HashMap::new()).unwrap();
    let failed = BatchOutcome::Failed { why: "the gallery was\u{1b} closed".into() };
    let settled = settle(&catalog, gallery, &first, &failed).unwrap().unwrap();
    assert_eq!(settled.failed.as_deref(), Some("the gallery was closed"));
    assert!(open(&catalog, gallery).unwrap().is_empty() && published(&catalog, gallery).unwrap().is_empty());
    let second = decide(&catalog, sender(gallery), &[new(&one)], &HashMap::new()).unwrap();
    assert_ne!(first.id, second.id);
    assert!(seqs(&second) > seqs(&first));
}

#[test]
fn an_outcome_that_comes_late_does_not_undo_a_newer_one() {
    let dir = tempfile::tempdir().unwrap();
    let catalog = catalog(dir.path());
    let gallery = gallery(&catalog);
    let one = photo(&catalog, 1);
    let first = decide(&catalog, sender(gallery), &[new(&one)], &HashMap::new()).unwrap();
    let second = decide(&catalog, sender(gallery), &[Change::Hide(one.id)], &HashMap::new()).unwrap();
    settle(&catalog, gallery, &second, &done(&[one.id])).unwrap();
    settle(&catalog, gallery, &first, &done(&[one.id])).unwrap();
    assert_eq!(published(&catalog, gallery).unwrap(), [(one.id, None)].into());
}

#[test]
fn uploads_count_until_they_are_withdrawn_or_missed() {
    let dir = tempfile::tempdir().unwrap();
    let catalog = catalog(dir.path());
    let gallery = gallery(&catalog);
    let one = photo(&catalog, 1);
    let sha256 = Sha256([7; 32]);
    let sent = || ledger::Sent {
        key: "img/a/b",
        gallery: Some(gallery),
        photo: Some(one.id),
        kind: "proof",
        length: 10,
        sha256,
    };
    let there = || {
        catalog
            .read(|c| ledger::is_there(c, &gallery.to_string(), &one.id.to_string(), "proof", &sha256))
            .unwrap()
    };
    let upload = plan::Upload { photo: one.id, kind: RenditionKind::Proof, sha256, length: 10 };
    assert_eq!(upload.kind.as_str(), "proof");
    assert!(!there());
    catalog.write(|tx| ledger::record(tx, &sent())).unwrap();
    assert!(there());
    let batch = decide(&catalog, sender(gallery), &[Change::Hide(one.id)], &HashMap::new()).unwrap();
    settle(&catalog, gallery, &batch, &done(&[one.id])).unwrap();
    assert!(!there(), "the host removes what was withdrawn");
    catalog.write(|tx| ledger::record(tx, &sent())).unwrap();
    assert!(there());
}

#[test]
fn an_order_finds_the_edit_of_the_frame_it_saw() {
    let dir = tempfile::tempdir().unwrap();
    let catalog = catalog(dir.path());
    let gallery = gallery(&catalog);
    let one = photo(&catalog, 1);
    let edit = |turns| serde_json::to_string(&Crop { quarter_turns: turns, ..Crop::FULL }).unwrap();
    let publish = |edit: Option<String>| {
        let edits = edit.map(|e| (one.id, e)).into_iter().collect();
        let batch = decide(&catalog, sender(gallery), &[new(&one)], &edits).unwrap();
        settle(&catalog, gallery, &batch, &done(&[one.id])).unwrap();
        std::thread::sleep(std::time::Duration::from_millis(5));
        let between = crate::clock::now();
        std::thread::sleep(std::time::Duration::from_millis(5));
        between
    };
    let plain = publish(None);
    let turned = publish(Some(edit(2)));
    let at = |at| catalog.original(one.id, one.version, one.frame, at).unwrap().unwrap().edit;
    assert_eq!(at(plain), None);
    assert_eq!(at(turned).map(|e| e.quarter_turns), Some(2));
    assert_eq!(catalog.original(one.id, one.version, Size::new(1, 1), turned).unwrap(), None);
}

/// The daemon publishes from a spawned task.
#[test]
fn publishing_may_be_spawned() {
    fn spawnable<T: Send>(_: &T) {}
    fn check(ctx: &Context, catalog: &Catalog, gallery: Gallery) {
        spawnable(&publish(ctx, catalog, gallery, true));
    }
    let _ = check;
}
