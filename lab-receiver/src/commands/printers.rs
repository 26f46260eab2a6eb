//! `printers`: what is configured, which prints go where, and how the IPP ones are.

use anyhow::Result;
use serde::Serialize;

use super::{Outcome, Setting};
use crate::{
    config::{Config, Printer},
    host,
    ipp::client::IppClient,
};

#[derive(Serialize)]
pub struct PrinterReport {
    pub name: String,
    pub kind: &'static str,
    pub place: String,
    pub takes: Vec<String>,
    /// `None`: it is ready.
    pub trouble: Option<String>,
    pub says: String,
}

pub async fn run(cx: &Setting) -> Result<Outcome> {
    let reports = ask(cx, &cx.config()?).await?;
    cx.print(&reports, || {
        if reports.is_empty() {
            return format!("no printer is configured; add one to {}", cx.home.config().display());
        }
        let block = |r: &PrinterReport| {
            let takes =
                if r.takes.is_empty() { "nothing: no rule names it".to_owned() } else { r.takes.join("; ") };
            let state =
                r.trouble.as_deref().map_or_else(|| "ready".to_owned(), |t| format!("NOT READY: {t}"));
            format!("{}  ({})  {}\n  takes {takes}\n  {state} {}", r.name, r.kind, r.place, r.says)
        };
        reports.iter().map(block).collect::<Vec<_>>().join("\n")
    })?;
    Ok(if reports.iter().all(|r| r.trouble.is_none()) { Outcome::Done } else { Outcome::Partly })
}

pub async fn ask(cx: &Setting, config: &Config) -> Result<Vec<PrinterReport>> {
    let ca = host::authority(&cx.home, config)?;
    let mut reports = Vec::new();
    for (name, printer) in &config.printers {
        let takes = config.rules.iter().filter(|r| &r.printer == name).map(|r| {
            let surface = r.surface.map_or("any surface", |s| s.as_str());
            let sizes = if r.sizes.is_empty() { "any size".to_owned() } else { r.sizes.join(", ") };
            format!("{sizes} on {surface}")
        });
        let (place, trouble, says) = match (printer, printer.folders()) {
            (Printer::Ipp(ipp), _) => match IppClient::new(&ipp.uri, ca.clone())?.state().await {
                Err(error) => (ipp.uri.clone(), Some(error.to_string()), String::new()),
                Ok(state) => {
                    let trouble = match () {
                        () if !state.takes_jpeg => Some("it does not take JPEG".to_owned()),
                        () if !state.accepting => Some("it accepts no jobs".to_owned()),
                        () if state.stopped => Some(format!("it has stopped: {}", state.reasons.join(", "))),
                        () => None,
                    };
                    (ipp.uri.clone(), trouble, state.name)
                }
            },
            (_, Some(settings)) => {
                let driver = settings.driver(&cx.home);
                (driver.folder().display().to_string(), writable(driver.folder()).err(), String::new())
            }
            (_, None) => continue,
        };
        let kind = printer.kind();
        reports.push(PrinterReport {
            name: name.clone(),
            kind,
            place,
            takes: takes.collect(),
            trouble,
            says,
        });
    }
    Ok(reports)
}

/// Proves it by writing, as the receiver will.
fn writable(folder: &std::path::Path) -> Result<(), String> {
    let probe = folder.join(".darkslide-probe.part");
    std::fs::create_dir_all(folder)
        .and_then(|()| std::fs::write(&probe, b"probe"))
        .and_then(|()| std::fs::remove_file(&probe))
        .map_err(|e| format!("it cannot be written: {e}"))
}
