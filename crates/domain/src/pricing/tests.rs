//! What prices promise: they add up, never overflow, and say what to do when they refuse.

use std::slice::from_ref;

use proptest::prelude::*;

use super::*;
use crate::{
    discount::{Discount, Off},
    id::PriceListId,
    money::Currency,
    order::MAX_QUANTITY,
    place::Address,
    product::{DigitalOf, GroupPrice, Kind, PackageItem, Product, QuantityBreak, Surface},
    shipping::{LateFee, School, Shipping, WeightClass},
    tax::{Tax, TaxRule},
};

const DEADLINE: Millis = Millis(1_000);

fn product(id: &str, kind: Kind, nodes: u32, price_minor: i64) -> Product {
    let size = if kind.has_paper() { (8.0, 10.0) } else { (0.0, 0.0) };
    Product { kind, nodes, ..Product::print(id, id, size, Surface::Lustre, price_minor) }
}

pub fn list() -> PriceList {
    let item = |product: &str, quantity| PackageItem { product: product.into(), quantity };
    let mut print = product("8x10", Kind::Print, 1, 1500);
    print.group_prices = vec![
        GroupPrice { group: "gift".into(), price_minor: 0 },
        GroupPrice { group: "art".into(), price_minor: 4_000 },
    ];
    print.breaks = vec![QuantityBreak { from: 5, price_minor: 1200 }];
    let mut big = product("poster", Kind::Print, 1, 5_000);
    big.weight = Some("tube".into());
    PriceList {
        id: PriceListId::from_bytes([1; 16]),
        version: 1,
        name: "Prints".into(),
        currency: Currency::EUR,
        products: vec![
            print,
            big,
            product("wallets", Kind::Unit { pieces: 8 }, 1, 900),
            product("trio", Kind::Composite, 3, 2_500),
            product("file", Kind::Digital { of: DigitalOf::Photo, release: "Print it.".into() }, 1, 2_000),
            product("all", Kind::Digital { of: DigitalOf::Gallery, release: String::new() }, 0, 9_900),
            product("frame", Kind::Item, 0, 3_000),
            product(
                "a",
                Kind::Package { items: vec![item("8x10", 2), item("trio", 1), item("wallets", 3)] },
                5,
                4_900,
            ),
        ],
        shipping: Shipping {
            flat_minor: Some(490),
            pick_up: true,
            classes: vec![WeightClass { name: "tube".into(), minor: 990 }],
            free_from_minor: Some(10_000),
            countries: vec!["DE".into(), "AT".into()],
            school: Some(School { name: None, minor: 100, until: Some(DEADLINE) }),
        },
        minimum_minor: 500,
        tax: Tax::default(),
        discounts: vec![
            Discount {
                code: "SPRING-10".into(),
                off: Off::BasisPoints(1_000),
                valid_from: Some(Millis(100)),
                valid_until: Some(Millis(2_000)),
                uses: Some(3),
                minimum_minor: 2_000,
            },
            Discount {
                code: "FIVER".into(),
                off: Off::Minor(500),
                valid_from: None,
                valid_until: None,
                uses: None,
                minimum_minor: 0,
            },
        ],
        late_fee: Some(LateFee { minor: 250, after: DEADLINE }),
    }
}

fn line(product: &str, quantity: u32, groups: &[Option<&str>]) -> LineRequest {
    let groups = groups.iter().map(|g| g.map(Into::into)).collect();
    LineRequest { product: product.into(), quantity, groups }
}

fn home(country: &str) -> Destination {
    let text = |t: &str| t.to_owned();
    Destination::ShipTo {
        address: Address {
            name: text("A"),
            line1: text("B"),
            line2: None,
            postal_code: text("1"),
            city: text("C"),
            region: None,
            country: text(country),
        },
    }
}

fn at(now: i64) -> Terms<'static> {
    Terms { to: None, code: None, now: Millis(now) }
}

