//! Which renditions exist: the micro preview always, others only of the subset, as the preferences say.

use std::collections::BTreeSet;

use super::desk::Desk;

fn kinds(desk: &Desk, name: &str) -> BTreeSet<(String, u64, u64)> {
    let show = desk.run(&["photo", "show", name]).only();
    let of = |r: &serde_json::Value| {
        (r["kind"].as_str().unwrap().to_owned(), r["width"].as_u64().unwrap(), r["height"].as_u64().unwrap())
    };
    show["renditions"].as_array().unwrap().iter().map(of).collect()
}

fn set(all: &[(&str, u64, u64)]) -> BTreeSet<(String, u64, u64)> {
    all.iter().map(|(kind, w, h)| ((*kind).to_owned(), *w, *h)).collect()
}

#[test]
fn outside_the_subset_there_is_no_proof_and_no_thumbnail() {
    let desk = Desk::ready();
    desk.picture("chosen/1.jpg", 1);
    desk.picture("other/2.jpg", 2);
    let folder = format!("{}/chosen", desk.shoot());
    desk.scan();
    assert_eq!(desk.run(&["gallery", "create", "G", "--from", &folder]).code, 0);
    let report = desk.run(&["process"]).only();
    assert_eq!((report["selected"].as_u64(), report["rendered"].as_u64()), (Some(1), Some(2)));
    assert_eq!(
        kinds(&desk, "1.jpg"),
        set(&[("micro", 64, 48), ("thumbnail", 400, 300), ("proof", 640, 480)])
    );
    assert_eq!(kinds(&desk, "2.jpg"), set(&[("micro", 64, 48)]));
}

#[test]
fn preferences_decide_sizes_kinds_and_subset() {
    let desk = Desk::ready();
    desk.picture("chosen/1.jpg", 1);
    desk.picture("other/2.jpg", 2);
    desk.scan();
    let folder = format!("{}/chosen", desk.shoot());
    let config = format!(
        "[renditions]\nmake = [\"thumbnail\"]\n[renditions.thumbnail]\nlong_edge = 200\n[subset]\nfolders = [{folder:?}]\n"
    );
    std::fs::write(desk.path("profile/darkslide.toml"), config).unwrap();
    assert_eq!(desk.run(&["process", "--auto"]).only()["selected"], 1);
    assert_eq!(kinds(&desk, "1.jpg"), set(&[("micro", 64, 48), ("thumbnail", 200, 150)]));
    assert_eq!(kinds(&desk, "2.jpg"), set(&[("micro", 64, 48)]));
}

#[test]
fn every_accepted_format_becomes_jpeg() {
    let desk = Desk::ready();
    for (seed, name) in (1u8..).zip(["a.png", "b.tiff", "c.webp", "d.jpg"]) {
        desk.picture(name, seed);
    }
    desk.scan();
    assert_eq!(desk.run(&["process", "--auto"]).only()["rendered"], 4);
    let catalog = desk.catalog();
    let mut statement = catalog
        .prepare("SELECT p.bytes FROM rendition r JOIN renditions.pixels p ON p.sha256 = r.sha256 WHERE r.kind <> 'micro'")
        .unwrap();
    let pixels: Vec<Vec<u8>> = statement.query_map([], |r| r.get(0)).unwrap().map(Result::unwrap).collect();
    assert_eq!(pixels.len(), 8);
    for jpeg in pixels {
        let decoded = image::load_from_memory_with_format(&jpeg, image::ImageFormat::Jpeg).unwrap();
        assert!(decoded.width() == 400 || decoded.width() == 640);
    }
}

#[test]
fn an_edit_is_rendered_and_the_second_run_does_nothing() {
    let desk = Desk::ready();
    desk.picture("1.jpg", 1);
    desk.scan();
    desk.run(&["process", "--auto"]);
    assert_eq!(desk.run(&["process", "--auto"]).only()["up_to_date"], 1);
    desk.run(&["photo", "edit", "1.jpg", "--rotate", "90"]);
    assert_eq!(desk.run(&["process", "--auto"]).only()["rendered"], 1);
    assert!(kinds(&desk, "1.jpg").contains(&("proof".to_owned(), 480, 640)));
}

#[test]
fn renditions_are_made_again_after_their_database_is_lost() {
    let desk = Desk::ready();
    desk.picture("1.jpg", 1);
    desk.scan();
    desk.run(&["process", "--auto"]);
    for name in ["renditions.db", "renditions.db-wal", "renditions.db-shm"] {
        let _ = std::fs::remove_file(desk.path("profile").join(name));
    }
    assert_eq!(desk.run(&["process", "--auto"]).only()["rendered"], 1);
    assert_eq!(desk.count("SELECT count(*) FROM renditions.pixels"), 3);
}

#[test]
fn pixels_a_crash_left_without_a_row_are_removed_once_they_are_old() {
    let desk = Desk::ready();
    desk.catalog()
        .execute_batch(
            "INSERT INTO renditions.pixels VALUES (x'01', x'00', 0);
             INSERT INTO renditions.pixels VALUES (x'02', x'00', 9000000000000);",
        )
        .unwrap();
    desk.run(&["photo", "list"]);
    // The young one may belong to a command that runs at this moment.
    assert_eq!(desk.count("SELECT count(*) FROM renditions.pixels"), 1);
}

#[test]
fn a_newer_catalog_is_refused_and_left_alone() {
    let desk = Desk::ready();
    desk.catalog().execute_batch("PRAGMA main.user_version = 99").unwrap();
    let ran = desk.run(&["photo", "list"]);
    assert_eq!(ran.code, 1);
    assert!(ran.only()["error"].as_str().unwrap().contains("newer darkslide"));
}
