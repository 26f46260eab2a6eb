//! `ticket.pdf`: a stranger packs the order from this sheet alone.

mod canvas;
mod font;
mod lines;

use std::collections::BTreeMap;

use domain::place::Destination;

use super::{folder::Thumbnails, order_json::OrderTicket};
use crate::{config::size_name, verify::LabOrder};
use canvas::{Canvas, PAGE_HEIGHT, PAGE_WIDTH};
use font::Weight::{Bold, Regular};

const MARGIN: f32 = 15.0;
const RIGHT: f32 = PAGE_WIDTH - MARGIN;
const BOTTOM: f32 = PAGE_HEIGHT - 20.0;
const BLACK: f32 = 0.0;
const GREY: f32 = 0.42;
const PALE: f32 = 0.75;

pub fn render(job: &LabOrder, ticket: &OrderTicket<'_>, thumbnails: &Thumbnails) -> Vec<u8> {
    let mut canvas = Canvas::new();
    let y = head(&mut canvas, job, ticket);
    let y = people(&mut canvas, job, y);
    let remake = job.remake.as_ref().map(|r| r.why.as_str());
    let y = words(&mut canvas, "TO BE MADE AGAIN, BECAUSE", remake, y);
    let y = words(&mut canvas, "NOTE FROM THE CUSTOMER", job.note.as_deref(), y);
    let y = lines::draw(&mut canvas, job, ticket, thumbnails, y);
    checklist(&mut canvas, job, ticket, y);
    feet(&mut canvas, job);
    canvas.finish(&format!("Order {}", job.number))
}

/// A new page when `height` does not fit under `y`.
fn room(canvas: &mut Canvas, y: f32, height: f32) -> f32 {
    if y + height <= BOTTOM {
        return y;
    }
    canvas.add_page();
    MARGIN + 4.0
}

fn day(millis: i64) -> String {
    jiff::Timestamp::from_millisecond(millis)
        .map(|t| t.to_zoned(jiff::tz::TimeZone::system()).strftime("%e %B %Y, %H:%M").to_string())
        .unwrap_or_default()
        .trim()
        .to_owned()
}

fn head(canvas: &mut Canvas, job: &LabOrder, ticket: &OrderTicket<'_>) -> f32 {
    canvas.text(MARGIN, 21.0, "ORDER", 9.0, Bold, GREY);
    canvas.text(MARGIN, 33.5, &job.number, 34.0, Bold, BLACK);
    let studio = canvas.fit(&job.studio_name, 13.0, Bold, 125.0);
    canvas.text(MARGIN, 41.5, &studio, 13.0, Bold, BLACK);
    let mut text = format!("placed {}", day(job.placed_at));
    if !ticket.lab.is_empty() {
        text = format!("{text}   ·   printed by {}", ticket.lab);
    }
    let text = canvas.fit(&text, 9.0, Regular, 140.0);
    canvas.text(MARGIN, 47.0, &text, 9.0, Regular, GREY);
    if job.attempt > 1 {
        let label = match &job.remake {
            Some(_) => format!("MADE AGAIN · {}", job.attempt),
            None => format!("SENT AGAIN · {}", job.attempt),
        };
        let x = MARGIN + canvas.width(&job.number, 34.0, Bold) + 6.0;
        let width = canvas.width(&label, 9.0, Bold) + 5.0;
        canvas.fill(x, 27.0, width, 6.5, BLACK);
        canvas.text(x + 2.5, 31.5, &label, 9.0, Bold, 1.0);
    }
    canvas.qr(RIGHT - 28.0, 16.0, 28.0, &job.number);
    canvas.line(MARGIN, 51.0, RIGHT, 51.0, 1.4, BLACK);
    57.0
}

fn people(canvas: &mut Canvas, job: &LabOrder, y: f32) -> f32 {
    let (title, lines) = destination(&job.destination);
    let half = 100.0;
    canvas.text(MARGIN, y, title, 9.0, Bold, GREY);
    let mut left = y + 7.0;
    for (i, line) in lines.iter().enumerate() {
        let (size, weight) = if i == 0 { (15.0, Bold) } else { (13.0, Regular) };
        for part in canvas.wrap(line, size, weight, half) {
            canvas.text(MARGIN, left, &part, size, weight, BLACK);
            left += 6.3;
        }
    }
    let x = MARGIN + half + 10.0;
    canvas.text(x, y, "CUSTOMER", 9.0, Bold, GREY);
    let mut right = y + 6.5;
    let contact = [Some(&job.customer.name), job.customer.phone.as_ref(), job.customer.email.as_ref()];
    for (i, line) in contact.into_iter().flatten().enumerate() {
        let weight = if i == 0 { Bold } else { Regular };
        for part in canvas.wrap(line, 11.0, weight, RIGHT - x) {
            canvas.text(x, right, &part, 11.0, weight, BLACK);
            right += 5.2;
        }
    }
    left.max(right) + 1.0
}

