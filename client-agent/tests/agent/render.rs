//! `darkslide render`: files in, renditions out, no profile needed.

use super::desk::Desk;

#[test]
fn files_become_renditions_in_a_folder() {
    let desk = Desk::new();
    let good = desk.sized("a.png", 1, 3000, 2000);
    let same_name = desk.picture("b/a.jpg", 2);
    let bad = desk.path("shoot/bad.jpg");
    std::fs::write(&bad, "no picture").unwrap();
    let files = [&good, &same_name, &bad].map(|p| p.display().to_string());
    let ran = desk.run(&["render", &files[0], &files[1], &files[2], "--out", "out", "--jobs", "2"]);
    assert_eq!(ran.code, 3);
    assert_eq!(ran.json().len(), 3);
    assert!(!desk.path("profile").exists());
    for (name, width, height) in [
        ("a-proof.jpg", 2048, 1365),
        ("a-thumbnail.jpg", 400, 267),
        ("a-2-proof.jpg", 640, 480),
        ("a-2-thumbnail.jpg", 400, 300),
    ] {
        let made = image::open(desk.path("out").join(name)).unwrap();
        assert_eq!((made.width(), made.height()), (width, height), "{name}");
    }
    assert_eq!(std::fs::read_dir(desk.path("out")).unwrap().count(), 4);
    assert_eq!(desk.run(&["render", &files[2], "--out", "out"]).code, 1);
}
