//! The host prices; the client's prices are ignored.

use crate::{
    money::{Money, MoneyError},
    order::{MAX_LINES, MAX_QUANTITY},
    place::Destination,
    price_list::PriceList,
};

/// What pricing needs of a line.
#[derive(Clone, Debug)]
pub struct LineRequest {
    pub product: String,
    pub quantity: u32,
    pub nodes: u32,
    /// The price group of the line's first photo.
    pub price_group: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PricedLine {
    pub unit_price: Money,
    pub total: Money,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quote {
    pub lines: Vec<PricedLine>,
    pub subtotal: Money,
    pub shipping: Money,
    pub total: Money,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PricingError {
    #[error("the order has no lines")]
    Empty,
    #[error("the order has {0} lines; at most {MAX_LINES} fit in one order, so please place two")]
    TooManyLines(usize),
    #[error("line {line}: the price list has no product {product:?}")]
    UnknownProduct { line: usize, product: String },
    #[error("line {line}: the quantity is {quantity}; it must be from 1 to {MAX_QUANTITY}")]
    Quantity { line: usize, quantity: u32 },
    #[error("line {line}: {product} takes {needed} pictures, and {given} were given")]
    Pictures { line: usize, product: String, needed: u32, given: u32 },
    #[error("the studio does not ship; please choose pick-up")]
    NoShipping,
    #[error("the studio offers no pick-up; please give an address")]
    NoPickUp,
    #[error("the smallest order is {minimum}; this one comes to {subtotal}")]
    BelowMinimum { minimum: Money, subtotal: Money },
    #[error(transparent)]
    Money(#[from] MoneyError),
}

pub fn quote(
    list: &PriceList,
    lines: &[LineRequest],
    to: Option<&Destination>,
) -> Result<Quote, PricingError> {
    if lines.is_empty() {
        return Err(PricingError::Empty);
    }
    if lines.len() > MAX_LINES {
        return Err(PricingError::TooManyLines(lines.len()));
    }
    let money = |minor| Money::new(minor, list.currency);
    let mut priced = Vec::with_capacity(lines.len());
    let mut subtotal = money(0);
    for (index, line) in lines.iter().enumerate() {
        let no = index + 1;
        let product = list.product(&line.product).ok_or_else(|| PricingError::UnknownProduct {
            line: no,
            product: line.product.chars().take(60).collect(),
        })?;
        if line.quantity == 0 || line.quantity > MAX_QUANTITY {
            return Err(PricingError::Quantity { line: no, quantity: line.quantity });
        }
        if line.nodes != product.nodes {
            return Err(PricingError::Pictures {
                line: no,
                product: product.name.clone(),
                needed: product.nodes,
                given: line.nodes,
            });
        }
        let unit_price = money(product.unit_price(line.quantity, line.price_group.as_deref()));
        let total = unit_price.times(line.quantity)?;
        subtotal = subtotal.add(total)?;
        priced.push(PricedLine { unit_price, total });
    }
    let shipping = match to {
        Some(Destination::ShipTo { .. }) => money(list.shipping.flat_minor.ok_or(PricingError::NoShipping)?),
        Some(Destination::PickUp) if !list.shipping.pick_up => return Err(PricingError::NoPickUp),
        _ => money(0),
    };
    if subtotal.minor < list.minimum_minor {
        return Err(PricingError::BelowMinimum { minimum: money(list.minimum_minor), subtotal });
    }
    let total = subtotal.add(shipping)?;
    Ok(Quote { lines: priced, subtotal, shipping, total })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        id::PriceListId,
        money::Currency,
        price_list::{GroupPrice, Product, QuantityBreak, Shipping, Surface},
    };

    fn list() -> PriceList {
        PriceList {
            id: PriceListId::from_bytes([1; 16]),
            version: 1,
            name: "Prints".into(),
            currency: Currency::EUR,
            products: vec![Product {
                id: "8x10".into(),
                name: "8 × 10".into(),
                width_in: 8.0,
                height_in: 10.0,
                surface: Surface::Lustre,
                nodes: 1,
                price_minor: 1500,
                group_prices: vec![GroupPrice { group: "gift".into(), price_minor: 0 }],
                breaks: vec![QuantityBreak { from: 5, price_minor: 1200 }],
            }],
            shipping: Shipping { flat_minor: Some(490), pick_up: true },
            minimum_minor: 0,
        }
    }
    fn line(quantity: u32, group: Option<&str>) -> LineRequest {
        LineRequest { product: "8x10".into(), quantity, nodes: 1, price_group: group.map(Into::into) }
    }

    #[test]
    fn breaks_and_groups() {
        let q = quote(&list(), &[line(4, None), line(5, None), line(2, Some("gift"))], None).unwrap();
        assert_eq!(q.lines.iter().map(|l| l.total.minor).collect::<Vec<_>>(), [6000, 6000, 0]);
        assert_eq!(q.total.minor, 12_000);
    }

    #[test]
    fn refusals_say_what_to_do() {
        let many = vec![line(1, None); 501];
        let text = quote(&list(), &many, None).unwrap_err().to_string();
        assert_eq!(text, "the order has 501 lines; at most 500 fit in one order, so please place two");
        assert!(matches!(quote(&list(), &[line(0, None)], None), Err(PricingError::Quantity { .. })));
        assert!(matches!(quote(&list(), &[], None), Err(PricingError::Empty)));
    }

    proptest! {
        #[test]
        fn a_checked_list_never_overflows(quantities in prop::collection::vec(1u32..=999, 1..=500), price in 0i64..=100_000_000) {
            let mut list = list();
            list.products[0].price_minor = price;
            prop_assert_eq!(list.check(), Ok(()));
            let lines: Vec<_> = quantities.iter().map(|q| line(*q, None)).collect();
            let q = quote(&list, &lines, Some(&Destination::PickUp)).unwrap();
            prop_assert_eq!(q.subtotal.minor, q.lines.iter().map(|l| l.total.minor).sum::<i64>());
        }
    }
}
