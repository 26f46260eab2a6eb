//! `order.json`: one order as this lab prints it. The schema of the ticket for other software.
//!
//! Texts are as the customer wrote them (control characters removed), in UTF-8; lengths in inches; times
//! RFC 3339 in UTC. Fields may be added later; `version` changes when one changes its meaning.

use domain::{
    geometry::Crop,
    place::{Customer, Destination},
    price_list::Surface,
};
use serde::Serialize;
use wire::manifest::Recipe;

use crate::verify::LabOrder;

#[derive(Debug, Serialize)]
pub struct OrderTicket<'a> {
    /// 1.
    pub version: u32,
    /// As people say it: `7K3M-Q2XA`.
    pub number: &'a str,
    /// The order's full id.
    pub order: String,
    /// 1, and more when the studio sent the order again.
    pub attempt: u32,
    /// What was wrong with the prints before, when the studio has these lines made again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remake: Option<&'a str>,
    pub lab: &'a str,
    pub studio: &'a str,
    pub studio_id: String,
    pub placed: String,
    pub received: String,
    pub customer: &'a Customer,
    /// `{"kind": "pick_up"}`, `{"kind": "ship_to", "address": {…}}` or
    /// `{"kind": "ship_to_school", "school": …, "class": …, "child": …}`.
    pub destination: &'a Destination,
    pub note: Option<&'a str>,
    /// Sheets of paper in the package, over all lines.
    pub prints: u64,
    pub lines: Vec<TicketLine<'a>>,
}

#[derive(Debug, Serialize)]
pub struct TicketLine<'a> {
    pub line: u32,
    pub product: &'a str,
    pub product_name: &'a str,
    /// As the product names them; the pictures say which way up.
    pub width_in: f64,
    pub height_in: f64,
    /// `glossy`, `lustre` or `matte`.
    pub surface: Surface,
    pub copies: u32,
    /// In the ticket that a printer's software gets: 2 and more for a remake.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attempt: Option<u32>,
    pub back_print: &'a str,
    /// Which configured printer takes it; absent when none does, and a person has to decide.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub printer: Option<String>,
    pub pictures: Vec<TicketPicture<'a>>,
}

#[derive(Debug, Serialize)]
pub struct TicketPicture<'a> {
    /// Counts from 1 within the line.
    pub picture: u32,
    /// The photographer's name of the file.
    pub file_name: &'a str,
    /// SHA-256 of the print file, as signed by the studio.
    pub sha256: String,
    /// Pixels of the print file.
    pub width: u32,
    pub height: u32,
    /// Pixels per inch of the original on paper: low numbers look soft.
    pub effective_ppi: u32,
    /// What the customer chose; it is in the print file already, unless that is `untouched`.
    pub crop: &'a Crop,
    /// The photographer's own file as it is: cut it by `crop`.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub untouched: bool,
    /// Pixels outside the print on each side, to be cut off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bleed: Option<u32>,
    /// Beside this file; absent when the picture could not be drawn.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub thumbnail: Option<String>,
    /// The print file, beside this file: in the ticket that a printer's software gets.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
}

pub fn rfc3339(millis: i64) -> String {
    jiff::Timestamp::from_millisecond(millis).map(|t| t.to_string()).unwrap_or_default()
}

pub fn thumbnail_name(line: u32, node: u32) -> String {
    format!("thumbnails/L{line:02}_{}.jpg", node + 1)
}

impl<'a> OrderTicket<'a> {
    pub fn of(
        job: &'a LabOrder,
        lab: &'a str,
        received_at: i64,
        printer: impl Fn(u32) -> Option<String>,
        has_thumbnail: impl Fn(u32, u32) -> bool,
    ) -> Self {
        let lines = job.lines.iter().map(|l| TicketLine {
            line: l.line,
            product: &l.product,
            product_name: &l.product_name,
            width_in: l.width_in,
            height_in: l.height_in,
            surface: l.surface,
            copies: l.quantity,
            attempt: None,
            back_print: &l.back_print,
            printer: printer(l.line),
            pictures: l
                .files
                .iter()
                .map(|f| TicketPicture {
                    picture: f.node + 1,
                    file_name: &f.file_name,
                    sha256: f.sha256.hex(),
                    width: f.width,
                    height: f.height,
                    effective_ppi: f.effective_ppi,
                    crop: &f.crop,
                    untouched: f.recipe == Some(Recipe::Untouched),
                    bleed: match &f.recipe {
                        Some(Recipe::Rendered(r)) if r.bleed > 0 => Some(r.bleed),
                        _ => None,
                    },
                    thumbnail: has_thumbnail(l.line, f.node).then(|| thumbnail_name(l.line, f.node)),
                    file: None,
                })
                .collect(),
        });
        Self {
            version: 1,
            number: &job.number,
            order: job.order.to_string(),
            attempt: job.attempt,
            remake: job.remake.as_ref().map(|r| r.why.as_str()),
            lab,
            studio: &job.studio_name,
            studio_id: job.studio.to_string(),
            placed: rfc3339(job.placed_at),
            received: rfc3339(received_at),
            customer: &job.customer,
            destination: &job.destination,
            note: job.note.as_deref(),
            prints: sheets(job),
            lines: lines.collect(),
        }
    }
}

/// Sheets of paper: copies times pictures.
pub fn sheets(job: &LabOrder) -> u64 {
    job.lines.iter().map(|l| u64::from(l.quantity) * l.files.len() as u64).sum()
}
