//! Sheets to print: access cards, packing slips, labels. A page is lines, rectangles and text in a typeface that
//! is embedded, because the one PDF readers bring along lacks the letters of half of Europe.

mod face;

use pdf_writer::{Content, Finish, Name, Pdf, Rect, Ref, Str};
use unicode_normalization::UnicodeNormalization;

use face::Face;

/// Points in a millimetre.
pub const MM: f32 = 72.0 / 25.4;
pub const A4: (f32, f32) = (210.0 * MM, 297.0 * MM);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    Plain,
    Bold,
}

/// Everything that is set in one size and weight.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Type {
    pub weight: Weight,
    pub size: f32,
}

pub const fn plain(size: f32) -> Type {
    Type { weight: Weight::Plain, size }
}

pub const fn bold(size: f32) -> Type {
    Type { weight: Weight::Bold, size }
}

/// A4 pages, drawn one after the other; the origin is below on the left, as PDF has it.
pub struct Paper {
    faces: [Face; 2],
    pages: Vec<Content>,
}

impl Default for Paper {
    fn default() -> Self {
        Self { faces: [Face::plain(), Face::bold()], pages: Vec::new() }
    }
}

impl Paper {
    pub fn new_page(&mut self) {
        self.pages.push(Content::new());
    }

    pub fn pages(&self) -> usize {
        self.pages.len()
    }

    /// The page that is drawn on; the first one if there is none yet.
    pub fn page(&mut self) -> &mut Content {
        if self.pages.is_empty() {
            self.new_page();
        }
        let last = self.pages.len() - 1;
        &mut self.pages[last]
    }

    pub fn text(&mut self, face: Type, x: f32, y: f32, text: &str) {
        let glyphs = self.face(face.weight).glyphs(&shown(text));
        let name: &[u8] = match face.weight {
            Weight::Plain => b"P",
            Weight::Bold => b"B",
        };
        let content = self.page();
        content.begin_text().set_font(Name(name), face.size).next_line(x, y).show(Str(&glyphs)).end_text();
    }

    /// Ends at `x`.
    pub fn text_to(&mut self, face: Type, x: f32, y: f32, text: &str) {
        self.text(face, x - self.width(face, text), y, text);
    }

    pub fn rule(&mut self, x: f32, y: f32, width: f32, gray: f32) {
        let page = self.page();
        page.save_state().set_line_width(0.5).set_stroke_gray(gray);
        page.move_to(x, y).line_to(x + width, y).stroke().restore_state();
    }

    pub fn width(&self, face: Type, text: &str) -> f32 {
        self.faces[index(face.weight)].width(&shown(text)) * face.size
    }

    /// The text, cut with an ellipsis where it is too wide.
    pub fn fit(&self, face: Type, text: &str, width: f32) -> String {
        if self.width(face, text) <= width {
            return text.to_owned();
        }
        let mut cut: String = shown(text);
        while !cut.is_empty() && self.width(face, &format!("{}…", cut.trim_end())) > width {
            cut.pop();
        }
        format!("{}…", cut.trim_end())
    }

    /// In so many lines at most; what does not fit into the last one is cut.
    pub fn wrap(&self, face: Type, text: &str, width: f32, lines: usize) -> Vec<String> {
        let mut out: Vec<String> = Vec::new();
        // A name of two is broken after its hyphen where it has no room in one line.
        let broken = |word: &str| self.width(face, word) > width;
        let pieces = text.split_whitespace().flat_map(|word| {
            let at = if broken(word) { word.split_inclusive('-').collect() } else { vec![word] };
            at.into_iter().enumerate().map(|(i, piece)| (if i == 0 { " " } else { "" }, piece))
        });
        for (joint, word) in pieces {
            let longer = out.last().map(|last| format!("{last}{joint}{word}"));
            match (longer, out.last_mut()) {
                (Some(longer), Some(last)) if self.width(face, &longer) <= width => *last = longer,
                _ => out.push(word.to_owned()),
            }
        }
        if out.len() > lines {
            let rest = out.split_off(lines.max(1) - 1).join(" ");
            out.push(rest);
        }
        out.iter().map(|line| self.fit(face, line, width)).collect()
    }

    fn face(&mut self, weight: Weight) -> &mut Face {
        &mut self.faces[index(weight)]
    }

    pub fn finish(self) -> Vec<u8> {
        let mut pdf = Pdf::new();
        let mut next = 1;
        let mut fresh = || {
            next += 1;
            Ref::new(next - 1)
        };
        let (catalog, tree) = (fresh(), fresh());
        let fonts: Vec<Ref> = self.faces.iter().map(|face| face.write(&mut pdf, &mut fresh)).collect();
        let pages: Vec<(Ref, Ref)> = self.pages.iter().map(|_| (fresh(), fresh())).collect();
        pdf.catalog(catalog).pages(tree);
        pdf.pages(tree).kids(pages.iter().map(|(page, _)| *page)).count(pages.len() as i32);
        for ((id, content_id), content) in pages.into_iter().zip(self.pages) {
            let mut page = pdf.page(id);
            page.media_box(Rect::new(0.0, 0.0, A4.0, A4.1)).parent(tree).contents(content_id);
            let mut resources = page.resources();
            resources.fonts().pair(Name(b"P"), fonts[0]).pair(Name(b"B"), fonts[1]);
            resources.finish();
            page.finish();
            pdf.stream(content_id, &content.finish());
        }
        pdf.finish()
    }
}

fn index(weight: Weight) -> usize {
    match weight {
        Weight::Plain => 0,
        Weight::Bold => 1,
    }
}

/// A letter and its accent are one sign, and nothing invisible is drawn.
fn shown(text: &str) -> String {
    text.nfc().map(|c| if c.is_whitespace() { ' ' } else { c }).filter(|c| !c.is_control()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_cut_to_its_width_and_wrapped() {
        let paper = Paper::default();
        let name = "Zdzisława Brzęczyszczykiewiczówna-Łukasińska";
        let cut = paper.fit(plain(10.0), name, 100.0);
        assert!(cut.ends_with('…') && paper.width(plain(10.0), &cut) <= 100.0, "{cut}");
        assert_eq!(paper.fit(plain(10.0), "Zoë", 100.0), "Zoë");
        let lines = paper.wrap(bold(13.0), &format!("{name} {name} and more"), 150.0, 3);
        assert_eq!(lines.len(), 3);
        let double = paper.wrap(bold(13.0), "Ida Brzęczyszczykiewicz-Łukasińska", 150.0, 3);
        assert_eq!(double, ["Ida", "Brzęczyszczykiewicz-", "Łukasińska"]);
        assert!(lines.iter().all(|l| paper.width(bold(13.0), l) <= 150.0), "{lines:?}");
    }

    #[test]
    fn accents_that_follow_their_letter_are_joined() {
        assert_eq!(shown("Mu\u{308}ller\u{7}\t3b"), "Müller 3b");
        let paper = Paper::default();
        assert_eq!(paper.width(plain(9.0), "Mu\u{308}ller"), paper.width(plain(9.0), "Müller"));
    }
}
