//! The print release as a sheet of paper: who may do what with which files. The same for the same order, whenever
//! it is drawn.

use domain::{
    mail::Language,
    order::{LineKind, Order, OrderLine},
    text::one_line,
};

use crate::paper::{A4, MM, Paper, bold, plain};

const MARGIN: f32 = 25.0 * MM;
const WIDTH: f32 = A4.0 - 2.0 * MARGIN;
const LINE: f32 = 15.0;
/// More pictures than fit are counted.
const NAMED: usize = 60;

struct Words {
    file: &'static str,
    title: &'static str,
    order: &'static str,
    of: &'static str,
    to: &'static str,
    from: &'static str,
    files: &'static str,
    gallery: &'static str,
}

const ENGLISH: Words = Words {
    file: "Print release.pdf",
    title: "Print release",
    order: "Order",
    of: "of",
    to: "Given to",
    from: "By",
    files: "For",
    gallery: "all pictures of the gallery that came with this sheet",
};

const GERMAN: Words = Words {
    file: "Nutzungsrechte.pdf",
    title: "Nutzungsrechte",
    order: "Bestellung",
    of: "vom",
    to: "Für",
    from: "Von",
    files: "An",
    gallery: "allen Bildern der Galerie, die mit diesem Blatt kamen",
};

fn words(order: &Order) -> &'static Words {
    match order.language.as_ref().map(Language::as_str) {
        Some("de") => &GERMAN,
        _ => &ENGLISH,
    }
}

pub fn name(order: &Order) -> String {
    words(order).file.to_owned()
}

/// `None`: the product has no release.
pub fn draw(order: &Order, line: &OrderLine, studio: &str) -> Option<Vec<u8>> {
    let LineKind::Digital { whole, release } = &line.kind else { return None };
    if release.trim().is_empty() {
        return None;
    }
    let words = words(order);
    let mut sheet = Sheet { paper: Paper::default(), y: A4.1 - MARGIN };
    sheet.line(bold(22.0), words.title, 34.0);
    let date = jiff::Timestamp::from_millisecond(order.placed_at.0).unwrap_or_default();
    let date = date.strftime("%Y-%m-%d");
    let facts = [
        (words.order, format!("{} {} {date}", order.id.number(), words.of)),
        (words.from, one_line(studio, 100)),
        (words.to, one_line(&order.customer.name, 100)),
    ];
    for (label, fact) in facts {
        sheet.line(plain(11.0), &format!("{label}: {fact}"), LINE);
    }
    let pictures = match whole {
        Some(_) => words.gallery.to_owned(),
        None => {
            let names: Vec<String> =
                line.nodes.iter().take(NAMED).map(|n| one_line(&n.file_name, 80)).collect();
            names.join(", ")
        }
    };
    sheet.paragraph(&format!("{}: {pictures}", words.files));
    sheet.y -= LINE;
    for paragraph in release.lines() {
        sheet.paragraph(paragraph);
    }
    Some(sheet.paper.finish())
}

struct Sheet {
    paper: Paper,
    y: f32,
}

impl Sheet {
    fn line(&mut self, face: crate::paper::Type, text: &str, height: f32) {
        if self.y < MARGIN {
            self.paper.new_page();
            self.y = A4.1 - MARGIN;
        }
        let text = self.paper.fit(face, text, WIDTH);
        self.paper.text(face, MARGIN, self.y, &text);
        self.y -= height;
    }

    fn paragraph(&mut self, text: &str) {
        for line in self.paper.wrap(plain(11.0), text, WIDTH, 400) {
            self.line(plain(11.0), &line, LINE);
        }
        self.y -= LINE / 3.0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::orders::sample;

    #[test]
    fn the_sheet_is_drawn_in_the_buyers_language_and_always_alike() {
        let mut order = sample::order();
        order.lines[0].kind =
            LineKind::Digital { whole: None, release: "Print it.\n\nDo not sell it.".into() };
        let first = draw(&order, &order.lines[0], "Aurora").unwrap();
        assert!(first.starts_with(b"%PDF"));
        assert_eq!(first, draw(&order, &order.lines[0], "Aurora").unwrap());
        assert_eq!(name(&order), "Print release.pdf");
        order.language = Language::parse("de").ok();
        assert_eq!(name(&order), "Nutzungsrechte.pdf");
        assert_ne!(first, draw(&order, &order.lines[0], "Aurora").unwrap());
        order.lines[0].kind = LineKind::Digital { whole: None, release: " ".into() };
        assert!(draw(&order, &order.lines[0], "Aurora").is_none());
    }
}
