//! Selections against photos made up for it.

use domain::{geometry::Size, hash::VersionHash};

use super::*;
use crate::catalog::photos::Place;

pub fn photo(no: u8, path: &str, rating: Option<i8>, keywords: &[&str]) -> PhotoRow {
    let path = path.as_bytes().to_vec();
    let shown = String::from_utf8_lossy(&path).into_owned();
    let name = shown.rsplit('/').next().unwrap_or_default().to_owned();
    PhotoRow {
        id: PhotoId::from_bytes([no; 16]),
        version: VersionHash([no; 32]),
        stored: Size::new(6000, 4000),
        orientation: 1,
        format: "jpeg".into(),
        colour: "sRGB".into(),
        edit: None,
        title: None,
        caption: None,
        keywords: keywords.iter().map(|k| (*k).to_owned()).collect(),
        price_group: None,
        rating,
        label: Some("Red".into()).filter(|_| no.is_multiple_of(2)),
        captured_at: None,
        places: vec![Place { path, shown, name, root: b"/a".to_vec(), offline: false }],
        subjects: Vec::new(),
    }
}

fn chosen(selection: &Selection) -> Vec<u8> {
    let all = [
        photo(1, "/a/x/1.jpg", Some(5), &["Bride"]),
        photo(2, "/a/x/2.jpg", Some(2), &["bride", "rings"]),
        photo(3, "/a/xy/3.jpg", None, &[]),
        photo(4, "/b/4.jpg", Some(-1), &["Groom"]),
    ];
    all.iter().filter(|p| selection.matches(p)).map(|p| p.id.as_bytes()[0]).collect()
}

#[test]
fn conditions_are_all_met_and_values_are_alternatives() {
    let base = Selection::default;
    assert_eq!(chosen(&base()), [1, 2, 3, 4]);
    assert_eq!(chosen(&Selection { folders: vec![b"/a/x".to_vec()], ..base() }), [1, 2]);
    assert_eq!(chosen(&Selection { min_rating: 2, ..base() }), [1, 2]);
    assert_eq!(chosen(&Selection { keywords: vec!["BRIDE".into(), "groom".into()], ..base() }), [1, 2, 4]);
    assert_eq!(chosen(&Selection { keywords: vec!["bride".into()], min_rating: 3, ..base() }), [1]);
    assert_eq!(chosen(&Selection { labels: vec!["red".into()], ..base() }), [2, 4]);
    assert_eq!(chosen(&Selection { files: vec![b"/b/4.jpg".to_vec()], ..base() }), [4]);
    assert_eq!(chosen(&Selection { except: vec![PhotoId::from_bytes([1; 16])], ..base() }), [2, 3, 4]);
}

#[test]
fn a_kept_selection_reads_back_whatever_its_paths() {
    let selection = Selection {
        folders: vec![b"/a/\xff".to_vec(), b"/b".to_vec()],
        min_rating: 3,
        ..Selection::default()
    };
    let json = serde_json::to_string(&selection).unwrap();
    assert_eq!(serde_json::from_str::<Selection>(&json).unwrap(), selection);
    assert!(!selection.is_empty() && Selection::default().is_empty());
}

#[test]
fn nothing_matched_says_what_was_looked_for_and_what_is_there() {
    let all = vec![photo(1, "/a/x/1.jpg", Some(5), &["Bride"]), photo(2, "/a/x/2.jpg", Some(2), &["rings"])];
    let wanted = Selection {
        folders: vec![b"/a".to_vec()],
        min_rating: 4,
        keywords: vec!["cake".into()],
        ..Selection::default()
    };
    insta::assert_snapshot!(nothing_matched(&wanted, &all, "darkslide gallery publish \"Jo & Al\""), @r#"
    no photo matched
      why: looked for photos in /a, with 4 stars or more, with the keyword "cake"; 2 photos are there: 1 with 5 stars, 1 with 2 stars; keywords: Bride (1), rings (1); labels: Red (1)
      fix: loosen a condition, or scan the folder that holds them: `darkslide scan DIR`, then `darkslide gallery publish "Jo & Al"` again
    "#);
    insta::assert_snapshot!(nothing_matched(&wanted, &[], "darkslide process"), @r#"
    no photo matched
      why: looked for photos in /a, with 4 stars or more, with the keyword "cake"; the catalog is empty
      fix: scan the folder that holds them: `darkslide scan DIR`, then `darkslide process` again
    "#);
}
