//! The lines of the ticket: a box to tick, the pictures as cropped, what to print, how often, and where.

use super::{
    BLACK, BOTTOM, GREY, MARGIN, PALE, RIGHT,
    canvas::Canvas,
    font::Weight::{Bold, Regular},
    room,
};
use crate::{
    config::size_name,
    ticket::{folder::Thumbnails, order_json::OrderTicket},
    verify::{LabLine, LabOrder},
};

const PICTURE: f32 = 27.0;
const GAP: f32 = 3.0;
const PICTURES_X: f32 = MARGIN + 9.0;

pub fn draw(
    canvas: &mut Canvas,
    job: &LabOrder,
    ticket: &OrderTicket<'_>,
    thumbnails: &Thumbnails,
    y: f32,
) -> f32 {
    let mut y = room(canvas, y, 40.0);
    canvas.line(MARGIN, y, RIGHT, y, 0.6, BLACK);
    for line in &job.lines {
        let printer = ticket.lines.iter().find(|l| l.line == line.line).and_then(|l| l.printer.clone());
        y = one(canvas, line, printer.as_deref(), thumbnails, y);
    }
    y
}

fn one(canvas: &mut Canvas, line: &LabLine, printer: Option<&str>, thumbnails: &Thumbnails, y: f32) -> f32 {
    let several = line.files.len() > 1;
    let height = PICTURE + 5.0;
    let mut y = if y + height > BOTTOM { room(canvas, y, f32::MAX) } else { y };
    canvas.frame(MARGIN, y + 4.5, 4.6, 4.6, 0.8, BLACK);
    if let Some(file) = line.files.first().filter(|_| !several) {
        let thumbnail = thumbnails.get(&(line.line, file.node));
        let area = [PICTURES_X, y + 2.5, PICTURE, PICTURE];
        picture(canvas, thumbnail.map(|t| (t.jpeg.as_slice(), (t.width, t.height))), area);
    }
    let x = if several { PICTURES_X } else { PICTURES_X + PICTURE + 5.0 };
    let limit = RIGHT - 30.0 - x;
    let size = size_name(line.width_in, line.height_in).replace('x', " × ");
    let text = canvas.fit(&line.product_name, 12.5, Bold, limit);
    canvas.text(x, y + 7.6, &text, 12.5, Bold, BLACK);
    let text =
        canvas.fit(&format!("{size} in   {}", line.surface.as_str().to_uppercase()), 11.0, Bold, limit);
    canvas.text(x, y + 13.2, &text, 11.0, Bold, BLACK);
    let mut row = y + 18.6;
    if let Some(file) = line.files.first().filter(|_| !several) {
        let text = canvas.fit(&describe(file), 9.0, Regular, limit);
        canvas.text(x, row, &text, 9.0, Regular, GREY);
        row += 4.6;
    }
    if !line.back_print.is_empty() {
        let text = canvas.fit(&format!("back print: {}", line.back_print), 9.0, Regular, limit);
        canvas.text(x, row, &text, 9.0, Regular, BLACK);
        row += 4.6;
    }
    let place = printer.map_or("no printer yet: ask".to_owned(), |p| format!("printer: {p}"));
    let text = canvas.fit(&format!("line {:02}   ·   {place}", line.line), 9.0, Regular, limit);
    canvas.text(x, row, &text, 9.0, Regular, GREY);
    canvas.text_right(RIGHT, y + 13.0, &format!("{} ×", line.quantity), 25.0, Bold, BLACK);
    let copies = match (line.quantity, several) {
        (1, false) => "print".to_owned(),
        (_, false) => "prints".to_owned(),
        (_, true) => format!("each of {}", line.files.len()),
    };
    canvas.text_right(RIGHT, y + 18.6, &copies, 9.0, Regular, GREY);
    if several {
        y = grid(canvas, line, thumbnails, row + 3.0);
    } else {
        y = (y + height).max(row + 3.0);
    }
    canvas.line(MARGIN, y, RIGHT, y, 0.4, PALE);
    y
}

/// The pictures of a package, five a row, each with its name.
fn grid(canvas: &mut Canvas, line: &LabLine, thumbnails: &Thumbnails, y: f32) -> f32 {
    let mut y = y;
    for row in line.files.chunks(5) {
        y = room(canvas, y, PICTURE + 10.0);
        for (i, file) in row.iter().enumerate() {
            let x = PICTURES_X + i as f32 * (PICTURE + GAP + 4.0);
            let thumbnail = thumbnails.get(&(line.line, file.node));
            picture(
                canvas,
                thumbnail.map(|t| (t.jpeg.as_slice(), (t.width, t.height))),
                [x, y, PICTURE, PICTURE],
            );
            let name =
                canvas.fit(&format!("{}  {}", file.node + 1, file.file_name), 7.5, Regular, PICTURE + GAP);
            canvas.text(x, y + PICTURE + 3.6, &name, 7.5, Regular, GREY);
        }
        y += PICTURE + 8.0;
    }
    y
}

fn describe(file: &wire::manifest::ManifestFile) -> String {
    let turned = match file.crop.quarter_turns % 4 {
        0 => String::new(),
        n => format!("   ·   turned {}°", u32::from(n) * 90),
    };
    let rect = &file.crop.rect;
    let percent = |v: f64| (v * 100.0).round();
    let (w, h) = (percent(rect.width), percent(rect.height));
    let crop = if domain::geometry::border::has_border(&file.crop) {
        "   ·   whole picture, white border".into()
    } else if w >= 99.0 && h >= 99.0 {
        "   ·   uncropped".into()
    } else {
        format!("   ·   crop {w} % × {h} %")
    };
    let soft = if file.effective_ppi < 100 { "   ·   low resolution" } else { "" };
    format!("{}   ·   {} ppi{crop}{turned}{soft}", file.file_name, file.effective_ppi)
}

fn picture(canvas: &mut Canvas, found: Option<(&[u8], (u32, u32))>, area: [f32; 4]) {
    let [x, y, width, height] = area;
    match found {
        Some((jpeg, size)) => {
            let [x, y, width, height] = canvas.picture(jpeg, size, area);
            canvas.frame(x, y, width, height, 0.3, PALE);
        }
        None => {
            canvas.frame(x, y, width, height, 0.4, PALE);
            canvas.text(x + 3.0, y + height / 2.0 - 1.0, "no preview:", 7.5, Regular, GREY);
            canvas.text(x + 3.0, y + height / 2.0 + 3.0, "see the print", 7.5, Regular, GREY);
        }
    }
}
