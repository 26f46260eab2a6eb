//! Text from outside (files, rosters, customers), bounded and stripped of what attacks terminals and tickets.

/// Removes control characters and bidirectional overrides, folds line breaks to spaces, trims, and cuts at
/// `max` characters. What remains is still untrusted in HTML, CSV and SQL: those escape for themselves.
pub fn one_line(text: &str, max: usize) -> String {
    clean(text, max, false)
}

/// Like [`one_line`], but keeps line breaks (notes, captions).
pub fn paragraph(text: &str, max: usize) -> String {
    clean(text, max, true)
}

fn clean(text: &str, max: usize, keep_breaks: bool) -> String {
    let mut out = String::new();
    for (count, c) in text.chars().filter_map(|c| printable(c, keep_breaks)).enumerate() {
        if count >= max {
            break;
        }
        out.push(c);
    }
    out.trim().to_owned()
}

fn printable(c: char, keep_breaks: bool) -> Option<char> {
    match c {
        '\n' if keep_breaks => Some(c),
        '\n' | '\t' | '\r' => Some(' '),
        // Bidirectional overrides and isolates, zero-width no-break space: they hide what is really there.
        '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}' => None,
        c if c.is_control() => None,
        c => Some(c),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strips_escapes_and_overrides() {
        assert_eq!(one_line("a\x1b[31mb\u{202E}c\nd", 100), "a[31mbc d");
        assert_eq!(paragraph("a\nb\0", 100), "a\nb");
        assert_eq!(one_line("héllo wörld", 5), "héllo");
    }
}
