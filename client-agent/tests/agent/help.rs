//! What `--help` and the errors of a beginner say, word for word.

use super::desk::Desk;

#[test]
fn help_of_every_command() {
    let desk = Desk::new();
    for command in [
        &[][..],
        &["init"],
        &["scan"],
        &["process"],
        &["gallery"],
        &["gallery", "create"],
        &["gallery", "publish"],
        &["gallery", "unpublish"],
        &["gallery", "share"],
        &["gallery", "adopt"],
        &["gallery", "look"],
        &["favorites"],
        &["favorites", "export"],
        &["pricelist", "import"],
        &["photo", "edit"],
        &["photo", "list"],
        &["import-metadata"],
        &["render"],
    ] {
        let mut args = command.to_vec();
        args.push("--help");
        let ran = desk.plain(&args);
        assert_eq!(ran.code, 0);
        let name = if command.is_empty() { "top".to_owned() } else { command.join("-") };
        insta::assert_snapshot!(format!("help-{name}"), ran.out);
    }
}

#[test]
fn errors_say_what_why_and_what_to_do() {
    let desk = Desk::new();
    let place = desk.path("").display().to_string().trim_end_matches('/').to_owned();
    let mut said = String::new();
    let mut say = |args: &[&str]| {
        let ran = desk.plain(args);
        let shown = args.join(" ");
        said.push_str(&format!("$ darkslide {shown}\n[{}] {}\n", ran.code, steady(&ran.err, &place)));
    };
    say(&["scan", "shoot"]);
    say(&["init"]);
    say(&["scan"]);
    say(&["scan", "nowhere"]);
    say(&["process"]);
    say(&["gallery", "publish", "Jo & Al"]);
    say(&["gallery", "create", "Jo & Al", "--from", "shoot"]);
    say(&["gallery", "create", "Jo & Al"]);
    say(&["gallery", "publish", "Jo & Al"]);
    say(&["gallery", "create", "Jo & Al", "--price-list", "Prints"]);
    say(&["gallery", "create", "Later", "--expires", "tomorrow"]);
    say(&["gallery", "share", "Jo & Al"]);
    say(&["photo", "show", "1.jpg"]);
    say(&["pricelist", "show", "Prints"]);
    say(&["pricelist", "import", "nothing.toml"]);
    say(&["import-metadata", "nothing.csv"]);
    std::fs::write(desk.path("profile/darkslide.toml"), "[watermark]\nopacty = 1\n").unwrap();
    say(&["scan", "shoot"]);
    insta::assert_snapshot!("errors", said);
}

/// Without what differs from run to run: the temporary folder and random ids.
fn steady(text: &str, place: &str) -> String {
    let text = text.replace(place, "…");
    match text.find("gal_") {
        Some(at) => format!("{}gal_…{}", &text[..at], &text[at + 30..]),
        None => text,
    }
}

#[test]
fn json_errors_are_objects_too() {
    let ran = Desk::new().run(&["scan", "nowhere"]);
    assert_eq!(ran.code, 1);
    let error = ran.only();
    assert!(error["error"].is_string() && error["why"].is_string() && error["fix"].is_string());
    assert_eq!(error["exit"], 1);
}

#[test]
fn a_command_line_that_makes_no_sense_ends_with_2() {
    let desk = Desk::ready();
    assert_eq!(desk.plain(&["gallery", "create"]).code, 2);
    assert_eq!(desk.plain(&["photo", "list", "--min-rating", "9"]).code, 2);
    assert_eq!(desk.plain(&["scan"]).code, 2);
}
