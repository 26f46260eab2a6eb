//! A printable sheet of access cards: A4, ten cards of 85 × 54 mm with cutting marks, one code each.

use pdf_writer::{Content, Finish, Name, Pdf, Rect, Ref, Str};
use qrcode::{Color, EcLevel, QrCode};

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

const MM: f32 = 72.0 / 25.4;
const PAGE: (f32, f32) = (210.0 * MM, 297.0 * MM);
const CARD: (f32, f32) = (85.0 * MM, 54.0 * MM);
const COLUMNS: usize = 2;
const ROWS: usize = 5;
const SQUARE: f32 = 28.0 * MM;
const MARGIN: f32 = 5.0 * MM;

pub fn sheet(cards: &[Card]) -> Vec<u8> {
    let mut pdf = Pdf::new();
    let (catalog, tree, plain, bold) = (Ref::new(1), Ref::new(2), Ref::new(3), Ref::new(4));
    let pages: Vec<&[Card]> = cards.chunks(COLUMNS * ROWS).collect();
    let page_ref = |i: usize| Ref::new(5 + 2 * i as i32);
    let content_ref = |i: usize| Ref::new(6 + 2 * i as i32);
    pdf.catalog(catalog).pages(tree);
    pdf.pages(tree).kids((0..pages.len()).map(page_ref)).count(pages.len() as i32);
    for (i, cards) in pages.iter().enumerate() {
        let mut page = pdf.page(page_ref(i));
        page.media_box(Rect::new(0.0, 0.0, PAGE.0, PAGE.1)).parent(tree).contents(content_ref(i));
        let mut resources = page.resources();
        resources.fonts().pair(Name(b"P"), plain).pair(Name(b"B"), bold);
        resources.finish();
        page.finish();
        pdf.stream(content_ref(i), &page_content(cards).finish());
    }
    for (font, name) in [(plain, &b"Helvetica"[..]), (bold, b"Helvetica-Bold")] {
        pdf.type1_font(font).base_font(Name(name)).encoding_predefined(Name(b"WinAnsiEncoding"));
    }
    pdf.finish()
}

fn page_content(cards: &[Card]) -> Content {
    let mut content = Content::new();
    let left = (PAGE.0 - COLUMNS as f32 * CARD.0) / 2.0;
    let top = PAGE.1 - (PAGE.1 - ROWS as f32 * CARD.1) / 2.0;
    for (i, card) in cards.iter().enumerate() {
        let x = left + (i % COLUMNS) as f32 * CARD.0;
        let y = top - (i / COLUMNS + 1) as f32 * CARD.1;
        draw(&mut content, card, x, y);
    }
    content
}

fn draw(content: &mut Content, card: &Card, x: f32, y: f32) {
    content.save_state().set_line_width(0.3).set_stroke_gray(0.7);
    content.rect(x, y, CARD.0, CARD.1).stroke().restore_state();
    square(content, &card.link, x + CARD.0 - MARGIN - SQUARE, y + CARD.1 - MARGIN - SQUARE);
    let at = x + MARGIN;
    let beside = CARD.0 - 3.0 * MARGIN - SQUARE;
    let below = CARD.0 - 2.0 * MARGIN;
    let top = y + CARD.1 - MARGIN;
    line(content, b"P", 8.0, at, top - 7.0, &fit(&card.studio, 8.0, beside));
    for (i, part) in wrap(&card.gallery, 13.0, beside, 3).iter().enumerate() {
        line(content, b"B", 13.0, at, top - 25.0 - 15.0 * i as f32, part);
    }
    line(content, b"P", 10.0, at, y + MARGIN + 39.0, &fit(&card.names, 10.0, beside));
    line(content, b"B", 17.0, at, y + MARGIN + 16.0, &card.code);
    line(content, b"P", 8.0, at, y + MARGIN + 2.0, &fit(&card.address, 8.0, below));
}

/// The link as a QR code, from rectangles: sharp at any size.
fn square(content: &mut Content, link: &str, x: f32, y: f32) {
    let Ok(code) = QrCode::with_error_correction_level(link, EcLevel::M) else { return };
    let modules = code.width();
    let side = SQUARE / modules as f32;
    content.save_state().set_fill_gray(0.0);
    for (i, _) in code.to_colors().iter().enumerate().filter(|(_, c)| **c == Color::Dark) {
        let (column, row) = (i % modules, i / modules);
        content.rect(x + column as f32 * side, y + SQUARE - (row + 1) as f32 * side, side, side);
    }
    content.fill_nonzero().restore_state();
}

