//! Files that were sold: which of a line lie at the host, until when, and who may still fetch them.
//!
//! Each machine that holds originals of the line puts its own files there and says so: an [`Offered`]. The line
//! is delivered when all of them have. Nothing is offered for ever: what is over can be asked for again, which is
//! another attempt of the line.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::{
    Millis,
    hash::Sha256,
    id::MachineId,
    order::{LineKind, Order, OrderLine, OrderState, Stage},
};

/// Of one machine's share of a line: archives of a gallery and the print release.
pub const MAX_FILES: usize = 200;
/// One archive, or the largest original.
pub const MAX_FILE_BYTES: u64 = 4 << 30;
/// The longest that files lie at the host.
pub const MAX_DAYS: u32 = 180;
const MAX_NAME: usize = 100;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offered {
    pub line: u32,
    pub attempt: u32,
    pub machine: MachineId,
    pub files: Vec<OfferedFile>,
    pub at: Millis,
    /// Removed then.
    pub until: Millis,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfferedFile {
    /// What the customer's computer calls it.
    pub name: String,
    pub sha256: Sha256,
    pub length: u64,
}

/// Where a line's files are, for the customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Availability {
    /// Not all of them are at the host yet.
    Preparing,
    Ready {
        until: Millis,
    },
    /// Their time is over; they may be asked for again.
    Over,
    /// The order is cancelled, the money went back, or the payment is disputed.
    Withdrawn,
    /// The studio gave them over itself.
    Otherwise,
}

/// `None`: not a line of files.
pub fn availability(order: &Order, line: &OrderLine, now: Millis) -> Option<Availability> {
    if !matches!(line.kind, LineKind::Digital { .. }) {
        return None;
    }
    if is_withdrawn(order) || line.status.stage == Stage::Cancelled {
        return Some(Availability::Withdrawn);
    }
    if line.status.stage < Stage::Shipped {
        return Some(Availability::Preparing);
    }
    let until = of_line(order, line).map(|offered| offered.until).min();
    Some(match until {
        None => Availability::Otherwise,
        Some(until) if until <= now => Availability::Over,
        Some(until) => Availability::Ready { until },
    })
}

/// What is offered of a line now.
pub fn of_line<'a>(order: &'a Order, line: &'a OrderLine) -> impl Iterator<Item = &'a Offered> {
    let now = move |o: &&Offered| o.line == line.no && o.attempt == line.status.attempt;
    order.handling.digitals.iter().filter(now)
}

/// Whether the line's files were given out by the host, whatever became of them since.
pub fn is_offered(order: &Order, line: &OrderLine) -> bool {
    line.status.stage == Stage::Shipped && of_line(order, line).next().is_some()
}

/// Whether this machine still has to bring its files of a line.
pub fn is_owed(order: &Order, line: &OrderLine, machine: MachineId) -> bool {
    matches!(line.kind, LineKind::Digital { .. })
        && order.state == OrderState::Approved
        && !is_withdrawn(order)
        && line.status.stage < Stage::Shipped
        && line.is_work_of(machine)
        && !of_line(order, line).any(|offered| offered.machine == machine)
}

/// Whether nothing is given out: for good, or while a payment is disputed.
pub fn is_withdrawn(order: &Order) -> bool {
    is_taken_back(order) || order.settlement.hold.is_some()
}

/// Cancelled, or all of the money went back, by the provider or by hand.
pub fn is_taken_back(order: &Order) -> bool {
    let noted: i128 = order.handling.refunds.iter().map(|r| i128::from(r.amount.minor)).sum();
    let refunded = noted.max(order.settlement.refunded.map_or(0, |m| i128::from(m.minor)));
    let all_back = refunded > 0 && refunded >= i128::from(order.due().minor);
    order.state == OrderState::Cancelled || all_back
}

