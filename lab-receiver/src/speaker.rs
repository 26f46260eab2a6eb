//! What the running receiver tells: a line for people, or a JSON object a line for programs.

use std::io::Write;

use domain::text::one_line;

/// "1 line", "3 lines".
pub fn count<N: PartialEq + From<u8> + std::fmt::Display>(number: N, what: &str) -> String {
    if number == N::from(1) { format!("1 {what}") } else { format!("{number} {what}s") }
}

#[derive(Clone, Copy, Debug)]
pub struct Speaker {
    pub json: bool,
    pub quiet: bool,
}

impl Speaker {
    pub fn say(&self, event: &str, order: Option<&str>, text: &str) {
        if !self.quiet {
            self.tell(event, order, text, false);
        }
    }

    /// Something a person should know, or do.
    pub fn warn(&self, event: &str, order: Option<&str>, text: &str) {
        self.tell(event, order, text, true);
    }

    fn tell(&self, event: &str, order: Option<&str>, text: &str, warning: bool) {
        let now = jiff::Zoned::now();
        let line = if self.json {
            serde_json::json!({
                "at": now.timestamp().to_string(), "event": event, "order": order, "warning": warning, "text": text,
            })
            .to_string()
        } else {
            let order = order.unwrap_or("-");
            format!("{}  {order:<9}  {event:<10} {}", now.strftime("%H:%M:%S"), one_line(text, 600))
        };
        // A closed pipe is no reason to stop printing.
        let _ = if warning && !self.json {
            writeln!(std::io::stderr(), "{line}")
        } else {
            writeln!(std::io::stdout(), "{line}")
        };
    }
}
