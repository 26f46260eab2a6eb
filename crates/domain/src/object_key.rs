//! Every object key of the host, in one place, with who may read it.
//!
//! A rendition's key is computed from the gallery, the photo and the bytes under the host's secret, so a
//! record cannot point at a missing object of another content, keys cannot be guessed, and a re-rendered
//! picture gets a new key.

use data_encoding::BASE32_NOPAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256 as Sha256Algorithm;

use crate::{
    hash::Sha256,
    id::{BatchId, GalleryId, LabId, MachineId, OrderId, PhotoId, StudioId},
    photo::RenditionKind,
};

/// HMAC-SHA256; a key of any length is valid for HMAC (RFC 2104).
pub(crate) fn mac(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    #[expect(clippy::expect_used, reason = "RFC 2104 takes keys of any length")]
    let mac = Hmac::<Sha256Algorithm>::new_from_slice(key).expect("any key length");
    with(mac, parts).finalize().into_bytes().into()
}

fn with(mut mac: Hmac<Sha256Algorithm>, parts: &[&[u8]]) -> Hmac<Sha256Algorithm> {
    for part in parts {
        // Length-prefixed, so that ("ab","c") and ("a","bc") differ.
        mac.update(&(part.len() as u64).to_be_bytes());
        mac.update(part);
    }
    mac
}

/// The keys of one gallery's renditions: what is the same in all of them is hashed once.
pub struct RenditionKeys {
    prefix: String,
    begun: Hmac<Sha256Algorithm>,
}

impl RenditionKeys {
    pub fn new(secret: &[u8], gallery: GalleryId) -> Self {
        #[expect(clippy::expect_used, reason = "RFC 2104 takes keys of any length")]
        let mac = Hmac::<Sha256Algorithm>::new_from_slice(secret).expect("any key length");
        Self { prefix: gallery_prefix(gallery), begun: with(mac, &[b"rendition", gallery.as_bytes()]) }
    }

    /// `img/<gallery>/<26 characters>`: a thumbnail or proof.
    pub fn key(&self, photo: PhotoId, kind: RenditionKind, sha256: &Sha256) -> String {
        let parts: [&[u8]; 3] = [photo.as_bytes(), &sha256.0, kind.as_str().as_bytes()];
        let tag: [u8; 32] = with(self.begun.clone(), &parts).finalize().into_bytes().into();
        let mut key = self.prefix.clone();
        BASE32_NOPAD.encode_append(&tag[..16], &mut key);
        key[self.prefix.len()..].make_ascii_lowercase();
        key
    }
}

/// `img/<gallery>/<26 characters>`: a thumbnail or proof.
pub fn rendition(
    secret: &[u8],
    gallery: GalleryId,
    photo: PhotoId,
    kind: RenditionKind,
    sha256: &Sha256,
) -> String {
    RenditionKeys::new(secret, gallery).key(photo, kind, sha256)
}

/// Everything of a gallery that customers may see: what closing and erasing sweep.
pub fn gallery_prefix(gallery: GalleryId) -> String {
    format!("img/{gallery}/")
}

/// `look/<gallery>/<sha256>`: the studio's logo, served by gallery-api to holders of the cookie.
pub fn logo(gallery: GalleryId, sha256: &Sha256) -> String {
    format!("{}{sha256}", look_prefix(gallery))
}

/// What erasing a gallery removes beside its pictures.
pub fn look_prefix(gallery: GalleryId) -> String {
    format!("look/{gallery}/")
}

/// `batches/<studio>/<machine>/<gallery>/<batch>.json`: the commit record of a batch.
pub fn batch(studio: StudioId, machine: MachineId, gallery: GalleryId, batch: BatchId) -> String {
    format!("batches/{studio}/{machine}/{gallery}/{batch}.json")
}

pub const BATCH_PREFIX: &str = "batches/";
pub const RELAY_PREFIX: &str = "relay/";
pub const DIGITAL_PREFIX: &str = "digital/";

/// What a stored batch record's key says. The content is believed only where it agrees with the key,
/// because the key was signed by the host and the content was not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BatchKey {
    pub studio: StudioId,
    pub machine: MachineId,
    pub gallery: GalleryId,
    pub batch: BatchId,
}

pub fn parse_batch(key: &str) -> Option<BatchKey> {
    let mut parts = key.strip_prefix(BATCH_PREFIX)?.split('/');
    let parsed = BatchKey {
        studio: parts.next()?.parse().ok()?,
        machine: parts.next()?.parse().ok()?,
        gallery: parts.next()?.parse().ok()?,
        batch: parts.next()?.strip_suffix(".json")?.parse().ok()?,
    };
    parts.next().is_none().then_some(parsed)
}

