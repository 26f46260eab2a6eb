//! What an address needs, country by country, where that is known well enough to refuse an order for it: the form
//! of postal codes, and a state or province where mail does not arrive without one. Everywhere else any code will do.

use serde::Serialize;

/// Sent to the site, so that it asks for no more and no less than the host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct AddressRule {
    /// ISO 3166-1 alpha-2.
    pub country: &'static str,
    /// Forms of its postal codes, spaces and dashes left out: 9 is a digit, A a letter.
    pub postal_codes: &'static [&'static str],
    pub needs_region: bool,
}

const fn rule(
    country: &'static str,
    postal_codes: &'static [&'static str],
    needs_region: bool,
) -> AddressRule {
    AddressRule { country, postal_codes, needs_region }
}

const FOUR: &[&str] = &["9999"];
const FIVE: &[&str] = &["99999"];

/// A country code before a postal code (`D-10115`, `L-1234`) is a habit of letters, not part of it.
pub const ADDRESS_RULES: &[AddressRule] = &[
    rule("AT", FOUR, false),
    rule("AU", FOUR, true),
    rule("BE", FOUR, false),
    rule("CA", &["A9A9A9"], true),
    rule("CH", FOUR, false),
    rule("CZ", FIVE, false),
    rule("DE", FIVE, false),
    rule("DK", FOUR, false),
    rule("ES", FIVE, false),
    rule("FI", FIVE, false),
    rule("FR", FIVE, false),
    rule("GB", &["A99AA", "A999AA", "A9A9AA", "AA99AA", "AA999AA", "AA9A9AA"], false),
    rule("IT", FIVE, false),
    rule("LU", FOUR, false),
    rule("NL", &["9999AA"], false),
    rule("NO", FOUR, false),
    rule("NZ", FOUR, false),
    rule("PL", FIVE, false),
    rule("PT", &["9999999", "9999"], false),
    rule("SE", FIVE, false),
    rule("US", &["99999", "999999999"], true),
];

impl AddressRule {
    pub fn of(country: &str) -> Option<&'static Self> {
        ADDRESS_RULES.iter().find(|rule| rule.country == country)
    }

    pub fn takes(&self, postal_code: &str) -> bool {
        let plain: String = postal_code
            .chars()
            .filter(|c| !c.is_whitespace() && *c != '-')
            .collect::<String>()
            .to_uppercase();
        let bare = plain
            .strip_prefix(self.country)
            .or_else(|| plain.strip_prefix(self.country.get(..1)?))
            .filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
            .unwrap_or(&plain);
        [plain.as_str(), bare].iter().any(|code| self.postal_codes.iter().any(|form| fits(code, form)))
    }
}

fn fits(code: &str, form: &str) -> bool {
    code.len() == form.len()
        && code.bytes().zip(form.bytes()).all(|(c, f)| match f {
            b'9' => c.is_ascii_digit(),
            _ => c.is_ascii_uppercase(),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The site's tests read the same cases.
    #[test]
    fn postal_codes_as_people_write_them() {
        let cases: Vec<(String, String, bool)> =
            serde_json::from_str(include_str!("../../../site/tests/vectors/postal_codes.json")).unwrap();
        for (country, code, good) in cases {
            assert_eq!(AddressRule::of(&country).unwrap().takes(&code), good, "{country} {code:?}");
        }
    }
}
