//! Letters for the ticket: DejaVu Sans, and what the system has for letters that are not in it.
//!
//! Names must survive, whatever their script. Each glyph that occurs becomes a Type 3 glyph drawn from its
//! outline, with its character recorded: so any font file serves (TrueType, OpenType, collections), only
//! what is used goes into the file, and the text can still be searched and copied. What is deliberately
//! absent: shaping. Right-to-left runs are put in order, but Arabic letters are not joined.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::OnceLock,
};

use pdf_writer::{Content, Finish, Name, Pdf, Ref, Str, types::SystemInfo, types::UnicodeCmap};
use ttf_parser::{Face, GlyphId, OutlineBuilder};

/// Drawn for a letter that no font here has.
const MISSING: char = '\u{25A1}';

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    Regular,
    Bold,
}

/// One glyph of a text, with how far it moves the pen (in thousandths of the size).
#[derive(Clone, Copy)]
struct Placed {
    face: usize,
    glyph: GlyphId,
    advance: f32,
    character: char,
}

pub struct Fonts {
    faces: Vec<Face<'static>>,
    /// (face, glyph) → its place in the Type 3 fonts, and the character it stands for.
    used: BTreeMap<(usize, u16), (usize, char)>,
    /// Letters that no font had.
    pub missing: usize,
}

/// Codes of one Type 3 font.
const PER_FONT: usize = 255;

impl Fonts {
    pub fn new() -> Self {
        let builtin = [dejavu::sans_condensed::regular(), dejavu::sans_condensed::bold()];
        let mut faces: Vec<Face<'static>> =
            builtin.into_iter().filter_map(|bytes| Face::parse(bytes, 0).ok()).collect();
        faces.extend(system_fonts().iter().filter_map(|bytes| Face::parse(bytes, 0).ok()));
        Self { faces, used: BTreeMap::new(), missing: 0 }
    }

    fn find(&self, c: char, weight: Weight) -> Option<(usize, GlyphId)> {
        let first = usize::from(weight == Weight::Bold);
        let order = std::iter::once(first).chain((0..self.faces.len()).filter(move |i| *i != first));
        order.into_iter().find_map(|i| {
            let glyph = self.faces.get(i)?.glyph_index(c)?;
            (glyph.0 != 0).then_some((i, glyph))
        })
    }

    fn place(&self, c: char, weight: Weight) -> Placed {
        let (face, glyph) =
            self.find(c, weight).or_else(|| self.find(MISSING, weight)).unwrap_or((0, GlyphId(0)));
        let advance = self.faces.get(face).map_or(500.0, |f| {
            let units = f32::from(f.units_per_em());
            f32::from(f.glyph_hor_advance(glyph).unwrap_or(0)) * 1000.0 / units
        });
        Placed { face, glyph, advance, character: c }
    }

    pub fn width(&self, text: &str, size: f32, weight: Weight) -> f32 {
        visible(text).map(|c| self.place(c, weight).advance * size / 1000.0).sum()
    }

    /// Draws a text with its baseline beginning at (x, y), in points.
    pub fn draw(&mut self, content: &mut Content, x: f32, y: f32, text: &str, size: f32, weight: Weight) {
        let ordered = in_visual_order(&visible(text).collect::<Vec<_>>());
        content.begin_text();
        content.set_text_matrix([1.0, 0.0, 0.0, 1.0, x, y]);
        let mut font = usize::MAX;
        for c in ordered {
            let placed = self.place(c, weight);
            if self.find(c, weight).is_none() {
                self.missing += 1;
            }
            let next = self.used.len();
            let (index, _) =
                *self.used.entry((placed.face, placed.glyph.0)).or_insert((next, placed.character));
            if index / PER_FONT != font {
                font = index / PER_FONT;
                content.set_font(Name(format!("T{font}").as_bytes()), size);
            }
            content.show(Str(&[code(index)]));
        }
        content.end_text();
    }

    /// Cuts a text into lines of at most `width` points; a word that is longer is cut too.
    pub fn wrap(&self, text: &str, size: f32, weight: Weight, width: f32) -> Vec<String> {
        let space = self.width(" ", size, weight);
        let mut lines = Vec::new();
        for paragraph in text.lines() {
            let (mut line, mut used) = (String::new(), 0.0);
            for word in paragraph.split_whitespace() {
                let needed = self.width(word, size, weight);
                if !line.is_empty() && used + space + needed <= width {
                    line = format!("{line} {word}");
                    used += space + needed;
                    continue;
                }
                if !line.is_empty() {
                    lines.push(std::mem::take(&mut line));
                    used = 0.0;
                }
                for c in word.chars() {
                    let step = self.width(c.encode_utf8(&mut [0; 4]), size, weight);
                    if used + step > width && !line.is_empty() {
                        lines.push(std::mem::take(&mut line));
                        used = 0.0;
                    }
                    line.push(c);
                    used += step;
                }
            }
            lines.push(line);
        }
        lines
    }

