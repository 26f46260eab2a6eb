//! File names as the search fields of other programs take them.

use domain::text::one_line;

use crate::cli::favorites::Format;

/// The name as it is searched for: on one line, without its extension unless that is wanted. RAW file and
/// export share the stem.
pub fn searched(file_name: &str, extensions: bool) -> String {
    let name = one_line(file_name, 255);
    match name.rsplit_once('.') {
        Some((stem, extension)) if !extensions && !stem.is_empty() && extension.len() <= 5 => stem.to_owned(),
        _ => name,
    }
}

/// The names joined for a search field, each once. Names that a list by commas or spaces would cut in two
/// come back too: there is no way to quote them in Lightroom's filter.
pub fn joined(names: &[String], format: Format) -> (String, Vec<String>) {
    let mut seen = std::collections::BTreeSet::new();
    let once: Vec<&String> = names.iter().filter(|n| seen.insert(n.as_str())).collect();
    let cuts = |name: &&&String| match format {
        Format::Comma => name.contains([',', ' ']),
        Format::Space => name.contains(' '),
        Format::Or | Format::Xmp => false,
    };
    let cut = once.iter().filter(cuts).map(|n| (*n).clone()).collect();
    let text = match format {
        Format::Comma => once.iter().map(|n| n.as_str()).collect::<Vec<_>>().join(", "),
        Format::Space => once.iter().map(|n| n.as_str()).collect::<Vec<_>>().join(" "),
        Format::Or | Format::Xmp => once.iter().map(|n| quoted(n)).collect::<Vec<_>>().join(" OR "),
    };
    (text, cut)
}

fn quoted(name: &str) -> String {
    if name.contains(char::is_whitespace) {
        format!("\"{}\"", name.replace('"', ""))
    } else {
        name.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_three_forms() {
        let names: Vec<String> =
            ["DSL_0001.jpg", "Anna & Ben 2.tif", "DSL_0001.jpg"].iter().map(|n| searched(n, false)).collect();
        let odd = vec!["Anna & Ben 2".to_owned()];
        assert_eq!(joined(&names, Format::Comma), ("DSL_0001, Anna & Ben 2".into(), odd.clone()));
        assert_eq!(joined(&names, Format::Space), ("DSL_0001 Anna & Ben 2".into(), odd));
        assert_eq!(joined(&names, Format::Or), ("DSL_0001 OR \"Anna & Ben 2\"".into(), vec![]));
        assert_eq!(searched("a.b.jpeg", false), "a.b");
        assert_eq!(searched("DSL_0001.jpg", true), "DSL_0001.jpg");
        assert_eq!(searched("x\u{1b}[31m\ny.jpg", false), "x[31m y");
        assert_eq!(searched(".jpg", false), ".jpg");
    }
}
