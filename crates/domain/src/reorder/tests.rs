//! What was sold is found again, as it was sold, and only what still fits is sold once more.

use super::*;
use crate::{
    Millis,
    geometry::{Crop, Size, centred},
    handling::tests::order,
    money::{Currency, Money},
    order::WholeGallery,
    pricing::{PricedLine, Terms, quote, tests::list},
    sale,
};

/// Two prints, a package of three lines, and a whole gallery.
fn sold_order() -> Order {
    let list = list();
    let mut order = order();
    let node = &order.lines[0].nodes[0];
    let picture = |photo: u8, crop: Crop| crate::order::ImageNode {
        photo: PhotoId::from_bytes([photo; 16]),
        frame: Size::new(6000, 4000),
        crop,
        ..node.clone()
    };
    let part = |product: &'static str, quantity, photos: &[u8]| {
        let product = list.product(product).unwrap();
        let crop = centred(Size::new(6000, 4000), 8, 10);
        let nodes = photos.iter().map(|p| picture(*p, crop)).collect();
        let gallery = node.gallery;
        let whole = Some(WholeGallery { gallery, scope: crate::access::Scope::All });
        BoughtPart { product, quantity, nodes, whole }
    };
    let bought = |product: &'static str, quantity, parts| Bought {
        product: list.product(product).unwrap(),
        quantity,
        parts,
    };
    let package = vec![part("8x10", 2, &[1]), part("trio", 1, &[2, 3, 4]), part("wallets", 3, &[5])];
    let all = vec![
        bought("8x10", 2, vec![part("8x10", 1, &[1])]),
        bought("a", 1, package),
        bought("all", 1, vec![part("all", 1, &[])]),
    ];
    let price = Money::new(1_000, Currency::EUR);
    let priced = PricedLine { unit_price: price, total: price, discount: price, tax: price };
    order.lines = sale::lines(all, &[priced.clone(), priced.clone(), priced], Millis(0));
    order
}

#[test]
fn packages_are_chosen_by_their_first_line_and_sold_whole() {
    let order = sold_order();
    let all = sold(&order);
    assert_eq!(
        all.iter().map(|s| (s.no(), s.product, s.lines.len())).collect::<Vec<_>>(),
        [(1, "8x10", 1), (2, "a", 3), (5, "all", 1)]
    );
    let two = chosen(&order, &[(2, 4), (1, 0)].into()).unwrap();
    assert_eq!(two.iter().map(|s| (s.product, s.quantity)).collect::<Vec<_>>(), [("a", 4)]);
    assert_eq!(chosen(&order, &[(3, 1)].into()).unwrap_err(), ReorderError::NoLine(3));
    assert_eq!(chosen(&order, &[(1, 0)].into()).unwrap_err(), ReorderError::Nothing);
}

#[test]
fn what_is_sold_again_is_made_of_the_same_lines() {
    let (order, list) = (sold_order(), list());
    let all = chosen(&order, &BTreeMap::new()).unwrap();
    let groups = [(PhotoId::from_bytes([1; 16]), "art".to_owned())].into();
    let requests: Vec<LineRequest> = all.iter().map(|s| request(s, &groups)).collect();
    let terms = Terms { to: Some(&order.destination), code: None, now: Millis(0) };
    let quote = quote(&list, &requests, terms).unwrap();
    assert_eq!(quote.lines[0].total.minor, 2 * 4_000, "by the picture's price group of today");
    let bought: Vec<Bought<'_>> = all.iter().map(|s| bought(s, &list).unwrap()).collect();
    let lines = sale::lines(bought, &quote.lines, Millis(9));
    assert_eq!(lines.len(), order.lines.len());
    for (now, then) in lines.iter().zip(&order.lines) {
        assert_eq!((now.no, &now.product, now.quantity), (then.no, &then.product, then.quantity));
        assert_eq!((&now.nodes, &now.kind, &now.package), (&then.nodes, &then.kind, &then.package));
    }
    let total: i64 = lines.iter().map(|l| l.total.minor).sum();
    assert_eq!(total, quote.subtotal.minor);
}

#[test]
fn a_product_that_became_another_one_is_not_sold_in_its_place() {
    let order = sold_order();
    let refused = |change: &dyn Fn(&mut PriceList), at: usize| {
        let mut list = list();
        change(&mut list);
        bought(&sold(&order)[at], &list).err()
    };
    let index = |id: &str| list().products.iter().position(|p| p.id == id).unwrap();
    assert_eq!(refused(&|_| {}, 0), None);
    let gone = refused(&|l| l.products.retain(|p| p.id != "8x10"), 0);
    assert_eq!(gone, Some(ReorderError::Gone("8x10".into())));
    let square = refused(&|l| l.products[index("8x10")].width_in = 10.0, 0);
    assert!(matches!(square, Some(ReorderError::Crop(1, _))), "{square:?}");
    let file = refused(&|l| l.products[index("8x10")].kind = Kind::Item, 0);
    assert_eq!(file, Some(ReorderError::Changed("8x10".into())));
    let smaller = |l: &mut PriceList| {
        let at = index("a");
        l.products[at].kind = Kind::Package { items: Vec::new() };
    };
    assert_eq!(refused(&smaller, 1), Some(ReorderError::Changed("a".into())));
}