    /// One line that fits, with an ellipsis where it was cut.
    pub fn fit(&self, text: &str, size: f32, weight: Weight, width: f32) -> String {
        if self.width(text, size, weight) <= width {
            return text.to_owned();
        }
        let mut left = width - self.width("…", size, weight);
        let fits = |c: &char| {
            left -= self.width(c.encode_utf8(&mut [0; 4]), size, weight);
            left >= 0.0
        };
        let kept: String = text.chars().take_while(fits).collect();
        format!("{}…", kept.trim_end())
    }

    pub fn count(&self) -> usize {
        self.used.len().div_ceil(PER_FONT)
    }

    /// Writes the fonts; `ids` are their objects, `next` makes further ones.
    pub fn write(&self, pdf: &mut Pdf, ids: &[Ref], next: &mut impl FnMut() -> Ref) {
        let mut by_place: Vec<_> = self.used.iter().map(|(key, (place, c))| (*place, *key, *c)).collect();
        by_place.sort_unstable();
        for (font, glyphs) in by_place.chunks(PER_FONT).enumerate() {
            let Some(id) = ids.get(font) else { return };
            let mut procs = Vec::new();
            let mut widths = Vec::new();
            let system = SystemInfo { registry: Str(b"Adobe"), ordering: Str(b"UCS"), supplement: 0 };
            let mut unicode = UnicodeCmap::<u8>::new(Name(b"Ticket"), system);
            for (place, (face, glyph), character) in glyphs {
                let (content, width) = self.outline(*face, GlyphId(*glyph));
                let object = next();
                pdf.stream(object, &content.finish());
                procs.push((format!("g{}", code(*place)), object));
                widths.push(width);
                unicode.pair(code(*place), *character);
            }
            let cmap = next();
            pdf.cmap(cmap, &unicode.finish());
            let mut type3 = pdf.type3_font(*id);
            type3.bbox(pdf_writer::Rect::new(-1000.0, -1000.0, 3000.0, 3000.0));
            type3.matrix([0.001, 0.0, 0.0, 0.001, 0.0, 0.0]);
            let mut dict = type3.char_procs();
            for (name, object) in &procs {
                dict.pair(Name(name.as_bytes()), *object);
            }
            dict.finish();
            type3
                .encoding_custom()
                .differences()
                .consecutive(1, procs.iter().map(|(n, _)| Name(n.as_bytes())));
            type3.first_char(1).last_char(u8::try_from(procs.len()).unwrap_or(255));
            type3.widths(widths);
            type3.resources();
            type3.to_unicode(cmap);
        }
    }

    fn outline(&self, face: usize, glyph: GlyphId) -> (Content, f32) {
        let mut content = Content::new();
        let Some(face) = self.faces.get(face) else { return (content, 500.0) };
        let scale = 1000.0 / f32::from(face.units_per_em());
        let width = f32::from(face.glyph_hor_advance(glyph).unwrap_or(0)) * scale;
        let bounds = face.glyph_bounding_box(glyph);
        let b =
            bounds.map_or([0.0; 4], |r| [r.x_min, r.y_min, r.x_max, r.y_max].map(|v| f32::from(v) * scale));
        content.start_shape_glyph(width, b[0], b[1], b[2], b[3]);
        let mut pen = Pen { content: &mut content, scale, at: (0.0, 0.0), any: false };
        face.outline_glyph(glyph, &mut pen);
        if pen.any {
            content.fill_nonzero();
        }
        (content, width)
    }
}

fn code(place: usize) -> u8 {
    u8::try_from(place % PER_FONT + 1).unwrap_or(1)
}

struct Pen<'a> {
    content: &'a mut Content,
    scale: f32,
    at: (f32, f32),
    any: bool,
}

impl OutlineBuilder for Pen<'_> {
    fn move_to(&mut self, x: f32, y: f32) {
        self.content.move_to(x * self.scale, y * self.scale);
        (self.at, self.any) = ((x, y), true);
    }
    fn line_to(&mut self, x: f32, y: f32) {
        self.content.line_to(x * self.scale, y * self.scale);
        self.at = (x, y);
    }
    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        let toward = |from: f32, to: f32| from + (to - from) * 2.0 / 3.0;
        let (ax, ay) = self.at;
        self.curve_to(toward(ax, x1), toward(ay, y1), toward(x, x1), toward(y, y1), x, y);
    }
    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        let s = self.scale;
        self.content.cubic_to(x1 * s, y1 * s, x2 * s, y2 * s, x * s, y * s);
        self.at = (x, y);
    }
    fn close(&mut self) {
        self.content.close_path();
    }
}

