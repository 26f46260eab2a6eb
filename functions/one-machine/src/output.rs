//! What commands print: text for people, or one JSON document for programs (`--json`).

use serde::Serialize;

#[derive(Clone, Copy, Debug)]
pub struct Output {
    pub json: bool,
}

impl Output {
    /// Prints the value as JSON, or else what `text` makes of it.
    pub fn show<T: Serialize>(self, value: &T, text: impl FnOnce(&T) -> String) -> anyhow::Result<()> {
        use std::io::Write;
        let text = if self.json { serde_json::to_string(value)? } else { text(value) };
        let mut out = std::io::stdout().lock();
        match writeln!(out, "{}", text.trim_end()) {
            // The reader went away (`| head`): nothing to complain about.
            Err(e) if e.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
            other => Ok(other?),
        }
    }
}

/// Text from outside, safe for a terminal.
pub fn safe(text: &str) -> String {
    domain::text::one_line(text, 200)
}
