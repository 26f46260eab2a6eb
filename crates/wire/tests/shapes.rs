//! The JSON of what agents, labs and browsers in the field already speak. A changed snapshot is a changed
//! wire: add a field with a default, or a new version, instead.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops here")]

use darkslide_wire::{
    checkout::*, customer::*, device::*, galleries::*, lab::*, lists::*, manifest::*, orders::*, publish::*,
    queue::*, signed::Signed,
};
use domain::{
    fulfilment::LineReport,
    geometry::{Crop, Rect, Size},
    hash::{Sha256, VersionHash},
    id::*,
    money::{Currency, Money},
    order::Stage,
    photo::RenditionKind,
    place::{Address, Customer, Destination},
    price_list::Surface,
    studio::{PublicKey, Signature},
};
use serde::{Serialize, de::DeserializeOwned};

/// Writes, reads back and writes again: the same JSON each time.
fn shape<T: Serialize + DeserializeOwned>(value: &T) -> String {
    let json = serde_json::to_string_pretty(value).unwrap();
    let back: T = serde_json::from_str(&json).unwrap();
    assert_eq!(serde_json::to_string_pretty(&back).unwrap(), json);
    json
}

fn crop() -> Crop {
    let rect = Rect { x: 0.25, y: 0.0, width: 0.5, height: 1.0 };
    Crop { rect, quarter_turns: 1, angle: -1.5, aspect: Some((10, 8)) }
}

#[test]
fn batch_record() {
    let photo = PhotoRecord {
        id: PhotoId::from_bytes([1; 16]),
        version: VersionHash([2; 32]),
        frame: Size::new(6000, 4000),
        file_name: "DSL_0001.jpg".into(),
        title: None,
        caption: Some("Rain".into()),
        keywords: vec!["ceremony".into()],
        section: None,
        captured_at: Some("2026-06-01T12:00:00+02:00".into()),
        price_group: None,
        subjects: vec![SubjectId::from_bytes([3; 16])],
        micro: MicroRecord { width: 64, height: 43, scan: vec![1, 2, 3] },
        renditions: vec![RenditionRecord {
            kind: RenditionKind::Proof,
            width: 2048,
            height: 1365,
            length: 400_000,
            sha256: Sha256([4; 32]),
        }],
    };
    let record = BatchRecord {
        version: 1,
        batch: BatchId::from_bytes([5; 16]),
        studio: StudioId::from_bytes([6; 16]),
        machine: MachineId::from_bytes([7; 16]),
        gallery: GalleryId::from_bytes([8; 16]),
        made_at: 1_700_000_000_000,
        entries: vec![
            BatchEntry::Publish { seq: 3, photo: Box::new(photo) },
            BatchEntry::Withdraw { seq: 4, photo: PhotoId::from_bytes([9; 16]) },
        ],
    };
    insta::assert_snapshot!(shape(&record));
}

#[test]
fn batch_outcomes() {
    let id = PhotoId::from_bytes([1; 16]);
    let done = BatchOutcome::Done {
        applied: vec![id],
        stale: vec![],
        rejected: vec![Rejected { photo: id, why: "no proof".into() }],
    };
    let all = vec![BatchOutcome::Pending, done, BatchOutcome::Failed { why: "unreadable".into() }];
    insta::assert_snapshot!(shape(&all));
}

#[test]
fn an_order_as_a_browser_places_it() {
    let node = CartNode { photo: PhotoId::from_bytes([1; 16]), version: VersionHash([2; 32]), crop: crop() };
    let address = Address {
        name: "Ada".into(),
        line1: "Weg 1".into(),
        line2: None,
        postal_code: "10115".into(),
        city: "Berlin".into(),
        region: None,
        country: "DE".into(),
    };
    let order = PlaceOrder {
        lines: vec![LineInput { product: "8x10-lustre".into(), quantity: 2, nodes: vec![node] }],
        customer: Customer { name: "Ada".into(), email: Some("ada@example.org".into()), phone: None },
        destination: Destination::ShipTo { address },
        note: None,
        code: None,
        language: None,
        prepaid: None,
        payment: Default::default(),
        total_shown: Money::new(3490, Currency::EUR),
    };
    insta::assert_snapshot!(shape(&order));
    let school =
        Destination::ShipToSchool { school: "Elm".into(), class: Some("4b".into()), child: "Mia".into() };
    insta::assert_snapshot!("destinations", shape(&vec![Destination::PickUp, school]));
}

