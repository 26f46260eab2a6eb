//! What the page shows, from the journal: questions first, then work, then what can be sent off.

use std::collections::BTreeMap;

use anyhow::Result;
use domain::{id::OrderId, place::Destination};
use serde::Serialize;

use super::Desk;
use crate::{
    config::size_name,
    journal::{
        deliveries::{DeliveryRow, DeliveryState},
        lines::{HoldKind, LineRow, LineState},
    },
    verify::LabOrder,
};

/// Orders that left, newest first, which the page still shows.
const LEFT_SHOWN: usize = 12;

#[derive(Serialize, Default)]
pub struct View {
    pub lab: String,
    pub host: String,
    pub running: bool,
    pub reports_waiting: i64,
    pub questions: Vec<Question>,
    pub troubles: Vec<Trouble>,
    pub work: Vec<Order>,
    pub ready: Vec<Order>,
    pub left: Vec<Order>,
}

/// Lines of one order that ask the same thing.
#[derive(Serialize)]
pub struct Question {
    pub number: String,
    pub order: String,
    pub studio: String,
    pub why: String,
    pub ask: &'static str,
    pub may_try_again: bool,
    pub may_be_printed: bool,
    pub copies: u32,
    /// `1,3`
    pub form_lines: String,
    pub lines: Vec<Line>,
}

/// A delivery that is not printed.
#[derive(Serialize)]
pub struct Trouble {
    pub number: String,
    pub title: &'static str,
    pub why: String,
    pub next: &'static str,
}

#[derive(Serialize)]
pub struct Order {
    pub number: String,
    pub order: String,
    pub delivery: u32,
    pub studio: String,
    pub customer: String,
    pub destination: String,
    pub note: Option<String>,
    pub lines: Vec<Line>,
    /// Lines that are printed, of all.
    pub done: usize,
    pub all: usize,
    pub sheets: u64,
    #[serde(skip)]
    changed_at: i64,
}

#[derive(Serialize, Clone)]
pub struct Line {
    pub line: u32,
    pub delivery: u32,
    pub name: String,
    pub size: String,
    pub surface: &'static str,
    pub copies: u32,
    pub state: &'static str,
    pub says: String,
    pub printer: String,
    pub may_remake: bool,
    pub pictures: Vec<Picture>,
}

#[derive(Serialize, Clone)]
pub struct Picture {
    pub picture: u32,
    pub file_name: String,
}

impl Desk {
    pub(super) fn view(&self) -> Result<View> {
        let enrolment = self.journal.enrolment()?;
        let rows = self.journal.lines()?;
        let deliveries = self.journal.deliveries()?;
        let (reports_waiting, _) = self.journal.report_counts()?;
        let mut view = View {
            lab: enrolment.as_ref().map_or_else(|| "Lab".to_owned(), |e| e.name.clone()),
            host: enrolment.map(|e| e.host).unwrap_or_default(),
            running: self.home.is_running(),
            reports_waiting,
            troubles: deliveries.iter().filter_map(trouble).collect(),
            ..View::default()
        };
        let mut orders: BTreeMap<OrderId, Vec<&DeliveryRow>> = BTreeMap::new();
        for delivery in deliveries.iter().filter(|d| d.job.is_some()) {
            orders.entry(delivery.order).or_default().push(delivery);
        }
        for (order, deliveries) in &orders {
            let newest: Vec<&LineRow> = newest(rows.iter().filter(|r| r.order == *order));
            let job = |row: &LineRow| {
                deliveries.iter().find(|d| d.attempt == row.delivery).and_then(|d| d.job.as_ref())
            };
            view.questions.extend(questions(&newest, &job));
            let Some(shown) = gathered(*order, &newest, &job) else { continue };
            let open = newest.iter().any(|r| r.state < LineState::Printed);
            let printed = newest.iter().any(|r| r.state == LineState::Printed);
            match (open, printed) {
                (true, _) => view.work.push(shown),
                (_, true) => view.ready.push(shown),
                _ => view.left.push(shown),
            }
        }
        view.work.sort_by_key(|o| o.changed_at);
        view.ready.sort_by_key(|o| o.changed_at);
        view.left.sort_by_key(|o| std::cmp::Reverse(o.changed_at));
        view.left.truncate(LEFT_SHOWN);
        Ok(view)
    }
}

/// The newest attempt of each line, without what was cancelled.
fn newest<'a>(rows: impl Iterator<Item = &'a LineRow>) -> Vec<&'a LineRow> {
    let mut by_line: BTreeMap<u32, &LineRow> = BTreeMap::new();
    for row in rows.filter(|r| !matches!(r.state, LineState::Superseded | LineState::Cancelled)) {
        let known = by_line.entry(row.line).or_insert(row);
        if row.attempt > known.attempt {
            *known = row;
        }
    }
    by_line.into_values().collect()
}

