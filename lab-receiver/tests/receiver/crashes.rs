//! A power cut at the worst moments: printed at most once by itself, and never silently not at all.

use domain::order::Stage;

use crate::{
    fake_host::FakeHost,
    lab::Lab,
    studio::{ORDER, Studio, line, print},
};

async fn delivered() -> (FakeHost, Lab) {
    let host = FakeHost::start().await;
    let studio = Studio::new(1);
    let lab = Lab::paired(&host, &studio).await;
    let prints = [print(0, 1, 300, 240)];
    studio.deliver(&host, &studio.manifest(1, vec![line(1, 2, &prints)]), &[&prints[0]]);
    (host, lab)
}

#[tokio::test]
async fn before_a_device_saw_anything_it_is_simply_continued() {
    for place in ["before-verified", "after-claim", "before-hand-over"] {
        let (host, lab) = delivered().await;
        lab.crash_at(place).await;
        assert!(!lab.prints().iter().any(|p| p.ends_with(".jpg")), "{place}: {:?}", lab.prints());
        lab.run(&["run", "--once"]).await.ok();
        assert_eq!(lab.prints().len(), 1, "{place}");
        assert_eq!(host.stages(1, 1).last(), Some(&(Stage::Printed, false)), "{place}");
        assert_eq!(host.stages(1, 1).len(), 4, "{place}: each stage once");
    }
}

#[tokio::test]
async fn files_that_are_still_in_the_hot_folder_were_handed_over() {
    let (host, lab) = delivered().await;
    lab.crash_at("after-hand-over").await;
    assert_eq!(lab.prints().len(), 1);
    lab.run(&["run", "--once"]).await.ok();
    assert_eq!(lab.prints().len(), 1);
    assert_eq!(host.stages(1, 1).last(), Some(&(Stage::Printed, false)));
}

#[tokio::test]
async fn files_that_are_gone_are_a_question_for_a_person() {
    for answer in ["--printed", "--print-again"] {
        let (host, lab) = delivered().await;
        lab.crash_at("after-hand-over").await;
        // The printer's software has taken the file; or was it never there?
        for file in lab.prints() {
            std::fs::remove_file(lab.path("hot").join(file)).unwrap();
        }
        assert_eq!(lab.run(&["run", "--once"]).await.code, Some(3));
        assert_eq!(lab.run(&["run", "--once"]).await.code, Some(3), "it stays on hold");
        assert!(lab.prints().is_empty(), "never printed again by itself");
        assert_eq!(host.stages(1, 1).last(), Some(&(Stage::Printing, true)));
        let number = ORDER.number();
        let holds = lab.run(&["hold", "list"]).await;
        assert!(
            holds.out.contains("was it printed?") && holds.out.contains("--print-again"),
            "{}",
            holds.out
        );
        assert_eq!(lab.run(&["release", &number, "1"]).await.code, Some(1));
        lab.run(&["release", &number, "1", answer]).await.ok();
        lab.run(&["run", "--once"]).await.ok();
        let expected: &[String] =
            if answer == "--printed" { &[] } else { &[format!("8x10_lustre/{number}_L01_1_x2_R1.jpg")] };
        assert_eq!(lab.prints(), expected);
        assert_eq!(host.stages(1, 1).last(), Some(&(Stage::Printed, false)));
    }
}

#[tokio::test]
async fn a_claim_that_an_old_journal_does_not_know_is_a_question_too() {
    let (host, lab) = delivered().await;
    // The journal before the order came, as a backup would have it.
    for file in ["lab.db", "lab.db-wal"] {
        let _ = std::fs::copy(lab.path(file), lab.path(&format!("{file}.old")));
    }
    lab.run(&["run", "--once"]).await.ok();
    for file in lab.prints() {
        std::fs::remove_file(lab.path("hot").join(file)).unwrap();
    }
    let _ = std::fs::remove_file(lab.path("lab.db-wal"));
    let _ = std::fs::remove_file(lab.path("lab.db-shm"));
    std::fs::rename(lab.path("lab.db.old"), lab.path("lab.db")).unwrap();
    assert_eq!(lab.run(&["run", "--once"]).await.code, Some(3));
    assert!(lab.prints().is_empty());
    assert!(lab.run(&["hold", "list"]).await.out.contains("old copy restored"));
    assert_eq!(host.book().claims.len(), 1);
}
