//! "No photo matched" with what was looked for and what is there.

use std::collections::BTreeMap;

use super::Selection;
use crate::{
    catalog::photos::PhotoRow,
    error::AgentError,
    output::{count, shown},
    paths,
};

/// `command` is what the photographer typed, to be repeated after the fix.
pub fn nothing_matched(wanted: &Selection, all: &[PhotoRow], command: &str) -> AgentError {
    let there = if all.is_empty() { "the catalog is empty".to_owned() } else { describe(all) };
    let fix = "scan the folder that holds them: `darkslide scan DIR`, then";
    let loosen = if all.is_empty() { "" } else { "loosen a condition, or " };
    AgentError::new("no photo matched")
        .why(format!("looked for photos{}; {there}", wanted.words()))
        .fix(format!("{loosen}{fix} `{command}` again"))
}

fn describe(all: &[PhotoRow]) -> String {
    let mut stars = BTreeMap::<i8, usize>::new();
    let mut keywords = BTreeMap::<&str, usize>::new();
    let mut labels = BTreeMap::<&str, usize>::new();
    for photo in all {
        *stars.entry(photo.rating.unwrap_or(0)).or_default() += 1;
        *labels.entry(photo.label.as_deref().unwrap_or_default()).or_default() += 1;
        for keyword in &photo.keywords {
            *keywords.entry(keyword).or_default() += 1;
        }
    }
    labels.remove("");
    let stars = stars.into_iter().rev().map(|(stars, n)| match stars {
        ..0 => format!("{n} rejected"),
        0 => format!("{n} without stars"),
        1 => format!("{n} with 1 star"),
        _ => format!("{n} with {stars} stars"),
    });
    let stars = stars.collect::<Vec<_>>().join(", ");
    let are = if all.len() == 1 { "is" } else { "are" };
    let mut text = format!("{} {are} there: {stars}", count(all.len(), "photo"));
    for (what, counts) in [("keywords", keywords), ("labels", labels)] {
        if !counts.is_empty() {
            text.push_str(&format!("; {what}: {}", most(counts)));
        }
    }
    text
}

/// The ten commonest.
fn most(counts: BTreeMap<&str, usize>) -> String {
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
    let more = counts.len().saturating_sub(10);
    let mut words: Vec<_> =
        counts.iter().take(10).map(|(word, n)| format!("{} ({n})", shown(word))).collect();
    if more > 0 {
        words.push(format!("{more} more"));
    }
    words.join(", ")
}

impl Selection {
    /// ` in /a, with 3 stars or more`; empty for everything.
    pub fn words(&self) -> String {
        let list = |paths: &[Vec<u8>]| {
            let shown: Vec<_> = paths.iter().take(3).map(|p| paths::shown(&paths::from_bytes(p))).collect();
            let more = paths.len().saturating_sub(3);
            let more = if more > 0 { format!(" or {more} more") } else { String::new() };
            format!("{}{more}", shown.join(" or "))
        };
        let quoted = |words: &[String]| {
            words.iter().map(|w| format!("{:?}", shown(w))).collect::<Vec<_>>().join(" or ")
        };
        let mut parts = Vec::new();
        if !self.folders.is_empty() {
            parts.push(format!(" in {}", list(&self.folders)));
        }
        if !self.files.is_empty() {
            parts.push(format!(" that are {}", list(&self.files)));
        }
        if self.min_rating > 0 {
            let stars = if self.min_rating == 1 { "star" } else { "stars" };
            parts.push(format!(" with {} {stars} or more", self.min_rating));
        }
        if !self.keywords.is_empty() {
            parts.push(format!(" with the keyword {}", quoted(&self.keywords)));
        }
        if !self.labels.is_empty() {
            parts.push(format!(" with the label {}", quoted(&self.labels)));
        }
        if !self.subjects.is_empty() {
            parts.push(format!(
                " of {}",
                if self.subjects.len() == 1 {
                    "one person".to_owned()
                } else {
                    format!("{} people", self.subjects.len())
                }
            ));
        }
        if !self.except.is_empty() {
            parts.push(format!(" except {} taken out before", self.except.len()));
        }
        parts.join(",")
    }
}