fn line(content: &mut Content, font: &[u8], size: f32, x: f32, y: f32, text: &str) {
    content.begin_text().set_font(Name(font), size).next_line(x, y).show(Str(&win_ansi(text))).end_text();
}

/// Helvetica is about half as wide as high; names are short and a little too narrow does no harm.
fn fits(text: &str, size: f32, width: f32) -> bool {
    text.chars().map(|c| if c.is_uppercase() || c.is_ascii_digit() { 0.66 } else { 0.54 }).sum::<f32>() * size
        <= width
}

fn fit(text: &str, size: f32, width: f32) -> String {
    if fits(text, size, width) {
        return text.to_owned();
    }
    let mut cut: String = text.to_owned();
    while !cut.is_empty() && !fits(&cut, size, width - size) {
        cut.pop();
    }
    format!("{}…", cut.trim_end())
}

fn wrap(text: &str, size: f32, width: f32, lines: usize) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        let longer = out.last().map(|last| format!("{last} {word}"));
        match (longer, out.last_mut()) {
            (Some(longer), Some(last)) if out_fits(&longer, size, width) => *last = longer,
            _ => out.push(word.to_owned()),
        }
    }
    if out.len() > lines {
        let rest = out.split_off(lines - 1).join(" ");
        out.push(rest);
    }
    out.iter().map(|l| fit(l, size, width)).collect()
}

fn out_fits(text: &str, size: f32, width: f32) -> bool {
    fits(text, size, width)
}

/// The code page of PDF's own fonts (Windows 1252). Letters it lacks lose their accent, or become a question mark.
fn win_ansi(text: &str) -> Vec<u8> {
    let byte = |c: char| match c {
        ' '..='~' | '\u{A0}'..='\u{FF}' => u8::try_from(u32::from(c)).ok(),
        '…' => Some(0x85),
        '–' => Some(0x96),
        '—' => Some(0x97),
        '‘' => Some(0x91),
        '’' => Some(0x92),
        '“' => Some(0x93),
        '”' => Some(0x94),
        '•' => Some(0x95),
        '€' => Some(0x80),
        'Š' => Some(0x8A),
        'š' => Some(0x9A),
        'Ž' => Some(0x8E),
        'ž' => Some(0x9E),
        'Œ' => Some(0x8C),
        'œ' => Some(0x9C),
        _ => None,
    };
    text.chars().map(|c| byte(c).or_else(|| plain(c).and_then(byte)).unwrap_or(b'?')).collect()
}

/// Latin letters of central Europe without their accents.
fn plain(c: char) -> Option<char> {
    const PAIRS: [(&str, char); 26] = [
        ("ąăā", 'a'),
        ("ĄĂĀ", 'A'),
        ("ćčĉ", 'c'),
        ("ĆČĈ", 'C'),
        ("ďđ", 'd'),
        ("ĎĐ", 'D'),
        ("ęěēė", 'e'),
        ("ĘĚĒĖ", 'E'),
        ("ğģ", 'g'),
        ("ĞĢ", 'G'),
        ("īįı", 'i'),
        ("ĪĮİ", 'I'),
        ("łľĺļ", 'l'),
        ("ŁĽĹĻ", 'L'),
        ("ńňņ", 'n'),
        ("ŃŇŅ", 'N'),
        ("őō", 'o'),
        ("ŐŌ", 'O'),
        ("řŕ", 'r'),
        ("ŘŔ", 'R'),
        ("śşșŝ", 's'),
        ("ŚŞȘŜ", 'S'),
        ("ťţț", 't'),
        ("ŤŢȚ", 'T'),
        ("űůūų", 'u'),
        ("źż", 'z'),
    ];
    PAIRS.iter().find(|(letters, _)| letters.contains(c)).map(|(_, plain)| *plain)
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

    #[test]
    fn text_stays_on_the_card_and_in_the_code_page() {
        assert_eq!(win_ansi("Zoë Łuczak 山"), b"Zo\xeb Luczak ?");
        let lines = wrap(&card("").gallery, 13.0, 110.0, 3);
        assert_eq!(lines.len(), 3);
        assert!(lines.iter().all(|l| fits(l, 13.0, 110.0 + 13.0)), "{lines:?}");
        assert!(lines[2].ends_with('…'));
    }
}