/// Joiners and variation selectors have no picture of their own.
fn visible(text: &str) -> impl Iterator<Item = char> + '_ {
    text.chars().filter(|c| !c.is_control() && !matches!(c, '\u{200B}'..='\u{200F}' | '\u{FE00}'..='\u{FE0F}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{00AD}'))
}

fn is_right_to_left(c: char) -> bool {
    matches!(c, '\u{0590}'..='\u{08FF}' | '\u{FB1D}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFC}' | '\u{10800}'..='\u{10FFF}' | '\u{1E800}'..='\u{1EFFF}')
}

/// Turns runs of right-to-left letters (with the spaces between them) round.
fn in_visual_order(text: &[char]) -> Vec<char> {
    let mut out = Vec::with_capacity(text.len());
    let mut at = 0;
    while at < text.len() {
        if !is_right_to_left(text[at]) {
            out.push(text[at]);
            at += 1;
            continue;
        }
        let mut end = at + 1;
        for (i, c) in text.iter().enumerate().skip(at) {
            if is_right_to_left(*c) {
                end = i + 1;
            } else if c.is_alphanumeric() {
                break;
            }
        }
        out.extend(text[at..end].iter().rev());
        at = end;
    }
    out
}

/// Fonts of the system with letters that DejaVu lacks (Chinese, Japanese, Korean, Thai, Devanagari …).
fn system_fonts() -> &'static [Vec<u8>] {
    static FOUND: OnceLock<Vec<Vec<u8>>> = OnceLock::new();
    FOUND.get_or_init(|| {
        const NAMES: [&str; 22] = [
            "NotoSansCJK-Regular.ttc",
            "NotoSansCJKsc-Regular.otf",
            "SourceHanSans.ttc",
            "wqy-zenhei.ttc",
            "wqy-microhei.ttc",
            "DroidSansFallbackFull.ttf",
            "unifont.ttf",
            "Arial Unicode.ttf",
            "ArialUnicode.ttf",
            "PingFang.ttc",
            "Hiragino Sans GB.ttc",
            "AppleSDGothicNeo.ttc",
            "msyh.ttc",
            "msgothic.ttc",
            "malgun.ttf",
            "simsun.ttc",
            "LeelawUI.ttf",
            "Nirmala.ttf",
            "NotoSansDevanagari-Regular.ttf",
            "NotoSansThai-Regular.ttf",
            "NotoEmoji-Regular.ttf",
            "seguisym.ttf",
        ];
        let mut files: Vec<PathBuf> = Vec::new();
        for root in [
            "/usr/share/fonts",
            "/usr/local/share/fonts",
            "/System/Library/Fonts",
            "/Library/Fonts",
            "C:\\Windows\\Fonts",
        ] {
            collect(Path::new(root), &mut files, 0);
        }
        let name = |p: &PathBuf| p.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        let wanted = NAMES.iter().filter_map(|n| files.iter().find(|f| name(f) == *n));
        wanted.filter_map(|f| std::fs::read(f).ok()).collect()
    })
}

fn collect(dir: &Path, files: &mut Vec<PathBuf>, depth: u32) {
    if depth > 4 {
        return;
    }
    for entry in std::fs::read_dir(dir).into_iter().flatten().flatten() {
        match entry.file_type() {
            Ok(t) if t.is_dir() => collect(&entry.path(), files, depth + 1),
            Ok(_) => files.push(entry.path()),
            Err(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn right_to_left_runs_are_turned_and_the_rest_is_not() {
        let order = |t: &str| in_visual_order(&t.chars().collect::<Vec<_>>()).into_iter().collect::<String>();
        assert_eq!(order("abc"), "abc");
        assert_eq!(order("x אב גד y"), "x דג בא y");
    }

    #[test]
    fn long_words_and_empty_texts_wrap() {
        let fonts = Fonts::new();
        let lines = fonts.wrap(&"W".repeat(100), 10.0, Weight::Regular, 50.0);
        assert!(lines.len() > 5 && lines.iter().all(|l| fonts.width(l, 10.0, Weight::Regular) <= 50.0));
        assert!(fonts.wrap("", 10.0, Weight::Bold, 50.0).is_empty());
        assert!(fonts.fit("a long name of a file.jpg", 10.0, Weight::Bold, 60.0).ends_with('…'));
    }
}
