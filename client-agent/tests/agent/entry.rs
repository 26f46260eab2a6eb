//! Data before images: a CSV makes the catalog, a later scan joins the files.

use super::desk::Desk;

const SHEET: &str = "file,title,caption,keywords,price_group,subject,group\n\
    IMG_1.jpg,First,A caption,\"one;two\",gift,Zoë Ä.,3b\n\
    img_2,Second,,,,Max,3b\n\
    ,,,,,Nobody yet,4a\n";

#[test]
fn an_empty_computer_gets_a_catalog_and_a_later_scan_joins() {
    let desk = Desk::new();
    std::fs::write(desk.path("m.csv"), SHEET).unwrap();
    let report = desk.run(&["import-metadata", "m.csv"]).only();
    assert_eq!(report["created_profile"], true);
    let wanted = serde_json::json!({ "rows": 3, "joined": 0, "waiting": 2, "subjects": 3 });
    for (key, value) in wanted.as_object().unwrap() {
        assert_eq!(report[key], *value, "{key}");
    }
    desk.picture("IMG_1.jpg", 1);
    desk.picture("IMG_2.PNG", 2);
    desk.picture("IMG_3.jpg", 3);
    desk.scan();
    let one = desk.run(&["photo", "show", "IMG_1.jpg"]).only();
    assert_eq!((&one["title"], &one["price_group"]), (&"First".into(), &"gift".into()));
    assert_eq!(one["keywords"], serde_json::json!(["one", "two"]));
    assert_eq!(one["subjects"], serde_json::json!(["Zoë Ä."]));
    assert_eq!(desk.run(&["photo", "show", "IMG_2.PNG"]).only()["title"], "Second");
    assert!(desk.run(&["photo", "show", "IMG_3.jpg"]).only()["title"].is_null());
    assert_eq!(desk.run(&["photo", "list", "--subject", "max"]).json().len(), 1);
    assert_eq!(desk.run(&["photo", "list", "--subject", "Nobody yet"]).code, 1);
}

#[test]
fn what_was_edited_since_survives_a_rescan_and_a_newer_sheet_wins() {
    let desk = Desk::ready();
    desk.picture("IMG_1.jpg", 1);
    desk.scan();
    std::fs::write(desk.path("m.csv"), SHEET).unwrap();
    assert_eq!(desk.run(&["import-metadata", "m.csv"]).only()["joined"], 1);
    desk.run(&["photo", "edit", "IMG_1.jpg", "--title", "Mine"]);
    std::thread::sleep(std::time::Duration::from_millis(20));
    desk.picture("IMG_1.jpg", 8);
    assert_eq!(desk.scan()["new_versions"], 1);
    assert_eq!(desk.run(&["photo", "show", "IMG_1.jpg"]).only()["title"], "Mine");
    desk.run(&["import-metadata", "m.csv"]);
    assert_eq!(desk.run(&["photo", "show", "IMG_1.jpg"]).only()["title"], "First");
    assert_eq!(desk.count("SELECT count(*) FROM subject"), 3);
}

#[test]
fn lines_that_name_nothing_are_listed_and_the_rest_is_kept() {
    let desk = Desk::new();
    std::fs::write(desk.path("m.csv"), "file,title\nA.jpg,x\n,lost\n").unwrap();
    let ran = desk.run(&["import-metadata", "m.csv"]);
    assert_eq!(ran.code, 3);
    assert_eq!(ran.only()["refused"][0]["line"], 3);
    std::fs::write(desk.path("bad.csv"), "colour\nred\n").unwrap();
    assert_eq!(desk.run(&["import-metadata", "bad.csv"]).code, 1);
}
