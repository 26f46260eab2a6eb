//! From what was priced to the lines of an order. Lines without pictures get a machine that looks after them,
//! because an order reaches a studio through its machines.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use domain::{
    access::Scope,
    filter::PhotoFilter,
    id::{GalleryId, MachineId},
    order::{ImageNode, LineKind, OrderLine, WholeGallery},
    sale::{self, Bought, BoughtPart},
};
use http_edge::{Answer, Refusal};
use ports::{Ports, photo_index::PhotoRequest};

use crate::prepare::{Prepared, PreparedNode, PreparedPart};

const PAGE: u32 = 200;

pub async fn order_lines(ports: &Ports, prepared: &Prepared) -> Answer<Vec<OrderLine>> {
    let bought = prepared.lines.iter().map(|line| Bought {
        product: &line.product,
        quantity: line.quantity,
        parts: line.parts.iter().map(|part| bought_part(prepared, part)).collect(),
    });
    let mut lines = sale::lines(bought.collect(), &prepared.quote.lines, ports.clock.now());
    give_homes(ports, prepared, &mut lines).await?;
    Ok(lines)
}

fn bought_part<'a>(prepared: &Prepared, part: &'a PreparedPart) -> BoughtPart<'a> {
    let gallery = prepared.gallery.id;
    BoughtPart {
        product: &part.product,
        quantity: part.quantity,
        nodes: part.nodes.iter().map(|n| image(gallery, n)).collect(),
        whole: Some(WholeGallery { gallery, scope: prepared.scope.clone() }),
    }
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
