//! A studio with two machines and an order of one picture from each, approved for one lab.

use std::{collections::BTreeMap, sync::Arc};

use bytes::Bytes;
use domain::{
    Millis,
    geometry::Crop,
    hash::Sha256,
    id::*,
    object_key::RelayPart,
    order::Order,
    studio::{Lab, Machine, Studio, machine_certificate_text},
};
use ed25519_dalek::SigningKey;
use embedded::Store;
use ports::{Ports, Secrets, clock::TestClock, contract::sample};
use wire::{
    manifest::{MachineCertificate, Manifest, ManifestEnvelope, ManifestFile, ManifestLine},
    signed::{Signed, public_key, sign_text},
};

pub const NOW: i64 = 1_790_000_000_000;
pub const STUDIO: StudioId = StudioId::from_bytes([0x51; 16]);
pub const STUDIO_SEED: u8 = 0x50;
pub const MACHINES: [MachineId; 2] = [MachineId::from_bytes([1; 16]), MachineId::from_bytes([2; 16])];
pub const LAB: LabId = LabId::from_bytes([3; 16]);
pub const ORDER: OrderId = OrderId::from_bytes([4; 16]);

pub struct Host {
    pub ports: Ports,
    _folder: tempfile::TempDir,
}

pub fn key(seed: u8) -> SigningKey {
    SigningKey::from_bytes(&[seed; 32])
}

fn device(machine: usize) -> SigningKey {
    key(machine as u8 + 1)
}

pub fn part(machine: usize) -> RelayPart {
    RelayPart { order: ORDER, lab: LAB, attempt: 1, machine: MACHINES[machine] }
}

fn print(machine: usize) -> Vec<u8> {
    format!("print of machine {machine}").into_bytes()
}

impl Host {
    /// With the order approved.
    pub async fn new() -> Self {
        let host = Self::placed().await;
        let order = host.ports.orders.order(ORDER).await.unwrap().unwrap();
        let routes: BTreeMap<u32, LabId> = [(1, LAB), (2, LAB)].into();
        let approved = domain::fulfilment::approve(&order, &routes, Millis(NOW)).unwrap().unwrap();
        host.ports.orders.update(&approved, &[]).await.unwrap();
        host
    }

    pub async fn placed() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let secrets = Secrets {
            code_hash: vec![1],
            object_key: vec![2],
            session: vec![3],
            grant: vec![4],
            cookie: vec![],
            site: "https://prints.example".into(),
            https: true,
        };
        let clock = Arc::new(TestClock::at(NOW));
        let ports = Store::open(folder.path(), Arc::new(secrets), clock).unwrap().ports();
        let at = Millis(NOW);
        let studio_key = Some(public_key(&key(STUDIO_SEED)));
        let studio =
            Studio { id: STUDIO, name: "S".into(), suspended: false, key: studio_key, created_at: at };
        ports.directory.put_studio(&studio).await.unwrap();
        let lab = Lab { id: LAB, name: "Fine Prints".into(), key: None, created_at: at, last_seen_at: at };
        ports.directory.put_lab(&lab).await.unwrap();
        for (n, id) in MACHINES.into_iter().enumerate() {
            let certificate = certificate(n, &key(STUDIO_SEED), &device(n));
            let machine = Machine {
                id,
                studio: STUDIO,
                name: format!("M{n}"),
                device_key: certificate.device_key,
                certificate: certificate.signature,
                enrolled_at: at,
                last_seen_at: at,
            };
            ports.directory.put_machine(&machine).await.unwrap();
        }
        ports.orders.place(&order(), "secret", "key", "digest").await.unwrap();
        Self { ports, _folder: folder }
    }

    pub fn now(&self) -> Millis {
        self.ports.clock.now()
    }

    pub async fn store(&self, key: &str, bytes: &[u8]) {
        let bytes = Bytes::copy_from_slice(bytes);
        self.ports.blobs.put_new(key, bytes, "application/octet-stream").await.unwrap();
    }

    pub async fn upload_prints(&self, machine: usize) {
        let bytes = print(machine);
        self.store(&part(machine).file(&Sha256::of(&bytes)), &bytes).await;
    }

    pub async fn upload_manifest(&self, machine: usize, envelope: &ManifestEnvelope) {
        self.store(&part(machine).manifest(), &serde_json::to_vec(envelope).unwrap()).await;
    }

    pub async fn upload(&self, machine: usize) {
        self.upload_prints(machine).await;
        self.upload_manifest(machine, &self.envelope(machine, &manifest(machine))).await;
    }

    pub fn envelope(&self, machine: usize, manifest: &Manifest) -> ManifestEnvelope {
        self.envelope_under(machine, manifest, &key(STUDIO_SEED), &device(machine))
    }

    pub fn envelope_under(
        &self,
        machine: usize,
        manifest: &Manifest,
        studio: &SigningKey,
        device: &SigningKey,
    ) -> ManifestEnvelope {
        ManifestEnvelope {
            manifest: Signed::sign(manifest, device).unwrap(),
            certificate: certificate(machine, studio, device),
        }
    }
}

fn certificate(machine: usize, studio: &SigningKey, device: &SigningKey) -> MachineCertificate {
    let device_key = public_key(device);
    let text = machine_certificate_text(STUDIO, MACHINES[machine], &device_key);
    MachineCertificate {
        studio: STUDIO,
        machine: MACHINES[machine],
        device_key,
        studio_key: public_key(studio),
        signature: sign_text(&text, studio),
    }
}

/// The same in every call.
fn order() -> Order {
    let mut order = sample::order_in(STUDIO, GalleryId::from_bytes([5; 16]), &MACHINES);
    for (line, n) in order.lines.iter_mut().zip(1u8..) {
        line.nodes[0].photo = PhotoId::from_bytes([n; 16]);
        line.nodes[0].file_name = format!("IMG_{n}.jpg");
    }
    Order { id: ORDER, placed_at: Millis(NOW), state_at: Millis(NOW), ..order }
}

/// What a machine promises when it does everything right.
pub fn manifest(machine: usize) -> Manifest {
    let order = order();
    let line = &order.lines[machine];
    let bytes = print(machine);
    Manifest {
        version: 1,
        order: ORDER,
        number: ORDER.number(),
        studio: STUDIO,
        studio_name: "S".into(),
        lab: LAB,
        attempt: 1,
        machine: MACHINES[machine],
        parts: MACHINES.to_vec(),
        made_at: NOW,
        placed_at: NOW,
        customer: order.customer.clone(),
        destination: order.destination.clone(),
        note: None,
        remake: None,
        lines: vec![ManifestLine {
            line: line.no,
            product: line.product.clone(),
            product_name: line.product_name.clone(),
            width_in: line.width_in,
            height_in: line.height_in,
            surface: line.surface,
            quantity: line.quantity,
            back_print: String::new(),
            nodes: 1,
            files: vec![ManifestFile {
                node: 0,
                sha256: Sha256::of(&bytes),
                length: bytes.len() as u64,
                width: 2400,
                height: 3000,
                ppi: 300,
                effective_ppi: 300,
                photo: line.nodes[0].photo,
                version: line.nodes[0].version,
                crop: Crop::FULL,
                file_name: line.nodes[0].file_name.clone(),
                print_name: String::new(),
                recipe: None,
            }],
        }],
    }
}
