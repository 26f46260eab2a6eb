//! Discount codes of a price list, and how a discount is shared out over an order's lines.

use serde::{Deserialize, Serialize};

use crate::{
    Millis,
    money::{Currency, Money},
    price_list::MAX_PRICE_MINOR,
};

const MAX_CODE: usize = 30;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Discount {
    /// In capitals: A-Z, 0-9 and dashes.
    pub code: String,
    pub off: Off,
    #[serde(default)]
    pub valid_from: Option<Millis>,
    #[serde(default)]
    pub valid_until: Option<Millis>,
    /// Orders that may use it; the host counts them (`OrderBook::place`).
    #[serde(default)]
    pub uses: Option<u32>,
    /// Smallest subtotal it is given for.
    #[serde(default)]
    pub minimum_minor: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Off {
    /// Hundredths of a percent of each line, rounded per line, halves up.
    BasisPoints(u32),
    /// At most what the products cost; shared over the lines in proportion.
    Minor(i64),
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DiscountError {
    #[error("there is no discount code {0:?}")]
    Unknown(String),
    #[error("the discount code {0} is not valid yet")]
    TooEarly(String),
    #[error("the discount code {0} is no longer valid")]
    Over(String),
    #[error("the discount code {0} has been used as often as it may be")]
    UsedUp(String),
    #[error("the discount code {code} is for orders from {minimum} on; this one comes to {subtotal}")]
    BelowMinimum { code: String, minimum: Money, subtotal: Money },
    #[error("discount code {0:?}: it may hold only A-Z, 0-9 and dashes, 3 to {MAX_CODE} of them")]
    Code(String),
    #[error("the discount code {0} is there twice")]
    Twice(String),
    #[error("discount code {code}: {why}")]
    Rule { code: String, why: String },
}

/// As it is compared: capitals, without the spaces people type.
pub fn normal(code: &str) -> String {
    code.chars().filter(|c| !c.is_whitespace()).take(MAX_CODE + 1).flat_map(char::to_uppercase).collect()
}

/// The code a customer typed, if it is valid now for this subtotal.
pub fn find<'a>(
    discounts: &'a [Discount],
    typed: &str,
    now: Millis,
    subtotal: Money,
) -> Result<&'a Discount, DiscountError> {
    let code = normal(typed);
    let found = discounts.iter().find(|d| d.code == code);
    let Some(found) = found else { return Err(DiscountError::Unknown(code)) };
    if found.valid_from.is_some_and(|from| now < from) {
        return Err(DiscountError::TooEarly(code));
    }
    if found.valid_until.is_some_and(|until| now > until) {
        return Err(DiscountError::Over(code));
    }
    if subtotal.minor < found.minimum_minor {
        let minimum = Money::new(found.minimum_minor, subtotal.currency);
        return Err(DiscountError::BelowMinimum { code, minimum, subtotal });
    }
    Ok(found)
}

impl Discount {
    pub(crate) fn check(&self) -> Result<(), DiscountError> {
        let rule = |why: &str| Err(DiscountError::Rule { code: self.code.clone(), why: why.to_owned() });
        let plain = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '-';
        if !(3..=MAX_CODE).contains(&self.code.len()) || !self.code.chars().all(plain) {
            return Err(DiscountError::Code(self.code.chars().take(60).collect()));
        }
        match self.off {
            Off::BasisPoints(1..=10_000) | Off::Minor(1..=MAX_PRICE_MINOR) => {}
            Off::BasisPoints(_) => return rule("it takes off 0.01 to 100 percent"),
            Off::Minor(_) => {
                return rule("the amount it takes off is not between 1 and 100,000,000 minor units");
            }
        }
        if self.uses == Some(0) {
            return rule("it may be used 0 times; leave `uses` out for any number");
        }
        if !(0..=MAX_PRICE_MINOR).contains(&self.minimum_minor) {
            return rule("its smallest order is not between 0 and 100,000,000 minor units");
        }
        match (self.valid_from, self.valid_until) {
            (Some(from), Some(until)) if from > until => rule("it ends before it begins"),
            _ => Ok(()),
        }
    }

    /// In words: `10 %` or `5.00 EUR`.
    pub fn words(&self, currency: Currency) -> String {
        match self.off {
            Off::BasisPoints(points) if points % 100 == 0 => format!("{} %", points / 100),
            Off::BasisPoints(points) => format!("{}.{:02} %", points / 100, points % 100),
            Off::Minor(minor) => Money::new(minor, currency).to_string(),
        }
    }

    /// What each line is reduced by. Never more than the line, and together exactly the discount.
    pub fn shares(&self, totals: &[i64]) -> Vec<i64> {
        match self.off {
            Off::BasisPoints(points) => {
                let part = |total: i64| (i128::from(total) * i128::from(points) * 2 + 10_000) / 20_000;
                totals.iter().map(|t| i64::try_from(part(*t)).unwrap_or(0).min(*t)).collect()
            }
            Off::Minor(minor) => in_proportion(minor, totals),
        }
    }
}

/// Shares `amount` (at most the sum) over `totals` by the largest remainder: whole minor units, exact sum.
pub fn in_proportion(amount: i64, totals: &[i64]) -> Vec<i64> {
    let sum: i128 = totals.iter().map(|t| i128::from(*t)).sum();
    if sum == 0 {
        return vec![0; totals.len()];
    }
    let amount = i128::from(amount).clamp(0, sum);
    let exact: Vec<(i128, i128)> =
        totals.iter().map(|t| (i128::from(*t) * amount / sum, i128::from(*t) * amount % sum)).collect();
    let mut left = amount - exact.iter().map(|(whole, _)| whole).sum::<i128>();
    let mut by_remainder: Vec<usize> = (0..totals.len()).collect();
    by_remainder.sort_by_key(|i| std::cmp::Reverse(exact[*i].1));
    let mut shares: Vec<i128> = exact.iter().map(|(whole, _)| *whole).collect();
    for i in by_remainder {
        if left == 0 {
            break;
        }
        shares[i] += 1;
        left -= 1;
    }
    shares.into_iter().map(|s| i64::try_from(s).unwrap_or(0)).collect()
}
