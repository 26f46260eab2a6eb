//! From a delivery's parts to an order that may be printed: who signed it, and whether the parts agree.
//!
//! Pure: no network, no disk. Nothing of a manifest is used before its signature is checked; its texts are
//! then bounded and stripped, and its numbers are checked like any other input.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    id::{LabId, OrderId, StudioId},
    order::{MAX_LINES, MAX_QUANTITY},
    place::{Address, Customer, Destination},
    price_list::Surface,
    studio::PublicKey,
    text::{one_line, paragraph},
};
use serde::{Deserialize, Serialize};
use wire::{
    lab::DeliveryFiles,
    manifest::{MANIFEST_VERSION, Manifest, ManifestFile, ManifestLine, ManifestRemake},
    orders::MAX_PRINT_FILE_BYTES,
};

/// An order whose every part is signed by the studio and agrees with the others.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LabOrder {
    pub order: OrderId,
    pub number: String,
    pub attempt: u32,
    pub studio: StudioId,
    pub studio_name: String,
    pub placed_at: i64,
    pub customer: Customer,
    pub destination: Destination,
    pub note: Option<String>,
    #[serde(default)]
    pub remake: Option<ManifestRemake>,
    pub lines: Vec<LabLine>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LabLine {
    pub line: u32,
    pub product: String,
    pub product_name: String,
    pub width_in: f64,
    pub height_in: f64,
    pub surface: Surface,
    pub quantity: u32,
    pub back_print: String,
    /// One a picture, in order.
    pub files: Vec<ManifestFile>,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Nobody here has paired with this studio: it waits until somebody does.
    #[error("the studio {0} is not paired with this lab")]
    NotPaired(StudioId),
    /// Sending again cannot help: somebody else signed it, or the host mixed deliveries up.
    #[error("{0}")]
    Untrusted(String),
    /// Sending again may help.
    #[error("{0}")]
    Damaged(String),
}

fn untrusted(why: impl Into<String>) -> Refusal {
    Refusal::Untrusted(why.into())
}

fn damaged(why: impl Into<String>) -> Refusal {
    Refusal::Damaged(why.into())
}

/// Checks signatures and agreement. `pinned` is the key this lab pinned for the delivery's studio.
pub fn verify(files: &DeliveryFiles, lab: LabId, pinned: Option<&PublicKey>) -> Result<LabOrder, Refusal> {
    let delivery = &files.delivery;
    let pinned = pinned.ok_or(Refusal::NotPaired(delivery.studio))?;
    let mut parts = Vec::new();
    for part in &files.parts {
        let certificate = &part.manifest.certificate;
        if certificate.studio_key != *pinned {
            return Err(untrusted(
                "it is signed with another key than the studio's that was pinned by pairing",
            ));
        }
        if !certificate.is_valid() {
            return Err(untrusted("the studio's key does not certify the machine that signed it"));
        }
        let manifest: Manifest = part
            .manifest
            .manifest
            .open(&certificate.device_key)
            .map_err(|e| damaged(format!("the manifest of {} is damaged: {e}", certificate.machine)))?;
        if manifest.version != MANIFEST_VERSION {
            return Err(untrusted(format!(
                "its manifest has version {}, and this receiver reads {MANIFEST_VERSION}: update darkslide-lab",
                manifest.version
            )));
        }
        let ours = manifest.studio == certificate.studio
            && manifest.studio == delivery.studio
            && manifest.machine == certificate.machine
            && manifest.machine == part.machine
            && manifest.lab == lab
            && delivery.lab == lab;
        if !ours {
            return Err(untrusted("a signed manifest belongs to another machine, studio or lab"));
        }
        // The studio did sign it, for something else: two orders were exchanged on the way.
        if manifest.order != delivery.order || manifest.attempt != delivery.attempt {
            return Err(damaged(format!(
                "it came with the manifest of order {}, attempt {}: deliveries were exchanged",
                manifest.order.number(),
                manifest.attempt
            )));
        }
        parts.push(manifest);
    }
    agree(parts)
}

