//! What a command says: sentences for people, one JSON object per result for programs, progress on a terminal,
//! and all of it kept for the desk's page, which runs the same commands.

use std::{
    io::{IsTerminal, Write},
    sync::{Arc, Mutex, PoisonError},
};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Serialize;

use crate::{clock, error::AgentError};

#[derive(Clone, Debug, Default)]
pub struct Output {
    pub json: bool,
    pub quiet: bool,
    pub no_progress: bool,
    /// Where results go instead of standard output.
    pub kept: Option<Kept>,
}

/// What a command said, for a caller in this process.
#[derive(Clone, Debug, Default)]
pub struct Kept(Arc<Mutex<Said>>);

#[derive(Clone, Debug, Default)]
pub struct Said {
    pub results: Vec<serde_json::Value>,
    pub notes: Vec<String>,
}

impl Kept {
    /// Everything until now; what follows starts anew.
    pub fn take(&self) -> Said {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
    fn result(&self, value: serde_json::Value) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).results.push(value);
    }
    fn note(&self, text: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).notes.push(text.to_owned());
    }
}

impl Output {
    /// A result, on standard output: one JSON object per line, or the text.
    pub fn result<T: Serialize>(&self, value: &T, text: impl FnOnce() -> String) {
        if let Some(kept) = &self.kept {
            match serde_json::to_value(value) {
                Ok(value) => kept.result(value),
                Err(e) => tracing::error!("a result could not be kept as JSON: {e}"),
            }
            return;
        }
        if !self.json {
            return self.line(&text());
        }
        match serde_json::to_string(value) {
            Ok(json) => self.line(&json),
            Err(e) => tracing::error!("a result could not be written as JSON: {e}"),
        }
    }

    /// What happens while a command goes on: a result with the time of day before its text; nothing with `--quiet`.
    pub fn news<T: Serialize>(&self, value: &T, text: impl FnOnce() -> String) {
        if !self.quiet {
            self.result(value, || format!("{}  {}", clock::time_of_day(), text()));
        }
    }

    /// A sentence on standard output for people; nothing with `--json` or `--quiet`.
    pub fn say(&self, text: impl AsRef<str>) {
        if self.kept.is_none() && !self.json && !self.quiet {
            self.line(text.as_ref());
        }
    }

    /// A remark on standard error that is no result.
    pub fn note(&self, text: impl AsRef<str>) {
        if let Some(kept) = &self.kept {
            kept.note(text.as_ref());
        } else if !self.quiet {
            eprintln!("{}", text.as_ref());
        }
    }

    /// An error: three lines for people, one JSON object on standard output with `--json`.
    pub fn error(&self, error: &AgentError) {
        if let Some(kept) = &self.kept {
            return kept.note(&error.to_string());
        }
        if !self.json {
            eprintln!("error: {error}");
            return;
        }
        let (what, why, fix) = error.parts();
        let exit = error.code().code();
        self.line(&serde_json::json!({ "error": what, "why": why, "fix": fix, "exit": exit }).to_string());
    }

    /// A closed pipe (`| head`) is the reader's choice and no failure.
    fn line(&self, text: &str) {
        let mut out = std::io::stdout().lock();
        let _ = writeln!(out, "{text}").and_then(|()| out.flush());
    }

    /// A bar with a count, drawn only on a terminal.
    pub fn progress(&self, total: u64, label: &'static str) -> ProgressBar {
        let bar = ProgressBar::with_draw_target(Some(total), self.target());
        if let Ok(style) = ProgressStyle::with_template("{prefix:>10} {wide_bar} {pos}/{len} {eta}") {
            bar.set_style(style);
        }
        bar.with_prefix(label)
    }

    /// A bar in bytes, drawn only on a terminal.
    pub fn progress_bytes(&self, total: u64, label: &'static str) -> ProgressBar {
        let bar = ProgressBar::with_draw_target(Some(total), self.target());
        let template = "{prefix:>10} {wide_bar} {binary_bytes}/{binary_total_bytes} {binary_bytes_per_sec}";
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar.with_prefix(label)
    }

    fn target(&self) -> ProgressDrawTarget {
        if self.json || self.quiet || self.no_progress || !std::io::stderr().is_terminal() {
            ProgressDrawTarget::hidden()
        } else {
            ProgressDrawTarget::stderr()
        }
    }

    /// Yes or no from a terminal. Without one the answer is an error that names `--yes`.
    pub fn ask(&self, question: &str) -> Result<bool, AgentError> {
        if self.json || !std::io::stdin().is_terminal() {
            return Err(AgentError::new(question)
                .why("there is no terminal to ask on")
                .fix("run the same command with --yes"));
        }
        eprint!("{question} [y/N] ");
        let mut answer = String::new();
        let read = std::io::stdin().read_line(&mut answer);
        Ok(read.is_ok() && matches!(answer.trim(), "y" | "Y" | "yes" | "Yes"))
    }
}

/// Text from files on a terminal: one line, no control characters.
pub fn shown(text: &str) -> String {
    domain::text::one_line(text, 200)
}

/// 12.3 MB, as people read sizes.
pub fn bytes(count: u64) -> String {
    const UNITS: [&str; 4] = ["kB", "MB", "GB", "TB"];
    if count < 1000 {
        return format!("{count} bytes");
    }
    let mut value = count as f64 / 1000.0;
    let mut unit = 0;
    while value >= 999.95 && unit + 1 < UNITS.len() {
        value /= 1000.0;
        unit += 1;
    }
    format!("{value:.1} {}", UNITS[unit])
}

/// `1 photo`, `2 photos`.
pub fn count(n: usize, noun: &str) -> String {
    match noun.strip_suffix('y') {
        _ if n == 1 => format!("1 {noun}"),
        Some(stem) if !stem.ends_with(['a', 'e', 'o', 'u']) => format!("{n} {stem}ies"),
        _ => format!("{n} {noun}s"),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn sizes_and_counts_read_well() {
        assert_eq!(super::bytes(999), "999 bytes");
        assert_eq!(super::bytes(1_000), "1.0 kB");
        assert_eq!(super::bytes(12_345_678), "12.3 MB");
        assert_eq!(super::bytes(999_960), "1.0 MB");
        assert_eq!(super::count(1, "photo"), "1 photo");
        assert_eq!(
            (super::count(0, "gallery"), super::count(2, "day")),
            ("0 galleries".into(), "2 days".into())
        );
        assert_eq!(super::count(0, "photo"), "0 photos");
    }
}
