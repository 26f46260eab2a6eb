//! Tax on an order, by where it goes.
//!
//! Rounding: the tax of each line is rounded to a whole minor unit, halves up, and the order's tax is the sum
//! of its lines' (shipping and late fee count as a line each). So the figures on an invoice add up. Inclusive
//! tax is contained in the prices and never changes a total; exclusive tax is added.

use serde::{Deserialize, Serialize};

use crate::place::Destination;

const WHOLE: i128 = 10_000;
const MAX_BASIS_POINTS: u32 = 5_000;

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tax {
    /// Where the studio is: the place of what is picked up, delivered at school or downloaded.
    #[serde(default)]
    pub home_country: Option<String>,
    #[serde(default)]
    pub home_region: Option<String>,
    #[serde(default)]
    pub rules: Vec<TaxRule>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct TaxRule {
    /// As customers know it: VAT, MwSt., Sales tax.
    pub name: String,
    /// Hundredths of a percent: 1900 is 19 %.
    pub basis_points: u32,
    /// ISO 3166-1 alpha-2; absent: every country no other rule is for.
    #[serde(default)]
    pub country: Option<String>,
    /// Ways to write the state or region ("CA", "California"); empty: the whole country.
    #[serde(default)]
    pub regions: Vec<String>,
    /// Contained in the prices of the list, or added to them.
    pub inclusive: bool,
    /// Whether shipping and late fee are taxed too.
    #[serde(default)]
    pub on_shipping: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TaxError {
    #[error(
        "the tax {name:?} has {basis_points} basis points; 1900 is 19 %, and at most {MAX_BASIS_POINTS} are possible"
    )]
    Rate { name: String, basis_points: u32 },
    #[error("a tax rule has no name; write what customers know it by, such as VAT")]
    Name,
    #[error("tax {0:?}: the country must be two letters, such as DE or US")]
    Country(String),
    #[error("tax {0:?}: a region needs its country")]
    Region(String),
    #[error("the taxes {0:?} and {1:?} are for the same place")]
    Twice(String, String),
}

impl TaxRule {
    /// The tax on (exclusive) or within (inclusive) an amount that is not negative, halves up.
    pub fn of(&self, minor: i64) -> i64 {
        let rate = i128::from(self.basis_points);
        let whole = if self.inclusive { WHOLE + rate } else { WHOLE };
        let tax = (i128::from(minor) * rate * 2 + whole) / (whole * 2);
        i64::try_from(tax).unwrap_or(i64::MAX)
    }
}

impl Tax {
    /// The most particular rule: region before country before everywhere. No destination yet: at home.
    pub fn rule_for(&self, to: Option<&Destination>) -> Option<&TaxRule> {
        let (country, region) = match to {
            Some(Destination::ShipTo { address }) => {
                (Some(address.country.as_str()), address.region.as_deref())
            }
            _ => (self.home_country.as_deref(), self.home_region.as_deref()),
        };
        let same = |a: &str, b: &str| a.trim().to_lowercase() == b.trim().to_lowercase();
        let here = |rule: &&TaxRule| rule.country.as_deref() == country && country.is_some();
        let in_region =
            |rule: &&TaxRule| region.is_some_and(|r| rule.regions.iter().any(|known| same(known, r)));
        self.rules
            .iter()
            .find(|rule| here(rule) && in_region(rule))
            .or_else(|| self.rules.iter().find(|rule| here(rule) && rule.regions.is_empty()))
            .or_else(|| self.rules.iter().find(|rule| rule.country.is_none()))
    }

    pub(crate) fn check(&self) -> Result<(), TaxError> {
        let is_country = |c: &str| c.len() == 2 && c.bytes().all(|b| b.is_ascii_uppercase());
        if let Some(country) = self.home_country.as_deref().filter(|c| !is_country(c)) {
            return Err(TaxError::Country(country.chars().take(20).collect()));
        }
        if self.home_region.is_some() && self.home_country.is_none() {
            return Err(TaxError::Region("of the studio".into()));
        }
        for (i, rule) in self.rules.iter().enumerate() {
            if rule.name.trim().is_empty() {
                return Err(TaxError::Name);
            }
            if rule.basis_points > MAX_BASIS_POINTS {
                return Err(TaxError::Rate { name: rule.name.clone(), basis_points: rule.basis_points });
            }
            if rule.country.as_deref().is_some_and(|c| !is_country(c)) {
                return Err(TaxError::Country(rule.name.clone()));
            }
            if rule.country.is_none() && !rule.regions.is_empty() {
                return Err(TaxError::Region(rule.name.clone()));
            }
            let lower =
                |rule: &TaxRule| rule.regions.iter().map(|r| r.trim().to_lowercase()).collect::<Vec<_>>();
            let regions = lower(rule);
            let clash = self.rules[..i].iter().find(|other| {
                let theirs = lower(other);
                other.country == rule.country
                    && (regions.is_empty() && theirs.is_empty() || regions.iter().any(|r| theirs.contains(r)))
            });
            if let Some(other) = clash {
                return Err(TaxError::Twice(other.name.clone(), rule.name.clone()));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::place::Address;

    fn rule(name: &str, basis_points: u32, country: Option<&str>, regions: &[&str]) -> TaxRule {
        TaxRule {
            name: name.into(),
            basis_points,
            country: country.map(Into::into),
            regions: regions.iter().map(|r| (*r).into()).collect(),
            inclusive: false,
            on_shipping: true,
        }
    }
    fn to(country: &str, region: Option<&str>) -> Destination {
        let text = String::new;
        Destination::ShipTo {
            address: Address {
                name: text(),
                line1: text(),
                line2: None,
                postal_code: text(),
                city: text(),
                region: region.map(Into::into),
                country: country.into(),
            },
        }
    }

    #[test]
    fn halves_are_rounded_up_and_inclusive_tax_is_what_is_contained() {
        let mut vat = rule("VAT", 1900, None, &[]);
        assert_eq!((vat.of(1000), vat.of(50), vat.of(0)), (190, 10, 0)); // 9.5 → 10
        vat.inclusive = true;
        assert_eq!((vat.of(1190), vat.of(100)), (190, 16)); // 15.97 → 16
    }

    #[test]
    fn the_most_particular_rule_is_taken() {
        let tax = Tax {
            home_country: Some("US".into()),
            home_region: Some("CA".into()),
            rules: vec![
                rule("elsewhere", 0, None, &[]),
                rule("US", 100, Some("US"), &[]),
                rule("California", 725, Some("US"), &["CA", "California"]),
            ],
        };
        tax.check().unwrap();
        let name = |d: Option<&Destination>| tax.rule_for(d).map(|r| r.name.as_str());
        assert_eq!(name(Some(&to("US", Some(" california ")))), Some("California"));
        assert_eq!(name(Some(&to("US", Some("NY")))), Some("US"));
        assert_eq!(name(Some(&to("DE", None))), Some("elsewhere"));
        assert_eq!(name(Some(&Destination::PickUp)), Some("California"));
        assert_eq!(name(None), Some("California"));
        assert_eq!(Tax::default().rule_for(None), None);
        let mut twice = tax.clone();
        twice.rules.push(rule("again", 1, Some("US"), &["ca"]));
        assert!(twice.check().unwrap_err().to_string().contains("same place"));
    }
}
