//! Texts that break programs, in every field a customer or photographer can fill.

use std::path::PathBuf;

use domain::place::{Customer, Destination};

use crate::{
    fake_host::FakeHost,
    lab::Lab,
    studio::{ORDER, Studio, line, print},
};

fn strings() -> Option<Vec<String>> {
    let corpora = std::env::var_os("DARKSLIDE_CORPORA").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/corpora"),
        PathBuf::from,
    );
    let path = corpora.join("strings/blns.json");
    match std::fs::read(&path) {
        Ok(bytes) => Some(serde_json::from_slice(&bytes).unwrap()),
        Err(_) => {
            eprintln!("skipped: {} is not there", path.display());
            None
        }
    }
}

#[tokio::test]
async fn hostile_names_break_neither_paths_nor_json_nor_pdf() {
    let Some(mut strings) = strings() else { return };
    strings.push("../../../etc/passwd".into());
    strings.push("a\u{0}b\u{1b}[2Jc\r\nd".into());
    strings.retain(|s| !s.is_empty());
    let host = FakeHost::start().await;
    let studio = Studio::new(1);
    let lab = Lab::paired(&host, &studio).await;
    let prints = [print(0, 1, 60, 48)];
    let mut lines = Vec::new();
    // Four fields a line: every text is in one of them.
    for (i, texts) in strings.chunks(4).enumerate() {
        let mut one = line(i as u32 + 1, 1, &prints);
        let mut text = texts.iter().cycle().cloned();
        one.product = text.next().unwrap();
        one.product_name = text.next().unwrap();
        one.back_print = text.next().unwrap();
        one.files[0].file_name = text.next().unwrap();
        lines.push(one);
    }
    let count = lines.len();
    let mut manifest = studio.manifest(1, lines);
    manifest.studio_name = strings.concat();
    manifest.customer = Customer {
        name: strings.join(" "),
        email: Some("<script>alert(1)</script>".into()),
        phone: Some("'; DROP TABLE orders; --".into()),
    };
    manifest.destination = Destination::ShipToSchool {
        school: strings[strings.len() / 2].clone(),
        class: None,
        child: "田中さん \u{202e}evil".into(),
    };
    manifest.note = Some(strings.join("\n"));
    studio.deliver(&host, &manifest, &[&prints[0]]);
    lab.run(&["run", "--once"]).await.ok();

    assert_eq!(lab.prints().len(), count);
    let mut names: Vec<_> =
        std::fs::read_dir(lab.dir.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
    names.retain(|n| !n.to_string_lossy().starts_with("lab."));
    names.sort();
    assert_eq!(names, ["hot", "spool", "tickets"], "nothing was written elsewhere");
    let ticket = lab.path(&format!("tickets/{}", ORDER.number()));
    let json: serde_json::Value =
        serde_json::from_slice(&std::fs::read(ticket.join("order.json")).unwrap()).unwrap();
    assert_eq!(json["customer"]["phone"], "'; DROP TABLE orders; --");
    assert_eq!(json["destination"]["child"], "田中さん evil");
    assert!(!json.to_string().contains("\\u001b"));
    let status = lab.run(&["status", "-v"]).await.ok();
    assert!(!status.out.contains('\x1b') && !status.out.contains('\u{202e}'));
    let read = std::process::Command::new("pdftotext")
        .args(["-layout"])
        .arg(ticket.join("ticket.pdf"))
        .arg("-")
        .output();
    match read {
        Ok(read) => {
            assert!(
                read.status.success() && read.stderr.is_empty(),
                "{}",
                String::from_utf8_lossy(&read.stderr)
            );
            let text = String::from_utf8_lossy(&read.stdout);
            assert!(
                text.contains("BEFORE CLOSING THE PACKAGE") && text.contains("Łucja")
                    || text.contains("script")
            );
        }
        Err(_) => eprintln!("skipped reading the PDF: pdftotext (poppler-utils) is not there"),
    }
}
