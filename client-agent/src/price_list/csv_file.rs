//! A price list as a spreadsheet, read and written: one thing a row, and `kind` says what it is.
//!
//! A row without a kind is a product, so the shortest list is `size,price,currency`. What `kind` may be: the
//! kinds of products, and `list`, `shipping`, `weight`, `school`, `late fee`, `home`, `tax`, `discount`.
//! Currency and shipping may also stand in the product rows, as they did before these kinds existed.

use std::collections::BTreeMap;

use domain::{
    discount::{self, Discount, Off},
    money::Currency,
    product::{DigitalOf, Kind, Product},
    shipping::{LateFee, School, Shipping, WeightClass},
    tax::{Tax, TaxRule},
    text::one_line,
};
use wire::galleries::PriceListDocument;

use super::{
    Parsed,
    cells::{self, Edge},
    draft::{self, Draft, Fault},
};

const COLUMNS: [&str; 25] = [
    "kind", "id", "name", "size", "surface", "price", "pictures", "pieces", "items", "of", "breaks",
    "groups", "weight", "release", "currency", "shipping", "minimum", "pick_up", "country", "regions",
    "percent", "included", "from", "until", "uses",
];
/// More is no price list, and a mistake found late is a mistake found with a full memory.
const MAX_BYTES: usize = 4 * 1024 * 1024;
/// A cell longer than this is not one anybody typed.
const MAX_CELL: usize = 8_000;

/// The filled cells of a row, by column; what is taken is understood.
struct Cells {
    line: u64,
    cells: BTreeMap<&'static str, String>,
}

impl Cells {
    fn take(&mut self, column: &'static str) -> Option<String> {
        self.cells.remove(column)
    }
    fn need(&mut self, column: &'static str) -> Result<String, Fault> {
        draft::fault(column, self.take(column).ok_or_else(|| format!("the {column} is missing")))
    }
    fn minor(&mut self, column: &'static str, currency: Currency) -> Result<Option<i64>, Fault> {
        self.take(column).map(|t| draft::fault(column, cells::minor(&t, currency))).transpose()
    }
    fn date(&mut self, column: &'static str, edge: Edge) -> Result<Option<domain::Millis>, Fault> {
        self.take(column).map(|t| draft::fault(column, cells::date(&t, edge))).transpose()
    }
    fn yes_no(&mut self, column: &'static str) -> Result<Option<bool>, Fault> {
        self.take(column).map(|t| draft::fault(column, cells::yes_no(&t))).transpose()
    }
    /// A cell nobody asked for would do nothing, although somebody wrote it.
    fn nothing_left(&self, kind: &str) -> Result<(), Fault> {
        match self.cells.iter().next() {
            None => Ok(()),
            Some((column, text)) => Err(Fault {
                field: column,
                why: format!("{text:?} means nothing in a row of the kind {kind}; leave the cell empty"),
            }),
        }
    }
}

pub fn parse(text: &str) -> Result<Parsed, String> {
    if text.len() > MAX_BYTES {
        return Err(format!("it has {} bytes; a price list has at most {MAX_BYTES}", text.len()));
    }
    let text = text.trim_start_matches('\u{FEFF}');
    let rows = read_rows(text)?;
    let at = |row: &Cells| {
        let line = row.line;
        move |f: Fault| format!("line {line}, {}: {}", f.field, f.why)
    };
    let currency = currency_of(&rows)?;
    let mut document = PriceListDocument {
        name: String::new(),
        currency,
        products: Vec::new(),
        shipping: Shipping { pick_up: true, ..Shipping::default() },
        minimum_minor: 0,
        tax: Tax::default(),
        discounts: Vec::new(),
        late_fee: None,
    };
    let mut lines = BTreeMap::new();
    for mut row in rows {
        let place = at(&row);
        let line = row.line as usize;
        if let Some(product) = read_row(&mut row, &mut document, currency).map_err(place)? {
            lines.insert(product.id.clone(), line);
            document.products.push(product);
        }
    }
    draft::count_pictures(&mut document.products);
    Ok(Parsed { document, lines })
}

