//! Pages in millimetres from the top left corner, as people think of paper.

use pdf_writer::{Content, Filter, Finish, Name, Pdf, Rect, Ref, TextStr};

use super::font::{Fonts, Weight};

pub const PAGE_WIDTH: f32 = 210.0;
pub const PAGE_HEIGHT: f32 = 297.0;
const POINTS: f32 = 72.0 / 25.4;

struct Picture {
    name: String,
    jpeg: Vec<u8>,
    width: u32,
    height: u32,
}

pub struct Canvas {
    pub fonts: Fonts,
    pages: Vec<Content>,
    pictures: Vec<Picture>,
}

impl Canvas {
    pub fn new() -> Self {
        Self { fonts: Fonts::new(), pages: vec![Content::new()], pictures: Vec::new() }
    }

    pub fn add_page(&mut self) {
        self.pages.push(Content::new());
    }

    pub fn pages(&self) -> usize {
        self.pages.len()
    }

    fn content(&mut self, page: usize) -> &mut Content {
        let last = self.pages.len() - 1;
        &mut self.pages[page.min(last)]
    }

    fn here(&mut self) -> &mut Content {
        self.content(usize::MAX)
    }

    /// `y` is the baseline; `size` in points.
    pub fn text(&mut self, x: f32, y: f32, text: &str, size: f32, weight: Weight, grey: f32) {
        self.text_on(usize::MAX, x, y, text, size, weight, grey);
    }

    #[expect(clippy::too_many_arguments, reason = "a drawing primitive")]
    pub fn text_on(&mut self, page: usize, x: f32, y: f32, text: &str, size: f32, weight: Weight, grey: f32) {
        let last = self.pages.len() - 1;
        let content = &mut self.pages[page.min(last)];
        content.set_fill_gray(grey);
        self.fonts.draw(content, x * POINTS, (PAGE_HEIGHT - y) * POINTS, text, size, weight);
    }

    pub fn text_right(&mut self, x: f32, y: f32, text: &str, size: f32, weight: Weight, grey: f32) {
        let width = self.width(text, size, weight);
        self.text(x - width, y, text, size, weight, grey);
    }

    /// In millimetres.
    pub fn width(&self, text: &str, size: f32, weight: Weight) -> f32 {
        self.fonts.width(text, size, weight) / POINTS
    }

    pub fn wrap(&self, text: &str, size: f32, weight: Weight, width: f32) -> Vec<String> {
        self.fonts.wrap(text, size, weight, width * POINTS)
    }

    pub fn fit(&self, text: &str, size: f32, weight: Weight, width: f32) -> String {
        self.fonts.fit(text, size, weight, width * POINTS)
    }

    pub fn line(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, thick: f32, grey: f32) {
        let content = self.here();
        content.set_stroke_gray(grey).set_line_width(thick);
        content.move_to(x1 * POINTS, (PAGE_HEIGHT - y1) * POINTS);
        content.line_to(x2 * POINTS, (PAGE_HEIGHT - y2) * POINTS);
        content.stroke();
    }

    pub fn frame(&mut self, x: f32, y: f32, width: f32, height: f32, thick: f32, grey: f32) {
        let content = self.here();
        content.set_stroke_gray(grey).set_line_width(thick);
        content.rect(x * POINTS, (PAGE_HEIGHT - y - height) * POINTS, width * POINTS, height * POINTS);
        content.stroke();
    }

    pub fn fill(&mut self, x: f32, y: f32, width: f32, height: f32, grey: f32) {
        let content = self.here();
        content.set_fill_gray(grey);
        content.rect(x * POINTS, (PAGE_HEIGHT - y - height) * POINTS, width * POINTS, height * POINTS);
        content.fill_nonzero();
    }

