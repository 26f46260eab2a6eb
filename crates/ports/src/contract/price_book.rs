//! Price lists.

use domain::{
    Millis,
    discount::{Discount, Off},
    id::PriceListId,
    money::Currency,
    price_list::PriceList,
    product::{Kind, Product, Surface},
    shipping::{LateFee, School, Shipping},
    tax::{Tax, TaxRule},
};

use super::{Host, sample};

pub async fn a_version_never_changes(host: &Host) {
    let (book, studio) = (&host.ports.prices, sample::studio(host).await);
    let list = PriceList {
        id: PriceListId::from_bytes(sample::bytes()),
        version: 1,
        name: "Prints".into(),
        currency: Currency::EUR,
        products: vec![Product {
            id: "8x10-lustre".into(),
            name: "8 × 10 lustre".into(),
            kind: Kind::Unit { pieces: 8 },
            width_in: 8.0,
            height_in: 10.1,
            surface: Surface::Lustre,
            nodes: 1,
            price_minor: 1_250,
            group_prices: vec![],
            breaks: vec![],
            weight: None,
        }],
        shipping: Shipping {
            flat_minor: Some(490),
            pick_up: true,
            school: Some(School { name: None, minor: 0, until: Some(Millis(7)) }),
            ..Shipping::default()
        },
        minimum_minor: 0,
        tax: Tax {
            home_country: Some("DE".into()),
            home_region: None,
            rules: vec![TaxRule {
                name: "MwSt.".into(),
                basis_points: 1_900,
                country: Some("DE".into()),
                regions: vec![],
                inclusive: true,
                on_shipping: true,
            }],
        },
        discounts: vec![Discount {
            code: "SPRING".into(),
            off: Off::BasisPoints(1_000),
            valid_from: None,
            valid_until: Some(Millis(9)),
            uses: Some(3),
            minimum_minor: 0,
        }],
        late_fee: Some(LateFee { minor: 500, after: Millis(8) }),
    };
    assert_eq!(book.get(studio, list.id, 1).await.unwrap(), None);
    book.put(studio, &list).await.unwrap();
    book.put(studio, &list).await.unwrap();
    let mut dearer = list.clone();
    dearer.products[0].price_minor += 1;
    assert!(book.put(studio, &dearer).await.unwrap_err().is_conflict());
    assert_eq!(book.get(studio, list.id, 1).await.unwrap().as_ref(), Some(&list));
    dearer.version = 2;
    book.put(studio, &dearer).await.unwrap();
    assert_eq!(book.get(studio, list.id, 2).await.unwrap(), Some(dearer));
    assert_eq!(book.get(studio, list.id, 1).await.unwrap(), Some(list.clone()));
    assert_eq!(book.get(sample::studio(host).await, list.id, 1).await.unwrap(), None, "another studio's");
}
