//! Price lists: immutable versions of products, sizes, surfaces and prices.

use serde::{Deserialize, Serialize};

use crate::{
    id::PriceListId,
    money::{Currency, MoneyError},
};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PriceList {
    pub id: PriceListId,
    /// Counts from 1. A published version never changes; a new price is a new version.
    pub version: u32,
    pub name: String,
    pub currency: Currency,
    pub products: Vec<Product>,
    pub shipping: Shipping,
    /// Smallest order that is accepted, in minor units.
    pub minimum_minor: i64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Product {
    /// Short name in lower case, unique in the list: `8x10-lustre`.
    pub id: String,
    pub name: String,
    /// Inches, as the trade names prints: 8 × 10 is `width_in` 8, `height_in` 10.
    pub width_in: f64,
    pub height_in: f64,
    pub surface: Surface,
    /// Pictures a unit needs: 1 for a print, 2 or more for composites and packages.
    pub nodes: u32,
    pub price_minor: i64,
    /// Other prices for photos of a price group.
    #[serde(default)]
    pub group_prices: Vec<GroupPrice>,
    /// Cheaper from a quantity on; sorted by `from`.
    #[serde(default)]
    pub breaks: Vec<QuantityBreak>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GroupPrice {
    pub group: String,
    pub price_minor: i64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct QuantityBreak {
    pub from: u32,
    pub price_minor: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Surface {
    Glossy,
    Lustre,
    Matte,
}

impl Surface {
    pub fn as_str(self) -> &'static str {
        match self {
            Surface::Glossy => "glossy",
            Surface::Lustre => "lustre",
            Surface::Matte => "matte",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shipping {
    /// One price for an order sent by post; `None`: the studio does not ship.
    pub flat_minor: Option<i64>,
    pub pick_up: bool,
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
    #[error("neither shipping nor pick-up is offered, so nothing could be delivered")]
    NoDelivery,
    #[error(transparent)]
    Money(#[from] MoneyError),
}

const MAX_PRICE_MINOR: i64 = 100_000_000;

impl PriceList {
    pub fn product(&self, id: &str) -> Option<&Product> {
        self.products.iter().find(|p| p.id == id)
    }

    /// A list that passes can be priced without overflow for every order that passes the order checks.
    pub fn check(&self) -> Result<(), PriceListError> {
        if self.products.is_empty() {
            return Err(PriceListError::Empty);
        }
        if self.shipping.flat_minor.is_none() && !self.shipping.pick_up {
            return Err(PriceListError::NoDelivery);
        }
        let mut seen = std::collections::BTreeSet::new();
        for p in &self.products {
            let slug = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
            if p.id.is_empty() || p.id.len() > 40 || !p.id.chars().all(slug) {
                return Err(PriceListError::ProductId(p.id.chars().take(60).collect()));
            }
            if !seen.insert(p.id.as_str()) {
                return Err(PriceListError::Duplicate(p.id.clone()));
            }
            p.check()?;
        }
        Ok(())
    }
}

impl Product {
    fn check(&self) -> Result<(), PriceListError> {
        let range = |what, value: f64, min: f64, max: f64| {
            if value.is_finite() && (min..=max).contains(&value) {
                Ok(())
            } else {
                Err(PriceListError::Range { product: self.id.clone(), what, value, min, max })
            }
        };
        range("width", self.width_in, 1.0, 120.0)?;
        range("height", self.height_in, 1.0, 120.0)?;
        range("pictures", f64::from(self.nodes), 1.0, 32.0)?;
        let prices = [self.price_minor]
            .into_iter()
            .chain(self.group_prices.iter().map(|g| g.price_minor))
            .chain(self.breaks.iter().map(|b| b.price_minor));
        for price in prices {
            range("price", price as f64, 0.0, MAX_PRICE_MINOR as f64)?;
        }
        Ok(())
    }

    /// Price of one unit: the photo's price group first, then the quantity break.
    pub fn unit_price(&self, quantity: u32, group: Option<&str>) -> i64 {
        if let Some(special) = group.and_then(|g| self.group_prices.iter().find(|p| p.group == g)) {
            return special.price_minor;
        }
        let reached = self.breaks.iter().filter(|b| b.from <= quantity).max_by_key(|b| b.from);
        reached.map_or(self.price_minor, |b| b.price_minor)
    }
}
