//! A changed byte at each step is found, and the step is named.

use domain::{
    fulfilment::LineReport,
    geometry::Crop,
    hash::{Sha256, VersionHash},
    id::{LabId, MachineId, OrderId, PhotoId, StudioId},
    order::Stage,
    place::{Customer, Destination},
    price_list::Surface,
    studio::machine_certificate_text,
};
use ed25519_dalek::SigningKey;
use wire::{
    lab::{HeldFile, LabReport},
    manifest::{MachineCertificate, Manifest, ManifestEnvelope, ManifestFile, ManifestLine, Recipe},
    signed::{Signed, public_key, sign_text},
};

use super::{
    chain::{Chain, verify},
    document::{Document, Lab, VERSION},
};

const ORDER: OrderId = OrderId::from_bytes([9; 16]);
const LAB: LabId = LabId::from_bytes([3; 16]);
const STUDIO: StudioId = StudioId::from_bytes([2; 16]);
const MACHINE: MachineId = MachineId::from_bytes([4; 16]);

fn key(seed: u8) -> SigningKey {
    SigningKey::from_bytes(&[seed; 32])
}

fn envelope() -> ManifestEnvelope {
    let (studio, device) = (key(1), key(2));
    let file = ManifestFile {
        node: 0,
        sha256: Sha256([5; 32]),
        length: 9,
        width: 3000,
        height: 2400,
        ppi: 300,
        effective_ppi: 480,
        photo: PhotoId::from_bytes([6; 16]),
        version: VersionHash([7; 32]),
        crop: Crop::FULL,
        file_name: "DSL_0001.jpg".into(),
        print_name: String::new(),
        recipe: Some(Recipe::Untouched),
    };
    let manifest = Manifest {
        version: 1,
        order: ORDER,
        number: ORDER.number(),
        studio: STUDIO,
        studio_name: "Aurora".into(),
        lab: LAB,
        attempt: 1,
        machine: MACHINE,
        parts: vec![MACHINE],
        made_at: 1,
        placed_at: 0,
        customer: Customer { name: "Ada".into(), email: None, phone: None },
        destination: Destination::PickUp,
        note: None,
        remake: None,
        lines: vec![ManifestLine {
            line: 1,
            product: "8x10".into(),
            product_name: "8 × 10".into(),
            width_in: 8.0,
            height_in: 10.0,
            surface: Surface::Lustre,
            quantity: 1,
            back_print: String::new(),
            nodes: 1,
            files: vec![file],
        }],
    };
    let text = machine_certificate_text(STUDIO, MACHINE, &public_key(&device));
    ManifestEnvelope {
        manifest: Signed::sign(&manifest, &device).unwrap(),
        certificate: MachineCertificate {
            studio: STUDIO,
            machine: MACHINE,
            device_key: public_key(&device),
            studio_key: public_key(&studio),
            signature: sign_text(&text, &studio),
        },
    }
}

fn report(stage: Stage, sha256: [u8; 32]) -> Signed {
    let report = LabReport {
        lab: LAB,
        order: ORDER,
        report: format!("{stage:?}"),
        at: 10 + stage as i64,
        lines: vec![LineReport { line: 1, attempt: 1, stage, hold: None }],
        tracking: None,
        files: vec![HeldFile { line: 1, attempt: 1, delivery: 1, node: 0, sha256: Sha256(sha256) }],
    };
    Signed::sign(&report, &key(3)).unwrap()
}

fn document() -> Document {
    Document {
        custody: VERSION,
        order: ORDER,
        number: ORDER.number(),
        studio: STUDIO,
        studio_name: "Aurora".into(),
        studio_key: public_key(&key(1)),
        labs: vec![Lab { lab: LAB, name: "North".into(), key: public_key(&key(3)) }],
        parts: vec![envelope()],
        reports: [Stage::Verified, Stage::Printed, Stage::Shipped].map(|s| report(s, [5; 32])).into(),
    }
}

/// One byte of a signed text, so that it still reads as JSON.
fn spoilt(signed: &mut Signed) {
    signed.text = signed.text.replacen('1', "2", 1);
}

#[test]
fn a_whole_chain_holds_and_survives_being_written_down() {
    let bytes = serde_json::to_vec(&document()).unwrap();
    let chain = verify(&Document::parse(&bytes).unwrap());
    assert_eq!(chain.faults, [""; 0]);
    let [print] = chain.prints.as_slice() else { panic!("{chain:?}") };
    assert!(print.received_at < print.printed_at && print.printed_at < print.shipped_at);
    assert!(print.received_at.is_some() && !print.without_hash);
    assert!(Document::parse(&bytes[..bytes.len() - 1]).is_err());
}

#[test]
fn a_changed_byte_at_each_step_is_named() {
    type Change = fn(&mut Document);
    let cases: [(&str, Change); 10] = [
        ("sent: a manifest", |d| spoilt(&mut d.parts[0].manifest)),
        ("certify", |d| d.parts[0].certificate.signature.0[0] ^= 1),
        ("another studio", |d| d.studio_key = public_key(&key(8))),
        ("received by North", |d| spoilt(&mut d.reports[0])),
        ("printed by North", |d| spoilt(&mut d.reports[1])),
        ("shipped by North", |d| spoilt(&mut d.reports[2])),
        ("received: North signed for other bytes", |d| d.reports[0] = report(Stage::Verified, [6; 32])),
        ("printed: North signed for other bytes", |d| d.reports[1] = report(Stage::Printed, [6; 32])),
        ("a key of no lab", |d| d.labs[0].key = public_key(&key(8))),
        ("number", |d| d.number = "AAAA-AAAA".into()),
    ];
    for (expected, change) in cases {
        let mut document = document();
        change(&mut document);
        let Chain { faults, .. } = verify(&document);
        assert!(faults.iter().any(|f| f.contains(expected)), "{expected}: {faults:?}");
    }
}

#[test]
fn what_nobody_signed_has_not_happened() {
    let mut document = document();
    document.reports.truncate(1);
    let chain = verify(&document);
    assert!(chain.faults.is_empty() && chain.prints[0].received_at.is_some());
    assert_eq!((chain.prints[0].printed_at, chain.prints[0].shipped_at), (None, None));
    // A lab that never got the line cannot have printed it.
    document.parts.clear();
    assert!(verify(&document).prints.is_empty());
}