#[test]
fn breaks_groups_and_the_dearest_picture() {
    let lines = [
        line("8x10", 4, &[None]),
        line("8x10", 5, &[None]),
        line("8x10", 2, &[Some("gift")]),
        line("trio", 1, &[None, None, None]),
    ];
    let q = quote(&list(), &lines, at(0)).unwrap();
    assert_eq!(q.lines.iter().map(|l| l.total.minor).collect::<Vec<_>>(), [6000, 6000, 0, 2500]);
    assert_eq!(q.total.minor, 14_500);
    let mut list = list();
    list.products[7].group_prices = vec![GroupPrice { group: "gift".into(), price_minor: 0 }];
    // One picture of the gift group first does not make the package a gift.
    let mixed = line("a", 1, &[Some("gift"), None, None, None, None]);
    assert_eq!(quote(&list, &[mixed], at(0)).unwrap().total.minor, 4_900);
    let gifts = line("a", 1, &[Some("gift"); 5]);
    assert!(matches!(quote(&list, &[gifts], at(0)), Err(PricingError::BelowMinimum { .. })));
}

#[test]
fn a_package_takes_the_pictures_of_its_items() {
    let list = list();
    list.check().unwrap();
    let package = list.product("a").unwrap();
    assert_eq!(
        list.slots(package).iter().map(|p| p.id.as_str()).collect::<Vec<_>>(),
        ["8x10", "trio", "trio", "trio", "wallets"]
    );
    let error = quote(&list, &[line("a", 1, &[None])], at(0)).unwrap_err();
    assert_eq!(error.to_string(), "line 1: a takes 5 pictures, and 1 were given");
    // 3 × 8 wallets each: a lab is never asked for more than 999 copies.
    assert!(quote(&list, &[line("a", MAX_QUANTITY / 24, &[None; 5])], at(0)).is_ok());
    let error = quote(&list, &[line("a", MAX_QUANTITY / 24 + 1, &[None; 5])], at(0)).unwrap_err();
    assert_eq!(error.to_string(), "line 1: the quantity is 42; it must be from 1 to 41");
}

#[test]
fn lists_that_contradict_themselves_are_refused() {
    type Change = fn(&mut PriceList);
    let cases: [(&str, Change); 12] = [
        ("no product \"nothing\"", |l| {
            l.products[7].kind =
                Kind::Package { items: vec![PackageItem { product: "nothing".into(), quantity: 1 }] }
        }),
        ("is a package itself", |l| {
            l.products[7].kind =
                Kind::Package { items: vec![PackageItem { product: "a".into(), quantity: 1 }] }
        }),
        ("take 5 pictures, and it says 4", |l| l.products[7].nodes = 4),
        ("no weight class \"crate\"", |l| l.products[0].weight = Some("crate".into())),
        ("prints of one unit is 1", |l| l.products[2].kind = Kind::Unit { pieces: 1 }),
        ("width is 8", |l| l.products[4].width_in = 8.0),
        ("pictures is 1", |l| l.products[3].nodes = 1),
        ("the late fee is -1", |l| l.late_fee = Some(LateFee { minor: -1, after: DEADLINE })),
        ("SPRING-10 is there twice", |l| l.discounts[1].code = "SPRING-10".into()),
        ("0.01 to 100 percent", |l| l.discounts[0].off = Off::BasisPoints(10_001)),
        ("\"de\" is not a country", |l| l.shipping.countries = vec!["de".into()]),
        ("nothing could be delivered", |l| l.shipping = Shipping::default()),
    ];
    for (expected, change) in cases {
        let mut list = list();
        if expected.contains("delivered") {
            list.products.truncate(1);
        }
        change(&mut list);
        let error = list.check().unwrap_err().to_string();
        assert!(error.contains(expected), "{expected}: {error}");
    }
    let mut files = list();
    files.products.retain(|p| matches!(p.kind, Kind::Digital { .. }));
    files.shipping = Shipping::default();
    files.check().unwrap();
}

