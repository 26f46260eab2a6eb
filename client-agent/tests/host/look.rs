//! The studio's look on a gallery, kept at the host.

use super::{agent::Agent, fake::Host};

#[test]
fn the_look_is_set_shown_and_taken_away() {
    let host = Host::start();
    let agent = Agent::at(&host);
    let cover = agent.picture("DSL_0001.jpg", 1).photo.to_string();
    agent.run(&["gallery", "create", "Wedding"]).ok();
    let logo = agent.photos().join("DSL_0001.jpg");
    let set = agent
        .run(&[
            "--json",
            "gallery",
            "look",
            "Wedding",
            "--accent",
            "#ffee00",
            "--studio-name",
            "Atelier",
            "--cover",
            "DSL_0001.jpg",
            "--logo",
            logo.to_str().unwrap(),
            "--welcome",
            "Hello",
            "--selection-limit",
            "40",
            "--straighten",
            "no",
        ])
        .ok();
    assert!(set.err.contains("would hardly be seen"), "{}", set.err);
    let look = set.json();
    assert_eq!((look["accent"].as_str(), look["studio_name"].as_str()), (Some("#ffee00"), Some("Atelier")));
    assert_eq!((look["cover"].as_str(), look["selection_limit"].as_u64()), (Some(cover.as_str()), Some(40)));
    assert_eq!((look["logo"]["width"].as_u64(), look["logo"]["format"].as_str()), (Some(1500), Some("jpeg")));
    assert_eq!((look["welcome"].as_str(), look["no_straightening"].as_bool()), (Some("Hello"), Some(true)));
    // Nothing given: nothing changed. Empty: taken away.
    let shown = agent.json(&["gallery", "look", "Wedding"]);
    assert_eq!(shown, look);
    let less = agent.json(&[
        "gallery",
        "look",
        "Wedding",
        "--accent",
        "",
        "--logo",
        "",
        "--selection-limit",
        "0",
        "--straighten",
        "yes",
    ]);
    assert!(less["accent"].is_null() && less["logo"].is_null() && less["selection_limit"].is_null());
    assert!(less["no_straightening"].is_null());
    assert_eq!(less["studio_name"], "Atelier");

    let refused = agent.run(&["gallery", "look", "Wedding", "--accent", "red"]);
    assert_eq!(refused.code, 2, "{}", refused.err);
    let text = agent.folder.path().join("logo.svg");
    std::fs::write(&text, "<svg onload='alert(1)'/>").unwrap();
    let refused = agent.run(&["gallery", "look", "Wedding", "--logo", text.to_str().unwrap()]);
    assert!(refused.code == 1 && refused.err.contains("neither PNG nor JPEG"), "{}", refused.err);
    assert_eq!(agent.run(&["gallery", "waiting", "Wedding"]).ok().out, "ada@example.org\n");
}
