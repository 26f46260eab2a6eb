//! The text ticket and the JSON ticket, each read back by a reader of the test's own, with their answers.

use std::{collections::BTreeMap, path::Path};

use domain::{order::Stage, price_list::Surface};

use crate::{
    fake_host::FakeHost,
    lab::Lab,
    studio::{ORDER, Print, Studio, line, print},
};

async fn given(settings: &str) -> (FakeHost, Lab, [Vec<Print>; 2]) {
    let host = FakeHost::start().await;
    let studio = Studio::new(1);
    let lab = Lab::paired(&host, &studio).await;
    lab.configure(settings);
    let prints = [vec![print(0, 1, 480, 600)], vec![print(0, 3, 600, 400), print(1, 4, 400, 600)]];
    let mut lines = vec![line(1, 2, &prints[0]), line(2, 7, &prints[1])];
    (lines[1].width_in, lines[1].height_in, lines[1].surface) = (4.0, 6.0, Surface::Glossy);
    let files: Vec<&Print> = prints.iter().flatten().collect();
    studio.deliver(&host, &studio.manifest(1, lines), &files);
    (host, lab, prints)
}

fn last(host: &FakeHost) -> [Option<(Stage, bool)>; 2] {
    [1, 2].map(|line| host.stages(line, 1).last().copied())
}

/// Each `Filepath` is a print with the fields that hold at that moment: they are sticky.
fn read_text_ticket(path: &Path) -> Vec<BTreeMap<String, String>> {
    let text = std::fs::read_to_string(path).unwrap();
    assert!(!text.replace("\r\n", "").contains('\n'), "CRLF");
    let mut fields = BTreeMap::new();
    let mut prints = Vec::new();
    for line in text.lines().filter(|l| !l.is_empty()) {
        let (name, value) = line.split_once('=').unwrap();
        fields.insert(name.to_owned(), value.to_owned());
        if name == "Filepath" {
            prints.push(fields.clone());
        }
    }
    prints
}

const DARKROOM: &str = "printers.dr = { kind = 'darkroom', folder = 'dr', media = { lustre = 'Luster' },
        back_print_field = 'BackPrint', give_up_minutes = 0 }
    rules = [{ printer = 'dr' }]";

#[tokio::test]
async fn a_text_ticket_is_read_back_and_its_answers_are_heard() {
    let (host, lab, prints) = given(DARKROOM).await;
    // Nobody answers: after the time a person is asked.
    assert_eq!(lab.run(&["run", "--once"]).await.code, Some(3));
    let number = ORDER.number();
    let ticket = lab.path(&format!("dr/Order{number}.TXT"));
    let read = read_text_ticket(&ticket);
    assert_eq!(read.len(), 3);
    let copies: Vec<&str> = read.iter().map(|p| p["Qty"].as_str()).collect();
    assert_eq!(copies, ["2", "7", "7"]);
    assert_eq!(read.iter().map(|p| p["Size"].as_str()).collect::<Vec<_>>(), ["8x10", "4x6", "4x6"]);
    assert_eq!(read[0]["Media"], "Luster");
    assert_eq!(
        (read[0]["OrderLastName"].as_str(), read[0]["ExtOrderNum"].as_str()),
        ("Żółkiewska-Ørsted", number.as_str())
    );
    for (print, wanted) in read.iter().zip(prints.iter().flatten()) {
        assert!(std::fs::read(&print["Filepath"]).unwrap() == wanted.jpeg, "{print:?}");
    }
    // It fails.
    std::fs::rename(&ticket, lab.path("dr/was.bad")).unwrap();
    std::fs::write(lab.path(&format!("dr/Order{number}.err")), "No printer holds 8x10\r\n").unwrap();
    for line in ["1", "2"] {
        lab.run(&["release", &number, line]).await.ok();
    }
    assert_eq!(lab.run(&["run", "--once"]).await.code, Some(3));
    let holds = lab.run(&["hold", "list"]).await;
    assert!(holds.out.contains("No printer holds 8x10"), "{}", holds.out);
    assert_eq!(last(&host), [Some((Stage::Printing, true)); 2]);
    // Mended and released it goes in under a new name, and is processed.
    for line in ["1", "2"] {
        lab.run(&["release", &number, line]).await.ok();
    }
    assert_eq!(lab.run(&["run", "--once"]).await.code, Some(3));
    let again = lab.path(&format!("dr/Order{number}_2.TXT"));
    assert_eq!(read_text_ticket(&again).len(), 3);
    std::fs::create_dir(lab.path("dr/processed")).unwrap();
    std::fs::rename(&again, lab.path(&format!("dr/processed/Order{number}_2.TXT"))).unwrap();
    for line in ["1", "2"] {
        lab.run(&["release", &number, line]).await.ok();
    }
    lab.run(&["run", "--once"]).await.ok();
    assert_eq!(last(&host), [Some((Stage::Printed, false)); 2]);
}

const JSON: &str = "printers.mis = { kind = 'json_ticket', folder = 'mis', give_up_minutes = 0 }
    rules = [{ printer = 'mis' }]";

#[tokio::test]
async fn a_json_ticket_is_read_back_accepted_and_shipped() {
    let (host, lab, prints) = given(JSON).await;
    assert_eq!(lab.run(&["run", "--once"]).await.code, Some(3), "nobody has answered");
    let number = ORDER.number();
    let folder = lab.path(&format!("mis/{number}"));
    let ticket: serde_json::Value =
        serde_json::from_slice(&std::fs::read(folder.join("order.json")).unwrap()).unwrap();
    assert_eq!((ticket["number"].as_str(), ticket["prints"].as_u64()), (Some(number.as_str()), Some(16)));
    let pictures: Vec<&serde_json::Value> =
        ticket["lines"].as_array().unwrap().iter().flat_map(|l| l["pictures"].as_array().unwrap()).collect();
    assert_eq!(pictures.len(), 3);
    for (picture, wanted) in pictures.iter().zip(prints.iter().flatten()) {
        assert!(std::fs::read(folder.join(picture["file"].as_str().unwrap())).unwrap() == wanted.jpeg);
    }
    let release = async || {
        for line in ["1", "2"] {
            lab.run(&["release", &number, line]).await.ok();
        }
    };
    std::fs::write(folder.join("failed"), "no such product\n").unwrap();
    release().await;
    assert_eq!(lab.run(&["run", "--once"]).await.code, Some(3));
    assert!(lab.run(&["hold", "list"]).await.out.contains("no such product"));
    release().await;
    assert_eq!(lab.run(&["run", "--once"]).await.code, Some(3));
    let second = lab.path(&format!("mis/{number}_2"));
    std::fs::write(second.join("accepted"), "").unwrap();
    release().await;
    lab.run(&["run", "--once"]).await.ok();
    assert_eq!(last(&host), [Some((Stage::Printed, false)); 2]);
    std::fs::write(second.join("shipped"), r#"{"carrier":"DHL","tracking":"JD0001"}"#).unwrap();
    lab.run(&["run", "--once"]).await.ok();
    assert_eq!(last(&host), [Some((Stage::Shipped, false)); 2]);
    assert!(host.book().reports.iter().any(|r| r.tracking.as_deref() == Some("DHL JD0001")));
}
