//! A folder with everything in it that goes wrong: each gets a reason, everything else goes on.

use super::desk::{Desk, bytes};

#[test]
fn bad_files_are_set_aside_with_a_reason_and_the_rest_goes_on() {
    let desk = Desk::ready();
    let shoot = desk.path("shoot");
    desk.picture("good.jpg", 1);
    std::fs::write(shoot.join("text.jpg"), "hello").unwrap();
    std::fs::write(shoot.join("empty.jpg"), "").unwrap();
    let whole = bytes(2, 640, 480, image::ImageFormat::Jpeg);
    std::fs::write(shoot.join("truncated.jpg"), &whole[..whole.len() / 4]).unwrap();
    std::fs::write(shoot.join("bomb.png"), bomb()).unwrap();
    std::fs::write(shoot.join("RAW.CR3"), "raw").unwrap();
    std::fs::write(shoot.join("._good.jpg"), "macOS").unwrap();

    let ran = desk.run(&["scan", &desk.shoot()]);
    assert_eq!(ran.code, 3);
    let report = ran.only();
    assert_eq!(report["raw_left_alone"], 1);
    let reason = |report: &serde_json::Value, list: &str, name: &str| {
        let all = report[list].as_array().unwrap().clone();
        let one = all.iter().find(|u| u["file"].as_str().unwrap().ends_with(name));
        one.map(|u| u["reason"].as_str().unwrap().to_owned()).unwrap_or_default()
    };
    assert!(reason(&report, "unreadable", "text.jpg").contains("export the picture as JPEG"));
    assert!(reason(&report, "unreadable", "empty.jpg").contains("empty"));
    assert!(reason(&report, "unreadable", "bomb.png").contains("30000 x 30000"));
    assert_eq!(reason(&report, "unreadable", "._good.jpg"), "");

    // A file that ends early has a sound header; rendering finds out.
    let ran = desk.run(&["process", "--auto"]);
    assert_eq!(ran.code, 3);
    let report = ran.only();
    assert!(reason(&report, "failed", "truncated.jpg").contains("ends before"), "{report}");
    assert_eq!(report["rendered"], 1);
    // Again: what is set aside is not tried again, and still named.
    let report = desk.run(&["process", "--auto"]).only();
    assert_eq!((report["rendered"].as_i64(), report["failed"].as_array().unwrap().len()), (Some(0), 1));
    // Mended, it comes back by itself.
    std::fs::write(shoot.join("truncated.jpg"), &whole).unwrap();
    desk.scan();
    assert_eq!(desk.run(&["process", "--auto"]).only()["rendered"], 1);
}

/// 30,000 × 30,000 pixels in a few bytes: only the header has to be believed to be caught.
fn bomb() -> Vec<u8> {
    let mut png = bytes(0, 1, 1, image::ImageFormat::Png);
    png[16..20].copy_from_slice(&30_000u32.to_be_bytes());
    png[20..24].copy_from_slice(&30_000u32.to_be_bytes());
    let crc = crc(&png[12..29]);
    png[29..33].copy_from_slice(&crc.to_be_bytes());
    png
}

fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0u32, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |c, _| if c & 1 == 1 { 0xEDB8_8320 ^ (c >> 1) } else { c >> 1 })
    })
}

#[cfg(unix)]
#[test]
fn loops_pipes_dead_links_and_closed_folders_end_nothing() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let desk = Desk::ready();
    let shoot = desk.path("shoot");
    desk.picture("day/good.jpg", 1);
    desk.picture("closed/hidden.jpg", 2);
    desk.scan();
    symlink("..", shoot.join("day/loop")).unwrap();
    symlink("../..", shoot.join("day/out")).unwrap();
    symlink("/nowhere/at/all.jpg", shoot.join("dead.jpg")).unwrap();
    assert!(std::process::Command::new("mkfifo").arg(shoot.join("pipe.jpg")).status().unwrap().success());
    let closed = shoot.join("closed");
    std::fs::set_permissions(&closed, std::fs::Permissions::from_mode(0o000)).unwrap();
    let is_closed = std::fs::read_dir(&closed).is_err();

    let ran = desk.run(&["scan", &desk.shoot()]);
    std::fs::set_permissions(&closed, std::fs::Permissions::from_mode(0o755)).unwrap();
    assert_eq!(ran.code, 3);
    let report = ran.only();
    let said = report["unreadable"].to_string();
    for reason in ["leads back to", "named pipe", "leads nowhere"] {
        assert!(said.contains(reason), "{reason} in {said}");
    }
    assert_eq!(said.matches("leads back to").count(), 2);
    if is_closed {
        assert!(said.contains("cannot be listed"));
    } else {
        eprintln!("skipped a part: this user may read every folder");
    }
    // What is in a folder that cannot be looked into is not gone.
    assert_eq!(report["gone"], 0);
    assert_eq!(desk.run(&["photo", "list"]).json().len(), 2);
}

#[cfg(unix)]
#[test]
fn strange_names_are_kept_exactly_and_shown_harmlessly() {
    use std::{ffi::OsStr, os::unix::ffi::OsStrExt};
    let desk = Desk::ready();
    let names: [&[u8]; 6] = [
        b"with space.jpg",
        b"quo\"te's.jpg",
        b"new\nline.jpg",
        "emoji \u{1F4F7} é.jpg".as_bytes(),
        b"not \xff\xfe unicode.jpg",
        b"esc\x1b[31mape.jpg",
    ];
    for (seed, name) in (1u8..).zip(names) {
        desk.picture(OsStr::from_bytes(name), seed);
    }
    let report = desk.scan();
    assert_eq!((report["new"].as_u64(), report["unreadable"].as_array().unwrap().len()), (Some(6), 0));
    assert_eq!(desk.run(&["process", "--auto"]).only()["rendered"], 6);
    let plain = desk.plain(&["photo", "list"]);
    assert_eq!(plain.out.lines().count(), 6);
    assert!(!plain.out.contains('\x1b'));
    assert_eq!(desk.run(&["scan"]).only()["unchanged"], 6);
}
