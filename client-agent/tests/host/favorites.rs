//! Favourite lists back into the photographer's programs.

use domain::id::{PhotoId, VisitorId};
use wire::lists::{SubmittedList, SubmittedPhoto};

use super::{agent::Agent, fake::Host};

fn list(customer: &str, photos: &[(PhotoId, &str, Option<&str>)]) -> SubmittedList {
    SubmittedList {
        visitor: VisitorId::from_bytes([1; 16]),
        list: "favourites".into(),
        name: "Favourites".into(),
        customer: customer.into(),
        email: None,
        message: Some("Thank you\u{1b}[31m".into()),
        submitted_at: 1_700_000_000_000,
        photos: photos
            .iter()
            .map(|(photo, name, note)| SubmittedPhoto {
                photo: *photo,
                file_name: (*name).to_owned(),
                note: note.map(str::to_owned),
            })
            .collect(),
    }
}

#[test]
fn lists_become_searches_and_sidecars() {
    let host = Host::start();
    let agent = Agent::at(&host);
    let [one, two] = [agent.picture("DSL_0001.jpg", 1), agent.picture("DSL_0002.jpg", 2)];
    agent.run(&["gallery", "create", "Wedding"]).ok();
    let none = agent.run(&["favorites", "export", "Wedding"]);
    assert!(none.code == 1 && none.err.contains("nobody has sent a list"), "{}", none.err);
    host.state().lists = vec![list(
        "Ada",
        &[(one.photo, "DSL_0001.jpg", Some("Brighter & \"warmer\"")), (two.photo, "DSL_0002.jpg", None)],
    )];
    let listed = agent.run(&["favorites", "list", "Wedding"]).ok();
    assert!(listed.out.contains("2 photos") && !listed.out.contains('\u{1b}'), "{}", listed.out);
    let export = |more: &[&str]| {
        let args = [&["favorites", "export", "wedding"], more].concat();
        agent.run(&args)
    };
    assert_eq!(export(&[]).ok().out, "DSL_0001, DSL_0002\n");
    assert_eq!(export(&["--format", "space", "--extensions"]).ok().out, "DSL_0001.jpg DSL_0002.jpg\n");
    assert_eq!(export(&["--format", "or"]).ok().out, "DSL_0001 OR DSL_0002\n");

    assert_eq!(export(&["--format", "xmp"]).code, 2, "where to?");
    let to = agent.folder.path().join("xmp");
    export(&["--format", "xmp", "--rating", "4", "--to", to.to_str().unwrap()]).ok();
    let text = std::fs::read_to_string(to.join("DSL_0001.xmp")).unwrap();
    assert!(
        text.contains("xmp:Rating=\"4\"") && text.contains("Brighter &amp; &quot;warmer&quot;"),
        "{text}"
    );
    assert_eq!(std::fs::read_dir(agent.photos()).unwrap().count(), 2, "nothing beside the originals");

    std::fs::write(agent.photos().join("DSL_0002.xmp"), "mine").unwrap();
    let partly = export(&["--format", "xmp", "--beside-originals"]);
    assert!(partly.code == 3 && partly.err.contains("left alone"), "{} {}", partly.code, partly.err);
    assert!(agent.photos().join("DSL_0001.xmp").exists());
    assert_eq!(std::fs::read_to_string(agent.photos().join("DSL_0002.xmp")).unwrap(), "mine");

    let evil = (one.photo, "../../../evil/x.jpg", None);
    host.state().lists.push(list("Ben", &[evil]));
    let several = export(&[]);
    assert!(several.err.contains("\"Ada/Favourites\", \"Ben/Favourites\""), "{}", several.err);
    assert_eq!(export(&["--list", "ada/favourites"]).ok().out, "DSL_0001, DSL_0002\n");
    export(&["--list", "Ben", "--format", "xmp", "--to", to.to_str().unwrap()]).ok();
    assert!(to.join("_.._.._evil_x.xmp").exists(), "a name of the host stays in the folder");
}
