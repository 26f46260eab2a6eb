//! A printable sheet of access cards: A4, ten cards of 85 × 54 mm with cutting marks, one code each.

use qrcode::{Color, EcLevel, QrCode};

use crate::paper::{A4, MM, Paper, bold, plain};

/// What is on one card. The link is in the square, the code and the address are for typing.
#[derive(Clone, Debug)]
pub struct Card {
    pub studio: String,
    pub gallery: String,
    /// Empty for a code of the whole gallery.
    pub names: String,
    pub code: String,
    pub address: String,
    pub link: String,
}

const CARD: (f32, f32) = (85.0 * MM, 54.0 * MM);
const COLUMNS: usize = 2;
const ROWS: usize = 5;
const SQUARE: f32 = 28.0 * MM;
const MARGIN: f32 = 5.0 * MM;

pub fn sheet(cards: &[Card]) -> Vec<u8> {
    let mut paper = Paper::default();
    let left = (A4.0 - COLUMNS as f32 * CARD.0) / 2.0;
    let top = A4.1 - (A4.1 - ROWS as f32 * CARD.1) / 2.0;
    for cards in cards.chunks(COLUMNS * ROWS) {
        paper.new_page();
        for (i, card) in cards.iter().enumerate() {
            let x = left + (i % COLUMNS) as f32 * CARD.0;
            let y = top - (i / COLUMNS + 1) as f32 * CARD.1;
            draw(&mut paper, card, x, y);
        }
    }
    paper.finish()
}

fn draw(paper: &mut Paper, card: &Card, x: f32, y: f32) {
    let page = paper.page();
    page.save_state().set_line_width(0.3).set_stroke_gray(0.7);
    page.rect(x, y, CARD.0, CARD.1).stroke().restore_state();
    square(paper, &card.link, x + CARD.0 - MARGIN - SQUARE, y + CARD.1 - MARGIN - SQUARE);
    let at = x + MARGIN;
    let beside = CARD.0 - 3.0 * MARGIN - SQUARE;
    let below = CARD.0 - 2.0 * MARGIN;
    let top = y + CARD.1 - MARGIN;
    let fitted = |paper: &mut Paper, size, y, text: &str, width| {
        let text = paper.fit(plain(size), text, width);
        paper.text(plain(size), at, y, &text);
    };
    fitted(paper, 8.0, top - 7.0, &card.studio, beside);
    for (i, part) in paper.wrap(bold(13.0), &card.gallery, beside, 3).iter().enumerate() {
        paper.text(bold(13.0), at, top - 25.0 - 15.0 * i as f32, part);
    }
    for (i, part) in paper.wrap(plain(10.0), &card.names, beside, 2).iter().rev().enumerate() {
        paper.text(plain(10.0), at, y + MARGIN + 39.0 + 12.0 * i as f32, part);
    }
    paper.text(bold(17.0), at, y + MARGIN + 16.0, &card.code);
    fitted(paper, 8.0, y + MARGIN + 2.0, &card.address, below);
}

/// The link as a QR code, from rectangles: sharp at any size.
fn square(paper: &mut Paper, link: &str, x: f32, y: f32) {
    let Ok(code) = QrCode::with_error_correction_level(link, EcLevel::M) else { return };
    let content = paper.page();
    let modules = code.width();
    let side = SQUARE / modules as f32;
    content.save_state().set_fill_gray(0.0);
    for (i, _) in code.to_colors().iter().enumerate().filter(|(_, c)| **c == Color::Dark) {
        let (column, row) = (i % modules, i / modules);
        content.rect(x + column as f32 * side, y + SQUARE - (row + 1) as f32 * side, side, side);
    }
    content.fill_nonzero().restore_state();
}

#[cfg(test)]
mod tests {
    use super::*;

    fn card(names: &str) -> Card {
        Card {
            studio: "Studio Licht".into(),
            gallery: "Anna & Ben — a very long title that has to be broken over lines and cut".into(),
            names: names.into(),
            code: "0123-4567-89AB".into(),
            address: "https://photos.example".into(),
            link: "https://photos.example/#0123456789AB".into(),
        }
    }

    #[test]
    fn ten_cards_a_page() {
        let pages = |n| {
            let pdf = sheet(&vec![card("Zoë Łuczak"); n]);
            assert!(pdf.starts_with(b"%PDF-") && pdf.trim_ascii_end().ends_with(b"%%EOF"));
            pdf.windows(13).filter(|w| w == b"/Type /Page\n ").count()
        };
        assert_eq!((pages(1), pages(10), pages(11)), (1, 1, 2));
    }
}
