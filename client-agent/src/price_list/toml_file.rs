//! A price list as TOML, read and written. Amounts are written as people write them (`"12.50"`), in the list's
//! currency; `docs/price-lists.md` shows every key.

use domain::{
    discount::{self, Discount, Off},
    money::Currency,
    product::{DigitalOf, Kind, Product},
    shipping::{LateFee, School, Shipping, WeightClass},
    tax::{Tax, TaxRule},
    text::one_line,
};
use serde::{Deserialize, Serialize};
use wire::galleries::PriceListDocument;

use super::{
    Parsed,
    cells::{self, Edge},
    draft::{self, Draft, Fault},
};

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    name: String,
    currency: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    minimum: Option<Amount>,
    #[serde(default = "yes")]
    pick_up: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    shipping: Option<Amount>,
    #[serde(skip_serializing_if = "Option::is_none")]
    free_shipping_from: Option<Amount>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    ship_to: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    school: Option<SchoolTable>,
    #[serde(skip_serializing_if = "Option::is_none")]
    late_fee: Option<LateFeeTable>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tax: Option<TaxTable>,
    #[serde(default, rename = "weight", skip_serializing_if = "Vec::is_empty")]
    weights: Vec<WeightTable>,
    #[serde(default, rename = "discount", skip_serializing_if = "Vec::is_empty")]
    discounts: Vec<DiscountTable>,
    #[serde(default, rename = "product", skip_serializing_if = "Vec::is_empty")]
    products: Vec<ProductTable>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SchoolTable {
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    price: Amount,
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct LateFeeTable {
    price: Amount,
    after: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct TaxTable {
    #[serde(skip_serializing_if = "Option::is_none")]
    country: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<String>,
    #[serde(default, rename = "rule", skip_serializing_if = "Vec::is_empty")]
    rules: Vec<RuleTable>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleTable {
    name: String,
    percent: Amount,
    #[serde(skip_serializing_if = "Option::is_none")]
    country: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    regions: Vec<String>,
    /// Contained in the prices; false: added to them.
    included: bool,
    #[serde(default = "yes")]
    on_shipping: bool,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WeightTable {
    class: String,
    price: Amount,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct DiscountTable {
    code: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    percent: Option<Amount>,
    #[serde(skip_serializing_if = "Option::is_none")]
    amount: Option<Amount>,
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    uses: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    minimum: Option<Amount>,
}

#[derive(Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ProductTable {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    size: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    surface: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    price: Option<Amount>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pictures: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pieces: Option<u32>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    items: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    of: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    release: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    weight: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    breaks: Vec<BreakTable>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    groups: Vec<GroupTable>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct BreakTable {
    from: u32,
    price: Amount,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct GroupTable {
    group: String,
    price: Amount,
}

/// `"12.50"`, `12.5` or `12`: TOML's own numbers are taken through their text, never through binary fractions.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(untagged, expecting = "this must be an amount such as \"12.50\", 12.5 or 12")]
enum Amount {
    Text(String),
    Whole(i64),
    Decimal(f64),
}

impl Amount {
    fn text(&self) -> String {
        match self {
            Amount::Text(text) => text.clone(),
            Amount::Whole(number) => number.to_string(),
            Amount::Decimal(number) => number.to_string(),
        }
    }
}

fn yes() -> bool {
    true
}

pub fn parse(text: &str) -> Result<Parsed, String> {
    let text = text.trim_start_matches('\u{FEFF}');
    let file: File = toml::from_str(text).map_err(|e| e.to_string().trim_end().to_owned())?;
    let place = |header: &'static str, index: usize| {
        move |f: Fault| match line_of(text, header, index, f.field) {
            Some(line) => format!("line {line}, {}: {}", f.field, f.why),
            None => format!("{}: {}", f.field, f.why),
        }
    };
    let currency = Currency::parse(&file.currency).map_err(|e| e.to_string());
    let currency = draft::fault("currency", currency).map_err(place("", 0))?;
    let mut document = head(&file, currency, &place)?;
    let mut lines = std::collections::BTreeMap::new();
    for (index, table) in file.products.into_iter().enumerate() {
        let product = draft::product(draft_of(table), currency).map_err(place("[[product]]", index))?;
        if let Some(line) = line_of(text, "[[product]]", index, "") {
            lines.entry(product.id.clone()).and_modify(|l| *l = line).or_insert(line);
        }
        document.products.push(product);
    }
    draft::count_pictures(&mut document.products);
    Ok(Parsed { document, lines })
}

/// Everything but the products.
fn head<P: Fn(Fault) -> String>(
    file: &File,
    currency: Currency,
    place: &impl Fn(&'static str, usize) -> P,
) -> Result<PriceListDocument, String> {
    let minor = |field: &'static str, a: &Amount| draft::fault(field, cells::minor(&a.text(), currency));
    let amount = |field: &'static str, a: &Option<Amount>| a.as_ref().map(|a| minor(field, a)).transpose();
    let date = |field: &'static str, text: &Option<String>, edge| {
        text.as_deref().map(|t| draft::fault(field, cells::date(t, edge))).transpose()
    };
    let top = || place("", 0);
    let school = |s: &SchoolTable| {
        let name = s.name.as_deref().map(|n| one_line(n, 120)).filter(|n| !n.is_empty());
        Ok(School { name, minor: minor("price", &s.price)?, until: date("until", &s.until, Edge::End)? })
    };
    let school = file.school.as_ref().map(school).transpose().map_err(place("[school]", 0))?;
    let fee = |f: &LateFeeTable| {
        let after = draft::fault("after", cells::date(&f.after, Edge::End))?;
        Ok(LateFee { minor: minor("price", &f.price)?, after })
    };
    let late_fee = file.late_fee.as_ref().map(fee).transpose().map_err(place("[late_fee]", 0))?;
    let mut classes = Vec::new();
    for (index, w) in file.weights.iter().enumerate() {
        let price = minor("price", &w.price).map_err(place("[[weight]]", index))?;
        classes.push(WeightClass { name: one_line(&w.class, 60), minor: price });
    }
    let mut discounts = Vec::new();
    for (index, d) in file.discounts.iter().enumerate() {
        discounts.push(discount(d, &minor, &date).map_err(place("[[discount]]", index))?);
    }
    let mut tax = Tax::default();
    if let Some(table) = &file.tax {
        tax.home_country = table.country.as_deref().map(country);
        tax.home_region = table.region.as_deref().map(|r| one_line(r, 60));
        for (index, r) in table.rules.iter().enumerate() {
            let percent = draft::fault("percent", cells::basis_points(&r.percent.text()));
            tax.rules.push(TaxRule {
                name: one_line(&r.name, 60),
                basis_points: percent.map_err(place("[[tax.rule]]", index))?,
                country: r.country.as_deref().map(country),
                regions: r.regions.iter().map(|r| one_line(r, 60)).collect(),
                inclusive: r.included,
                on_shipping: r.on_shipping,
            });
        }
    }
    Ok(PriceListDocument {
        name: file.name.clone(),
        currency,
        products: Vec::new(),
        shipping: Shipping {
            flat_minor: amount("shipping", &file.shipping).map_err(top())?,
            pick_up: file.pick_up,
            classes,
            free_from_minor: amount("free_shipping_from", &file.free_shipping_from).map_err(top())?,
            countries: file.ship_to.iter().map(|c| country(c)).collect(),
            school,
        },
        minimum_minor: amount("minimum", &file.minimum).map_err(top())?.unwrap_or(0),
        tax,
        discounts,
        late_fee,
    })
}

fn discount(
    d: &DiscountTable,
    minor: &impl Fn(&'static str, &Amount) -> Result<i64, Fault>,
    date: &impl Fn(&'static str, &Option<String>, Edge) -> Result<Option<domain::Millis>, Fault>,
) -> Result<Discount, Fault> {
    let off = match (&d.percent, &d.amount) {
        (Some(percent), None) => {
            Off::BasisPoints(draft::fault("percent", cells::basis_points(&percent.text()))?)
        }
        (None, Some(amount)) => Off::Minor(minor("amount", amount)?),
        _ => return draft::fault("code", Err("a discount needs either percent or amount".into())),
    };
    Ok(Discount {
        code: discount::normal(&d.code),
        off,
        valid_from: date("from", &d.from, Edge::Start)?,
        valid_until: date("until", &d.until, Edge::End)?,
        uses: d.uses,
        minimum_minor: d.minimum.as_ref().map_or(Ok(0), |m| minor("minimum", m))?,
    })
}

fn country(text: &str) -> String {
    one_line(text, 20).to_uppercase()
}

fn draft_of(table: ProductTable) -> Draft {
    Draft {
        kind: table.kind,
        id: table.id,
        name: table.name,
        size: table.size,
        surface: table.surface,
        price: table.price.map(|p| p.text()),
        pictures: table.pictures.map(|n| n.to_string()),
        pieces: table.pieces.map(|n| n.to_string()),
        items: table.items,
        breaks: table.breaks.into_iter().map(|b| (b.from.to_string(), b.price.text())).collect(),
        groups: table.groups.into_iter().map(|g| (g.group, g.price.text())).collect(),
        weight: table.weight,
        of: table.of,
        release: table.release,
    }
}

/// The line of a key in the `index`-th table of this header ("": before the first table), or of the header.
fn line_of(text: &str, header: &str, index: usize, key: &str) -> Option<usize> {
    let plain =
        |line: &str| line.split('#').next().unwrap_or_default().split_whitespace().collect::<String>();
    let lines: Vec<String> = text.lines().map(plain).collect();
    let start = match header {
        "" => 0,
        _ => lines.iter().enumerate().filter(|(_, l)| *l == header).nth(index)?.0 + 1,
    };
    let of_table = lines[start..].iter().take_while(|l| !l.starts_with('['));
    let names = |l: &String| l.split_once('=').is_some_and(|(k, _)| k.trim_matches('"') == key);
    let found = of_table.enumerate().find(|(_, l)| names(l)).map(|(n, _)| start + n + 1);
    found.or((start > 0).then_some(start))
}

pub fn write(document: &PriceListDocument) -> Result<String, toml::ser::Error> {
    let currency = document.currency;
    let amount = |minor: i64| Amount::Text(cells::amount(minor, currency));
    let percent = |points: u32| Amount::Text(cells::percent(points));
    let (shipping, tax) = (&document.shipping, &document.tax);
    let rule = |r: &TaxRule| RuleTable {
        name: r.name.clone(),
        percent: percent(r.basis_points),
        country: r.country.clone(),
        regions: r.regions.clone(),
        included: r.inclusive,
        on_shipping: r.on_shipping,
    };
    let code = |d: &Discount| DiscountTable {
        code: d.code.clone(),
        percent: match d.off {
            Off::BasisPoints(points) => Some(percent(points)),
            Off::Minor(_) => None,
        },
        amount: match d.off {
            Off::Minor(minor) => Some(amount(minor)),
            Off::BasisPoints(_) => None,
        },
        from: d.valid_from.map(cells::instant),
        until: d.valid_until.map(cells::instant),
        uses: d.uses,
        minimum: (d.minimum_minor > 0).then(|| amount(d.minimum_minor)),
    };
    toml::to_string_pretty(&File {
        name: document.name.clone(),
        currency: currency.as_str().to_owned(),
        minimum: (document.minimum_minor > 0).then(|| amount(document.minimum_minor)),
        pick_up: shipping.pick_up,
        shipping: shipping.flat_minor.map(amount),
        free_shipping_from: shipping.free_from_minor.map(amount),
        ship_to: shipping.countries.clone(),
        school: shipping.school.as_ref().map(|s| SchoolTable {
            name: s.name.clone(),
            price: amount(s.minor),
            until: s.until.map(cells::instant),
        }),
        late_fee: document
            .late_fee
            .map(|f| LateFeeTable { price: amount(f.minor), after: cells::instant(f.after) }),
        tax: (*tax != Tax::default()).then(|| TaxTable {
            country: tax.home_country.clone(),
            region: tax.home_region.clone(),
            rules: tax.rules.iter().map(rule).collect(),
        }),
        weights: shipping
            .classes
            .iter()
            .map(|c| WeightTable { class: c.name.clone(), price: amount(c.minor) })
            .collect(),
        discounts: document.discounts.iter().map(code).collect(),
        products: document.products.iter().map(|p| table_of(p, &amount)).collect(),
    })
}

fn table_of(p: &Product, amount: &impl Fn(i64) -> Amount) -> ProductTable {
    let paper = p.kind.has_paper();
    let mut table = ProductTable {
        id: Some(p.id.clone()),
        name: Some(p.name.clone()),
        size: paper.then(|| cells::size(p.width_in, p.height_in)),
        surface: paper.then(|| p.surface.as_str().to_owned()),
        price: Some(amount(p.price_minor)),
        weight: p.weight.clone(),
        breaks: p.breaks.iter().map(|b| BreakTable { from: b.from, price: amount(b.price_minor) }).collect(),
        groups: p
            .group_prices
            .iter()
            .map(|g| GroupTable { group: g.group.clone(), price: amount(g.price_minor) })
            .collect(),
        ..ProductTable::default()
    };
    let kind = match &p.kind {
        Kind::Print => {
            table.pictures = (p.nodes != 1).then_some(p.nodes);
            "print"
        }
        Kind::Unit { pieces } => {
            table.pieces = Some(*pieces);
            "unit"
        }
        Kind::Composite => {
            table.pictures = Some(p.nodes);
            "composite"
        }
        Kind::Package { items } => {
            table.items = items.iter().map(|i| format!("{} {}", i.quantity, i.product)).collect();
            "package"
        }
        Kind::Digital { of, release } => {
            table.of = Some(if *of == DigitalOf::Photo { "photo" } else { "gallery" }.to_owned());
            table.release = (!release.is_empty()).then(|| release.clone());
            "digital"
        }
        Kind::Item => {
            table.pictures = (p.nodes != 0).then_some(p.nodes);
            "item"
        }
    };
    table.kind = Some(kind.to_owned());
    table
}
