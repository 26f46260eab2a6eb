//! How an order reaches the customer, and what that costs.

use serde::{Deserialize, Serialize};

use crate::{Millis, place::Destination};

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Shipping {
    /// One price for an order sent by post; with `classes` it is for what has no class.
    #[schema(required)]
    pub flat_minor: Option<i64>,
    pub pick_up: bool,
    /// From light to heavy. An order costs what its heaviest part costs.
    #[serde(default)]
    pub classes: Vec<WeightClass>,
    /// Free from this subtotal on.
    #[serde(default)]
    pub free_from_minor: Option<i64>,
    /// ISO 3166-1 alpha-2; empty: everywhere.
    #[serde(default)]
    pub countries: Vec<String>,
    #[serde(default)]
    pub school: Option<School>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct WeightClass {
    pub name: String,
    pub minor: i64,
}

/// Delivery to the school, together with everybody else's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct School {
    /// When set, customers need not type it.
    #[serde(default)]
    pub name: Option<String>,
    pub minor: i64,
    /// Later orders go home.
    #[serde(default)]
    pub until: Option<Millis>,
}

/// Added to every order that is placed after the deadline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct LateFee {
    pub minor: i64,
    pub after: Millis,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ShippingError {
    #[error("the studio does not ship; please choose pick-up")]
    NoShipping,
    #[error("the studio does not ship to {country}; it ships to {}", served.join(", "))]
    Country { country: String, served: Vec<String> },
    #[error("the studio offers no pick-up; please give an address")]
    NoPickUp,
    #[error("this studio does not deliver to a school; please choose another delivery")]
    NoSchool,
    #[error("the time for delivery at school is over; please give an address, so that it is sent home")]
    SchoolOver,
}

impl Shipping {
    pub fn ships(&self) -> bool {
        self.flat_minor.is_some() || !self.classes.is_empty()
    }

    pub fn delivers_to_school(&self, now: Millis) -> bool {
        self.school.as_ref().is_some_and(|s| s.until.is_none_or(|until| now <= until))
    }

    /// Until when an order that goes there waits for the others of its school.
    pub fn collected_until(&self, to: &Destination) -> Option<Millis> {
        match to {
            Destination::ShipToSchool { .. } => self.school.as_ref()?.until,
            Destination::PickUp | Destination::ShipTo { .. } => None,
        }
    }

    /// `weights`: the class of everything in the order that is carried; empty: nothing is.
    pub fn cost(
        &self,
        to: &Destination,
        weights: &[Option<&str>],
        subtotal_minor: i64,
        now: Millis,
    ) -> Result<i64, ShippingError> {
        if weights.is_empty() {
            return Ok(0);
        }
        match to {
            Destination::PickUp if self.pick_up => Ok(0),
            Destination::PickUp => Err(ShippingError::NoPickUp),
            Destination::ShipToSchool { .. } => match &self.school {
                None => Err(ShippingError::NoSchool),
                Some(_) if !self.delivers_to_school(now) => Err(ShippingError::SchoolOver),
                Some(school) => Ok(school.minor),
            },
            Destination::ShipTo { .. } if !self.ships() => Err(ShippingError::NoShipping),
            Destination::ShipTo { address } => {
                if !self.countries.is_empty() && !self.countries.contains(&address.country) {
                    let country = address.country.chars().take(20).collect();
                    return Err(ShippingError::Country { country, served: self.countries.clone() });
                }
                if self.free_from_minor.is_some_and(|from| subtotal_minor >= from) {
                    return Ok(0);
                }
                Ok(weights.iter().map(|class| self.of_class(*class)).max().unwrap_or(0))
            }
        }
    }

    /// What has no class costs the flat price, or where there is none, what the lightest class costs.
    fn of_class(&self, class: Option<&str>) -> i64 {
        let named = class.and_then(|name| self.classes.iter().find(|c| c.name == name));
        let lightest = || self.classes.first().map_or(0, |c| c.minor);
        named.map_or_else(|| self.flat_minor.unwrap_or_else(lightest), |c| c.minor)
    }
}