fn destination(destination: &Destination) -> (&'static str, Vec<String>) {
    match destination {
        Destination::PickUp => {
            ("SEND TO THE STUDIO", vec!["The customer picks it up at the studio".to_owned()])
        }
        Destination::ShipTo { address: a } => {
            let city = format!("{} {}", a.postal_code, a.city);
            let country = match &a.region {
                Some(region) => format!("{region}, {}", a.country),
                None => a.country.clone(),
            };
            let lines =
                [Some(a.name.clone()), Some(a.line1.clone()), a.line2.clone(), Some(city), Some(country)];
            ("SHIP TO", lines.into_iter().flatten().collect())
        }
        Destination::ShipToSchool { school, class, child } => {
            let class = class.as_ref().map(|c| format!("Class {c}"));
            let lines = [Some(child.clone()), class, Some(school.clone())];
            ("SHIP TO SCHOOL", lines.into_iter().flatten().collect())
        }
    }
}

/// What somebody wrote, under a title.
fn words(canvas: &mut Canvas, title: &str, text: Option<&str>, y: f32) -> f32 {
    let Some(text) = text else { return y };
    let mut lines = canvas.wrap(text, 10.5, Regular, RIGHT - MARGIN - 10.0);
    if lines.len() > 12 {
        lines.truncate(12);
        lines.push("… (all of it is in order.json)".to_owned());
    }
    let height = 10.0 + lines.len() as f32 * 5.0;
    canvas.fill(MARGIN, y, RIGHT - MARGIN, height, 0.93);
    canvas.fill(MARGIN, y, 1.2, height, BLACK);
    canvas.text(MARGIN + 5.0, y + 6.0, title, 8.0, Bold, GREY);
    for (i, line) in lines.iter().enumerate() {
        canvas.text(MARGIN + 5.0, y + 11.5 + i as f32 * 5.0, line, 10.5, Regular, BLACK);
    }
    y + height + 3.0
}

fn checklist(canvas: &mut Canvas, job: &LabOrder, ticket: &OrderTicket<'_>, y: f32) {
    let mut piles: BTreeMap<(String, &str), u64> = BTreeMap::new();
    for line in &job.lines {
        let size = size_name(line.width_in, line.height_in).replace('x', " × ");
        let sheets = u64::from(line.quantity) * line.files.len() as u64;
        *piles.entry((size, line.surface.as_str())).or_default() += sheets;
    }
    let mut items: Vec<String> =
        piles.iter().map(|((size, surface), n)| format!("{n} of {size} in, {surface}")).collect();
    items.push(match ticket.prints {
        1 => "1 print in all, none spoilt".to_owned(),
        n => format!("{n} prints in all, none spoilt"),
    });
    items.push("Back prints read right".to_owned());
    items.push("This ticket is in the package".to_owned());
    items.push(match &job.destination {
        Destination::PickUp => "Package is marked for the studio".to_owned(),
        Destination::ShipTo { .. } => "Label shows the address above".to_owned(),
        Destination::ShipToSchool { .. } => "Label shows child, class and school".to_owned(),
    });
    let rows = items.len().div_ceil(2);
    let height = 13.0 + rows as f32 * 7.5;
    let y = room(canvas, y + 4.0, height);
    canvas.frame(MARGIN, y, RIGHT - MARGIN, height, 0.8, BLACK);
    canvas.text(MARGIN + 5.0, y + 7.0, "BEFORE CLOSING THE PACKAGE", 9.0, Bold, GREY);
    let column = (RIGHT - MARGIN) / 2.0;
    for (i, item) in items.iter().enumerate() {
        let (x, y) = (MARGIN + 5.0 + (i / rows) as f32 * column, y + 11.0 + (i % rows) as f32 * 7.5);
        canvas.frame(x, y, 4.2, 4.2, 0.8, BLACK);
        let text = canvas.fit(item, 11.0, Regular, column - 14.0);
        canvas.text(x + 7.0, y + 3.6, &text, 11.0, Regular, BLACK);
    }
}

fn feet(canvas: &mut Canvas, job: &LabOrder) {
    let pages = canvas.pages();
    let unreadable = canvas.fonts.missing > 0;
    for page in 0..pages {
        let text = format!("{}   ·   page {} of {pages}", job.number, page + 1);
        canvas.text_on(page, MARGIN, PAGE_HEIGHT - 10.0, &text, 8.5, Bold, GREY);
        if unreadable {
            let text =
                "□ stands for a letter this computer has no font for; order.json has the original text";
            canvas.text_on(page, MARGIN + 52.0, PAGE_HEIGHT - 10.0, text, 7.5, Regular, GREY);
        }
    }
}
