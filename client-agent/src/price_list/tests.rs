//! Price lists as files: what is written comes back, and every mistake names its line and its mend.

use domain::{
    Millis,
    discount::{Discount, Off},
    money::Currency,
    price_list::MAX_PRICE_MINOR,
    product::{DigitalOf, GroupPrice, Kind, PackageItem, Product, QuantityBreak, Surface},
    shipping::{LateFee, School, Shipping, WeightClass},
    tax::{Tax, TaxRule},
    text::{one_line, paragraph},
};
use proptest::prelude::*;
use wire::galleries::PriceListDocument;

use super::{Parsed, csv_file, toml_file};

const EVERYTHING: &str = include_str!("../../../docs/price-list-example.toml");
const SHEET: &str = include_str!("../../../docs/price-list-example.csv");

#[test]
fn the_documented_lists_can_be_used_and_are_the_same() {
    let toml = toml_file::parse(EVERYTHING).and_then(Parsed::checked).unwrap();
    assert_eq!(toml.products.len(), 8);
    assert_eq!(toml.shipping.flat_minor, Some(490));
    assert_eq!((toml.minimum_minor, toml.products[0].price_minor), (1000, 1550));
    assert_eq!(toml.products[0].breaks[0], QuantityBreak { from: 5, price_minor: 1200 });
    let package = toml.products.iter().find(|p| p.id == "package-a").unwrap();
    assert_eq!(package.nodes, 3);
    let csv = csv_file::parse(SHEET).and_then(Parsed::checked).unwrap();
    assert_eq!(csv, toml);
}

#[test]
fn reads_what_a_spreadsheet_writes() {
    let list = csv_file::parse(
        "\u{FEFF}Size;Price;Surface;Currency;Shipping\r\n8x10;15,00;matte;EUR;4,90\r\n4x6;2,50;;;\r\n",
    );
    let list = list.and_then(Parsed::checked).unwrap();
    assert_eq!(
        list.products.iter().map(|p| (p.id.as_str(), p.price_minor)).collect::<Vec<_>>(),
        [("8x10-matte", 1500), ("4x6-lustre", 250)]
    );
    assert_eq!(list.shipping.flat_minor, Some(490));
}

#[test]
fn csv_mistakes_name_their_line_and_the_mend() {
    for (text, says) in [
        (
            "size,price,currency\n8x10,1,EUR\n8xten,2,EUR\n",
            "line 3, size: \"8xten\" is no size: write width and height in inches, such as 8x10",
        ),
        ("size,cost\n", "line 1: there is no column \"cost\"; the columns are kind, id"),
        ("size,size,price\n", "line 1: the column size is there twice"),
        ("size,currency\n", "line 1: it needs at least the columns size, price and currency"),
        ("size,price\n8x10,1\n", "no line says the currency"),
        ("size,price,currency\n8x10,1,EUR\n4x6,1,USD\n", "line 3, currency: USD here and EUR in line 2"),
        ("size,price,currency\n8x10,1,euro\n", "line 2, currency: \"euro\" is not a currency"),
        ("size,price,currency\n8x10,$1,EUR\n", "line 2, price: \"$1\" is no amount in EUR"),
        (
            "size,price,currency\n8x10,9999999999999999999999,EUR\n",
            "line 2, price: \"9999999999999999999999\" is no amount in EUR that is so large",
        ),
        ("size,price,currency\n8x10,1e3,EUR\n", "line 2, price: \"1e3\" is no amount"),
        ("size,price,currency\n8x10,=1+1,EUR\n", "line 2, price: \"=1+1\" is no amount"),
        ("size,price,currency\n8x10,1,EUR,4\n", "line 2: \"4\" is in no column"),
        (
            "kind,name,price,currency,pieces\npack,A,1,EUR,\n",
            "line 2, kind: \"pack\" is no kind of product: write one of print, unit",
        ),
        (
            "kind,name,size,price,currency\npackage,A,,1,EUR\n",
            "line 2, items: a package needs items, such as \"2 8x10-lustre\"",
        ),
        (
            "kind,name,size,price,currency,items\npackage,A,8x10,1,EUR,1 x\n",
            "line 2, size: only prints, units and composites have a size",
        ),
        (
            "kind,id,name,price,currency,items\npackage,a,A,1,EUR,2 nothing\n",
            "line 2: product \"a\": the list has no product \"nothing\" to put into it",
        ),
        (
            "id,size,price,currency\nx,8x10,1,EUR\ny,4x6,1,\nx,5x7,1,\n",
            "line 4: product \"x\" is there twice",
        ),
        (
            "kind,size,price,currency,name\n,8x10,1,EUR,\nschool,8x10,0,,S\n",
            "line 3, size: \"8x10\" means nothing in a row of the kind school",
        ),
        (
            "kind,size,price,currency,id,percent\n,8x10,1,EUR,,\ndiscount,,,,SPRING,\n",
            "line 3, percent: a discount needs either a percent or a price",
        ),
        (
            "size,price,currency,breaks\n8x10,1,EUR,5: 0.90\n",
            "line 2, breaks: \"5: 0.90\" has no equals sign",
        ),
        (
            "size,price,currency\n8x10,\"1,EUR\n4x6,1,\n",
            "line 2: a quotation mark is opened and never closed",
        ),
    ] {
        let why = csv_file::parse(text).and_then(Parsed::checked).unwrap_err();
        assert!(why.contains(says), "{text}\n{why}");
    }
}

