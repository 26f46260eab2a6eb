//! A sale made again from an order: the same pictures as the studio printed them, the products and prices of today.

use std::collections::BTreeMap;

use crate::{
    geometry::{CropError, border::check_print, check_shape},
    id::PhotoId,
    order::{LineKind, Order, OrderLine},
    price_list::PriceList,
    pricing::LineRequest,
    product::{Kind, Product},
    sale::{Bought, BoughtPart},
};

/// What was sold as one: a line, or a package's lines.
#[derive(Clone, Debug)]
pub struct Sold<'a> {
    pub product: &'a str,
    pub name: &'a str,
    pub quantity: u32,
    pub lines: Vec<&'a OrderLine>,
}

impl Sold<'_> {
    /// The number of its first line, by which it is chosen.
    pub fn no(&self) -> u32 {
        self.lines.first().map_or(0, |line| line.no)
    }
}

#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ReorderError {
    #[error("nothing is chosen to be ordered again")]
    Nothing,
    #[error("there is no line {0}, or it belongs to the package before it")]
    NoLine(u32),
    #[error("the price list has no {0:?} any more")]
    Gone(String),
    #[error("{0:?} is another product in the price list of today")]
    Changed(String),
    #[error("line {0}: {1}")]
    Crop(u32, CropError),
}

/// An order as it was sold.
pub fn sold(order: &Order) -> Vec<Sold<'_>> {
    let mut all: Vec<Sold<'_>> = Vec::new();
    let mut packages: BTreeMap<u32, usize> = BTreeMap::new();
    for line in &order.lines {
        match &line.package {
            Some(package) => {
                let at = *packages.entry(package.no).or_insert_with(|| {
                    let (product, name) = (package.product.as_str(), package.name.as_str());
                    all.push(Sold { product, name, quantity: package.quantity, lines: Vec::new() });
                    all.len() - 1
                });
                all[at].lines.push(line);
            }
            None => all.push(Sold {
                product: &line.product,
                name: &line.product_name,
                quantity: line.quantity,
                lines: vec![line],
            }),
        }
    }
    all
}

/// The chosen ones (quantity by the number of the first line) in the order's order; all as they were, without a choice.
pub fn chosen<'a>(order: &'a Order, quantities: &BTreeMap<u32, u32>) -> Result<Vec<Sold<'a>>, ReorderError> {
    let mut sold = sold(order);
    if quantities.is_empty() {
        return Ok(sold);
    }
    if let Some(no) = quantities.keys().find(|no| !sold.iter().any(|s| s.no() == **no)) {
        return Err(ReorderError::NoLine(*no));
    }
    for one in &mut sold {
        one.quantity = quantities.get(&one.no()).copied().unwrap_or(0);
    }
    sold.retain(|one| one.quantity > 0);
    if sold.is_empty() { Err(ReorderError::Nothing) } else { Ok(sold) }
}

/// What pricing needs. `groups`: the price groups of the pictures that have one today.
pub fn request(sold: &Sold<'_>, groups: &BTreeMap<PhotoId, String>) -> LineRequest {
    let nodes = sold.lines.iter().flat_map(|l| &l.nodes);
    LineRequest {
        product: sold.product.to_owned(),
        quantity: sold.quantity,
        groups: nodes.map(|node| groups.get(&node.photo).cloned()).collect(),
    }
}

/// The same pictures on the products of this list, should they still fit.
pub fn bought<'a>(sold: &Sold<'_>, list: &'a PriceList) -> Result<Bought<'a>, ReorderError> {
    let product = list.product(sold.product).ok_or_else(|| ReorderError::Gone(sold.name.to_owned()))?;
    let changed = || ReorderError::Changed(sold.name.to_owned());
    let parts = list.parts(product);
    if parts.len() != sold.lines.len() {
        return Err(changed());
    }
    let parts = parts.into_iter().zip(&sold.lines).map(|(part, line)| {
        if part.product.id != line.product
            || part.product.nodes as usize != line.nodes.len()
            || !same_kind(&part.product.kind, &line.kind)
        {
            return Err(changed());
        }
        fits(part.product, line)?;
        let whole = match &line.kind {
            LineKind::Digital { whole, .. } => whole.clone(),
            _ => None,
        };
        Ok(BoughtPart { product: part.product, quantity: part.quantity, nodes: line.nodes.clone(), whole })
    });
    Ok(Bought { product, quantity: sold.quantity, parts: parts.collect::<Result<_, _>>()? })
}

fn same_kind(now: &Kind, then: &LineKind) -> bool {
    match then {
        LineKind::Print => matches!(now, Kind::Print | Kind::Composite),
        LineKind::Unit { .. } => matches!(now, Kind::Unit { .. }),
        LineKind::Digital { .. } => matches!(now, Kind::Digital { .. }),
        LineKind::Item => matches!(now, Kind::Item),
    }
}

/// Crops were made for the paper of then. Where several pictures share a sheet, they follow its layout.
fn fits(product: &Product, line: &OrderLine) -> Result<(), ReorderError> {
    if !product.kind.has_paper() {
        return Ok(());
    }
    let [width, height] = [product.width_in, product.height_in].map(|inches| (inches * 100.0).round() as u32);
    let crop = |e| ReorderError::Crop(line.no, e);
    for node in &line.nodes {
        check_print(&node.crop, node.frame).map_err(crop)?;
        if line.nodes.len() == 1 {
            check_shape(&node.crop, node.frame, width, height).map_err(crop)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
