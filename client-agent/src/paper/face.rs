//! One weight of the typeface, and of it in the PDF only the letters that are used.
//!
//! Liberation Sans has the widths of Helvetica and the letters of every European alphabet; fonts/LICENSE.txt.

use std::collections::BTreeMap;

use pdf_writer::{
    Finish, Name, Pdf, Rect, Ref, Str,
    types::{CidFontType, FontFlags, SystemInfo, UnicodeCmap},
};
use subsetter::GlyphRemapper;

const SYSTEM: SystemInfo<'static> =
    SystemInfo { registry: Str(b"Adobe"), ordering: Str(b"Identity"), supplement: 0 };

pub struct Face {
    data: &'static [u8],
    parsed: ttf_parser::Face<'static>,
    /// Of the subset, which has `ABCDEF+` before it.
    name: &'static str,
    glyphs: GlyphRemapper,
    /// What a reader copies out of the page.
    letters: BTreeMap<u16, char>,
}

impl Face {
    pub fn plain() -> Self {
        Self::open(include_bytes!("../../fonts/LiberationSans-Regular.ttf"), "DSLIDE+LiberationSans")
    }

    pub fn bold() -> Self {
        Self::open(include_bytes!("../../fonts/LiberationSans-Bold.ttf"), "DSLIDE+LiberationSans-Bold")
    }

    #[expect(clippy::expect_used, reason = "the file is part of the program; a test opens it")]
    fn open(data: &'static [u8], name: &'static str) -> Self {
        let parsed = ttf_parser::Face::parse(data, 0).expect("the typeface in the program is sound");
        Self { data, parsed, name, glyphs: GlyphRemapper::new(), letters: BTreeMap::new() }
    }

    /// A letter no European alphabet has is a question mark.
    fn glyph(&self, c: char) -> ttf_parser::GlyphId {
        let found = self.parsed.glyph_index(c).or_else(|| self.parsed.glyph_index('?'));
        found.unwrap_or_default()
    }

    /// At size 1.
    pub fn width(&self, text: &str) -> f32 {
        text.chars().map(|c| self.advance(self.glyph(c))).sum::<f32>() / 1000.0
    }

    /// In thousandths of the size.
    fn advance(&self, glyph: ttf_parser::GlyphId) -> f32 {
        let advance = self.parsed.glyph_hor_advance(glyph).unwrap_or_default();
        f32::from(advance) * 1000.0 / f32::from(self.parsed.units_per_em())
    }

    /// The text as numbers of the subset's glyphs; they are in the PDF from now on.
    pub fn glyphs(&mut self, text: &str) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(2 * text.len());
        for c in text.chars() {
            let glyph = self.glyph(c);
            let new = self.glyphs.remap(glyph.0);
            self.letters.entry(new).or_insert(if self.parsed.glyph_index(c).is_some() { c } else { '?' });
            bytes.extend(new.to_be_bytes());
        }
        bytes
    }

    #[expect(clippy::expect_used, reason = "the file is part of the program; a test subsets it")]
    pub fn write(&self, pdf: &mut Pdf, fresh: &mut impl FnMut() -> Ref) -> Ref {
        let (font, cid, descriptor, file, cmap) = (fresh(), fresh(), fresh(), fresh(), fresh());
        let subset = subsetter::subset(self.data, 0, &self.glyphs).expect("the typeface has a subset");
        pdf.stream(file, &subset).pair(Name(b"Length1"), subset.len() as i32);
        let name = Name(self.name.as_bytes());
        pdf.type0_font(font)
            .base_font(name)
            .encoding_predefined(Name(b"Identity-H"))
            .descendant_font(cid)
            .to_unicode(cmap);
        let mut cid_font = pdf.cid_font(cid);
        cid_font.subtype(CidFontType::Type2).base_font(name).system_info(SYSTEM).font_descriptor(descriptor);
        cid_font.default_width(0.0).cid_to_gid_map_predefined(Name(b"Identity"));
        let widths = self.glyphs.remapped_gids().map(|old| self.advance(ttf_parser::GlyphId(old)));
        cid_font.widths().consecutive(0, widths);
        cid_font.finish();
        let scale = 1000.0 / f32::from(self.parsed.units_per_em());
        let of = |units: i16| f32::from(units) * scale;
        let bounds = self.parsed.global_bounding_box();
        pdf.font_descriptor(descriptor)
            .name(name)
            .flags(FontFlags::SYMBOLIC)
            .bbox(Rect::new(of(bounds.x_min), of(bounds.y_min), of(bounds.x_max), of(bounds.y_max)))
            .italic_angle(0.0)
            .ascent(of(self.parsed.ascender()))
            .descent(of(self.parsed.descender()))
            .cap_height(of(self.parsed.capital_height().unwrap_or(1409)))
            .stem_v(if self.name.ends_with("Bold") { 140.0 } else { 80.0 })
            .font_file2(file);
        let mut unicode = UnicodeCmap::new(Name(b"Darkslide"), SYSTEM);
        for (glyph, letter) in &self.letters {
            unicode.pair(*glyph, *letter);
        }
        pdf.cmap(cmap, &unicode.finish());
        font
    }
}
