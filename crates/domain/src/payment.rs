//! Codes that pay: made by the studio, worth an amount or certain products, good for one order.

use serde::{Deserialize, Serialize};

use crate::{
    Millis,
    id::{OrderId, StudioId},
    money::Money,
    price_list::PriceList,
    pricing::{LineRequest, Quote},
};

/// What the host knows of a prepaid code; the code itself it keeps only as a keyed hash.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prepaid {
    pub studio: StudioId,
    pub code_hash: String,
    /// Its last characters, so that the studio recognises it.
    pub hint: String,
    pub worth: Worth,
    #[serde(default)]
    pub note: Option<String>,
    pub made_at: Millis,
    #[serde(default)]
    pub valid_until: Option<Millis>,
    /// The one order it pays for.
    #[serde(default)]
    pub redeemed: Option<OrderId>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Worth {
    Money(Money),
    /// So many of one product, whatever they cost in the list.
    Product {
        product: String,
        quantity: u32,
    },
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PrepaidError {
    #[error("there is no such prepaid code")]
    Unknown,
    #[error("this prepaid code has been used for an order already")]
    Used,
    #[error("this prepaid code is no longer valid")]
    Over,
    #[error("this prepaid code is worth {0}, and prices here are in another currency")]
    Currency(Money),
    #[error("this prepaid code is for {0}, which is not in the order")]
    NotInOrder(String),
}

impl Prepaid {
    /// How much of an order it pays. What it is worth beyond the order lapses.
    pub fn covers(
        &self,
        list: &PriceList,
        lines: &[LineRequest],
        quote: &Quote,
        now: Millis,
    ) -> Result<Money, PrepaidError> {
        if self.redeemed.is_some() {
            return Err(PrepaidError::Used);
        }
        if self.valid_until.is_some_and(|until| now > until) {
            return Err(PrepaidError::Over);
        }
        let minor = match &self.worth {
            Worth::Money(money) if money.currency != list.currency => {
                return Err(PrepaidError::Currency(*money));
            }
            Worth::Money(money) => money.minor,
            Worth::Product { product, quantity } => {
                let added = quote.charges.tax.as_ref().is_some_and(|t| !t.inclusive);
                let (mut left, mut sum) = (*quantity, 0i128);
                for (line, priced) in lines.iter().zip(&quote.lines).filter(|(l, _)| l.product == *product) {
                    let taken = left.min(line.quantity);
                    left -= taken;
                    let tax = if added { priced.tax.minor } else { 0 };
                    let whole = priced.total.minor - priced.discount.minor + tax;
                    sum += i128::from(whole) * i128::from(taken) / i128::from(line.quantity.max(1));
                }
                if left == *quantity {
                    let name = list.product(product).map_or(product.as_str(), |p| &p.name);
                    return Err(PrepaidError::NotInOrder(name.chars().take(80).collect()));
                }
                i64::try_from(sum).unwrap_or(i64::MAX)
            }
        };
        Ok(Money::new(minor.clamp(0, quote.total.minor.max(0)), list.currency))
    }
}

/// What an online payment needs, sealed by the host (`ports::Secrets::seal`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Provider {
    /// `stripe`; the only one so far.
    pub name: String,
    pub sealed: String,
    /// The last characters of the key, and whether it is a test key: what may be shown.
    pub hint: String,
    pub live: bool,
    /// Nothing can be ordered here and paid elsewhere.
    #[serde(default)]
    pub only: bool,
    pub set_at: Millis,
}