/// One order from the parts of several machines.
fn agree(parts: Vec<Manifest>) -> Result<LabOrder, Refusal> {
    let first = parts.first().ok_or_else(|| damaged("the delivery has no part"))?;
    let expected: BTreeSet<_> = first.parts.iter().copied().collect();
    let present: BTreeSet<_> = parts.iter().map(|p| p.machine).collect();
    if present != expected || present.len() != parts.len() {
        return Err(damaged(format!("{} of {} parts are there", present.len(), expected.len())));
    }
    for part in &parts {
        let same = part.parts.iter().copied().collect::<BTreeSet<_>>() == expected
            && (part.placed_at, &part.customer, &part.destination, &part.note, &part.remake)
                == (first.placed_at, &first.customer, &first.destination, &first.note, &first.remake);
        if !same {
            return Err(damaged("its parts do not agree about the customer, the destination or a remake"));
        }
    }
    if first.order.number() != first.number {
        return Err(damaged("its number does not belong to its order"));
    }
    let mut lines: BTreeMap<u32, (u32, LabLine)> = BTreeMap::new();
    for line in parts.iter().flat_map(|p| &p.lines) {
        check_line(line)?;
        let clean = LabLine {
            line: line.line,
            product: one_line(&line.product, 60),
            product_name: one_line(&line.product_name, 120),
            width_in: line.width_in,
            height_in: line.height_in,
            surface: line.surface,
            quantity: line.quantity,
            back_print: one_line(&line.back_print, 40),
            files: Vec::new(),
        };
        let (nodes, merged) = lines.entry(line.line).or_insert_with(|| (line.nodes, clean.clone()));
        let known = LabLine { files: Vec::new(), ..merged.clone() };
        if known != clean || *nodes != line.nodes {
            return Err(damaged(format!("its parts do not agree about line {}", line.line)));
        }
        merged.files.extend(
            line.files.iter().map(|f| ManifestFile { file_name: one_line(&f.file_name, 200), ..f.clone() }),
        );
    }
    if lines.is_empty() || lines.len() > MAX_LINES {
        return Err(damaged(format!("it has {} lines", lines.len())));
    }
    distinct_names(lines.values().flat_map(|(_, line)| &line.files))?;
    for (nodes, line) in lines.values_mut() {
        line.files.sort_by_key(|f| f.node);
        if !line.files.iter().map(|f| f.node).eq(0..*nodes) {
            return Err(damaged(format!("line {} has not exactly its {nodes} pictures", line.line)));
        }
    }
    Ok(LabOrder {
        order: first.order,
        number: first.number.clone(),
        attempt: first.attempt,
        studio: first.studio,
        studio_name: one_line(&first.studio_name, 120),
        placed_at: first.placed_at,
        customer: clean_customer(&first.customer),
        destination: clean_destination(&first.destination),
        note: first.note.as_deref().map(|n| paragraph(n, 2_000)).filter(|n| !n.is_empty()),
        remake: first
            .remake
            .as_ref()
            .map(|r| ManifestRemake { attempt: r.attempt, why: one_line(&r.why, 300) }),
        lines: lines.into_values().map(|(_, line)| line).collect(),
    })
}

/// Names the studio asks for become names of files: nothing but what every system takes, and no two alike.
fn distinct_names<'a>(files: impl Iterator<Item = &'a ManifestFile>) -> Result<(), Refusal> {
    let mut known = BTreeSet::new();
    for name in files.map(|f| &f.print_name).filter(|n| !n.is_empty()) {
        let safe = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        if name.len() > 80 || name.starts_with('.') || name.ends_with('.') || !name.chars().all(safe) {
            return Err(damaged(format!("a print file is to be called {:?}", one_line(name, 80))));
        }
        if !known.insert(name.to_ascii_lowercase()) {
            return Err(damaged(format!("two print files are to be called {name}")));
        }
    }
    Ok(())
}

fn check_line(line: &ManifestLine) -> Result<(), Refusal> {
    let no = line.line;
    let size = |v: f64| v.is_finite() && (0.5..=200.0).contains(&v);
    if no == 0 || !(1..=MAX_QUANTITY).contains(&line.quantity) || !(1..=32).contains(&line.nodes) {
        return Err(damaged(format!("line {no} has {} copies of {} pictures", line.quantity, line.nodes)));
    }
    if !size(line.width_in) || !size(line.height_in) {
        return Err(damaged(format!("line {no} measures {} × {} inches", line.width_in, line.height_in)));
    }
    for file in &line.files {
        let pixels = 1..=65_500u32;
        if !pixels.contains(&file.width) || !pixels.contains(&file.height) {
            return Err(damaged(format!(
                "a picture of line {no} has {} × {} pixels",
                file.width, file.height
            )));
        }
        if file.length == 0 || file.length > MAX_PRINT_FILE_BYTES {
            return Err(damaged(format!("a picture of line {no} has {} bytes", file.length)));
        }
    }
    Ok(())
}

fn clean_option(text: &Option<String>) -> Option<String> {
    text.as_deref().map(|t| one_line(t, 200)).filter(|t| !t.is_empty())
}

fn clean_customer(customer: &Customer) -> Customer {
    Customer {
        name: one_line(&customer.name, 200),
        email: clean_option(&customer.email),
        phone: clean_option(&customer.phone),
    }
}

fn clean_destination(destination: &Destination) -> Destination {
    let line = |t: &str| one_line(t, 200);
    match destination {
        Destination::PickUp => Destination::PickUp,
        Destination::ShipTo { address } => Destination::ShipTo {
            address: Address {
                name: line(&address.name),
                line1: line(&address.line1),
                line2: clean_option(&address.line2),
                postal_code: line(&address.postal_code),
                city: line(&address.city),
                region: clean_option(&address.region),
                country: line(&address.country),
            },
        },
        Destination::ShipToSchool { school, class, child } => {
            Destination::ShipToSchool { school: line(school), class: clean_option(class), child: line(child) }
        }
    }
}

/// The size a JPEG says it has (its frame header, T.81 B.2.2), without decoding it.
pub fn jpeg_size(bytes: &[u8]) -> Option<(u32, u32)> {
    let mut rest = bytes.strip_prefix(&[0xFF, 0xD8])?;
    loop {
        let [0xFF, marker, tail @ ..] = rest else { return None };
        match *marker {
            0xFF => rest = &rest[1..],
            0x01 | 0xD0..=0xD7 => rest = tail,
            0xC0..=0xCF if !matches!(*marker, 0xC4 | 0xC8 | 0xCC) => {
                let [_, _, _, h1, h2, w1, w2, ..] = *tail else { return None };
                return Some((
                    u32::from(u16::from_be_bytes([w1, w2])),
                    u32::from(u16::from_be_bytes([h1, h2])),
                ));
            }
            0xD8..=0xDA => return None,
            _ => {
                let [l1, l2, ..] = *tail else { return None };
                rest = tail.get(usize::from(u16::from_be_bytes([l1, l2])).max(2)..)?;
            }
        }
    }
}