fn trouble(delivery: &DeliveryRow) -> Option<Trouble> {
    let (title, next) = match delivery.state {
        DeliveryState::Unpaired => ("From a studio that is not paired", "Pair with it: darkslide-lab pair"),
        DeliveryState::Refused => ("Not printed", "The studio sees it, and can send it again"),
        _ => return None,
    };
    Some(Trouble {
        number: delivery.order.number(),
        title,
        why: delivery.why.clone().unwrap_or_default(),
        next,
    })
}

fn questions<'a>(rows: &[&LineRow], job: &impl Fn(&LineRow) -> Option<&'a LabOrder>) -> Vec<Question> {
    let mut found: BTreeMap<(String, &'static str), Question> = BTreeMap::new();
    for row in rows.iter().filter(|r| r.hold.is_some()) {
        let Some(order) = job(row) else { continue };
        let kind = row.hold_kind.unwrap_or(HoldKind::Uncertain);
        let why = row.hold.clone().unwrap_or_default();
        let question = found.entry((why.clone(), kind.as_str())).or_insert_with(|| Question {
            number: row.number.clone(),
            order: row.order.to_string(),
            studio: order.studio_name.clone(),
            why,
            ask: ask(kind),
            may_try_again: matches!(kind, HoldKind::Device | HoldKind::Setup),
            may_be_printed: !matches!(kind, HoldKind::Device | HoldKind::Setup),
            copies: 0,
            form_lines: String::new(),
            lines: Vec::new(),
        });
        let Some(line) = line_of(row, order) else { continue };
        question.copies += row.copies * line.pictures.len() as u32;
        question.lines.push(line);
        let numbers: Vec<String> = question.lines.iter().map(|l| l.line.to_string()).collect();
        question.form_lines = numbers.join(",");
    }
    found.into_values().collect()
}

fn ask(kind: HoldKind) -> &'static str {
    match kind {
        HoldKind::Uncertain => "Look at the prints: are they there?",
        HoldKind::Device => "Mend it, then let it go on.",
        HoldKind::Setup => "Add it to lab.toml and start the receiver again, then let it go on.",
        HoldKind::Repeat => "It was printed before. Is this one wanted too?",
        HoldKind::Elsewhere => "Look at the other receiver: is it there?",
    }
}

fn gathered<'a>(
    order: OrderId,
    rows: &[&LineRow],
    job: &impl Fn(&LineRow) -> Option<&'a LabOrder>,
) -> Option<Order> {
    let first = rows.iter().find_map(|r| job(r))?;
    let lines: Vec<Line> = rows.iter().filter_map(|r| line_of(r, job(r)?)).collect();
    Some(Order {
        number: order.number(),
        order: order.to_string(),
        delivery: first.attempt,
        studio: first.studio_name.clone(),
        customer: first.customer.name.clone(),
        destination: destination(&first.destination),
        note: first.note.clone(),
        done: rows.iter().filter(|r| r.state >= LineState::Printed).count(),
        all: rows.len(),
        sheets: lines.iter().map(|l| u64::from(l.copies) * l.pictures.len() as u64).sum(),
        lines,
        changed_at: rows.iter().map(|r| r.changed_at).max().unwrap_or_default(),
    })
}

fn destination(to: &Destination) -> String {
    match to {
        Destination::PickUp => "is picked up".to_owned(),
        Destination::ShipTo { address: a } => {
            let parts = [a.name.as_str(), &a.line1, &a.postal_code, &a.city, &a.country];
            format!("to {}", parts.into_iter().filter(|p| !p.is_empty()).collect::<Vec<_>>().join(", "))
        }
        Destination::ShipToSchool { school, class, child } => {
            let class = class.as_deref().map(|c| format!(", {c}")).unwrap_or_default();
            format!("to {school}{class}, for {child}")
        }
    }
}

fn line_of(row: &LineRow, order: &LabOrder) -> Option<Line> {
    let line = order.lines.iter().find(|l| l.line == row.line)?;
    let state = match row.state {
        _ if row.hold.is_some() => "held",
        LineState::Received | LineState::Waiting | LineState::Claimed => "waiting",
        LineState::Handing | LineState::Handed => "printing",
        LineState::Printed => "printed",
        LineState::Shipped => "left",
        LineState::Cancelled | LineState::Superseded => "cancelled",
    };
    let remake = row.remake_reason.as_deref().map(|r| format!(", remake: {r}")).unwrap_or_default();
    let says = match state {
        "held" => "waits for you",
        "waiting" => "waits its turn",
        "printing" => "at the printer",
        other => other,
    };
    Some(Line {
        line: row.line,
        delivery: row.delivery,
        name: line.product_name.clone(),
        size: size_name(line.width_in, line.height_in).replace('x', " × "),
        surface: line.surface.as_str(),
        copies: row.copies,
        state,
        says: format!("{says}{remake}"),
        printer: row.printer.clone().unwrap_or_default(),
        may_remake: matches!(row.state, LineState::Printed | LineState::Shipped) && row.hold.is_none(),
        pictures: line
            .files
            .iter()
            .map(|f| Picture { picture: f.node + 1, file_name: f.file_name.clone() })
            .collect(),
    })
}