fn read_rows(text: &str) -> Result<Vec<Cells>, String> {
    if let Some(line) = open_quote(text) {
        return Err(format!(
            "line {line}: a quotation mark is opened and never closed; close it, or write it twice"
        ));
    }
    let first = text.lines().next().unwrap_or_default();
    let count = |c: char| first.matches(c).count();
    let delimiter = [';', '\t'].into_iter().find(|c| count(*c) > count(',')).unwrap_or(',');
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter as u8)
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let headers = reader.headers().map_err(|e| e.to_string())?.clone();
    let mut columns = Vec::new();
    for header in &headers {
        let plain = header.to_lowercase().replace([' ', '-'], "_");
        let known = COLUMNS.into_iter().find(|c| *c == plain);
        let Some(known) = known else {
            let all = COLUMNS.join(", ");
            return Err(format!(
                "line 1: there is no column {:?}; the columns are {all}",
                one_line(header, 60)
            ));
        };
        if columns.contains(&known) {
            return Err(format!("line 1: the column {known} is there twice; leave one out"));
        }
        columns.push(known);
    }
    if !columns.contains(&"price") {
        return Err("line 1: it needs at least the columns size, price and currency".into());
    }
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|e| e.to_string())?;
        let line = record.position().map_or(0, csv::Position::line);
        let mut row = Cells { line, cells: BTreeMap::new() };
        for (index, cell) in record.iter().enumerate().filter(|(_, c)| !c.is_empty()) {
            let Some(column) = columns.get(index) else {
                let cell = one_line(cell, 40);
                return Err(format!(
                    "line {line}: {cell:?} is in no column; put quotes round a cell that holds a {delimiter:?}"
                ));
            };
            if cell.len() > MAX_CELL {
                return Err(format!("line {line}, {column}: the cell is longer than {MAX_CELL} bytes"));
            }
            row.cells.insert(column, cells::as_written(cell).to_owned());
        }
        if !row.cells.is_empty() {
            rows.push(row);
        }
    }
    Ok(rows)
}

/// The line of a quotation mark that is never closed, which would swallow the rest of the list.
fn open_quote(text: &str) -> Option<usize> {
    let mut open = None;
    for (index, line) in text.lines().enumerate() {
        for _ in line.matches('"') {
            open = if open.is_none() { Some(index + 1) } else { None };
        }
    }
    open
}

/// The first one; a row that says another is a mistake, for a list has one currency.
fn currency_of(rows: &[Cells]) -> Result<Currency, String> {
    let mut found: Option<(Currency, u64)> = None;
    for row in rows {
        let Some(text) = row.cells.get("currency") else { continue };
        let currency = Currency::parse(text).map_err(|e| format!("line {}, currency: {e}", row.line))?;
        match found {
            Some((first, line)) if first != currency => {
                return Err(format!(
                    "line {}, currency: {currency} here and {first} in line {line}; a list has one currency, \
                     so make a list for each",
                    row.line
                ));
            }
            _ => found = found.or(Some((currency, row.line))),
        }
    }
    found
        .map(|(currency, _)| currency)
        .ok_or_else(|| "no line says the currency; add a column currency with EUR or USD".into())
}

/// A product, or one of the list's own settings.
fn read_row(
    row: &mut Cells,
    list: &mut PriceListDocument,
    currency: Currency,
) -> Result<Option<Product>, Fault> {
    row.take("currency");
    let kind = row.cells.get("kind").map(|k| k.to_lowercase().replace('_', " ")).unwrap_or_default();
    match kind.as_str() {
        "list" => {
            list.name = row.take("name").unwrap_or_default();
            list.minimum_minor = row.minor("minimum", currency)?.unwrap_or(0);
            list.shipping.pick_up = row.yes_no("pick_up")?.unwrap_or(true);
        }
        "shipping" => {
            list.shipping.flat_minor = row.minor("price", currency)?;
            list.shipping.free_from_minor = row.minor("minimum", currency)?;
            let countries = row.take("country").map(|c| cells::split(&c)).unwrap_or_default();
            list.shipping.countries = countries.iter().map(|c| country(c)).collect();
        }
        "weight" => {
            let (name, minor) = (one_line(&row.need("name")?, 60), price(row, currency)?);
            list.shipping.classes.push(WeightClass { name, minor });
        }
        "school" => {
            let name = row.take("name").map(|n| one_line(&n, 120));
            let (minor, until) = (price(row, currency)?, row.date("until", Edge::End)?);
            list.shipping.school = Some(School { name, minor, until });
        }
        "late fee" => {
            let minor = price(row, currency)?;
            let after = draft::fault(
                "until",
                row.date("until", Edge::End)?
                    .ok_or_else(|| "the deadline is missing; write the last day without the fee".to_owned()),
            )?;
            list.late_fee = Some(LateFee { minor, after });
        }
        "home" => {
            list.tax.home_country = Some(country(&row.need("country")?));
            list.tax.home_region = row.take("regions").and_then(|r| cells::split(&r).into_iter().next());
        }
        "tax" => {
            let percent = row.need("percent")?;
            let included = row.yes_no("included")?;
            list.tax.rules.push(TaxRule {
                name: one_line(&row.need("name")?, 60),
                basis_points: draft::fault("percent", cells::basis_points(&percent))?,
                country: row.take("country").map(|c| country(&c)),
                regions: row.take("regions").map(|r| cells::split(&r)).unwrap_or_default(),
                inclusive: draft::fault(
                    "included",
                    included.ok_or_else(|| {
                        "write yes when the prices contain this tax, no when it is added to them".to_owned()
                    }),
                )?,
                on_shipping: row
                    .take("shipping")
                    .map_or(Ok(true), |t| draft::fault("shipping", cells::yes_no(&t)))?,
            });
        }
        "discount" => {
            let discount = read_discount(row, currency)?;
            list.discounts.push(discount);
        }
        _ => {
            if let Some(flat) = row.minor("shipping", currency)? {
                list.shipping.flat_minor.get_or_insert(flat);
            }
            let draft = draft_of(row)?;
            let kind = if kind.is_empty() { "product".to_owned() } else { kind };
            row.nothing_left(&kind)?;
            return draft::product(draft, currency).map(Some);
        }
    }
    row.take("kind");
    row.nothing_left(&kind)?;
    Ok(None)
}