    /// Dark squares of a QR code, `size` millimetres wide. Drawn as one path.
    pub fn qr(&mut self, x: f32, y: f32, size: f32, text: &str) {
        let Ok(code) = qrcode::QrCode::with_error_correction_level(text, qrcode::EcLevel::M) else { return };
        let modules = code.width();
        let step = size / modules as f32;
        let content = self.here();
        content.set_fill_gray(0.0);
        for (i, color) in code.to_colors().into_iter().enumerate() {
            if color == qrcode::Color::Dark {
                let (column, row) = ((i % modules) as f32, (i / modules) as f32);
                let (left, bottom) = (x + column * step, PAGE_HEIGHT - y - (row + 1.0) * step);
                content.rect(left * POINTS, bottom * POINTS, step * POINTS, step * POINTS);
            }
        }
        content.fill_nonzero();
    }

    /// A picture as large as fits into the box, centred. Answers where it is: x, y, width, height.
    pub fn picture(&mut self, jpeg: &[u8], size: (u32, u32), area: [f32; 4]) -> [f32; 4] {
        let [x, y, width, height] = area;
        let (w, h) = (size.0.max(1) as f32, size.1.max(1) as f32);
        let scale = (width / w).min(height / h);
        let (w, h) = (w * scale, h * scale);
        let (left, top) = (x + (width - w) / 2.0, y + (height - h) / 2.0);
        let name = format!("I{}", self.pictures.len());
        let content = self.here();
        content.save_state();
        content.transform([
            w * POINTS,
            0.0,
            0.0,
            h * POINTS,
            left * POINTS,
            (PAGE_HEIGHT - top - h) * POINTS,
        ]);
        content.x_object(Name(name.as_bytes()));
        content.restore_state();
        self.pictures.push(Picture { name, jpeg: jpeg.to_vec(), width: size.0, height: size.1 });
        [left, top, w, h]
    }

    pub fn finish(self, title: &str) -> Vec<u8> {
        let mut pdf = Pdf::new();
        let mut last = 0;
        let mut next = move || {
            last += 1;
            Ref::new(last)
        };
        let (catalog, tree, info) = (next(), next(), next());
        let page_ids: Vec<Ref> = self.pages.iter().map(|_| next()).collect();
        let content_ids: Vec<Ref> = self.pages.iter().map(|_| next()).collect();
        let picture_ids: Vec<Ref> = self.pictures.iter().map(|_| next()).collect();
        let font_ids: Vec<Ref> = (0..self.fonts.count()).map(|_| next()).collect();
        pdf.catalog(catalog).pages(tree);
        pdf.document_info(info).title(TextStr(title)).producer(TextStr("darkslide-lab"));
        pdf.pages(tree)
            .kids(page_ids.iter().copied())
            .count(i32::try_from(page_ids.len()).unwrap_or(i32::MAX));
        for (id, content) in page_ids.iter().zip(&content_ids) {
            let mut page = pdf.page(*id);
            page.parent(tree).contents(*content);
            page.media_box(Rect::new(0.0, 0.0, PAGE_WIDTH * POINTS, PAGE_HEIGHT * POINTS));
            let mut resources = page.resources();
            let mut fonts = resources.fonts();
            for (i, id) in font_ids.iter().enumerate() {
                fonts.pair(Name(format!("T{i}").as_bytes()), *id);
            }
            fonts.finish();
            let mut objects = resources.x_objects();
            for (picture, id) in self.pictures.iter().zip(&picture_ids) {
                objects.pair(Name(picture.name.as_bytes()), *id);
            }
        }
        for (picture, id) in self.pictures.iter().zip(&picture_ids) {
            let mut image = pdf.image_xobject(*id, &picture.jpeg);
            image.filter(Filter::DctDecode);
            image.width(i32::try_from(picture.width).unwrap_or(1));
            image.height(i32::try_from(picture.height).unwrap_or(1));
            image.color_space().device_rgb();
            image.bits_per_component(8);
        }
        self.fonts.write(&mut pdf, &font_ids, &mut next);
        for (content, id) in self.pages.into_iter().zip(content_ids) {
            pdf.stream(id, &content.finish());
        }
        pdf.finish()
    }
}
