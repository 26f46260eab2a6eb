//! `darkslide import-metadata`: data typed or exported elsewhere, by file name, before or after the images.
//! On an empty computer it makes the catalog. A later scan joins the files to what was entered.

mod join;
mod sheet;

use serde::Serialize;

pub use self::join::join;
use crate::{
    catalog::Catalog,
    cli::photo::ImportMetadataArgs,
    context::Context,
    error::{AgentError, What},
    exit::Exit,
    init,
    output::count,
    paths,
};

#[derive(Debug, Serialize)]
struct Imported {
    rows: usize,
    /// Rows whose files are in the catalog already.
    joined: usize,
    /// Rows that wait for a scan.
    waiting: usize,
    subjects: usize,
    ignored_columns: Vec<String>,
    refused: Vec<Refused>,
    created_profile: bool,
}

#[derive(Debug, Serialize)]
struct Refused {
    line: u64,
    reason: String,
}

pub fn run(ctx: &Context, args: &ImportMetadataArgs) -> Result<Exit, AgentError> {
    let shown = paths::shown(&args.csv);
    let bytes = std::fs::read(&args.csv)
        .what(format!("{shown} cannot be read"))
        .map_err(|e| e.fix("check the name; it must be a CSV file this user may read"))?;
    let sheet = sheet::parse(&bytes).map_err(|why| {
        AgentError::new(format!("{shown} cannot be used")).why(why).fix(format!(
            "the first line names the columns: {}; only `file` or `subject` must be there",
            sheet::COLUMNS.join(", ")
        ))
    })?;
    let created_profile = init::create(ctx, None)?;
    let catalog = Catalog::open(&ctx.folders)?;
    let (joined, subjects) = catalog.write(|tx| {
        let mut joined = 0;
        let mut subjects = std::collections::BTreeSet::new();
        for row in &sheet.rows {
            let entered = join::enter(tx, row)?;
            joined += usize::from(entered.photos > 0);
            subjects.extend(entered.subject);
        }
        Ok((joined, subjects.len()))
    })?;
    let with_file = sheet.rows.iter().filter(|r| !r.file.is_empty()).count();
    let refused = sheet.refused.into_iter().map(|(line, reason)| Refused { line, reason }).collect();
    let report = Imported {
        rows: sheet.rows.len(),
        joined,
        waiting: with_file - joined,
        subjects,
        ignored_columns: sheet.ignored_columns,
        refused,
        created_profile,
    };
    ctx.out.result(&report, || report.text());
    for one in &report.refused {
        ctx.out.note(format!("line {}: {}", one.line, one.reason));
    }
    Ok(match (report.refused.is_empty(), report.rows) {
        (true, _) => Exit::Ok,
        (false, 0) => Exit::Failed,
        (false, _) => Exit::Partly,
    })
}

impl Imported {
    fn text(&self) -> String {
        let mut text = format!(
            "{} entered: {} joined to photos, {} waiting for a scan; {} named",
            count(self.rows, "row"),
            self.joined,
            self.waiting,
            if self.subjects == 1 { "1 person".to_owned() } else { format!("{} people", self.subjects) },
        );
        if !self.ignored_columns.is_empty() {
            text.push_str(&format!("\ncolumns not used: {}", self.ignored_columns.join(", ")));
        }
        if !self.refused.is_empty() {
            text.push_str(&format!("\n{} not used", count(self.refused.len(), "line")));
        }
        text
    }
}
