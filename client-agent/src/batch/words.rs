//! The words of slips and labels, in the language the buyer read the site in.

use domain::order::Order;

pub struct Words {
    pub slip: &'static str,
    pub class: &'static str,
    pub order: &'static str,
    pub of: &'static str,
    pub ordered_by: &'static str,
    pub note: &'static str,
    pub with: &'static str,
    pub quantity: &'static str,
    pub product: &'static str,
    pub pictures: &'static str,
    pub price: &'static str,
    pub subtotal: &'static str,
    pub discount: &'static str,
    pub delivery: &'static str,
    pub late: &'static str,
    pub total: &'static str,
    pub paid: &'static str,
    pub not_paid: &'static str,
    pub print: &'static str,
    pub prints: &'static str,
    pub page: &'static str,
}

const EN: Words = Words {
    slip: "Packing slip",
    class: "Class",
    order: "Order",
    of: "of",
    ordered_by: "Ordered by",
    note: "Note",
    with: "with",
    quantity: "Qty",
    product: "Product",
    pictures: "Pictures",
    price: "Price",
    subtotal: "Subtotal",
    discount: "Discount",
    delivery: "Delivery at school",
    late: "Late order",
    total: "Total",
    paid: "paid",
    not_paid: "not paid yet",
    print: "print",
    prints: "prints",
    page: "Page",
};

const DE: Words = Words {
    slip: "Lieferschein",
    class: "Klasse",
    order: "Bestellung",
    of: "vom",
    ordered_by: "Bestellt von",
    note: "Notiz",
    with: "mit",
    quantity: "Menge",
    product: "Produkt",
    pictures: "Bilder",
    price: "Preis",
    subtotal: "Zwischensumme",
    discount: "Rabatt",
    delivery: "Lieferung in die Schule",
    late: "Nachbestellung",
    total: "Gesamt",
    paid: "bezahlt",
    not_paid: "noch nicht bezahlt",
    print: "Abzug",
    prints: "Abzüge",
    page: "Seite",
};

pub fn of(order: &Order) -> &'static Words {
    match order.language.as_ref().map(|l| l.as_str()) {
        Some("de") => &DE,
        _ => &EN,
    }
}

/// The language most of the orders were made in.
pub fn of_most<'a>(orders: impl Iterator<Item = &'a Order>) -> &'static Words {
    let (mut german, mut others) = (0, 0);
    for order in orders {
        *(if of(order).slip == DE.slip { &mut german } else { &mut others }) += 1;
    }
    if german > others { &DE } else { &EN }
}
