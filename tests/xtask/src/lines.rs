//! No source file is longer than 500 lines: by then it holds two things.

use anyhow::Result;

use crate::{Findings, tree};

const MOST: usize = 500;

pub fn check() -> Result<Findings> {
    let files = tree::sources(&["rs", "ts", "tsx", "css", "py"])?;
    Ok(files.iter().filter_map(|f| too_long(&f.path, &f.text)).collect())
}

fn too_long(path: &str, text: &str) -> Option<String> {
    let lines = text.lines().count();
    (lines > MOST).then(|| format!("{path} has {lines} lines, {MOST} are allowed; split it by what it does"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_itself_is_allowed() {
        assert_eq!(too_long("a.rs", &"x\n".repeat(500)), None);
        let found = too_long("a.rs", &"x\n".repeat(501)).unwrap();
        assert!(found.contains("a.rs has 501 lines"), "{found}");
    }
}
