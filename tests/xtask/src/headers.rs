//! Every source file opens by saying why it exists.

use anyhow::Result;

use crate::{Findings, tree};

pub fn check() -> Result<Findings> {
    let files = tree::sources(&["rs", "ts", "tsx"])?;
    Ok(files
        .iter()
        .filter(|f| !opens_with_a_reason(&f.path, &f.text))
        .map(|f| {
            format!(
                "{} opens without a line that says why it exists; start it with {}",
                f.path,
                opening(&f.path)
            )
        })
        .collect())
}

fn opening(path: &str) -> &'static str {
    if path.ends_with(".rs") { "`//! …`" } else { "`/** … */` or `// …`" }
}

fn opens_with_a_reason(path: &str, text: &str) -> bool {
    let first =
        text.trim_start_matches('\u{feff}').lines().find(|l| !l.trim().is_empty() && !l.starts_with("#!"));
    let Some(first) = first.map(str::trim) else { return false };
    let words =
        |marker: &str| first.strip_prefix(marker).is_some_and(|rest| rest.chars().any(char::is_alphanumeric));
    if path.ends_with(".rs") {
        return words("//!");
    }
    // A block comment may put its words on the second line.
    first == "/**" || words("/**") || words("//")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rust_needs_an_inner_doc_line() {
        assert!(opens_with_a_reason("a.rs", "//! Why.\nfn f() {}"));
        assert!(!opens_with_a_reason("a.rs", "// Why.\nfn f() {}"));
        assert!(!opens_with_a_reason("a.rs", "//!\nfn f() {}"));
        assert!(!opens_with_a_reason("a.rs", "use std::fs;\n//! Late."));
        assert!(!opens_with_a_reason("a.rs", ""));
    }

    #[test]
    fn typescript_may_use_any_comment() {
        assert!(opens_with_a_reason("a.ts", "/** Why. */\nexport {}"));
        assert!(opens_with_a_reason("a.tsx", "\n// Why.\nexport {}"));
        assert!(!opens_with_a_reason("a.ts", "export {}"));
    }
}
