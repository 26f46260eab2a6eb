//! The words of every letter, in every language: `letters/<language>/<kind>.txt`. A new language is a new folder and
//! a new block of this table.

use domain::mail::Language;

macro_rules! language {
    ($tag:literal: $($kind:literal),*) => {
        &[$(($tag, $kind, include_str!(concat!("../letters/", $tag, "/", $kind, ".txt")))),*]
    };
}

type Words = (&'static str, &'static str, &'static str);

const LANGUAGES: &[&[Words]] = &[
    language!("en": "order_received", "order_approved", "order_shipped", "files_ready", "order_cancelled", "orders_found",
        "new_order", "gallery_open", "gallery_expiring", "digest"),
    language!("de": "order_received", "order_approved", "order_shipped", "files_ready", "order_cancelled", "orders_found",
        "new_order", "gallery_open", "gallery_expiring", "digest"),
];

/// English where a language has no letters.
pub(crate) fn find(kind: &str, language: &Language) -> &'static str {
    let of = |tag: &str| {
        LANGUAGES
            .iter()
            .copied()
            .flatten()
            .find(|(l, k, _)| *l == tag && *k == kind)
            .map(|(_, _, words)| *words)
    };
    of(language.as_str()).or_else(|| of("en")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_has_every_letter() {
        let kinds = |words: &[Words]| words.iter().map(|(_, kind, _)| *kind).collect::<Vec<_>>();
        for words in LANGUAGES {
            assert_eq!(kinds(words), kinds(LANGUAGES[0]));
        }
        assert_eq!(find("digest", &Language::parse("fr").unwrap()), find("digest", &Language::default()));
    }
}
