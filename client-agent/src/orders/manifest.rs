//! What this machine promises the lab: exactly these files, for this order, to be printed like this.

use domain::{id::LabId, order::Order, place::Destination, text::one_line};
use ed25519_dalek::SigningKey;
use wire::{
    manifest::{MANIFEST_VERSION, Manifest, ManifestEnvelope, ManifestFile, ManifestLine},
    signed::Signed,
};

use super::journal::files::PrintFile;
use crate::host::account::Account;

const BACK_PRINT_LENGTH: usize = 40;

pub fn build(
    order: &Order,
    lab: LabId,
    attempt: u32,
    files: &[PrintFile],
    account: &Account,
    now: i64,
) -> Manifest {
    let lines = order.lines_of(lab, attempt).filter_map(|line| {
        let of_line: Vec<ManifestFile> = files
            .iter()
            .filter(|f| f.line == line.no)
            .filter_map(|file| {
                let node = line.nodes.get(file.node as usize)?;
                Some(ManifestFile {
                    node: file.node,
                    sha256: file.sha256,
                    length: file.length,
                    width: file.width,
                    height: file.height,
                    ppi: ppi(file.width, file.height, line.width_in, line.height_in),
                    effective_ppi: file.effective_ppi,
                    photo: node.photo,
                    version: file.version,
                    crop: node.crop,
                    file_name: one_line(&node.file_name, 200),
                })
            })
            .collect();
        let first = of_line.first()?;
        Some(ManifestLine {
            line: line.no,
            product: line.product.clone(),
            product_name: line.product_name.clone(),
            width_in: line.width_in,
            height_in: line.height_in,
            surface: line.surface,
            quantity: line.copies(),
            back_print: back_print(&order.id.number(), line.no, &whose(order), &first.file_name),
            nodes: line.nodes.len() as u32,
            files: of_line,
        })
    });
    Manifest {
        version: MANIFEST_VERSION,
        order: order.id,
        number: order.id.number(),
        studio: account.studio,
        studio_name: account.studio_name.clone(),
        lab,
        attempt,
        machine: account.machine,
        parts: order.homes_of_attempt(lab, attempt).into_iter().collect(),
        made_at: now,
        placed_at: order.placed_at.0,
        customer: order.customer.clone(),
        destination: order.destination.clone(),
        note: order.note.clone(),
        lines: lines.collect(),
    }
}

/// The bytes that are stored at the host: the manifest signed by this machine, with its certificate.
pub fn sealed(
    manifest: &Manifest,
    account: &Account,
    device: &SigningKey,
) -> Result<Vec<u8>, serde_json::Error> {
    let manifest = Signed::sign(manifest, device)?;
    serde_json::to_vec(&ManifestEnvelope { manifest, certificate: account.certificate() })
}

/// Order, line, for a school the class and child, and the file name without its ending: enough to put a stray print
/// back.
fn back_print(number: &str, line: u32, whose: &str, file_name: &str) -> String {
    let stem = file_name.rsplit_once('.').map_or(file_name, |(stem, _)| stem);
    one_line(&format!("{number}/{line} {whose}{stem}"), BACK_PRINT_LENGTH)
}

/// `3b Mia Berg `, or nothing.
fn whose(order: &Order) -> String {
    match &order.destination {
        Destination::ShipToSchool { class, child, .. } => {
            let class = class.as_deref().unwrap_or_default();
            format!("{} ", format!("{class} {child}").trim())
        }
        Destination::PickUp | Destination::ShipTo { .. } => String::new(),
    }
}

fn ppi(width: u32, height: u32, width_in: f64, height_in: f64) -> u32 {
    (f64::from(width.max(height)) / width_in.max(height_in)).round() as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_back_print_fits_and_names_order_line_and_file() {
        assert_eq!(back_print("ABCD-1234", 3, "", "DSC_0001.jpg"), "ABCD-1234/3 DSC_0001");
        let school = back_print("ABCD-1234", 3, "3b Mia Berg ", "DSC_0001.jpg");
        assert_eq!(school, "ABCD-1234/3 3b Mia Berg DSC_0001");
        assert_eq!(back_print("ABCD-1234", 3, "", &"x".repeat(90)).chars().count(), 40);
        assert_eq!(back_print("ABCD-1234", 3, "", "a\u{1b}[31m.jpg"), "ABCD-1234/3 a[31m");
    }

    #[test]
    fn ppi_is_what_is_written_into_the_file() {
        assert_eq!(ppi(2400, 3000, 8.0, 10.0), 300);
        assert_eq!(ppi(3000, 2400, 8.0, 10.0), 300);
    }
}
