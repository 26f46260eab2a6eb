//! Edits through the command line: what is refused is refused with the way out.

use super::desk::Desk;

#[test]
fn titles_and_keywords_are_added_removed_and_taken_back() {
    let desk = Desk::ready();
    desk.picture("1.jpg", 1);
    desk.scan();
    desk.run(&[
        "photo",
        "edit",
        "1.jpg",
        "--title",
        "Ring\u{1b}s",
        "--keyword",
        "bride",
        "--keyword",
        "cake",
    ]);
    desk.run(&["photo", "edit", "1.jpg", "--keyword=-cake", "--price-group", "gift"]);
    let show = desk.run(&["photo", "show", "1.jpg"]).only();
    assert_eq!((&show["title"], &show["price_group"]), (&"Rings".into(), &"gift".into()));
    assert_eq!(show["keywords"], serde_json::json!(["bride"]));
    desk.run(&["photo", "edit", "1.jpg", "--title", ""]);
    assert!(desk.run(&["photo", "show", "1.jpg"]).only()["title"].is_null());
}

#[test]
fn numbers_outside_the_picture_are_refused_and_change_nothing() {
    let desk = Desk::ready();
    desk.picture("1.jpg", 1);
    desk.scan();
    for bad in ["NaN,0,1,1", "-1,0,1,1", "0.9,0.9,0.5,0.5", "1,2", "0,0,1e999,1"] {
        let ran = desk.run(&["photo", "edit", "1.jpg", "--crop", bad]);
        assert!(ran.code == 1 || ran.code == 2, "{bad}");
        assert!(ran.only()["fix"].as_str().unwrap().contains("--crop"), "{bad}");
    }
    assert_eq!(desk.run(&["photo", "edit", "1.jpg"]).code, 2);
    assert_eq!(desk.run(&["photo", "edit", "2.jpg", "--rotate", "90"]).code, 1);
    assert!(desk.run(&["photo", "show", "1.jpg"]).only()["edit"].is_null());
}
