//! No source file is longer than 500 lines: by then it holds two things.

use anyhow::Result;

use crate::{Findings, tree};

const MOST: usize = 500;

pub fn check() -> Result<Findings> {
    let files = tree::sources(&["rs", "ts", "tsx", "css", "py"])?;
    Ok(files.iter().filter_map(|f| too_long(&f.path, &f.text)).collect())
}

fn too_long(path: &str, text: &str) -> Option<String> {
    // Nobody reads or writes those: a freshness test holds them to their source.
    let generated = text.lines().take(4).any(|l| l.contains("auto-generated"));
    let lines = text.lines().count();
    (lines > MOST && !generated)
        .then(|| format!("{path} has {lines} lines, {MOST} are allowed; split it by what it does"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_itself_is_allowed() {
        assert_eq!(too_long("a.rs", &"x\n".repeat(500)), None);
        assert_eq!(too_long("a.ts", &format!("// auto-generated\n{}", "x\n".repeat(600))), None);
        let found = too_long("a.rs", &"x\n".repeat(501)).unwrap();
        assert!(found.contains("a.rs has 501 lines"), "{found}");
    }
}
