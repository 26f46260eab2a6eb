//! The operator's commands, as an operator runs them.

#![allow(clippy::unwrap_used, reason = "a failure in a test is to be loud")]

use std::process::{Command, Output};

fn host(data: &std::path::Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_darkslide-host"))
        .env_remove("DARKSLIDE_HOST_DATA")
        .arg("--data")
        .arg(data)
        .args(args)
        .output()
        .unwrap()
}

fn json(data: &std::path::Path, args: &[&str]) -> serde_json::Value {
    let output = host(data, &[&["--json"], args].concat());
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn refused(data: &std::path::Path, args: &[&str], says: &str) {
    let output = host(data, args);
    let text = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{args:?}: {text}");
    assert!(text.contains(says), "{args:?} says {text}");
}

#[test]
fn a_host_is_made_and_people_are_let_in() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("host");
    refused(&data, &["studio", "list"], "init --url");
    refused(&data, &["init", "--url", "photos"], "https://photos.example.com");
    let made = host(&data, &["init", "--url", "https://photos.example.com/"]);
    assert!(String::from_utf8_lossy(&made.stdout).contains("studio add"));
    refused(&data, &["init", "--url", "https://other.example"], "already");
    let added = json(&data, &["studio", "add", "Bright Side"]);
    let token = added["token"].as_str().unwrap();
    assert!(token.len() >= 32);
    assert_eq!(added["command"], format!("darkslide login https://photos.example.com --token {token}"));
    refused(&data, &["studio", "add", "Bright Side"], "already");
    refused(&data, &["studio", "add", " \u{1b} "], "needs a name");
    refused(&data, &["studio", "suspend", "Nobody"], "Bright Side");
    assert_eq!(json(&data, &["studio", "suspend", "Bright Side"])["suspended"], true);
    assert_eq!(json(&data, &["studio", "list"])[0]["suspended"], true);
    assert_eq!(json(&data, &["studio", "resume", "Bright Side"])["suspended"], false);
    assert!(
        json(&data, &["lab", "add", "City Lab"])["command"]
            .as_str()
            .unwrap()
            .starts_with("darkslide-lab login")
    );
    assert_eq!(json(&data, &["lab", "list"])[0]["joined"], false);
    refused(&data, &["serve", "--listen", "0.0.0.0:0"], "--behind-proxy");
    assert_eq!(json(&data, &["queue", "list"])["failed"].as_array().unwrap().len(), 0);
    assert_eq!(host(&data, &["nonsense"]).status.code(), Some(2));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = |p: &std::path::Path| std::fs::metadata(p).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&data), mode(&data.join("secrets.json"))), (0o700, 0o600));
    }
}

#[test]
fn damage_is_found_and_a_backup_brings_it_back() {
    let folder = tempfile::tempdir().unwrap();
    let (data, copy, again) =
        (folder.path().join("host"), folder.path().join("copy"), folder.path().join("again"));
    json(&data, &["init", "--url", "https://photos.example.com"]);
    json(&data, &["studio", "add", "Bright Side"]);
    let key = "img/gal_x/picture";
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let store = one_machine::data_folder::open(&data).unwrap();
        store.ports().blobs.put_new(key, vec![7; 50_000].into(), "image/jpeg").await.unwrap();
    });
    assert_eq!(json(&data, &["check", "--all"])["hashed"], 1);
    assert_eq!(json(&data, &["backup", copy.to_str().unwrap()])["objects"], 1);
    refused(&data, &["backup", copy.to_str().unwrap()], "already");

    // A lost file, a stray file and an open secrets file are each named.
    std::fs::remove_file(data.join("objects").join(key)).unwrap();
    std::fs::write(data.join("objects/stray"), "x").unwrap();
    let check = host(&data, &["check"]);
    let text = String::from_utf8_lossy(&check.stdout);
    assert_eq!(check.status.code(), Some(3), "{text}");
    assert!(text.contains(key) && text.contains("stray"), "{text}");

    refused(&data, &["restore", copy.to_str().unwrap()], "never writes over");
    assert_eq!(
        json(&again, &["restore", copy.to_str().unwrap(), "--verify"])["problems"].as_array().unwrap().len(),
        0
    );
    assert!(!again.exists(), "verifying writes nothing");
    assert_eq!(json(&again, &["restore", copy.to_str().unwrap()])["objects"], 1);
    assert_eq!(json(&again, &["check", "--all"])["problems"].as_array().unwrap().len(), 0);
    assert_eq!(json(&again, &["studio", "list"])[0]["name"], "Bright Side");

    // A damaged backup is not restored.
    let stored = copy.join("objects").join(key);
    std::fs::remove_file(&stored).unwrap();
    std::fs::write(&stored, vec![8; 50_000]).unwrap();
    let verified = host(&again, &["restore", copy.to_str().unwrap(), "--verify"]);
    assert_eq!(verified.status.code(), Some(3));
    let third = folder.path().join("third");
    refused(&third, &["restore", copy.to_str().unwrap()], "not whole");
    assert!(!third.exists());
}

#[test]
fn what_was_erased_after_the_backup_stays_erased() {
    use domain::{
        Millis,
        gallery::{Gallery, GalleryState},
        id::{GalleryId, StudioId},
    };
    let folder = tempfile::tempdir().unwrap();
    let (data, copy, again) =
        (folder.path().join("host"), folder.path().join("copy"), folder.path().join("again"));
    json(&data, &["init", "--url", "https://photos.example.com"]);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let id = GalleryId::from_bytes([7; 16]);
    let key = format!("img/{id}/picture");
    runtime.block_on(async {
        let ports = one_machine::data_folder::open(&data).unwrap().ports();
        let gallery = Gallery {
            id,
            studio: StudioId::from_bytes([1; 16]),
            name: "Spring".into(),
            state: GalleryState::Open,
            welcome: None,
            price_list: None,
            settings: Default::default(),
            expires_at: None,
            created_at: Millis(1),
            revision: 0,
        };
        ports.galleries.put_gallery(&gallery, 0).await.unwrap();
        ports.blobs.put_new(&key, vec![7; 100].into(), "image/jpeg").await.unwrap();
    });
    json(&data, &["backup", copy.to_str().unwrap()]);
    runtime.block_on(async {
        one_machine::data_folder::open(&data).unwrap().ports().photos.erase(id).await.unwrap();
    });
    let log = data.join("erased.log");
    let nowhere = ["restore", copy.to_str().unwrap(), "--erased", "/nowhere/erased.log"];
    refused(&again, &nowhere, "erased.log, or leave --erased out");
    assert!(!again.exists(), "nothing is restored by half");
    // Cut off in between: no host, and said so.
    let half = folder.path().join("half");
    std::fs::create_dir(&half).unwrap();
    std::fs::copy(copy.join("host.db"), half.join("host.db")).unwrap();
    refused(&half, &["check"], "There is no host");
    refused(&half, &["restore", copy.to_str().unwrap()], "did not come to its end");
    let restored = json(&again, &["restore", copy.to_str().unwrap(), "--erased", log.to_str().unwrap()]);
    assert_eq!(restored["erased_again"], 1);
    runtime.block_on(async {
        let ports = one_machine::data_folder::open(&again).unwrap().ports();
        assert_eq!(ports.galleries.gallery(id).await.unwrap().unwrap().state, GalleryState::Erased);
        assert_eq!(ports.blobs.get(&key).await.unwrap(), None);
    });
}