fn price(row: &mut Cells, currency: Currency) -> Result<i64, Fault> {
    let minor = row.minor("price", currency)?;
    draft::fault("price", minor.ok_or_else(|| "the price is missing".to_owned()))
}

fn read_discount(row: &mut Cells, currency: Currency) -> Result<Discount, Fault> {
    let (percent, amount) = (row.take("percent"), row.minor("price", currency)?);
    let off = match (percent, amount) {
        (Some(percent), None) => Off::BasisPoints(draft::fault("percent", cells::basis_points(&percent))?),
        (None, Some(minor)) => Off::Minor(minor),
        _ => {
            return draft::fault(
                "percent",
                Err("a discount needs either a percent or a price to take off".into()),
            );
        }
    };
    let uses = |text: String| {
        draft::fault(
            "uses",
            text.parse().map_err(|_| format!("{text:?} is no whole number; leave it empty for any")),
        )
    };
    Ok(Discount {
        code: discount::normal(&row.need("id")?),
        off,
        valid_from: row.date("from", Edge::Start)?,
        valid_until: row.date("until", Edge::End)?,
        uses: row.take("uses").map(uses).transpose()?,
        minimum_minor: row.minor("minimum", currency)?.unwrap_or(0),
    })
}

fn draft_of(row: &mut Cells) -> Result<Draft, Fault> {
    let pairs = |field: &'static str, cell: Option<String>| {
        let values = cell.map(|c| cells::split(&c)).unwrap_or_default();
        values.iter().map(|v| draft::fault(field, cells::pair(v))).collect::<Result<Vec<_>, _>>()
    };
    Ok(Draft {
        kind: row.take("kind"),
        id: row.take("id"),
        name: row.take("name"),
        size: row.take("size"),
        surface: row.take("surface"),
        price: row.take("price"),
        pictures: row.take("pictures"),
        pieces: row.take("pieces"),
        items: row.take("items").map(|c| cells::split(&c)).unwrap_or_default(),
        breaks: pairs("breaks", row.take("breaks"))?,
        groups: pairs("groups", row.take("groups"))?,
        weight: row.take("weight"),
        of: row.take("of"),
        release: row.take("release"),
    })
}

fn country(text: &str) -> String {
    one_line(text, 20).to_uppercase()
}

