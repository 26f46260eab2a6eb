//! Price lists.

use domain::{
    id::PriceListId,
    money::Currency,
    price_list::{PriceList, Product, Shipping, Surface},
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
            width_in: 8.0,
            height_in: 10.1,
            surface: Surface::Lustre,
            nodes: 1,
            price_minor: 1_250,
            group_prices: vec![],
            breaks: vec![],
        }],
        shipping: Shipping { flat_minor: Some(490), pick_up: true },
        minimum_minor: 0,
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
