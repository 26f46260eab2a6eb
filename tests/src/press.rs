//! The printer's software behind a hot folder, and the person beside it.

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread::JoinHandle,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use domain::order::Stage;
use wire::checkout::OrderPlaced;

use crate::{customer::Customer, world::Lab};

/// The printer's software: takes every complete file out of the hot folder, and counts.
pub struct Press {
    sheets: Arc<Mutex<Vec<String>>>,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Press {
    pub fn start(hot: PathBuf) -> Self {
        let sheets: Arc<Mutex<Vec<String>>> = Arc::default();
        let stop = Arc::new(AtomicBool::new(false));
        let (taken, stopped) = (sheets.clone(), stop.clone());
        let thread = std::thread::spawn(move || {
            while !stopped.load(Ordering::Relaxed) {
                for folder in std::fs::read_dir(&hot).into_iter().flatten().flatten() {
                    take(&folder.path(), &taken);
                }
                std::thread::sleep(Duration::from_millis(30));
            }
        });
        Self { sheets, stop, thread: Some(thread) }
    }

    pub fn sheets(&self) -> Vec<String> {
        self.sheets.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

fn take(folder: &Path, taken: &Mutex<Vec<String>>) {
    for file in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = file.file_name().to_string_lossy().into_owned();
        let complete = name.ends_with(".jpg") && !name.starts_with('.');
        if complete && std::fs::remove_file(file.path()).is_ok() {
            taken.lock().unwrap_or_else(PoisonError::into_inner).push(name);
        }
    }
}

impl Drop for Press {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Answers every held line as a person would: by looking at the prints. How many there were.
pub fn answer_holds(lab: &Lab, press: &Press) -> Result<usize> {
    let listed = lab.run(&["--json", "hold", "list"])?.json();
    let holds: Vec<_> = listed.iter().filter_map(|v| v.as_array()).flatten().collect();
    for hold in &holds {
        let (number, line) =
            (hold["number"].as_str().context("a number")?, hold["line"].as_u64().context("a line")?);
        println!("held: {hold}");
        ensure!(hold["commands"].as_array().is_some_and(|c| !c.is_empty()), "a next step: {hold}");
        let prefix = format!("{number}_L{line:02}_");
        let is_there = press.sheets().iter().any(|s| s.starts_with(&prefix));
        let answer = if is_there { "--printed" } else { "--print-again" };
        lab.must(&["release", number, &line.to_string(), answer])?;
    }
    Ok(holds.len())
}

/// The lines that are not printed yet, in words; orders that are done are taken out.
pub async fn unprinted(customer: &Customer, orders: &mut Vec<OrderPlaced>) -> Result<Vec<String>> {
    let mut open = Vec::new();
    let mut late = Vec::new();
    for order in orders.drain(..) {
        let view = customer.status(&order.secret).await?;
        let before = open.len();
        open.extend(
            view.lines
                .iter()
                .filter(|l| l.stage < Stage::Printed)
                .map(|l| format!("{} line {}: {:?} hold={}", order.number, l.line, l.stage, l.on_hold)),
        );
        if open.len() > before {
            late.push(order);
        }
    }
    *orders = late;
    Ok(open)
}

/// Waits until every line is printed; how many holds were answered.
pub async fn settle(
    lab: &Lab,
    customer: &Customer,
    orders: &[OrderPlaced],
    press: &Press,
    limit: Duration,
) -> Result<usize> {
    let mut settled = 0;
    let mut left = orders.to_vec();
    let end = Instant::now() + limit;
    loop {
        let open = unprinted(customer, &mut left).await?;
        if open.is_empty() {
            return Ok(settled);
        }
        ensure!(Instant::now() < end, "not finished: {open:#?}");
        settled += answer_holds(lab, press)?;
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
}