#[test]
fn shipping_by_the_heaviest_part_by_country_and_free_from_an_amount() {
    let list = list();
    let cost = |lines: &[LineRequest], to: &Destination, now| {
        quote(&list, lines, Terms { to: Some(to), ..at(now) }).map(|q| q.shipping.minor)
    };
    let (print, poster, file) =
        (line("8x10", 1, &[None]), line("poster", 1, &[None]), line("file", 1, &[None]));
    assert_eq!(cost(from_ref(&print), &home("DE"), 0), Ok(490));
    assert_eq!(cost(&[print.clone(), poster.clone()], &home("AT"), 0), Ok(990));
    assert_eq!(cost(&[poster.clone(), poster], &home("DE"), 0), Ok(0));
    assert_eq!(cost(from_ref(&file), &home("US"), 0), Ok(0), "a download goes everywhere");
    let error = cost(from_ref(&print), &home("US"), 0).unwrap_err().to_string();
    assert_eq!(error, "the studio does not ship to US; it ships to DE, AT");
    let school = Destination::ShipToSchool { school: "S".into(), class: None, child: "Z".into() };
    assert_eq!(cost(&[print.clone(), file], &school, DEADLINE.0), Ok(100));
    assert_eq!(list.shipping.collected_until(&school), Some(DEADLINE));
    assert_eq!(list.shipping.collected_until(&Destination::PickUp), None);
    assert_eq!(cost(&[print], &school, DEADLINE.0 + 1), Err(ShippingError::SchoolOver.into()));
}

#[test]
fn a_late_order_costs_the_late_fee() {
    let lines = [line("8x10", 1, &[None])];
    assert_eq!(quote(&list(), &lines, at(1_000)).unwrap().charges.late_fee, None);
    let late = quote(&list(), &lines, at(1_001)).unwrap();
    assert_eq!((late.charges.late_fee.unwrap().minor, late.total.minor), (250, 1_750));
}

#[test]
fn discount_codes_say_why_they_take_nothing_off() {
    let list = list();
    let with = |code: &'static str, product: &str, now| {
        let lines = [line(product, 1, &[None])];
        quote(&list, &lines, Terms { code: Some(code), ..at(now) }).map_err(|e| e.to_string())
    };
    let q = with(" spring-10 ", "poster", 100).unwrap();
    assert_eq!((q.charges.discount.unwrap().amount.minor, q.total.minor), (500, 4_500));
    let q = with("fiver", "8x10", 0).unwrap();
    assert_eq!((q.lines[0].discount.minor, q.total.minor), (500, 1_000));
    for (code, product, now, says) in [
        ("summer", "poster", 100, "there is no discount code \"SUMMER\""),
        ("SPRING-10", "poster", 99, "not valid yet"),
        ("SPRING-10", "poster", 2_001, "no longer valid"),
        ("SPRING-10", "8x10", 100, "from 20.00 EUR on; this one comes to 15.00 EUR"),
    ] {
        let why = with(code, product, now).unwrap_err();
        assert!(why.contains(says), "{why}");
    }
}

#[test]
fn refusals_say_what_to_do() {
    let many = vec![line("8x10", 1, &[None]); 501];
    let text = quote(&list(), &many, at(0)).unwrap_err().to_string();
    assert_eq!(text, "the order has 501 lines; at most 500 fit in one order, so please place two");
    // A package of three items is three lines to make.
    let many = vec![line("a", 1, &[None; 5]); 167];
    assert_eq!(quote(&list(), &many, at(0)), Err(PricingError::TooManyLines(501)));
    assert!(matches!(quote(&list(), &[line("8x10", 0, &[None])], at(0)), Err(PricingError::Quantity { .. })));
    assert!(matches!(quote(&list(), &[], at(0)), Err(PricingError::Empty)));
}

