//! The claims the product stands on, one named test each, on real processes with small pictures.
//!
//! A claim that is shown by the same scene as another still has a test of its own: what it adds is asserted.

mod kept_and_sent;
mod many_studios;
mod ordered;
mod printed;
mod processed;

const SOURCES: [&str; 5] = [
    include_str!("kept_and_sent.rs"),
    include_str!("many_studios.rs"),
    include_str!("ordered.rs"),
    include_str!("printed.rs"),
    include_str!("processed.rs"),
];

/// The numbers of the tests in a source file: `claim_NN_…` right below a test attribute.
fn numbers(source: &str) -> Vec<u32> {
    let lines: Vec<&str> = source.lines().map(str::trim).collect();
    let tests = lines.windows(2).filter(|w| matches!(w[0], "#[test]" | "#[tokio::test]"));
    let names = tests.filter_map(|w| w[1].trim_start_matches("async ").strip_prefix("fn claim_"));
    names.filter_map(|name| name.get(..2)?.parse().ok()).collect()
}

#[test]
fn every_claim_has_exactly_one_test() {
    let mut found: Vec<u32> = SOURCES.iter().flat_map(|s| numbers(s)).collect();
    found.sort_unstable();
    let wanted: Vec<u32> = (1..=31).collect();
    let missing: Vec<_> = wanted.iter().filter(|n| !found.contains(n)).collect();
    assert!(missing.is_empty(), "claims without a test: {missing:?}");
    assert_eq!(found, wanted, "a claim has more than one test, or one that does not exist");
}
