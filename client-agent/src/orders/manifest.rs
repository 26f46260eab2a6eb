//! What this machine promises the lab: exactly these files, for this order, to be printed like this.

use domain::{order::Order, text::one_line};
use ed25519_dalek::SigningKey;
use wire::{
    manifest::{
        MANIFEST_VERSION, Manifest, ManifestEnvelope, ManifestFile, ManifestLine, ManifestRemake, Recipe,
    },
    signed::Signed,
};

use super::journal::{files::PrintFile, parts::PartKey};
use crate::{host::account::Account, labs::setup::Setup};

pub fn build(
    order: &Order,
    PartKey { lab, attempt, .. }: PartKey,
    files: &[PrintFile],
    account: &Account,
    setup: &Setup,
    now: i64,
) -> Manifest {
    let studio = account.studio_name.as_str();
    let names = setup.of("").file_name.map(|rule| rule.of_delivery(studio, order, lab, attempt));
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
                    ppi: ppi(file, line.width_in, line.height_in),
                    effective_ppi: file.effective_ppi,
                    photo: node.photo,
                    version: file.version,
                    crop: node.crop,
                    file_name: one_line(&node.file_name, 200),
                    print_name: names
                        .as_ref()
                        .and_then(|n| n.get(&(line.no, file.node)).cloned())
                        .unwrap_or_default(),
                    recipe: file.recipe.clone(),
                })
            })
            .collect();
        of_line.first()?;
        Some(ManifestLine {
            line: line.no,
            product: line.product.clone(),
            product_name: line.product_name.clone(),
            width_in: line.width_in,
            height_in: line.height_in,
            surface: line.surface,
            quantity: line.copies(),
            back_print: setup.of(&line.product).back_print.fill(studio, order, line, attempt),
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
        remake: order
            .remake_of(lab, attempt)
            .map(|r| ManifestRemake { attempt: r.attempt, why: one_line(&r.note.text, 300) }),
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

/// As written into a rendered file; an untouched one is as large as its paper, whatever it says of itself.
fn ppi(file: &PrintFile, width_in: f64, height_in: f64) -> u32 {
    match &file.recipe {
        Some(Recipe::Rendered(made)) => made.ppi,
        _ => (f64::from(file.width.max(file.height)) / width_in.max(height_in)).round() as u32,
    }
}

#[cfg(test)]
mod tests {
    use darkslide_image::PrintProfile;
    use domain::geometry::{Size, centred, print::Source};

    use super::*;
    use crate::{
        labs::setup::PrintSetup,
        orders::{plan, recipe},
    };

    #[test]
    fn ppi_is_what_is_written_into_the_file() {
        let mut file = PrintFile {
            line: 1,
            node: 0,
            sha256: domain::hash::Sha256([0; 32]),
            length: 1,
            width: 3070,
            height: 2470,
            effective_ppi: 300,
            version: domain::hash::VersionHash([0; 32]),
            recipe: Some(Recipe::Untouched),
            uploaded: false,
        };
        assert_eq!(ppi(&file, 8.0, 10.0), 307);
        let source = Source { stored: Size::new(6000, 4000), orientation: 1, edit: None };
        let setup = PrintSetup { bleed_mm: 3.0, ..PrintSetup::default() };
        let crop = centred(source.frame(), 8, 10);
        let made = plan::plan(&source, &crop, (8.0, 10.0), &setup, PrintProfile::Srgb).unwrap();
        file.recipe = Some(recipe::of(&made.request));
        assert_eq!(ppi(&file, 8.0, 10.0), 300);
    }
}
