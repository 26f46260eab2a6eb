//! Whose pictures an order holds: the child its buyer named, and brothers and sisters in the same bag.
//!
//! Buyers type names as they like ("Mia & Noah Berg"); the roster knows names and classes as the school wrote
//! them. A child of the roster counts for an order if the buyer named it, or if it has a picture in the order and
//! the family name of a child the buyer named. Friends in the same picture do not.

use std::cmp::Ordering;

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Child {
    pub name: String,
    /// Empty if nobody knows it.
    pub class: String,
}

/// The first one is whose bag it is. `pictured`: who of the roster is in the ordered pictures.
pub fn children(typed: &str, class: &str, pictured: &[Child]) -> Vec<Child> {
    let named = names(typed);
    let mut out: Vec<Child> = Vec::new();
    for name in &named {
        // Two children of one name are told apart by the class that was typed.
        let same = |c: &&Child| fold(&c.name) == fold(name);
        let in_class = |c: &&Child| class.is_empty() || same_class(&c.class, class);
        let found = pictured.iter().filter(same).find(in_class).or_else(|| pictured.iter().find(same));
        let typed_class = if out.is_empty() { class } else { "" };
        let child = found.cloned();
        let child =
            child.unwrap_or_else(|| Child { name: name.clone(), class: typed_class.trim().to_owned() });
        // Where the roster is silent, what the buyer typed is better than nothing.
        let class = if child.class.is_empty() { typed_class.trim().to_owned() } else { child.class };
        push(&mut out, Child { class, ..child });
    }
    let families: Vec<String> = out.iter().filter_map(|c| family(&c.name)).collect();
    let sibling = |c: &&Child| family(&c.name).is_some_and(|f| families.contains(&f));
    for child in pictured.iter().filter(sibling) {
        push(&mut out, child.clone());
    }
    out
}

fn push(out: &mut Vec<Child>, child: Child) {
    let there = |c: &Child| {
        fold(&c.name) == fold(&child.name)
            && (c.class.is_empty() || child.class.is_empty() || same_class(&c.class, &child.class))
    };
    if !out.iter().any(there) {
        out.push(child);
    }
}

/// "Mia & Noah Berg", "Mia und Noah Berg", "Mia Berg, Noah Berg", "Berg, Mia".
fn names(typed: &str) -> Vec<String> {
    let mut text = format!(" {} ", typed.split_whitespace().collect::<Vec<_>>().join(" "));
    for joint in [" und ", " and ", " u. ", "&", "+", ";", "/"] {
        text = text.replace(joint, "\n");
    }
    let alone = !text.contains('\n');
    let mut parts: Vec<String> = Vec::new();
    for part in text.split('\n') {
        let by_comma: Vec<&str> = part.split(',').map(str::trim).filter(|p| !p.is_empty()).collect();
        match by_comma.as_slice() {
            // The only names there are: the family's comes first. Between others a comma is an "and".
            [last, first] if alone && !last.contains(' ') && !first.contains(' ') => {
                parts.push(format!("{first} {last}"));
            }
            all => parts.extend(all.iter().map(|p| (*p).to_owned())),
        }
    }
    // "Mia & Noah Berg": the family name is said once.
    let last = parts.last().and_then(|p| p.rsplit_once(' ')).map(|(_, family)| family.to_owned());
    if let Some(family) = last {
        for part in parts.iter_mut().filter(|p| !p.contains(' ')) {
            *part = format!("{part} {family}");
        }
    }
    parts
}

fn family(name: &str) -> Option<String> {
    name.trim().rsplit_once(' ').map(|(_, family)| fold(family))
}

/// As people look a name up: without case and accents.
fn fold(text: &str) -> String {
    let plain = |c: char| match c {
        'ł' | 'Ł' => 'l',
        'đ' | 'Đ' => 'd',
        'ø' | 'Ø' => 'o',
        c => c,
    };
    let bare: String = text.trim().nfd().filter(|c| !is_combining_mark(*c)).map(plain).collect();
    bare.to_lowercase().replace('ß', "ss").split_whitespace().collect::<Vec<_>>().join(" ")
}

fn same_class(a: &str, b: &str) -> bool {
    fold(a).replace(' ', "") == fold(b).replace(' ', "")
}

/// 2a before 10b; within a class by family name, then first name. Without a class comes last.
pub fn sort_key(class: &str, name: &str) -> (bool, Vec<Piece>, String, String) {
    let name = fold(name);
    let (first, family) = name.rsplit_once(' ').unwrap_or(("", name.as_str()));
    (class.trim().is_empty(), pieces(class), family.to_owned(), first.to_owned())
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    Number(u64),
    Text(String),
}

impl Ord for Piece {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Piece::Number(a), Piece::Number(b)) => a.cmp(b),
            (Piece::Text(a), Piece::Text(b)) => a.cmp(b),
            (Piece::Number(_), Piece::Text(_)) => Ordering::Less,
            (Piece::Text(_), Piece::Number(_)) => Ordering::Greater,
        }
    }
}
impl PartialOrd for Piece {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

fn pieces(class: &str) -> Vec<Piece> {
    let text = fold(class).replace(' ', "");
    let mut out: Vec<Piece> = Vec::new();
    for c in text.chars() {
        match (c.to_digit(10), out.last_mut()) {
            (Some(d), Some(Piece::Number(n))) => *n = n.saturating_mul(10).saturating_add(d.into()),
            (Some(d), _) => out.push(Piece::Number(d.into())),
            (None, Some(Piece::Text(t))) => t.push(c),
            (None, _) => out.push(Piece::Text(c.to_string())),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn child(name: &str, class: &str) -> Child {
        Child { name: name.into(), class: class.into() }
    }

    #[test]
    fn names_as_parents_type_them() {
        for (typed, is) in [
            ("Mia Berg", vec!["Mia Berg"]),
            ("Mia & Noah Berg", vec!["Mia Berg", "Noah Berg"]),
            ("Mia und  Noah Berg", vec!["Mia Berg", "Noah Berg"]),
            ("Mia, Noah und Ida Berg", vec!["Mia Berg", "Noah Berg", "Ida Berg"]),
            ("Berg, Mia", vec!["Mia Berg"]),
            ("Mia Berg, Noah Berg", vec!["Mia Berg", "Noah Berg"]),
            ("Mia", vec!["Mia"]),
        ] {
            assert_eq!(names(typed), is, "{typed}");
        }
    }

    #[test]
    fn the_roster_knows_better_and_siblings_share_a_bag() {
        let roster = [child("Mia Berg", "3b"), child("Noah Berg", "1a"), child("Zoë Quist", "3b")];
        assert_eq!(children("mia berg", "3 B", &roster), roster[..2]);
        assert_eq!(children("Zoe Quist", "", &roster[2..]), roster[2..]);
        assert_eq!(children("Mia & Noah Berg", "3b", &[]), [child("Mia Berg", "3b"), child("Noah Berg", "")]);
        // A friend in the picture gets no label.
        assert_eq!(children("Zoë Quist", "3b", &roster), [child("Zoë Quist", "3b")]);
    }

    #[test]
    fn classes_sort_as_people_count() {
        let mut all =
            [("10a", "Ada Öz"), ("2b", "Łucja Zych"), ("2b", "Änne Abel"), ("", "Ben Ott"), ("2a", "Cid Ek")];
        all.sort_by_key(|(class, name)| sort_key(class, name));
        assert_eq!(all.map(|(class, _)| class), ["2a", "2b", "2b", "10a", ""]);
        assert_eq!(all[1].1, "Änne Abel");
    }
}
