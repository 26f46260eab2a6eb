//! What the words of a letter may use: plain values, already bounded and in the reader's language.

use domain::{
    Millis,
    digital::is_offered,
    gallery::Gallery,
    mail::Language,
    money::Money,
    order::{Order, Stage},
    place::Destination,
    text::one_line,
};
use serde::Serialize;

use crate::round::Waits;

#[derive(Debug, Serialize)]
pub(crate) struct OrderFacts {
    studio: String,
    number: String,
    customer: String,
    lines: Vec<Line>,
    shipping: Option<String>,
    total: String,
    paid: bool,
    /// `pick_up`, `ship_to`, `ship_to_school`.
    destination: &'static str,
    to: Vec<String>,
    note: Option<String>,
    shipped: usize,
    of: usize,
    tracking: Vec<String>,
    link: Option<String>,
}

#[derive(Debug, Serialize)]
struct Line {
    quantity: u32,
    name: String,
    total: String,
}

#[derive(Debug, Serialize)]
pub(crate) struct FoundFacts {
    studio: String,
    orders: Vec<Found>,
}

#[derive(Debug, Serialize)]
struct Found {
    number: String,
    day: String,
    total: String,
    link: String,
}

#[derive(Debug, Serialize)]
pub(crate) struct GalleryFacts {
    studio: String,
    gallery: String,
    link: String,
    last_day: Option<String>,
    for_sale: bool,
}

#[derive(Debug, Serialize)]
pub(crate) struct DigestFacts {
    studio: String,
    waiting: Vec<String>,
    held: Vec<String>,
    closing: Vec<Closing>,
}

#[derive(Debug, Serialize)]
struct Closing {
    gallery: String,
    last_day: String,
}

impl OrderFacts {
    pub(crate) fn of(
        order: &Order,
        studio: &str,
        link: String,
        tracking: Vec<String>,
        language: &Language,
    ) -> Self {
        let amount = |money: Money| money_text(money, language);
        let line = |l: &domain::order::OrderLine| Line {
            quantity: l.quantity,
            name: one_line(&l.product_name, 80),
            total: amount(l.total),
        };
        let mut tracking: Vec<String> = tracking.iter().map(|t| one_line(t, 200)).collect();
        tracking.sort();
        tracking.dedup();
        // Files have a letter of their own.
        let carried = || order.lines.iter().filter(|l| !is_offered(order, l));
        let (destination, to) = destination(&order.destination);
        Self {
            studio: one_line(studio, 120),
            number: order.id.number(),
            customer: one_line(&order.customer.name, 120),
            lines: order.lines.iter().map(line).collect(),
            shipping: (order.shipping.minor > 0).then(|| amount(order.shipping)),
            total: amount(order.total),
            paid: order.paid_at.is_some(),
            destination,
            to: to.iter().map(|t| one_line(t, 200)).filter(|t| !t.is_empty()).collect(),
            note: order.note.as_deref().map(|n| one_line(n, 400)),
            shipped: carried().filter(|l| l.status.stage == Stage::Shipped).count(),
            of: carried().count(),
            tracking,
            link: Some(link),
        }
    }

    /// The link is the customer's: whoever has it may cancel.
    pub(crate) fn without_link(self) -> Self {
        Self { link: None, ..self }
    }
}

fn destination(destination: &Destination) -> (&'static str, Vec<String>) {
    match destination {
        Destination::PickUp => ("pick_up", Vec::new()),
        Destination::ShipTo { address: a } => {
            let place = format!("{} {}", a.postal_code, a.city);
            let line2 = a.line2.clone().unwrap_or_default();
            ("ship_to", vec![a.name.clone(), a.line1.clone(), line2, place, a.country.clone()])
        }
        Destination::ShipToSchool { school, class, child } => {
            ("ship_to_school", vec![child.clone(), class.clone().unwrap_or_default(), school.clone()])
        }
    }
}

impl FoundFacts {
    pub(crate) fn of<'a>(
        orders: impl Iterator<Item = (&'a Order, String)>,
        studio: &str,
        language: &Language,
    ) -> Self {
        let found = |(order, link): (&Order, String)| Found {
            number: order.id.number(),
            day: day(order.placed_at, language),
            total: money_text(order.total, language),
            link,
        };
        Self { studio: one_line(studio, 120), orders: orders.map(found).collect() }
    }
}

impl GalleryFacts {
    pub(crate) fn of(gallery: &Gallery, studio: String, site: &str, language: &Language) -> Self {
        Self {
            studio: one_line(&studio, 120),
            gallery: one_line(&gallery.name, 120),
            link: format!("{site}/"),
            last_day: gallery.expires_at.map(|end| last_day(end, language)),
            for_sale: gallery.price_list.is_some(),
        }
    }
}

impl DigestFacts {
    pub(crate) fn of(waits: &Waits, studio: &str, language: &Language) -> Self {
        let closing = waits.closing.iter().map(|(gallery, end)| Closing {
            gallery: one_line(gallery, 120),
            last_day: last_day(*end, language),
        });
        Self {
            studio: one_line(studio, 120),
            waiting: waits.waiting.clone(),
            held: waits.held.clone(),
            closing: closing.collect(),
        }
    }
}

/// `12.50 EUR` in English; other languages of letters write a comma.
fn money_text(money: Money, language: &Language) -> String {
    let text = money.to_string();
    if language.as_str() == "de" { text.replacen('.', ",", 1) } else { text }
}

/// The last day on which a gallery is open.
fn last_day(end: Millis, language: &Language) -> String {
    day(Millis(end.0.saturating_sub(1)), language)
}

/// As people write it. Days are UTC's: the host knows no other.
fn day(at: Millis, language: &Language) -> String {
    let Ok(moment) = jiff::Timestamp::from_millisecond(at.0) else { return String::new() };
    let form = if language.as_str() == "de" { "%-d.%-m.%Y" } else { "%-d %B %Y" };
    moment.to_zoned(jiff::tz::TimeZone::UTC).strftime(form).to_string()
}

#[cfg(test)]
mod tests {
    use domain::money::Currency;

    use super::*;

    #[test]
    fn amounts_and_days_read_as_in_their_country() {
        let (en, de) = (Language::default(), Language::parse("de").unwrap());
        let price = Money::new(1250, Currency::EUR);
        assert_eq!(
            (money_text(price, &en), money_text(price, &de)),
            ("12.50 EUR".into(), "12,50 EUR".into())
        );
        // Closes at midnight: the day before was the last one.
        let end = Millis(1_767_225_600_000);
        assert_eq!(
            (last_day(end, &en), last_day(end, &de)),
            ("31 December 2025".into(), "31.12.2025".into())
        );
    }
}
