//! From what is bought to the lines of an order: one for each thing that has to be made.
//!
//! A package becomes a line for each of its items, so that every line has one size, one paper and its own way
//! to a lab; the package's price is its first line's.

use std::collections::BTreeSet;

use crate::{
    Millis,
    money::Money,
    order::{ImageNode, LineKind, LineStatus, OrderLine, PackagePart, Stage, WholeGallery},
    pricing::PricedLine,
    product::{DigitalOf, Kind, Product},
};

/// A product as often as it is bought, and everything that has to be made of one of it.
pub struct Bought<'a> {
    pub product: &'a Product,
    pub quantity: u32,
    pub parts: Vec<BoughtPart<'a>>,
}

pub struct BoughtPart<'a> {
    pub product: &'a Product,
    /// Of one of what is bought.
    pub quantity: u32,
    pub nodes: Vec<ImageNode>,
    /// What a whole gallery is, should this be one.
    pub whole: Option<WholeGallery>,
}

/// Lines without pictures have no machine to look after them yet.
pub fn lines(bought: Vec<Bought<'_>>, priced: &[PricedLine], now: Millis) -> Vec<OrderLine> {
    let status = LineStatus { stage: Stage::Placed, attempt: 1, hold: None, lab: None, updated_at: now };
    let (mut lines, mut packages) = (Vec::new(), 0);
    for (bought, priced) in bought.into_iter().zip(priced) {
        let is_package = matches!(bought.product.kind, Kind::Package { .. });
        packages += u32::from(is_package);
        let nothing = Money::new(0, priced.total.currency);
        for (index, part) in bought.parts.into_iter().enumerate() {
            let first = index == 0;
            lines.push(OrderLine {
                no: u32::try_from(lines.len() + 1).unwrap_or(u32::MAX),
                product: part.product.id.clone(),
                product_name: part.product.name.clone(),
                width_in: part.product.width_in,
                height_in: part.product.height_in,
                surface: part.product.surface,
                quantity: bought.quantity * part.quantity,
                unit_price: if first { priced.unit_price } else { nothing },
                total: if first { priced.total } else { nothing },
                kind: kind(part.product, part.whole),
                nodes: part.nodes,
                package: is_package.then(|| PackagePart {
                    no: packages,
                    product: bought.product.id.clone(),
                    name: bought.product.name.clone(),
                    quantity: bought.quantity,
                    first,
                }),
                homes: BTreeSet::new(),
                status: status.clone(),
            });
        }
    }
    lines
}

fn kind(product: &Product, whole: Option<WholeGallery>) -> LineKind {
    match &product.kind {
        Kind::Print | Kind::Composite | Kind::Package { .. } => LineKind::Print,
        Kind::Unit { pieces } => LineKind::Unit { pieces: *pieces },
        Kind::Digital { of, release } => {
            LineKind::Digital { whole: whole.filter(|_| *of == DigitalOf::Gallery), release: release.clone() }
        }
        Kind::Item => LineKind::Item,
    }
}