/// One agent's part of a delivery: `relay/<order>/<lab>/<attempt>/<machine>/…`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RelayPart {
    pub order: OrderId,
    pub lab: LabId,
    pub attempt: u32,
    pub machine: MachineId,
}

impl RelayPart {
    pub fn prefix(&self) -> String {
        format!("relay/{}/{}/{}/{}/", self.order, self.lab, self.attempt, self.machine)
    }
    /// Files are named by their content: a repeated upload meets itself.
    pub fn file(&self, sha256: &Sha256) -> String {
        format!("{}{}.jpg", self.prefix(), sha256.hex())
    }
    /// Stored last: its arrival is the commit.
    pub fn manifest(&self) -> String {
        format!("{}manifest.json", self.prefix())
    }
    pub fn parse_manifest(key: &str) -> Option<Self> {
        let mut parts = key.strip_prefix(RELAY_PREFIX)?.split('/');
        let part = Self {
            order: parts.next()?.parse().ok()?,
            lab: parts.next()?.parse().ok()?,
            attempt: parts.next()?.parse().ok()?,
            machine: parts.next()?.parse().ok()?,
        };
        (parts.next()? == "manifest.json" && parts.next().is_none()).then_some(part)
    }
}

/// One machine's files of a line that was sold as files: `digital/<order>/<line>/<attempt>/<machine>/<sha256>`.
/// Only holders of the order's status link are given an address of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DigitalPart {
    pub order: OrderId,
    pub line: u32,
    pub attempt: u32,
    pub machine: MachineId,
}

impl DigitalPart {
    pub fn file(&self, sha256: &Sha256) -> String {
        format!("digital/{}/{}/{}/{}/{}", self.order, self.line, self.attempt, self.machine, sha256.hex())
    }

    pub fn parse_file(key: &str) -> Option<(Self, Sha256)> {
        let mut parts = key.strip_prefix(DIGITAL_PREFIX)?.split('/');
        let part = Self {
            order: parts.next()?.parse().ok()?,
            line: parts.next()?.parse().ok()?,
            attempt: parts.next()?.parse().ok()?,
            machine: parts.next()?.parse().ok()?,
        };
        let sha256 = parts.next()?.parse().ok()?;
        parts.next().is_none().then_some((part, sha256))
    }
}

/// Everything of one delivery.
pub fn delivery_prefix(order: OrderId, lab: LabId, attempt: u32) -> String {
    format!("relay/{order}/{lab}/{attempt}/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_round_trip_and_depend_on_everything() {
        let (g, p) = (GalleryId::from_bytes([1; 16]), PhotoId::from_bytes([2; 16]));
        let sha = Sha256::of(b"x");
        let a = rendition(b"k", g, p, RenditionKind::Proof, &sha);
        assert_ne!(a, rendition(b"k", g, p, RenditionKind::Thumbnail, &sha));
        assert_ne!(a, rendition(b"other", g, p, RenditionKind::Proof, &sha));
        assert!(a.starts_with(&gallery_prefix(g)));
        // Stored objects have these keys: how they are made must never change.
        let tag = mac(b"k", &[b"rendition", g.as_bytes(), p.as_bytes(), &sha.0, b"proof"]);
        assert_eq!(a, format!("img/{g}/{}", BASE32_NOPAD.encode(&tag[..16]).to_ascii_lowercase()));
        let part = RelayPart {
            order: OrderId::from_bytes([3; 16]),
            lab: LabId::from_bytes([4; 16]),
            attempt: 2,
            machine: MachineId::from_bytes([5; 16]),
        };
        assert_eq!(RelayPart::parse_manifest(&part.manifest()), Some(part));
        assert_eq!(RelayPart::parse_manifest(&part.file(&sha)), None);
        let key = batch(StudioId::from_bytes([6; 16]), part.machine, g, BatchId::from_bytes([7; 16]));
        assert_eq!(parse_batch(&key).map(|k| k.gallery), Some(g));
        assert_eq!(parse_batch("batches/../x.json"), None);
        let sold = DigitalPart { order: part.order, line: 7, attempt: 2, machine: part.machine };
        assert_eq!(DigitalPart::parse_file(&sold.file(&sha)), Some((sold, sha)));
        assert_eq!(DigitalPart::parse_file(&format!("{}/x", sold.file(&sha))), None);
    }
}
