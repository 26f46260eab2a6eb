//! What the desk's buttons do: the commands' own functions, and the page again with what came of it.

use std::sync::{Arc, PoisonError};

use anyhow::{Context, Result};
use axum::{
    extract::{Form, State},
    response::Redirect,
};
use domain::id::OrderId;
use serde::Deserialize;

use super::{Desk, Said};
use crate::acts::{self, release::Answer};

#[derive(Deserialize)]
pub struct Release {
    order: OrderId,
    /// `3` or `1,3,7`: the lines that ask the same question.
    lines: String,
    answer: String,
}

#[derive(Deserialize)]
pub struct Remake {
    order: OrderId,
    line: u32,
    reason: String,
    #[serde(default)]
    more: String,
}

#[derive(Deserialize)]
pub struct Ship {
    order: OrderId,
    carrier: String,
    tracking: String,
}

pub async fn release(State(desk): State<Arc<Desk>>, Form(form): Form<Release>) -> Redirect {
    let done = (|| {
        let answer = match form.answer.as_str() {
            "printed" => Some(Answer::Printed),
            "print_again" => Some(Answer::PrintAgain),
            _ => None,
        };
        let mut told = "";
        let lines: Vec<u32> = form.lines.split(',').filter_map(|l| l.parse().ok()).collect();
        for line in &lines {
            told = acts::release::release(&desk.journal, form.order, *line, answer)?.released;
        }
        let what = if lines.len() == 1 { "Line" } else { "Lines" };
        Ok(format!("{what} {} of {}: {told}", form.lines.replace(',', ", "), form.order.number()))
    })();
    say(&desk, done)
}

pub async fn remake(State(desk): State<Arc<Desk>>, Form(form): Form<Remake>) -> Redirect {
    let reason =
        [form.reason.trim(), form.more.trim()].into_iter().filter(|t| !t.is_empty()).collect::<Vec<_>>();
    let done = acts::remake::remake(&desk.home, &desk.journal, form.order, form.line, &reason.join(": "));
    say(&desk, done.map(|m| format!("Line {} of {} is printed again: {}", m.line, m.number, m.reason)))
}

pub async fn ship(State(desk): State<Arc<Desk>>, Form(form): Form<Ship>) -> Redirect {
    let done = acts::ship::ship(&desk.journal, form.order, Some(&form.carrier), Some(&form.tracking))
        .context("not sent off");
    say(&desk, done.map(|left| format!("{} has left; studio and customer are told", left.number)))
}

/// Kept for the next page, which shows it once.
fn say(desk: &Desk, done: Result<String>) -> Redirect {
    let said = match done {
        Ok(text) => Said { good: true, text },
        // Without the commands: here there are buttons.
        Err(error) => {
            let text = format!("{error:#}");
            let lines =
                text.lines().filter(|l| !l.trim_start().starts_with("darkslide-lab ")).collect::<Vec<_>>();
            Said {
                good: false,
                text: lines.join(". ").replace("`darkslide-lab hold list` shows", "This page shows"),
            }
        }
    };
    *desk.said.lock().unwrap_or_else(PoisonError::into_inner) = Some(said);
    Redirect::to("/")
}
