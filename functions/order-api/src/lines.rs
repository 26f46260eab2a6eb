//! From what was priced to the lines of an order: one for each thing that has to be made.
//!
//! A package becomes a line for each of its items, so that every line has one size, one paper and its own way
//! to a lab; the package's price is its first line's. Lines without pictures get a machine that looks after
//! them, because an order reaches a studio through its machines.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use domain::{
    access::Scope,
    filter::PhotoFilter,
    id::{GalleryId, MachineId},
    money::Money,
    order::{ImageNode, LineKind, LineStatus, OrderLine, PackagePart, Stage, WholeGallery},
    product::{DigitalOf, Kind, Product},
};
use http_edge::{Answer, Refusal};
use ports::{Ports, photo_index::PhotoRequest};

use crate::prepare::{Prepared, PreparedNode};

const PAGE: u32 = 200;

pub async fn order_lines(ports: &Ports, prepared: &Prepared) -> Answer<Vec<OrderLine>> {
    let now = ports.clock.now();
    let status = LineStatus { stage: Stage::Placed, attempt: 1, hold: None, lab: None, updated_at: now };
    let (gallery, nothing) = (prepared.gallery.id, Money::new(0, prepared.list.currency));
    let (mut lines, mut packages) = (Vec::new(), 0);
    for (line, priced) in prepared.lines.iter().zip(&prepared.quote.lines) {
        let is_package = matches!(line.product.kind, Kind::Package { .. });
        packages += u32::from(is_package);
        for (index, part) in line.parts.iter().enumerate() {
            let first = index == 0;
            lines.push(OrderLine {
                no: u32::try_from(lines.len() + 1).unwrap_or(u32::MAX),
                product: part.product.id.clone(),
                product_name: part.product.name.clone(),
                width_in: part.product.width_in,
                height_in: part.product.height_in,
                surface: part.product.surface,
                quantity: line.quantity * part.quantity,
                unit_price: if first { priced.unit_price } else { nothing },
                total: if first { priced.total } else { nothing },
                nodes: part.nodes.iter().map(|n| image(gallery, n)).collect(),
                kind: kind(&part.product, gallery, &prepared.scope),
                package: is_package.then(|| PackagePart {
                    no: packages,
                    product: line.product.id.clone(),
                    name: line.product.name.clone(),
                    quantity: line.quantity,
                    first,
                }),
                homes: BTreeSet::new(),
                status: status.clone(),
            });
        }
    }
    give_homes(ports, prepared, &mut lines).await?;
    Ok(lines)
}

fn image(gallery: GalleryId, node: &PreparedNode) -> ImageNode {
    ImageNode {
        gallery,
        photo: node.photo.id,
        version: node.photo.version,
        home: node.photo.home,
        frame: node.photo.frame,
        crop: node.crop,
        file_name: node.photo.file_name.clone(),
    }
}

fn kind(product: &Product, gallery: GalleryId, scope: &Scope) -> LineKind {
    match &product.kind {
        Kind::Print | Kind::Composite | Kind::Package { .. } => LineKind::Print,
        Kind::Unit { pieces } => LineKind::Unit { pieces: *pieces },
        Kind::Digital { of, release } => LineKind::Digital {
            whole: match of {
                DigitalOf::Photo => None,
                DigitalOf::Gallery => Some(WholeGallery { gallery, scope: scope.clone() }),
            },
            release: release.clone(),
        },
        Kind::Item => LineKind::Item,
    }
}

/// A whole gallery is the work of every machine that holds one of its originals; an item, of one machine.
async fn give_homes(ports: &Ports, prepared: &Prepared, lines: &mut [OrderLine]) -> Answer<()> {
    let whole = |l: &OrderLine| matches!(l.kind, LineKind::Digital { whole: Some(_), .. });
    if lines.iter().all(|l| !l.nodes.is_empty()) {
        return Ok(());
    }
    let known = lines.iter().flat_map(|l| &l.nodes).map(|n| n.home).min();
    let all = lines.iter().any(whole);
    let homes = match known {
        Some(home) if !all => BTreeSet::from([home]),
        _ => homes_of(ports, prepared.gallery.id, &prepared.scope, all).await?,
    };
    let Some(one) = known.or_else(|| homes.first().copied()) else {
        return Err(Refusal::new(
            StatusCode::CONFLICT,
            "no_pictures",
            "There is no picture in this gallery yet, so nothing can be ordered.",
        )
        .hint("Please come back when the studio has published them."));
    };
    for line in lines.iter_mut().filter(|l| l.nodes.is_empty()) {
        line.homes = if whole(line) { homes.clone() } else { BTreeSet::from([one]) };
    }
    Ok(())
}

/// `all`: of every photo in scope; else of the first ones.
async fn homes_of(
    ports: &Ports,
    gallery: GalleryId,
    scope: &Scope,
    all: bool,
) -> Answer<BTreeSet<MachineId>> {
    let (mut homes, mut cursor) = (BTreeSet::new(), None);
    let filter = PhotoFilter::default();
    loop {
        let request = PhotoRequest {
            gallery,
            scope,
            filter: &filter,
            favourites_of: None,
            cursor: cursor.as_deref(),
            limit: if all { PAGE } else { 1 },
        };
        let page = ports.photos.page(request).await?;
        homes.extend(page.items.iter().map(|photo| photo.home));
        cursor = page.next;
        if !all || cursor.is_none() {
            return Ok(homes);
        }
    }
}
