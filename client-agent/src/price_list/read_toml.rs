//! A price list as TOML. Prices are written as people write them (`12.50`), in the list's currency.
//!
//! ```toml
//! name = "Prints"
//! currency = "EUR"
//! shipping = "4.90"        # leave out: no shipping
//! pick_up = true
//! minimum = "10.00"
//!
//! [[product]]
//! id = "8x10-lustre"       # may be left out
//! name = "8 × 10 lustre"
//! size = "8x10"            # inches
//! surface = "lustre"       # glossy, lustre or matte
//! price = "15.00"
//! pictures = 1             # composites take several
//! breaks = [{ from = 5, price = "12.00" }]
//! groups = [{ group = "gift", price = "0.00" }]
//! ```

use domain::{
    money::Currency,
    product::{GroupPrice, Product, QuantityBreak, Surface},
    shipping::Shipping,
};
use serde::Deserialize;
use wire::galleries::PriceListDocument;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    name: String,
    currency: String,
    shipping: Option<Amount>,
    #[serde(default = "yes")]
    pick_up: bool,
    minimum: Option<Amount>,
    #[serde(default, rename = "product")]
    products: Vec<Line>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    id: Option<String>,
    name: Option<String>,
    size: String,
    #[serde(default)]
    surface: Option<Surface>,
    price: Amount,
    #[serde(default = "one")]
    pictures: u32,
    #[serde(default)]
    breaks: Vec<Break>,
    #[serde(default)]
    groups: Vec<Group>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Break {
    from: u32,
    price: Amount,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Group {
    group: String,
    price: Amount,
}

/// `"12.50"`, `12.5` or `12`: TOML's own numbers are taken through their text, never through binary fractions.
#[derive(Deserialize)]
#[serde(untagged)]
enum Amount {
    Text(String),
    Whole(i64),
    Decimal(f64),
}

fn yes() -> bool {
    true
}
fn one() -> u32 {
    1
}

impl Amount {
    fn minor(&self, currency: Currency) -> Result<i64, String> {
        match self {
            Amount::Text(text) => minor(text, currency),
            Amount::Whole(number) => minor(&number.to_string(), currency),
            Amount::Decimal(number) => minor(&number.to_string(), currency),
        }
    }
}

pub fn parse(text: &str) -> Result<PriceListDocument, String> {
    let file: File = toml::from_str(text).map_err(|e| e.to_string().trim_end().to_owned())?;
    let currency = Currency::parse(&file.currency).map_err(|e| e.to_string())?;
    let optional = |amount: &Option<Amount>| amount.as_ref().map(|a| a.minor(currency)).transpose();
    let products = file.products.iter().map(|line| product(line, currency)).collect::<Result<_, String>>()?;
    Ok(PriceListDocument {
        name: file.name,
        currency,
        products,
        shipping: Shipping {
            flat_minor: optional(&file.shipping)?,
            pick_up: file.pick_up,
            ..Shipping::default()
        },
        minimum_minor: optional(&file.minimum)?.unwrap_or(0),
        tax: Default::default(),
        discounts: Vec::new(),
        late_fee: None,
    })
}

fn product(line: &Line, currency: Currency) -> Result<Product, String> {
    let surface = line.surface.unwrap_or(Surface::Lustre);
    let (width_in, height_in) = inches(&line.size)?;
    let mut breaks = line
        .breaks
        .iter()
        .map(|b| Ok(QuantityBreak { from: b.from, price_minor: b.price.minor(currency)? }))
        .collect::<Result<Vec<_>, String>>()?;
    breaks.sort_by_key(|b| b.from);
    let groups = line
        .groups
        .iter()
        .map(|g| Ok(GroupPrice { group: g.group.trim().to_owned(), price_minor: g.price.minor(currency)? }));
    Ok(Product {
        id: line.id.clone().unwrap_or_else(|| slug(&line.size, surface)),
        name: line.name.clone().unwrap_or_else(|| title(&line.size, surface)),
        width_in,
        height_in,
        surface,
        nodes: line.pictures,
        price_minor: line.price.minor(currency)?,
        group_prices: groups.collect::<Result<_, String>>()?,
        breaks,
        kind: Default::default(),
        weight: None,
    })
}

/// `8x10`, `8 × 10`, `3.5x5`.
pub fn inches(text: &str) -> Result<(f64, f64), String> {
    let wrong = || format!("{text:?} is no size: write width and height in inches, such as 8x10");
    let (width, height) = text.split_once(['x', 'X', '×', '*']).ok_or_else(wrong)?;
    let number = |t: &str| t.trim().trim_end_matches(['"', '″']).replace(',', ".").parse::<f64>();
    let (width, height) = (number(width).map_err(|_| wrong())?, number(height).map_err(|_| wrong())?);
    if width.is_finite() && height.is_finite() { Ok((width, height)) } else { Err(wrong()) }
}

pub fn slug(size: &str, surface: Surface) -> String {
    let size: String = size.to_lowercase().replace(['×', '*'], "x").replace(['.', ','], "-");
    let size: String = size.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
    format!("{size}-{}", surface.as_str())
}

pub fn title(size: &str, surface: Surface) -> String {
    let (width, height) = size.split_once(['x', 'X', '×', '*']).unwrap_or((size, ""));
    format!("{} × {} {}", width.trim(), height.trim(), surface.as_str())
}

/// A decimal amount in minor units, exactly: more digits than the currency has are refused.
pub fn minor(text: &str, currency: Currency) -> Result<i64, String> {
    let digits = currency.digits() as usize;
    let wrong =
        || format!("{text:?} is no amount in {currency}: write it with {digits} digits after the point");
    let trimmed = text.trim().trim_end_matches(currency.as_str()).trim().replace(',', ".");
    let (whole, rest) = trimmed.split_once('.').unwrap_or((&trimmed, ""));
    let plain = |t: &str| t.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || !plain(whole) || !plain(rest) || rest.len() > digits {
        return Err(wrong());
    }
    format!("{whole}{rest:0<digits$}").parse().map_err(|_| wrong())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn reads_a_list_as_it_is_documented() {
        let list = parse(
            r#"
            name = "Prints"
            currency = "EUR"
            shipping = "4.90"
            minimum = 10
            [[product]]
            size = "8x10"
            price = 15.5
            breaks = [{ from = 10, price = "11" }, { from = 5, price = "12.00" }]
            groups = [{ group = "gift", price = "0" }]
            [[product]]
            id = "wallets"
            name = "8 wallets"
            size = "2.5 × 3.5"
            surface = "glossy"
            price = "9"
            "#,
        )
        .unwrap();
        assert_eq!(list.shipping, Shipping { flat_minor: Some(490), pick_up: true, ..Shipping::default() });
        assert_eq!((list.minimum_minor, list.products[0].price_minor), (1000, 1550));
        assert_eq!(list.products[0].id, "8x10-lustre");
        assert_eq!(list.products[0].name, "8 × 10 lustre");
        assert_eq!(list.products[0].breaks[0], QuantityBreak { from: 5, price_minor: 1200 });
        assert_eq!((list.products[1].width_in, list.products[1].surface), (2.5, Surface::Glossy));
        super::super::store::check(&list).unwrap();
    }

    #[test]
    fn mistakes_are_named() {
        for (text, says) in [
            ("currency = \"euro\"", "euro"),
            ("currency = \"EUR\"\n[[product]]\nsize = \"big\"\nprice = 1", "8x10"),
            ("currency = \"EUR\"\n[[product]]\nsize = \"8x10\"\nprice = \"1.234\"", "1.234"),
            ("currency = \"EUR\"\n[[product]]\nsize = \"8x10\"\nprice = -1", "-1"),
            ("currency = \"EUR\"\n[[product]]\nsize = \"8x10\"\nprise = 1", "prise"),
        ] {
            let why = parse(text).unwrap_err();
            assert!(why.contains(says), "{why}");
        }
    }

    proptest! {
        #[test]
        fn amounts_are_exact(units in 0i64..10_000_000) {
            let text = format!("{}.{:02}", units / 100, units % 100);
            prop_assert_eq!(minor(&text, Currency::EUR), Ok(units));
            prop_assert_eq!(minor(&text.replace('.', ","), Currency::EUR), Ok(units));
        }
        #[test]
        fn any_text_is_answered(text in ".*") {
            let _ = minor(&text, Currency::USD);
            let _ = inches(&text);
            let _ = parse(&text);
        }
    }
}
