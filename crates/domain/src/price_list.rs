//! Price lists: immutable versions of what a studio sells, and everything a price depends on.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::{
    discount::{Discount, DiscountError},
    id::PriceListId,
    money::{Currency, MoneyError},
    product::{Kind, MAX_ITEMS, MAX_PIECES},
    shipping::{LateFee, Shipping},
    tax::{Tax, TaxError},
};

pub use crate::product::{GroupPrice, Product, QuantityBreak, Surface};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PriceList {
    pub id: PriceListId,
    /// Counts from 1. A published version never changes; a new price is a new version.
    pub version: u32,
    pub name: String,
    pub currency: Currency,
    pub products: Vec<Product>,
    pub shipping: Shipping,
    /// Smallest order that is accepted, in minor units, before discount, shipping and tax.
    pub minimum_minor: i64,
    #[serde(default)]
    pub tax: Tax,
    #[serde(default)]
    pub discounts: Vec<Discount>,
    #[serde(default)]
    pub late_fee: Option<LateFee>,
}

#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum PriceListError {
    #[error("the price list has no products")]
    Empty,
    #[error("product {0:?}: the id may hold only a-z, 0-9 and dashes, and up to 40 of them")]
    ProductId(String),
    #[error("product {0:?} is there twice")]
    Duplicate(String),
    #[error("product {product:?}: {what} is {value}, which is outside {min} to {max}")]
    Range { product: String, what: &'static str, value: f64, min: f64, max: f64 },
    #[error("product {product:?}: {why}")]
    Product { product: String, why: String },
    #[error("{what} is {minor} in minor units, which is outside 0 to {MAX_PRICE_MINOR}")]
    Amount { what: String, minor: i64 },
    #[error("neither shipping nor pick-up is offered, so nothing could be delivered")]
    NoDelivery,
    #[error("the weight class {0:?} is there twice or has no name")]
    WeightClass(String),
    #[error("{0:?} is not a country code of two letters, such as DE or US")]
    Country(String),
    #[error(transparent)]
    Tax(#[from] TaxError),
    #[error(transparent)]
    Discount(#[from] DiscountError),
    #[error(transparent)]
    Money(#[from] MoneyError),
}

impl PriceListError {
    /// The product that is at fault, so that an importer can name its line.
    pub fn product(&self) -> Option<&str> {
        match self {
            Self::ProductId(product)
            | Self::Duplicate(product)
            | Self::Range { product, .. }
            | Self::Product { product, .. } => Some(product),
            _ => None,
        }
    }
}

pub const MAX_PRICE_MINOR: i64 = 100_000_000;

/// What a product is made of: itself, or one item of a package, so many times.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Part<'a> {
    pub product: &'a Product,
    pub quantity: u32,
}

impl PriceList {
    pub fn product(&self, id: &str) -> Option<&Product> {
        self.products.iter().find(|p| p.id == id)
    }

    /// A package's items in order; any other product is its own single part.
    pub fn parts<'a>(&'a self, product: &'a Product) -> Vec<Part<'a>> {
        match &product.kind {
            Kind::Package { items } => items
                .iter()
                .filter_map(|i| Some(Part { product: self.product(&i.product)?, quantity: i.quantity }))
                .collect(),
            _ => vec![Part { product, quantity: 1 }],
        }
    }

    /// For each picture a customer chooses, in order: the product whose paper it goes on.
    pub fn slots<'a>(&'a self, product: &'a Product) -> Vec<&'a Product> {
        let of = |part: Part<'a>| std::iter::repeat_n(part.product, part.product.nodes as usize);
        self.parts(product).into_iter().flat_map(of).collect()
    }

    /// Whether anything of it has to be carried to the customer.
    pub fn is_physical(&self, product: &Product) -> bool {
        self.parts(product).iter().any(|p| !matches!(p.product.kind, Kind::Digital { .. }))
    }

    /// A list that passes can be priced without overflow for every order that passes the order checks.
    pub fn check(&self) -> Result<(), PriceListError> {
        if self.products.is_empty() {
            return Err(PriceListError::Empty);
        }
        let amount = |what: &str, minor: i64| match minor {
            0..=MAX_PRICE_MINOR => Ok(()),
            _ => Err(PriceListError::Amount { what: what.to_owned(), minor }),
        };
        amount("the smallest order", self.minimum_minor)?;
        if let Some(fee) = &self.late_fee {
            amount("the late fee", fee.minor)?;
        }
        self.check_shipping(&amount)?;
        self.tax.check()?;
        let mut codes = BTreeSet::new();
        for discount in &self.discounts {
            discount.check()?;
            if !codes.insert(discount.code.as_str()) {
                return Err(DiscountError::Twice(discount.code.clone()).into());
            }
        }
        let mut seen = BTreeMap::new();
        for p in &self.products {
            if !is_slug(&p.id) {
                return Err(PriceListError::ProductId(p.id.chars().take(60).collect()));
            }
            if seen.insert(p.id.as_str(), p).is_some() {
                return Err(PriceListError::Duplicate(p.id.clone()));
            }
            p.check()?;
        }
        self.products.iter().try_for_each(|p| self.check_made_of(p))
    }

    fn check_shipping(
        &self,
        amount: &dyn Fn(&str, i64) -> Result<(), PriceListError>,
    ) -> Result<(), PriceListError> {
        let shipping = &self.shipping;
        amount("shipping", shipping.flat_minor.unwrap_or(0))?;
        amount("the amount from which shipping is free", shipping.free_from_minor.unwrap_or(0))?;
        amount("delivery at school", shipping.school.as_ref().map_or(0, |s| s.minor))?;
        let mut classes = BTreeSet::new();
        for class in &shipping.classes {
            amount(&format!("weight class {:?}", class.name), class.minor)?;
            if class.name.trim().is_empty() || !classes.insert(class.name.as_str()) {
                return Err(PriceListError::WeightClass(class.name.clone()));
            }
        }
        for country in &shipping.countries {
            check_country(country)?;
        }
        let delivers = shipping.ships() || shipping.pick_up || shipping.school.is_some();
        if !delivers && self.products.iter().any(|p| self.is_physical(p)) {
            return Err(PriceListError::NoDelivery);
        }
        Ok(())
    }

    /// Whether the parts a product names are there, and its pictures theirs.
    fn check_made_of(&self, product: &Product) -> Result<(), PriceListError> {
        let wrong = |why: String| Err(PriceListError::Product { product: product.id.clone(), why });
        if let Some(class) = &product.weight
            && !self.shipping.classes.iter().any(|c| c.name == *class)
        {
            return wrong(format!("there is no weight class {class:?}"));
        }
        let Kind::Package { items } = &product.kind else { return Ok(()) };
        if items.is_empty() || items.len() > MAX_ITEMS {
            return wrong(format!("a package has 1 to {MAX_ITEMS} items, not {}", items.len()));
        }
        for item in items {
            match self.product(&item.product) {
                None => return wrong(format!("the list has no product {:?} to put into it", item.product)),
                Some(p) if matches!(p.kind, Kind::Package { .. }) => {
                    return wrong(format!("{:?} is a package itself; packages hold single products", p.id));
                }
                Some(_) if !(1..=MAX_PIECES).contains(&item.quantity) => {
                    return wrong(format!(
                        "{} × {}; an item is there 1 to {MAX_PIECES} times",
                        item.quantity, item.product
                    ));
                }
                Some(_) => {}
            }
        }
        let pictures = self.slots(product).len();
        if pictures != product.nodes as usize {
            return wrong(format!("its items take {pictures} pictures, and it says {}", product.nodes));
        }
        Ok(())
    }
}

pub(crate) fn is_slug(text: &str) -> bool {
    let slug = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    !text.is_empty() && text.len() <= 40 && text.chars().all(slug)
}

pub(crate) fn check_country(country: &str) -> Result<(), PriceListError> {
    if country.len() == 2 && country.bytes().all(|b| b.is_ascii_uppercase()) {
        Ok(())
    } else {
        Err(PriceListError::Country(country.chars().take(20).collect()))
    }
}
