//! A studio that signs deliveries, honest or not.

use std::collections::BTreeMap;

use domain::{
    geometry::Crop,
    hash::{Sha256, VersionHash},
    id::{MachineId, OrderId, PhotoId, StudioId},
    place::{Address, Customer, Destination},
    price_list::Surface,
    studio::{PairingState, machine_certificate_text, pairing_proof},
};
use ed25519_dalek::SigningKey;
use wire::{
    lab::{DeliveryFiles, DeliveryInfo, DeliveryPart, PairingInfo},
    manifest::{MachineCertificate, Manifest, ManifestEnvelope, ManifestFile, ManifestLine},
    pairing_code::PairingCode,
    signed::{Signed, public_key, sign_text},
};

use crate::fake_host::{FakeHost, LAB};

pub struct Studio {
    pub id: StudioId,
    pub key: SigningKey,
}

pub const ORDER: OrderId = OrderId::from_bytes([42; 16]);

/// A print: JPEG bytes with their manifest entry.
pub struct Print {
    pub jpeg: Vec<u8>,
    pub file: ManifestFile,
}

/// A picture whose content depends on `seed`.
pub fn print(node: u32, seed: u8, width: u32, height: u32) -> Print {
    let image = image::RgbImage::from_fn(width, height, |x, y| {
        let (u, v) = (x * 255 / width, y * 255 / height);
        let sun =
            (i64::from(x) - i64::from(width / 3)).pow(2) + (i64::from(y) - i64::from(height / 3)).pow(2);
        if sun < i64::from(height / 6).pow(2) {
            return image::Rgb([255, 230, 160]);
        }
        image::Rgb([(u as u8) / 2 + 100, seed.wrapping_mul(40) / 2 + 60, 255 - (v as u8) / 2])
    });
    let mut jpeg = Vec::new();
    let mut encoder = image::codecs::jpeg::JpegEncoder::new_with_quality(&mut jpeg, 92);
    encoder.encode_image(&image).unwrap();
    let file = ManifestFile {
        node,
        sha256: Sha256::of(&jpeg),
        length: jpeg.len() as u64,
        width,
        height,
        ppi: 300,
        effective_ppi: 287,
        photo: PhotoId::from_bytes([seed; 16]),
        version: VersionHash([seed; 32]),
        crop: Crop::FULL,
        file_name: format!("DSC_{seed:04}.jpg"),
        print_name: String::new(),
        recipe: None,
    };
    Print { jpeg, file }
}

pub fn line(line: u32, quantity: u32, prints: &[Print]) -> ManifestLine {
    ManifestLine {
        line,
        product: "8x10-lustre".into(),
        product_name: "Print 8 × 10".into(),
        width_in: 8.0,
        height_in: 10.0,
        surface: Surface::Lustre,
        quantity,
        back_print: "Studio Nordlicht DSC_0001".into(),
        nodes: prints.len() as u32,
        files: prints.iter().map(|p| p.file.clone()).collect(),
    }
}

impl Studio {
    pub fn new(seed: u8) -> Self {
        Self { id: StudioId::from_bytes([seed; 16]), key: SigningKey::from_bytes(&[seed; 32]) }
    }

    pub fn ask_pairing(&self, host: &FakeHost, code: &PairingCode) {
        let studio_key = public_key(&self.key);
        let proof = pairing_proof(code.secret(), self.id, &studio_key, code.lab);
        let asked = PairingInfo {
            studio: self.id,
            studio_name: "Studio Nordlicht".into(),
            studio_key,
            proof,
            state: PairingState::Asked,
        };
        host.book().pairings.push(asked);
    }

    pub fn manifest(&self, attempt: u32, lines: Vec<ManifestLine>) -> Manifest {
        let machine = MachineId::from_bytes([5; 16]);
        Manifest {
            version: 1,
            order: ORDER,
            number: ORDER.number(),
            studio: self.id,
            studio_name: "Studio Nordlicht".into(),
            lab: LAB,
            attempt,
            machine,
            parts: vec![machine],
            made_at: 1_795_000_000_000,
            placed_at: 1_795_000_000_000,
            customer: Customer {
                name: "Łucja Żółkiewska-Ørsted".into(),
                email: Some("lucja@example.org".into()),
                phone: Some("+48 600 100 200".into()),
            },
            destination: Destination::ShipTo {
                address: Address {
                    name: "Łucja Żółkiewska-Ørsted".into(),
                    line1: "ulica Świętego Wincentego 3 m. 12".into(),
                    line2: None,
                    postal_code: "00-001".into(),
                    city: "Kraków".into(),
                    region: None,
                    country: "PL".into(),
                },
            },
            note: Some("Please do not bend. Dziękuję! Спасибо! Ευχαριστώ!".into()),
            remake: None,
            lines,
        }
    }

    /// One machine's part, certified by this studio's key.
    pub fn part(&self, manifest: &Manifest) -> DeliveryPart {
        let device = SigningKey::from_bytes(&[manifest.machine.as_bytes()[0]; 32]);
        let device_key = public_key(&device);
        let text = machine_certificate_text(self.id, manifest.machine, &device_key);
        let certificate = MachineCertificate {
            studio: self.id,
            machine: manifest.machine,
            device_key,
            studio_key: public_key(&self.key),
            signature: sign_text(&text, &self.key),
        };
        let urls = manifest
            .lines
            .iter()
            .flat_map(|l| &l.files)
            .map(|f| (f.sha256.hex(), format!("/files/{}", f.sha256)));
        DeliveryPart {
            machine: manifest.machine,
            urls: urls.collect::<BTreeMap<_, _>>(),
            manifest: ManifestEnvelope { manifest: Signed::sign(manifest, &device).unwrap(), certificate },
        }
    }

    pub fn deliver(&self, host: &FakeHost, manifest: &Manifest, prints: &[&Print]) {
        let mut book = host.book();
        for print in prints {
            book.files.insert(print.file.sha256.hex(), print.jpeg.clone());
        }
        book.deliveries.push(DeliveryFiles {
            delivery: DeliveryInfo {
                order: manifest.order,
                lab: LAB,
                attempt: manifest.attempt,
                studio: self.id,
                created_at: 1_795_000_100_000,
                acknowledged: false,
            },
            parts: vec![self.part(manifest)],
            expires_at: i64::MAX,
        });
    }
}