/// The order with a machine's files, and whether every machine's files of the line are there with them.
/// A repeat changes nothing.
pub fn offer(order: &Order, offered: &Offered) -> (Option<Order>, bool) {
    let same =
        |o: &Offered| (o.line, o.attempt, o.machine) == (offered.line, offered.attempt, offered.machine);
    let mut next = Order { revision: order.revision + 1, ..order.clone() };
    let known = next.handling.digitals.iter().any(|o| same(o) && o.files == offered.files);
    if !known {
        next.handling.digitals.retain(|o| !same(o));
        next.handling.digitals.push(offered.clone());
    }
    let complete = next.line(offered.line).is_some_and(|line| {
        let there: BTreeSet<MachineId> = of_line(&next, line).map(|o| o.machine).collect();
        line.machines().all(|machine| there.contains(&machine))
    });
    ((!known).then_some(next), complete)
}

/// The order with another attempt of every line whose files are over; `None` when there is none. Also the
/// machines that are to send them.
pub fn ask_again(order: &Order, now: Millis) -> Option<(Order, BTreeSet<MachineId>)> {
    let over: BTreeSet<u32> = order
        .lines
        .iter()
        .filter(|line| availability(order, line, now) == Some(Availability::Over))
        .map(|line| line.no)
        .collect();
    if over.is_empty() || order.state != OrderState::Approved {
        return None;
    }
    let mut next = Order { revision: order.revision + 1, ..order.clone() };
    next.handling.digitals.retain(|offered| !over.contains(&offered.line));
    let mut asked = BTreeSet::new();
    for line in next.lines.iter_mut().filter(|line| over.contains(&line.no)) {
        line.status.attempt += 1;
        line.status.stage = Stage::Approved;
        line.status.hold = None;
        line.status.updated_at = now;
        asked.extend(line.machines());
    }
    Some((next, asked))
}

/// A name that is a file's on every computer: no path, nothing hidden, no device of old.
pub fn safe_name(name: &str) -> String {
    let kept =
        |c: char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_' | '.' | '(' | ')' | '&' | '+' | ',');
    let plain: String = name.chars().map(|c| if kept(c) { c } else { '_' }).collect();
    let plain = plain.trim().trim_start_matches('.').trim_end_matches('.').trim();
    let (stem, ending) = match plain.rsplit_once('.') {
        Some((stem, ending)) if !stem.is_empty() && ending.chars().count() <= 10 => {
            (stem, format!(".{ending}"))
        }
        _ => (plain, String::new()),
    };
    let stem: String = stem.chars().take(MAX_NAME - ending.chars().count()).collect();
    let device = |s: &str| {
        let s = s.split('.').next().unwrap_or_default().trim_end().to_ascii_lowercase();
        let numbered = |n: &str| s.strip_prefix(n).is_some_and(|d| d.len() == 1 && d != "0");
        matches!(s.as_str(), "con" | "prn" | "aux" | "nul") || numbered("com") || numbered("lpt")
    };
    match stem.trim_end() {
        "" => format!("picture{ending}"),
        stem if device(stem) => format!("_{stem}{ending}"),
        stem => format!("{stem}{ending}"),
    }
}

/// What a browser is told the file is. Never a page: customers only save it.
pub fn content_type(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default().to_ascii_lowercase().as_str() {
        "jpg" | "jpeg" => "image/jpeg",
        "png" => "image/png",
        "tif" | "tiff" => "image/tiff",
        "pdf" => "application/pdf",
        "zip" => "application/zip",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_safe_everywhere() {
        for (given, safe) in [
            ("IMG_0001.jpg", "IMG_0001.jpg"),
            ("../../etc/passwd", "_.._etc_passwd"),
            ("Zoë & Ada (2).tif", "Zoë & Ada (2).tif"),
            ("con.jpg", "_con.jpg"),
            ("COM1.tar.gz", "_COM1.tar.gz"),
            ("a\r\nb\"c.jpg", "a__b_c.jpg"),
            ("...", "picture"),
            (".jpg", "jpg"),
            ("", "picture"),
        ] {
            assert_eq!(safe_name(given), safe, "{given:?}");
        }
        assert_eq!(safe_name(&"x".repeat(500)).len(), MAX_NAME);
        let long = safe_name(&format!("{}.jpeg", "x".repeat(500)));
        assert!(long.ends_with(".jpeg") && long.len() == MAX_NAME);
    }

    #[test]
    fn what_is_no_picture_is_not_shown_as_a_page() {
        assert_eq!(content_type("x.HTML"), "application/octet-stream");
        assert_eq!(content_type("a.b.JPG"), "image/jpeg");
    }
}