/// Any list that passes its own check, with one taxed product, a discount and a late fee.
fn any_list() -> impl Strategy<Value = PriceList> {
    let off =
        prop_oneof![(1u32..=10_000).prop_map(Off::BasisPoints), (1i64..=100_000_000).prop_map(Off::Minor)];
    (
        0i64..=100_000_000,
        0i64..=100_000_000,
        0i64..=100_000_000,
        0u32..=5_000,
        any::<bool>(),
        any::<bool>(),
        off,
    )
        .prop_map(|(price, post, fee, basis_points, inclusive, on_shipping, off)| {
            let mut list = list();
            list.products[0].price_minor = price;
            list.products[0].breaks.clear();
            list.shipping.flat_minor = Some(post);
            list.shipping.free_from_minor = None;
            list.minimum_minor = 0;
            list.late_fee = Some(LateFee { minor: fee, after: Millis(0) });
            list.discounts[1].off = off;
            let rule = TaxRule {
                name: "VAT".into(),
                basis_points,
                country: None,
                regions: Vec::new(),
                inclusive,
                on_shipping,
            };
            list.tax.rules = vec![rule];
            list
        })
}

proptest! {
    #[test]
    fn everything_adds_up_and_nothing_overflows(
        list in any_list(),
        quantities in prop::collection::vec(1u32..=999, 1..=500),
        code in any::<bool>(),
    ) {
        prop_assert_eq!(list.check(), Ok(()));
        let lines: Vec<_> = quantities.iter().map(|q| line("8x10", *q, &[None])).collect();
        let to = home("DE");
        let terms = Terms { to: Some(&to), code: code.then_some("FIVER"), now: Millis(1) };
        let q = quote(&list, &lines, terms).unwrap();

        for (priced, wanted) in q.lines.iter().zip(&quantities) {
            prop_assert_eq!(priced.total.minor, priced.unit_price.minor * i64::from(*wanted));
            prop_assert!((0..=priced.total.minor).contains(&priced.discount.minor));
            prop_assert!(priced.tax.minor >= 0);
        }
        let sum = |of: fn(&PricedLine) -> Money| q.lines.iter().map(|l| of(l).minor).sum::<i64>();
        let discount = q.charges.discount.as_ref().map_or(0, |d| d.amount.minor);
        prop_assert_eq!(q.subtotal.minor, sum(|l| l.total));
        prop_assert_eq!(discount, sum(|l| l.discount));
        if let (true, Off::Minor(minor)) = (code, list.discounts[1].off) {
            prop_assert_eq!(discount, minor.min(q.subtotal.minor));
        }
        let fee = q.charges.late_fee.unwrap().minor;
        let before_tax = q.subtotal.minor - discount + q.shipping.minor + fee;
        let tax = q.charges.tax.as_ref().unwrap();
        let rule = &list.tax.rules[0];
        let extra = if rule.on_shipping { rule.of(q.shipping.minor) + rule.of(fee) } else { 0 };
        prop_assert_eq!(tax.amount.minor, sum(|l| l.tax) + extra);
        if rule.inclusive {
            prop_assert_eq!(q.total.minor, before_tax, "inclusive tax never changes the total");
            prop_assert!(tax.amount.minor <= before_tax);
            let untaxed = PriceList { tax: Tax::default(), ..list.clone() };
            prop_assert_eq!(quote(&untaxed, &lines, terms).unwrap().total, q.total);
        } else {
            prop_assert_eq!(q.total.minor, before_tax + tax.amount.minor);
        }
    }

    #[test]
    fn shares_are_exact_and_never_more_than_their_line(
        totals in prop::collection::vec(0i64..=99_900_000_000, 0..=40),
        amount in 0i64..=100_000_000_000,
    ) {
        let sum: i64 = totals.iter().sum();
        let shares = crate::discount::in_proportion(amount, &totals);
        prop_assert_eq!(shares.iter().sum::<i64>(), amount.min(sum));
        prop_assert!(shares.iter().zip(&totals).all(|(s, t)| (0..=*t).contains(s)));
    }
}
