//! A price list as CSV: columns `size,price` and, where wanted, `id,name,surface,pictures,currency,shipping`.
//! Currency and shipping are taken from the first line that has them.

use domain::{
    money::Currency,
    product::{Product, Surface},
    shipping::Shipping,
};
use wire::galleries::PriceListDocument;

use super::read_toml::{inches, minor, slug, title};

const COLUMNS: [&str; 8] = ["id", "name", "size", "surface", "price", "pictures", "currency", "shipping"];

pub fn parse(text: &str) -> Result<PriceListDocument, String> {
    let text = text.trim_start_matches('\u{FEFF}');
    let first = text.lines().next().unwrap_or_default();
    let delimiter = if first.contains(';') { b';' } else { b',' };
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let headers = reader.headers().map_err(|e| e.to_string())?.clone();
    if let Some(unknown) = headers.iter().find(|h| !COLUMNS.contains(&h.to_lowercase().as_str())) {
        return Err(format!("there is no column {unknown:?}; the columns are {}", COLUMNS.join(", ")));
    }
    let at = COLUMNS.map(|c| headers.iter().position(|h| h.eq_ignore_ascii_case(c)));
    if at[2].is_none() || at[4].is_none() {
        return Err("it needs at least the columns size and price".into());
    }
    let records = reader.records().collect::<Result<Vec<_>, _>>().map_err(|e| e.to_string())?;
    let cell = |record: &csv::StringRecord, i: usize| {
        at[i].and_then(|c| record.get(c)).map(str::to_owned).filter(|t| !t.is_empty())
    };
    let first_of = |i: usize| records.iter().find_map(|r| cell(r, i));
    let currency = first_of(6).ok_or("no line says the currency; add a column currency with EUR or USD")?;
    let currency = Currency::parse(&currency).map_err(|e| e.to_string())?;
    let flat_minor = first_of(7).map(|t| minor(&t, currency)).transpose()?;
    let mut products = Vec::new();
    for record in records.iter().filter(|r| r.iter().any(|c| !c.is_empty())) {
        let line = record.position().map_or(0, csv::Position::line);
        let product = product(|i| cell(record, i), currency).map_err(|why| format!("line {line}: {why}"))?;
        products.push(product);
    }
    let shipping = Shipping { flat_minor, pick_up: true, ..Shipping::default() };
    Ok(PriceListDocument {
        name: String::new(),
        currency,
        products,
        shipping,
        minimum_minor: 0,
        tax: Default::default(),
        discounts: Vec::new(),
        late_fee: None,
    })
}

fn product(cell: impl Fn(usize) -> Option<String>, currency: Currency) -> Result<Product, String> {
    let size = cell(2).ok_or("the size is missing")?;
    let (width_in, height_in) = inches(&size)?;
    let surface = match cell(3).map(|s| s.to_lowercase()).as_deref() {
        None | Some("lustre" | "luster") => Surface::Lustre,
        Some("glossy") => Surface::Glossy,
        Some("matte") => Surface::Matte,
        Some(other) => return Err(format!("{other:?} is no surface: glossy, lustre or matte")),
    };
    let nodes = match cell(5) {
        None => 1,
        Some(text) => text.parse().map_err(|_| format!("{text:?} is no number of pictures"))?,
    };
    Ok(Product {
        id: cell(0).unwrap_or_else(|| slug(&size, surface)),
        name: cell(1).unwrap_or_else(|| title(&size, surface)),
        width_in,
        height_in,
        surface,
        nodes,
        price_minor: minor(&cell(4).ok_or("the price is missing")?, currency)?,
        group_prices: Vec::new(),
        breaks: Vec::new(),
        kind: Default::default(),
        weight: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_a_spreadsheet_writes() {
        let list =
            parse("Size;Price;Surface;Currency;Shipping\n8x10;15,00;matte;EUR;4,90\n4x6;2,50;;;\n").unwrap();
        assert_eq!(
            list.products.iter().map(|p| (p.id.as_str(), p.price_minor)).collect::<Vec<_>>(),
            [("8x10-matte", 1500), ("4x6-lustre", 250)]
        );
        assert_eq!(list.shipping.flat_minor, Some(490));
    }

    #[test]
    fn mistakes_name_their_line() {
        assert_eq!(
            parse("size,price,currency\n8x10,1,EUR\n8xten,2,EUR\n").unwrap_err(),
            "line 3: \"8xten\" is no size: write width and height in inches, such as 8x10"
        );
        assert!(parse("size,cost\n").unwrap_err().contains("cost"));
        assert!(parse("size,price\n8x10,1\n").unwrap_err().contains("currency"));
    }
}
