//! Scanning again: only what changed is read, exports are versions, copies are places, drives come and go.

use super::desk::Desk;

#[test]
fn the_second_scan_reads_nothing() {
    let desk = Desk::ready();
    for seed in 1..=5 {
        desk.picture(format!("{seed}.jpg"), seed);
    }
    assert_eq!(desk.scan()["new"], 5);
    let again = desk.scan();
    assert_eq!((again["unchanged"].as_u64(), again["new"].as_u64()), (Some(5), Some(0)));
}

#[test]
fn exported_again_is_a_new_version_of_the_same_photo() {
    let desk = Desk::ready();
    desk.picture("IMG_1.jpg", 1);
    desk.scan();
    let before = desk.run(&["photo", "list"]).only();
    std::thread::sleep(std::time::Duration::from_millis(20));
    desk.picture("IMG_1.jpg", 2);
    assert_eq!(desk.scan()["new_versions"], 1);
    let after = desk.run(&["photo", "list"]).only();
    assert_eq!(after["photo"], before["photo"]);
    assert_eq!(desk.run(&["photo", "show", "IMG_1.jpg"]).only()["versions"], 2);
    // Under another extension in the same folder, too.
    std::thread::sleep(std::time::Duration::from_millis(20));
    desk.picture("img_1.png", 3);
    assert_eq!(desk.scan()["new_versions"], 1);
    let show = desk.run(&["photo", "show", before["photo"].as_str().unwrap()]).only();
    assert_eq!((show["versions"].as_u64(), show["format"].as_str()), (Some(3), Some("png")));
    // In another folder the same name is another picture.
    desk.picture("second/IMG_1.jpg", 9);
    assert_eq!(desk.scan()["new"], 1);
}

#[test]
fn the_same_bytes_in_two_folders_are_one_photo_in_two_places() {
    let desk = Desk::ready();
    let first = desk.picture("a/1.jpg", 1);
    std::fs::create_dir(desk.path("shoot/b")).unwrap();
    std::fs::copy(&first, desk.path("shoot/b/other name.jpg")).unwrap();
    let report = desk.scan();
    assert_eq!((report["new"].as_u64(), report["new_places"].as_u64()), (Some(1), Some(1)));
    let photo = desk.run(&["photo", "list"]).only()["photo"].as_str().unwrap().to_owned();
    assert_eq!(desk.run(&["photo", "show", &photo]).only()["places"].as_array().unwrap().len(), 2);
    // One copy goes: the photo stays. Both go: it is listed no more, and nothing of it is deleted.
    std::fs::remove_file(&first).unwrap();
    assert_eq!(desk.scan()["gone"], 1);
    assert_eq!(desk.run(&["photo", "list"]).json().len(), 1);
    std::fs::write(desk.path("shoot/keep.jpg"), std::fs::read(desk.picture("x.jpg", 7)).unwrap()).unwrap();
    std::fs::remove_file(desk.path("shoot/b/other name.jpg")).unwrap();
    desk.scan();
    assert_eq!(desk.count("SELECT count(*) FROM photo"), 2);
}

#[test]
fn a_drive_that_is_away_is_offline_and_never_deleted() {
    let desk = Desk::ready();
    desk.picture("day/1.jpg", 1);
    desk.scan();
    std::fs::rename(desk.path("shoot"), desk.path("away")).unwrap();
    let ran = desk.run(&["scan"]);
    assert_eq!(ran.code, 3);
    assert_eq!(ran.only()["offline"], true);
    assert_eq!(desk.run(&["scan", &format!("{}/day", desk.shoot())]).only()["offline"], true);
    assert_eq!(desk.run(&["photo", "list"]).only()["offline"], true);
    // The mount point of a drive that is unplugged is an empty folder.
    std::fs::create_dir(desk.path("shoot")).unwrap();
    assert_eq!(desk.run(&["scan"]).only()["offline"], true);
    assert_eq!(desk.count("SELECT count(*) FROM place WHERE state = 'here'"), 1);
    std::fs::remove_dir(desk.path("shoot")).unwrap();
    std::fs::rename(desk.path("away"), desk.path("shoot")).unwrap();
    let back = desk.run(&["scan"]).only();
    assert_eq!((back["offline"].as_bool(), back["unchanged"].as_u64()), (Some(false), Some(1)));
    assert_eq!(desk.run(&["photo", "list"]).only()["offline"], false);
}

#[test]
fn a_sidecar_that_changes_is_read_again() {
    let desk = Desk::ready();
    desk.picture("IMG_2.jpg", 1);
    desk.scan();
    assert_eq!(desk.run(&["photo", "list"]).only()["rating"], serde_json::Value::Null);
    let xmp = |stars| {
        format!(
            r#"<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
            <rdf:Description xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:Rating="{stars}" xmp:Label="Red"/></rdf:RDF></x:xmpmeta>"#
        )
    };
    std::fs::write(desk.path("shoot/IMG_2.xmp"), xmp(4)).unwrap();
    assert_eq!(desk.scan()["changed_data"], 1);
    let photo = desk.run(&["photo", "list", "--min-rating", "4", "--label", "red"]).only();
    assert_eq!(photo["rating"], 4);
    assert_eq!(desk.run(&["photo", "list", "--min-rating", "5"]).code, 1);
}

#[test]
fn originals_stay_byte_for_byte_and_nothing_is_put_beside_them() {
    let desk = Desk::ready();
    let path = desk.picture("1.jpg", 1);
    let before = (std::fs::read(&path).unwrap(), std::fs::metadata(&path).unwrap().modified().unwrap());
    desk.scan();
    desk.run(&["photo", "edit", "1.jpg", "--crop", "0,0,0.5,0.5", "--rotate", "90", "--title", "T"]);
    desk.run(&["process", "--auto"]);
    let after = (std::fs::read(&path).unwrap(), std::fs::metadata(&path).unwrap().modified().unwrap());
    assert!(before == after);
    assert_eq!(std::fs::read_dir(desk.path("shoot")).unwrap().count(), 1);
}