pub fn write(list: &PriceListDocument) -> Result<String, csv::Error> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    writer.write_record(COLUMNS)?;
    let currency = list.currency;
    let amount = |minor: i64| cells::amount(minor, currency);
    let yes_no = |yes: bool| if yes { "yes" } else { "no" }.to_owned();
    let mut row = |filled: Vec<(&str, String)>| {
        let of =
            |c: &&str| filled.iter().find(|(column, _)| column == c).map(|(_, cell)| cells::harmless(cell));
        writer.write_record(COLUMNS.iter().map(|c| of(c).unwrap_or_default()))
    };
    let mut head =
        vec![("kind", "list".into()), ("name", list.name.clone()), ("currency", currency.to_string())];
    head.push(("minimum", amount(list.minimum_minor)));
    head.push(("pick_up", yes_no(list.shipping.pick_up)));
    row(head)?;
    let shipping = &list.shipping;
    let mut post = vec![("kind", "shipping".to_owned())];
    post.extend(shipping.flat_minor.map(|m| ("price", amount(m))));
    post.extend(shipping.free_from_minor.map(|m| ("minimum", amount(m))));
    if !shipping.countries.is_empty() {
        post.push(("country", cells::join(shipping.countries.iter().cloned())));
    }
    row(post)?;
    for class in &shipping.classes {
        row(vec![("kind", "weight".into()), ("name", class.name.clone()), ("price", amount(class.minor))])?;
    }
    if let Some(school) = &shipping.school {
        let mut cells = vec![("kind", "school".into()), ("price", amount(school.minor))];
        cells.extend(school.name.clone().map(|n| ("name", n)));
        cells.extend(school.until.map(|u| ("until", cells::instant(u))));
        row(cells)?;
    }
    if let Some(fee) = &list.late_fee {
        row(vec![
            ("kind", "late fee".into()),
            ("price", amount(fee.minor)),
            ("until", cells::instant(fee.after)),
        ])?;
    }
    if let Some(home) = &list.tax.home_country {
        let mut cells = vec![("kind", "home".into()), ("country", home.clone())];
        cells.extend(list.tax.home_region.clone().map(|r| ("regions", cells::join([r]))));
        row(cells)?;
    }
    for rule in &list.tax.rules {
        let mut cells = vec![("kind", "tax".into()), ("name", rule.name.clone())];
        cells.push(("percent", cells::percent(rule.basis_points)));
        cells.push(("included", yes_no(rule.inclusive)));
        cells.push(("shipping", yes_no(rule.on_shipping)));
        cells.extend(rule.country.clone().map(|c| ("country", c)));
        if !rule.regions.is_empty() {
            cells.push(("regions", cells::join(rule.regions.iter().cloned())));
        }
        row(cells)?;
    }
    for discount in &list.discounts {
        let mut cells = vec![("kind", "discount".into()), ("id", discount.code.clone())];
        cells.push(match discount.off {
            Off::BasisPoints(points) => ("percent", cells::percent(points)),
            Off::Minor(minor) => ("price", amount(minor)),
        });
        cells.extend(discount.valid_from.map(|at| ("from", cells::instant(at))));
        cells.extend(discount.valid_until.map(|at| ("until", cells::instant(at))));
        cells.extend(discount.uses.map(|n| ("uses", n.to_string())));
        cells.push(("minimum", amount(discount.minimum_minor)));
        row(cells)?;
    }
    for product in &list.products {
        row(cells_of(product, &amount))?;
    }
    let bytes = writer.into_inner().map_err(|e| e.into_error())?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn cells_of(p: &Product, amount: &impl Fn(i64) -> String) -> Vec<(&'static str, String)> {
    let mut cells = vec![("id", p.id.clone()), ("name", p.name.clone()), ("price", amount(p.price_minor))];
    if p.kind.has_paper() {
        cells.push(("size", cells::size(p.width_in, p.height_in)));
        cells.push(("surface", p.surface.as_str().to_owned()));
    }
    let kind = match &p.kind {
        Kind::Print => {
            cells.extend((p.nodes != 1).then(|| ("pictures", p.nodes.to_string())));
            "print"
        }
        Kind::Unit { pieces } => {
            cells.push(("pieces", pieces.to_string()));
            "unit"
        }
        Kind::Composite => {
            cells.push(("pictures", p.nodes.to_string()));
            "composite"
        }
        Kind::Package { items } => {
            let items = items.iter().map(|i| format!("{} {}", i.quantity, i.product));
            cells.push(("items", cells::join(items)));
            "package"
        }
        Kind::Digital { of, release } => {
            cells.push(("of", if *of == DigitalOf::Photo { "photo" } else { "gallery" }.to_owned()));
            cells.push(("release", release.clone()));
            "digital"
        }
        Kind::Item => {
            cells.extend((p.nodes != 0).then(|| ("pictures", p.nodes.to_string())));
            "item"
        }
    };
    cells.push(("kind", kind.to_owned()));
    cells.push((
        "breaks",
        cells::join(p.breaks.iter().map(|b| format!("{} = {}", b.from, amount(b.price_minor)))),
    ));
    let groups = p.group_prices.iter().map(|g| format!("{} = {}", g.group, amount(g.price_minor)));
    cells.push(("groups", cells::join(groups)));
    cells.extend(p.weight.clone().map(|w| ("weight", w)));
    cells
}
