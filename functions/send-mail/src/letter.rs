//! Words into a letter. A letter is written once, as text; its HTML is the same text with the same links, so that both
//! always say the same. Templates are minijinja; what came from outside is escaped here, in one place.

use domain::{mail::Language, text::one_line};
use minijinja::{AutoEscape, Environment, UndefinedBehavior, Value, syntax::SyntaxConfig, value::Serde};
use ports::mails::Letter;
use serde::Serialize;

use crate::letters;

pub(crate) struct Envelope {
    pub id: String,
    pub to: String,
    pub from_name: String,
    pub reply_to: Option<String>,
}

/// The template's first line is the subject, the rest the letter.
pub(crate) fn write(kind: &str, language: &Language, facts: &impl Serialize, envelope: Envelope) -> Letter {
    let words = render(letters::find(kind, language), facts);
    let (subject, text) = words.split_once('\n').unwrap_or((&words, ""));
    let text = tidy(text);
    Letter {
        id: message_id(&envelope.id),
        to: envelope.to,
        from_name: one_line(&envelope.from_name, 120),
        reply_to: envelope.reply_to,
        subject: one_line(subject, 150),
        html: html(&text, language),
        text,
    }
}

/// What `mail test` sends.
pub fn test_letter(to: &str) -> Letter {
    let text = "Mails of this host arrive.\n\nNobody has to do anything.\n".to_owned();
    Letter {
        id: "test".into(),
        to: to.into(),
        from_name: "Darkslide".into(),
        reply_to: None,
        subject: "A test of this host's mails".into(),
        html: html(&text, &Language::default()),
        text,
    }
}

fn render(template: &'static str, facts: &impl Serialize) -> String {
    let mut environment = Environment::new();
    // Text; the HTML is made from it and escapes everything.
    environment.set_auto_escape_callback(|_| AutoEscape::None);
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    let written = SyntaxConfig::builder()
        .trim_blocks(true)
        .lstrip_blocks(true)
        .build()
        .map(|syntax| environment.set_syntax(syntax))
        .and_then(|()| environment.render_str(template, Value::from(Serde(facts))));
    match written {
        Ok(words) => words,
        // A template that does not fit its facts is caught by a test of every template in every language.
        Err(error) => {
            tracing::error!(%error, "a letter's template does not fit its facts");
            String::new()
        }
    }
}

/// At most one empty line in a row, none at the ends.
fn tidy(text: &str) -> String {
    let mut out = String::new();
    let mut empty = true;
    for line in text.lines().map(str::trim_end) {
        if !(line.is_empty() && empty) {
            out.push_str(line);
            out.push('\n');
        }
        empty = line.is_empty();
    }
    out.trim_end().to_owned() + "\n"
}

/// Unique and fit for a message id's left side (RFC 5322, 3.2.3): no slashes of ours.
fn message_id(id: &str) -> String {
    id.chars().map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { '.' }).collect()
}

fn html(text: &str, language: &Language) -> String {
    let mut body = String::new();
    for paragraph in text.trim().split("\n\n") {
        body.push_str(&paragraph_html(paragraph));
    }
    format!(
        "<!doctype html><html lang=\"{}\"><head><meta charset=\"utf-8\"><meta name=\"color-scheme\" \
         content=\"light dark\"></head><body style=\"margin:0;padding:24px;font:16px/1.5 system-ui,sans-serif\">\
         <div style=\"max-width:36em;margin:0 auto\">{body}</div></body></html>",
        language.as_str()
    )
}

fn paragraph_html(paragraph: &str) -> String {
    let lines: Vec<&str> = paragraph.lines().collect();
    if let [link] = lines[..]
        && (link.starts_with("https://") || link.starts_with("http://"))
        && !link.contains(char::is_whitespace)
    {
        let link = escape(link);
        return format!("<p><a href=\"{link}\">{link}</a></p>");
    }
    let all_items = lines.iter().all(|l| l.starts_with("- "));
    if all_items {
        let items: String = lines.iter().map(|l| format!("<li>{}</li>", escape(&l[2..]))).collect();
        return format!("<ul style=\"padding-left:1.2em\">{items}</ul>");
    }
    let lines: Vec<String> = lines.iter().map(|l| escape(l)).collect();
    format!("<p>{}</p>", lines.join("<br>"))
}

fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_says_what_the_text_says_and_escapes_it() {
        let made =
            html("Hello <b>\"you\"</b>\n\nhttps://a.example/x?a=1&b=2\n\n- one\n- two", &Language::default());
        assert!(made.contains("<p>Hello &lt;b&gt;&quot;you&quot;&lt;/b&gt;</p>"), "{made}");
        assert!(made.contains("<a href=\"https://a.example/x?a=1&amp;b=2\">"), "{made}");
        assert!(made.contains("<li>one</li><li>two</li>"), "{made}");
    }

    #[test]
    fn a_message_id_holds_no_odd_characters() {
        assert_eq!(message_id("order/ab-1/shipped/2"), "order.ab-1.shipped.2");
    }
}