#[test]
fn toml_mistakes_name_their_line_and_the_mend() {
    let product = |line: &str| {
        format!(
            "currency = \"EUR\"\n[[product]]\nsize = \"4x6\"\nprice = 1\n\n[[product]]\nname = \"N\"\n{line}\n"
        )
    };
    for (text, says) in [
        ("currency = \"euro\"".to_owned(), "line 1, currency: \"euro\" is not a currency"),
        (product("size = \"big\"\nprice = 1"), "line 8, size: \"big\" is no size"),
        (
            product("size = \"8x10\"\nprice = \"1.234\""),
            "line 9, price: \"1.234\" is no amount in EUR with 3 digits",
        ),
        (product("size = \"8x10\"\nprice = -1"), "line 9, price: \"-1\" is no amount"),
        (product("size = \"8x10\"\nprise = 1"), "prise"),
        (product("size = \"8x10\""), "line 6, price: the price is missing"),
        (
            product("kind = \"unit\"\nsize = \"8x10\"\nprice = 1"),
            "line 6, pieces: a unit needs the number of its prints",
        ),
        (
            product("kind = \"item\"\nprice = 1\nweight = \"crate\""),
            "line 6: product \"n\": there is no weight class \"crate\"",
        ),
        (
            "currency = \"EUR\"\n[[discount]]\ncode = \"SPRING\"\npercent = \"ten\"\n".into(),
            "line 4, percent: \"ten\" is no percentage: write it like 19",
        ),
        (
            "currency = \"EUR\"\n[late_fee]\nprice = 5\nafter = \"Friday\"\n".into(),
            "line 4, after: \"Friday\" is no date: write 2026-10-01",
        ),
    ] {
        let why = toml_file::parse(&text).and_then(Parsed::checked).unwrap_err();
        assert!(why.contains(says), "{text}\n{why}");
    }
}

#[test]
fn a_spreadsheet_runs_nothing_of_an_exported_list() {
    let mut list = toml_file::parse(EVERYTHING).and_then(Parsed::checked).unwrap();
    list.products[0].name = "=HYPERLINK(\"http://example.org\")".into();
    list.products[1].name = "@SUM(1)".into();
    list.shipping.school = Some(School { name: Some("-2+3".into()), minor: 0, until: None });
    let sheet = csv_file::write(&list).unwrap();
    let mut reader = csv::ReaderBuilder::new().from_reader(sheet.as_bytes());
    for record in reader.records() {
        let record = record.unwrap();
        assert!(record.iter().all(|c| !c.starts_with(['=', '+', '-', '@', '\t', '\r'])), "{record:?}");
    }
    assert_eq!(csv_file::parse(&sheet).and_then(Parsed::checked).unwrap(), list);
}

fn text() -> impl Strategy<Value = String> {
    let any = prop_oneof!["[=+@'-]?[A-Za-zäöü €|;,\"\\\\#=]{1,12}", "\\PC{1,10}"];
    any.prop_map(|t| one_line(&t, 60)).prop_filter("not empty", |t| !t.is_empty())
}
fn minor() -> impl Strategy<Value = i64> {
    prop_oneof![0i64..10_000, 0..=MAX_PRICE_MINOR]
}
fn at() -> impl Strategy<Value = Millis> {
    (0i64..4_000_000_000_000).prop_map(Millis)
}

fn product() -> impl Strategy<Value = Product> {
    let kind = prop_oneof![
        (1u32..=4).prop_map(|n| (Kind::Print, n)),
        (2u32..=100).prop_map(|pieces| (Kind::Unit { pieces }, 1)),
        (2u32..=32).prop_map(|n| (Kind::Composite, n)),
        "\\PC{0,20}(\n\\PC{0,9})?"
            .prop_map(|r| { (Kind::Digital { of: DigitalOf::Photo, release: paragraph(&r, 4_000) }, 1) }),
        Just((Kind::Digital { of: DigitalOf::Gallery, release: String::new() }, 0)),
        (0u32..=3).prop_map(|n| (Kind::Item, n)),
    ];
    let size = (10u32..=1200, 10u32..=1200).prop_map(|(w, h)| (f64::from(w) / 10.0, f64::from(h) / 10.0));
    let surface = (0usize..7).prop_map(|i| Surface::ALL[i]);
    let breaks = prop::collection::btree_map(2u32..100, minor(), 0..3);
    let groups = prop::collection::vec((text(), minor()), 0..3);
    (kind, text(), size, surface, minor(), breaks, groups, any::<bool>()).prop_map(
        |((kind, nodes), name, size, surface, price_minor, breaks, groups, heavy)| {
            let paper = kind.has_paper();
            let digital = matches!(kind, Kind::Digital { .. });
            Product {
                id: String::new(),
                name,
                kind,
                width_in: if paper { size.0 } else { 0.0 },
                height_in: if paper { size.1 } else { 0.0 },
                surface: if paper { surface } else { Surface::Lustre },
                nodes,
                price_minor,
                group_prices: groups
                    .into_iter()
                    .map(|(group, price_minor)| GroupPrice { group, price_minor })
                    .collect(),
                breaks: breaks
                    .into_iter()
                    .map(|(from, price_minor)| QuantityBreak { from, price_minor })
                    .collect(),
                weight: (heavy && !digital).then(|| "tube".to_owned()),
            }
        },
    )
}

