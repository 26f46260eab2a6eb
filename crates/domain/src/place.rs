//! People and destinations: who ordered, and where the prints go.

use serde::{Deserialize, Serialize};

use crate::address_rule::AddressRule;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Customer {
    pub name: String,
    pub email: Option<String>,
    pub phone: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Address {
    pub name: String,
    pub line1: String,
    pub line2: Option<String>,
    pub postal_code: String,
    pub city: String,
    pub region: Option<String>,
    /// ISO 3166-1 alpha-2.
    pub country: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Destination {
    /// At the studio.
    PickUp,
    ShipTo {
        address: Address,
    },
    ShipToSchool {
        school: String,
        class: Option<String>,
        child: String,
    },
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PersonError {
    #[error("please give your name")]
    NoName,
    #[error("please give an e-mail address or a phone number, so that the studio can reach you")]
    NoContact,
    #[error("{0:?} is not an e-mail address")]
    Email(String),
    #[error("the address has no {0}")]
    AddressField(&'static str),
    #[error("{0:?} is not a country code of two letters, such as DE or US")]
    Country(String),
    #[error("{code:?} does not look like a postal code of {country}")]
    PostalCode { code: String, country: String },
    #[error("an address in {0} needs its state or province")]
    Region(String),
}

pub fn check_customer(customer: &Customer) -> Result<(), PersonError> {
    if customer.name.trim().is_empty() {
        return Err(PersonError::NoName);
    }
    let filled = |t: &Option<String>| t.as_deref().is_some_and(|t| !t.trim().is_empty());
    if !filled(&customer.email) && !filled(&customer.phone) {
        return Err(PersonError::NoContact);
    }
    if let Some(email) = customer.email.as_deref().filter(|e| !e.trim().is_empty()) {
        let well_formed = email.split_once('@').is_some_and(|(user, host)| {
            !user.is_empty() && host.contains('.') && !host.starts_with('.') && !host.ends_with('.')
        }) && !email.contains(char::is_whitespace);
        if !well_formed {
            return Err(PersonError::Email(email.chars().take(80).collect()));
        }
    }
    Ok(())
}

pub fn check_destination(destination: &Destination) -> Result<(), PersonError> {
    let need = |text: &str, field| {
        if text.trim().is_empty() { Err(PersonError::AddressField(field)) } else { Ok(()) }
    };
    match destination {
        Destination::PickUp => Ok(()),
        Destination::ShipToSchool { school, child, .. } => {
            need(school, "school")?;
            need(child, "child's name")
        }
        Destination::ShipTo { address } => {
            need(&address.name, "name")?;
            need(&address.line1, "street")?;
            need(&address.postal_code, "postal code")?;
            need(&address.city, "city")?;
            if address.country.len() == 2 && address.country.bytes().all(|b| b.is_ascii_uppercase()) {
                check_country(address)
            } else {
                Err(PersonError::Country(address.country.chars().take(20).collect()))
            }
        }
    }
}

fn check_country(address: &Address) -> Result<(), PersonError> {
    let Some(rule) = AddressRule::of(&address.country) else { return Ok(()) };
    let country = address.country.clone();
    if !rule.takes(&address.postal_code) {
        return Err(PersonError::PostalCode {
            code: address.postal_code.chars().take(20).collect(),
            country,
        });
    }
    if rule.needs_region && address.region.as_deref().is_none_or(|region| region.trim().is_empty()) {
        return Err(PersonError::Region(country));
    }
    Ok(())
}
