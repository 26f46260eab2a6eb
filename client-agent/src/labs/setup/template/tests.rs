//! Hostile names, forty characters, and nothing twice.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::orders::sample::{self, HOME};

const ASKED: &str = "{studio} {order} {line} {number}";

fn order_for(lab: LabId, names: &[&str]) -> Order {
    let mut order = sample::order();
    order.lines = (1..)
        .zip(names)
        .map(|(no, name)| {
            let mut line = sample::line(no, vec![sample::node(HOME)]);
            line.nodes[0].file_name = (*name).to_owned();
            line.status.lab = Some(lab);
            line
        })
        .collect();
    order.routes = order.lines.iter().map(|l| (l.no, lab)).collect();
    order
}

#[test]
fn a_back_print_says_what_it_was_asked_for_and_is_cut_in_the_words_only() {
    let order = sample::order();
    let back: BackPrint = ASKED.parse().unwrap();
    let said = back.fill("Aurora", &order, &order.lines[0], 1);
    let number = print_number(&order, 1, 1);
    assert_eq!(said, format!("Aurora {} 1 {number}", order.id.number()));
    let long = back.fill(&"Fotostudio Süßmilch ".repeat(9), &order, &order.lines[0], 1);
    assert!(
        long.chars().count() <= 40 && long.ends_with(&format!("{} 1 {number}", order.id.number())),
        "{long}"
    );
    let usual = BackPrint::default().fill("Aurora", &order, &order.lines[0], 1);
    assert_eq!(usual, format!("{}/1 DSC_0001", order.id.number()));
    let mut school = order.clone();
    school.destination = Destination::ShipToSchool {
        school: "Lindenschule".into(),
        class: Some("3b".into()),
        child: "Mia Berg".into(),
    };
    let usual = BackPrint::default().fill("Aurora", &school, &school.lines[0], 1);
    assert_eq!(usual, format!("{}/1 3b Mia Berg DSC_0001", order.id.number()));
}

#[test]
fn no_two_prints_share_a_back_print_and_a_remake_has_a_number_of_its_own() {
    let back: BackPrint = "{studio} {number}".parse().unwrap();
    let mut seen = BTreeSet::new();
    for batch in 0..200u16 {
        let mut order = sample::order();
        let mut id = [0; 16];
        id[..2].copy_from_slice(&batch.to_be_bytes());
        order.id = domain::id::OrderId::from_bytes(id);
        for line in &order.lines {
            for attempt in 1..=2 {
                assert!(seen.insert(back.fill("Aurora", &order, line, attempt)));
            }
        }
    }
    assert_eq!(seen.len(), 800);
}

#[test]
fn rules_that_would_lose_prints_are_refused_in_words() {
    for (text, expected) in [
        ("{studio} {name}", "needs {number}"),
        ("{order} {name}", "needs {number}"),
        ("{ordr}", "no field {ordr}"),
        ("{order", "brace"),
        ("order} {number}", "brace"),
        ("printed with love by the team {order} {line} {number}", "40"),
    ] {
        let why = text.parse::<BackPrint>().unwrap_err().to_string();
        assert!(why.contains(expected), "{text}: {why}");
    }
    for (text, expected) in [("a/{name}", "'/'"), ("", "called"), (".{name}", "called"), ("{name} x", "' '")]
    {
        let why = text.parse::<FileNames>().unwrap_err().to_string();
        assert!(why.contains(expected), "{text}: {why}");
    }
}

#[test]
fn names_are_safe_and_distinct_within_a_delivery() {
    let lab = LabId::from_bytes([1; 16]);
    let order = order_for(
        lab,
        &[
            "IMG_1.jpg",
            "img_1.jpg",
            "../../etc/passwd",
            "con.jpg",
            "Müller & Söhne.jpg",
            "\u{202e}gpj.exe",
            "…",
            ".jpg",
        ],
    );
    let names = "{name}".parse::<FileNames>().unwrap().of_delivery("S", &order, lab, 1);
    let names: Vec<&str> = names.values().map(String::as_str).collect();
    assert_eq!(names, ["IMG_1", "img_1-2", "_", "_con", "Mueller___Soehne", "gpj", "_-2", "L8_1"]);
}

proptest! {
    #[test]
    fn whatever_things_are_called(studio in ".{0,60}", files in proptest::collection::vec(".{0,90}", 1..6)) {
        let lab = LabId::from_bytes([1; 16]);
        let files: Vec<&str> = files.iter().map(String::as_str).collect();
        let order = order_for(lab, &files);
        let back: BackPrint = ASKED.parse().unwrap();
        for line in &order.lines {
            let said = back.fill(&studio, &order, line, 1);
            prop_assert!(said.chars().count() <= 40);
            prop_assert!(said.ends_with(&print_number(&order, line.no, 1)), "{}", said);
        }
        let names = "{studio}_{name}".parse::<FileNames>().unwrap().of_delivery(&studio, &order, lab, 1);
        let distinct: BTreeSet<String> = names.values().map(|n| n.to_ascii_lowercase()).collect();
        prop_assert_eq!(distinct.len(), files.len());
        for name in names.values() {
            prop_assert!(name.chars().all(is_safe) && name.len() <= 80 && !name.starts_with('.'), "{}", name);
            prop_assert!(!name.ends_with('.') && !is_reserved(name), "{}", name);
        }
    }
}