#[test]
fn manifest_envelope() {
    let key = PublicKey([1; 32]);
    let manifest = Manifest {
        version: MANIFEST_VERSION,
        order: OrderId::from_bytes([1; 16]),
        number: "ABCD-1234".into(),
        studio: StudioId::from_bytes([2; 16]),
        studio_name: "Aurora".into(),
        lab: LabId::from_bytes([3; 16]),
        attempt: 1,
        machine: MachineId::from_bytes([4; 16]),
        parts: vec![MachineId::from_bytes([4; 16])],
        made_at: 1,
        placed_at: 0,
        customer: Customer { name: "Ada".into(), email: None, phone: Some("1".into()) },
        destination: Destination::PickUp,
        note: None,
        remake: Some(ManifestRemake { attempt: 1, why: "scratched".into() }),
        lines: vec![ManifestLine {
            line: 1,
            product: "8x10-lustre".into(),
            product_name: "8 × 10".into(),
            width_in: 8.0,
            height_in: 10.0,
            surface: Surface::Lustre,
            quantity: 2,
            back_print: "ABCD-1234 DSL_0001".into(),
            nodes: 1,
            files: vec![ManifestFile {
                node: 0,
                sha256: Sha256([5; 32]),
                length: 9,
                width: 3000,
                height: 2400,
                ppi: 300,
                effective_ppi: 480,
                photo: PhotoId::from_bytes([6; 16]),
                version: VersionHash([7; 32]),
                crop: crop(),
                file_name: "DSL_0001.jpg".into(),
                print_name: String::new(),
                recipe: None,
            }],
        }],
    };
    insta::assert_snapshot!("manifest", shape(&manifest));
    let envelope = ManifestEnvelope {
        manifest: Signed { text: "{}".into(), key, signature: Signature([8; 64]) },
        certificate: MachineCertificate {
            studio: StudioId::from_bytes([2; 16]),
            machine: MachineId::from_bytes([4; 16]),
            device_key: key,
            studio_key: key,
            signature: Signature([9; 64]),
        },
    };
    insta::assert_snapshot!("envelope", shape(&envelope));
}

#[test]
fn doorbells_and_queue_access() {
    let order = OrderId::from_bytes([1; 16]);
    let bells = vec![
        Doorbell::Job { order },
        Doorbell::Delivery { order, lab: LabId::from_bytes([2; 16]), attempt: 3 },
        Doorbell::Pairing,
        Doorbell::Restored { epoch: 2 },
    ];
    insta::assert_snapshot!(shape(&bells));
    let future: Doorbell = serde_json::from_str(r#"{"kind":"from_the_future","x":1}"#).unwrap();
    assert_eq!(future, Doorbell::Unknown, "newer hosts may ring in new ways");
    insta::assert_snapshot!("queue_access", shape(&QueueAccess::Http));
}

#[test]
fn lab_reports_and_claims() {
    let report = LabReport {
        lab: LabId::from_bytes([1; 16]),
        order: OrderId::from_bytes([2; 16]),
        report: "r-1".into(),
        at: 5,
        lines: vec![LineReport { line: 1, attempt: 1, stage: Stage::Printing, hold: Some("jam".into()) }],
        tracking: None,
        files: Vec::new(),
    };
    insta::assert_snapshot!(shape(&report));
    let answers = vec![
        ClaimAnswer::Granted,
        ClaimAnswer::Yours,
        ClaimAnswer::Taken,
        ClaimAnswer::Cancelled,
        ClaimAnswer::Fenced,
    ];
    insta::assert_snapshot!("claim_answers", shape(&answers));
}

#[test]
fn progress_has_defaults_so_that_older_agents_are_understood() {
    let progress: JobProgress = serde_json::from_str("{}").unwrap();
    assert!(progress.rendering.is_empty() && progress.waiting.is_none() && progress.holds.is_empty());
}

#[test]
fn favourite_lists_and_links() {
    let photo = PhotoId::from_bytes([1; 16]);
    let list = FavouriteList { id: "a1".into(), name: "Album".into(), photos: vec![photo] };
    let lists = FavouriteLists {
        lists: vec![list],
        notes: [(photo, "Brighter, please".to_owned())].into(),
        submitted: [(HEARTS.to_owned(), 5)].into(),
        revision: 3,
    };
    insta::assert_snapshot!(shape(&lists));
    let given = SubmittedList {
        visitor: VisitorId::from_bytes([2; 16]),
        list: HEARTS.into(),
        name: "Favourites".into(),
        customer: "Ada".into(),
        email: None,
        message: Some("Thank you".into()),
        submitted_at: 7,
        photos: vec![SubmittedPhoto { photo, file_name: "DSL_0001.jpg".into(), note: None }],
    };
    insta::assert_snapshot!("submitted_list", shape(&given));
    insta::assert_snapshot!("waiting", shape(&Waiting { email: "ada@example.org".into(), asked_at: 9 }));
    let open: OpenLink = serde_json::from_str(r#"{"link":"x"}"#).unwrap();
    assert!(!open.merge && open.code.is_none());
}

#[test]
fn settings_of_a_gallery() {
    use domain::gallery::{Logo, LogoFormat, Settings};
    let settings = Settings {
        studio_name: Some("Atelier Nord".into()),
        accent: Some("#7a3b2e".parse().unwrap()),
        logo: Some(Logo { format: LogoFormat::Png, sha256: Sha256([5; 32]), width: 320, height: 80 }),
        cover: Some(PhotoId::from_bytes([1; 16])),
        selection_limit: Some(40),
        no_straightening: false,
    };
    insta::assert_snapshot!(shape(&settings));
    let none: Settings = serde_json::from_str("{}").unwrap();
    assert_eq!(none, Settings::default());
    // An agent from before there were settings leaves them as they are.
    let old =
        r#"{"name":"G","state":"open","welcome":null,"price_list":null,"expires_at":null,"revision":1}"#;
    assert_eq!(serde_json::from_str::<PutGallery>(old).unwrap().settings, None);
}
