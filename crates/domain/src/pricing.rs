//! The host prices; the client's prices are ignored.
//!
//! Every amount is a whole number of minor units at every step. A line is unit price × quantity, exactly; the
//! subtotal is the sum of the lines; a discount in percent is rounded per line (halves up), one in money is
//! shared out so that the shares add up; tax is rounded per line (`tax`). Nothing is rounded twice.

use crate::{
    Millis,
    discount::{self, DiscountError},
    money::{Money, MoneyError},
    order::{Charges, Discounted, MAX_LINES, MAX_QUANTITY, Taxed},
    place::Destination,
    price_list::PriceList,
    shipping::ShippingError,
};

/// What pricing needs of a line.
#[derive(Clone, Debug)]
pub struct LineRequest {
    pub product: String,
    pub quantity: u32,
    /// The price group of each of the line's pictures.
    pub groups: Vec<Option<String>>,
}

/// What pricing needs besides.
#[derive(Clone, Copy, Debug)]
pub struct Terms<'a> {
    /// `None`: not chosen yet, so no shipping.
    pub to: Option<&'a Destination>,
    pub code: Option<&'a str>,
    pub now: Millis,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PricedLine {
    pub unit_price: Money,
    /// Before discount and exclusive tax.
    pub total: Money,
    /// This line's share of the discount.
    pub discount: Money,
    /// On or within what is left.
    pub tax: Money,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quote {
    pub lines: Vec<PricedLine>,
    pub subtotal: Money,
    pub shipping: Money,
    pub charges: Charges,
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
    #[error("line {line}: the quantity is {quantity}; it must be from 1 to {most}")]
    Quantity { line: usize, quantity: u32, most: u32 },
    #[error("line {line}: {product} takes {needed} pictures, and {given} were given")]
    Pictures { line: usize, product: String, needed: u32, given: usize },
    #[error(transparent)]
    Shipping(#[from] ShippingError),
    #[error(transparent)]
    Discount(#[from] DiscountError),
    #[error("the smallest order is {minimum}; this one comes to {subtotal}")]
    BelowMinimum { minimum: Money, subtotal: Money },
    #[error(transparent)]
    Money(#[from] MoneyError),
}

pub fn quote(list: &PriceList, lines: &[LineRequest], terms: Terms<'_>) -> Result<Quote, PricingError> {
    if lines.is_empty() {
        return Err(PricingError::Empty);
    }
    if lines.len() > MAX_LINES {
        return Err(PricingError::TooManyLines(lines.len()));
    }
    let money = |minor| Money::new(minor, list.currency);
    let (mut priced, mut subtotal) = (Vec::with_capacity(lines.len()), money(0));
    let (mut weights, mut made) = (Vec::new(), 0);
    for (index, line) in lines.iter().enumerate() {
        let unit_price = money(price_one(list, index + 1, line)?);
        let total = unit_price.times(line.quantity)?;
        subtotal = subtotal.add(total)?;
        priced.push(PricedLine { unit_price, total, discount: money(0), tax: money(0) });
        if let Some(product) = list.product(&line.product) {
            made += list.parts(product).len();
            if list.is_physical(product) {
                weights.push(product.weight.as_deref());
            }
        }
    }
    if made > MAX_LINES {
        return Err(PricingError::TooManyLines(made));
    }
    if subtotal.minor < list.minimum_minor {
        return Err(PricingError::BelowMinimum { minimum: money(list.minimum_minor), subtotal });
    }
    let discount = take_off(list, &mut priced, subtotal, terms)?;
    let reduced = subtotal.minor - discount.as_ref().map_or(0, |d| d.amount.minor);
    let shipping = match terms.to {
        Some(to) => money(list.shipping.cost(to, &weights, reduced, terms.now)?),
        None => money(0),
    };
    let late = list.late_fee.filter(|fee| terms.now > fee.after).map(|fee| money(fee.minor));
    let tax = tax_on(list, &mut priced, shipping, late, terms.to)?;
    let mut total = money(reduced).add(shipping)?.add(late.unwrap_or(money(0)))?;
    if let Some(tax) = tax.as_ref().filter(|tax| !tax.inclusive) {
        total = total.add(tax.amount)?;
    }
    Ok(Quote { lines: priced, subtotal, shipping, charges: Charges { discount, late_fee: late, tax }, total })
}

/// The unit price of a line that makes sense.
fn price_one(list: &PriceList, no: usize, line: &LineRequest) -> Result<i64, PricingError> {
    let product = list.product(&line.product).ok_or_else(|| PricingError::UnknownProduct {
        line: no,
        product: line.product.chars().take(60).collect(),
    })?;
    // A lab is never asked for more than `MAX_QUANTITY` copies of one picture.
    let each = list.parts(product).iter().map(|p| p.quantity * p.product.pieces()).max().unwrap_or(1);
    let most = MAX_QUANTITY / each.max(1);
    if line.quantity == 0 || line.quantity > most {
        return Err(PricingError::Quantity { line: no, quantity: line.quantity, most });
    }
    if line.groups.len() != product.nodes as usize {
        return Err(PricingError::Pictures {
            line: no,
            product: product.name.clone(),
            needed: product.nodes,
            given: line.groups.len(),
        });
    }
    Ok(product.unit_price_of(line.quantity, &line.groups))
}

fn take_off(
    list: &PriceList,
    lines: &mut [PricedLine],
    subtotal: Money,
    terms: Terms<'_>,
) -> Result<Option<Discounted>, PricingError> {
    let Some(typed) = terms.code.filter(|code| !code.trim().is_empty()) else { return Ok(None) };
    let discount = discount::find(&list.discounts, typed, terms.now, subtotal)?;
    let totals: Vec<i64> = lines.iter().map(|l| l.total.minor).collect();
    let mut amount = Money::new(0, list.currency);
    for (line, share) in lines.iter_mut().zip(discount.shares(&totals)) {
        line.discount = Money::new(share, list.currency);
        amount = amount.add(line.discount)?;
    }
    Ok(Some(Discounted { code: discount.code.clone(), amount, uses: discount.uses }))
}

fn tax_on(
    list: &PriceList,
    lines: &mut [PricedLine],
    shipping: Money,
    late: Option<Money>,
    to: Option<&Destination>,
) -> Result<Option<Taxed>, PricingError> {
    let Some(rule) = list.tax.rule_for(to) else { return Ok(None) };
    let mut amount = Money::new(0, list.currency);
    for line in lines.iter_mut() {
        line.tax = Money::new(rule.of(line.total.minor - line.discount.minor), list.currency);
        amount = amount.add(line.tax)?;
    }
    if rule.on_shipping {
        for extra in [Some(shipping), late].into_iter().flatten() {
            amount = amount.add(Money::new(rule.of(extra.minor), list.currency))?;
        }
    }
    Ok(Some(Taxed {
        name: rule.name.clone(),
        basis_points: rule.basis_points,
        inclusive: rule.inclusive,
        amount,
    }))
}

#[cfg(test)]
pub(crate) mod tests;