fn rules() -> impl Strategy<Value = Vec<TaxRule>> {
    prop::collection::btree_map(
        "[A-Z]{2}",
        (text(), 0u32..=5_000, prop::collection::vec(text(), 0..3), any::<bool>(), any::<bool>()),
        0..3,
    )
    .prop_map(|rules| {
        let rule = |(country, (name, basis_points, regions, inclusive, on_shipping))| {
            let mut regions: Vec<String> = regions;
            regions.sort();
            regions.dedup();
            TaxRule { name, basis_points, country: Some(country), regions, inclusive, on_shipping }
        };
        rules.into_iter().map(rule).collect()
    })
}

fn discounts() -> impl Strategy<Value = Vec<Discount>> {
    let off = prop_oneof![
        (1u32..=10_000).prop_map(Off::BasisPoints),
        (1i64..=MAX_PRICE_MINOR).prop_map(Off::Minor)
    ];
    prop::collection::btree_map(
        "[A-Z0-9-]{3,12}",
        (off, prop::option::of(at()), prop::option::of(1u32..99), minor()),
        0..3,
    )
    .prop_map(|codes| {
        let code = |(code, (off, until, uses, minimum_minor)): (_, (_, Option<Millis>, _, _))| Discount {
            code,
            off,
            valid_from: until.map(|u| Millis(u.0 / 2)),
            valid_until: until,
            uses,
            minimum_minor,
        };
        codes.into_iter().map(code).collect()
    })
}

fn shipping() -> impl Strategy<Value = Shipping> {
    let school =
        prop::option::of(
            (prop::option::of(text()), minor(), prop::option::of(at()))
                .prop_map(|(name, minor, until)| School { name, minor, until }),
        );
    (
        prop::option::of(minor()),
        prop::option::of(minor()),
        prop::collection::btree_set("[A-Z]{2}", 0..3),
        school,
        minor(),
        any::<bool>(),
    )
        .prop_map(|(flat_minor, free_from_minor, countries, school, tube, pick_up)| Shipping {
            flat_minor,
            pick_up,
            classes: vec![WeightClass { name: "tube".into(), minor: tube }],
            free_from_minor,
            countries: countries.into_iter().collect(),
            school,
        })
}

/// Every list that passes the checks of the domain.
fn document() -> impl Strategy<Value = PriceListDocument> {
    let fee = prop::option::of((minor(), at()).prop_map(|(minor, after)| LateFee { minor, after }));
    let currency = prop_oneof![Just("EUR"), Just("JPY"), Just("KWD")];
    (
        text(),
        currency,
        prop::collection::vec(product(), 1..6),
        any::<bool>(),
        shipping(),
        minor(),
        rules(),
        discounts(),
        fee,
    )
        .prop_map(
            |(name, currency, mut products, package, shipping, minimum_minor, rules, discounts, late_fee)| {
                for (index, product) in products.iter_mut().enumerate() {
                    product.id = format!("p-{index}");
                }
                if package && products[0].nodes <= 32 {
                    products.push(Product {
                        kind: Kind::Package {
                            items: vec![PackageItem { product: "p-0".into(), quantity: 3 }],
                        },
                        nodes: products[0].nodes,
                        ..Product::print("pack", "Pack", (0.0, 0.0), Surface::Lustre, 5)
                    });
                }
                let home_country = rules.first().and_then(|r: &TaxRule| r.country.clone());
                PriceListDocument {
                    name,
                    currency: Currency::parse(currency).unwrap(),
                    products,
                    shipping,
                    minimum_minor,
                    tax: Tax { home_country, home_region: None, rules },
                    discounts,
                    late_fee,
                }
            },
        )
        .prop_filter("usable", |d| super::store::check(d).is_ok())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]
    #[test]
    fn a_list_written_as_toml_comes_back(list in document()) {
        let text = toml_file::write(&list).unwrap();
        let back = toml_file::parse(&text).and_then(Parsed::checked);
        prop_assert_eq!(back.map_err(|e| format!("{e}\n{text}")), Ok(list));
    }
    #[test]
    fn a_list_written_as_csv_comes_back(list in document()) {
        let text = csv_file::write(&list).unwrap();
        let back = csv_file::parse(&text).and_then(Parsed::checked);
        prop_assert_eq!(back.map_err(|e| format!("{e}\n{text}")), Ok(list));
    }
    #[test]
    fn any_text_is_answered(text in "(size|price|kind|currency|[,;\n\"]|\\PC){0,40}") {
        let _ = toml_file::parse(&text);
        let _ = csv_file::parse(&text);
    }
}
