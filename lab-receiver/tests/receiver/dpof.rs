//! Minilabs by DPOF: read back by an independent reader, with a controller that takes, refuses, is slow or
//! loses an order.

use std::time::{Duration, Instant};

use domain::{order::Stage, price_list::Surface};

use crate::{
    fake_host::FakeHost,
    lab::Lab,
    minilab::{Habit, Minilab},
    studio::{ORDER, Print, Studio, line, print},
};

struct Given {
    host: FakeHost,
    lab: Lab,
    minilab: Minilab,
    prints: [Vec<Print>; 3],
}

fn settings(dialect: &str, more: &str) -> String {
    format!(
        "printers.qss = {{ kind = 'dpof', folder = 'qss', dialect = '{dialect}',
            channels = {{ '8x10_lustre' = 12, '4x6' = 3 }}{more} }}
         rules = [{{ printer = 'qss' }}]"
    )
}

/// Three lines: 8 × 10 lustre, 4 × 6 glossy, and a package of two at 8 × 10 lustre.
async fn given(habit: Habit, settings: &str) -> Given {
    let host = FakeHost::start().await;
    let studio = Studio::new(1);
    let lab = Lab::paired(&host, &studio).await;
    lab.configure(settings);
    let minilab = Minilab::watch(lab.path("qss"), habit);
    let prints = [
        vec![print(0, 1, 480, 600)],
        vec![print(0, 2, 600, 400)],
        vec![print(0, 3, 480, 600), print(1, 4, 480, 600)],
    ];
    let mut lines = vec![line(1, 2, &prints[0]), line(2, 1, &prints[1]), line(3, 25, &prints[2])];
    (lines[1].width_in, lines[1].height_in, lines[1].surface) = (4.0, 6.0, Surface::Glossy);
    lines[1].back_print = String::new();
    lines[0].back_print = "Größe \"A\"".into();
    let files: Vec<&Print> = prints.iter().flatten().collect();
    studio.deliver(&host, &studio.manifest(1, lines), &files);
    Given { host, lab, minilab, prints }
}

fn last(host: &FakeHost) -> Vec<Option<(Stage, bool)>> {
    (1..=3).map(|line| host.stages(line, 1).last().copied()).collect()
}

const PRINTED: Option<(Stage, bool)> = Some((Stage::Printed, false));

#[tokio::test]
async fn every_dialect_is_printed_as_it_was_ordered() {
    for (dialect, more) in [
        ("noritsu", ""),
        ("noritsu", ", images = '', spaces = false, revision = '01.10', customer_id = 'number'"),
        ("epson", ""),
        ("camera", ""),
    ] {
        let Given { host, lab, minilab, prints } = given(Habit::Takes, &settings(dialect, more)).await;
        lab.run(&["run", "--once"]).await.ok();
        assert_eq!(last(&host), [PRINTED; 3], "{dialect} {:?}", minilab.refused());
        let number = ORDER.number();
        assert_eq!(minilab.folders(), [format!("e{number}_4x6"), format!("e{number}_8x10")], "{dialect}");
        let printed = minilab.printed();
        let of = |print: &Print| {
            let found: Vec<_> = printed.iter().filter(|p| p.jpeg == print.jpeg).collect();
            assert_eq!(found.len(), 1, "{dialect}: each file once");
            found[0].clone()
        };
        assert_eq!(printed.len(), 4);
        assert_eq!(
            [of(&prints[0][0]).copies, of(&prints[1][0]).copies, of(&prints[2][1]).copies],
            [2, 1, 25]
        );
        let (big, small) = (of(&prints[0][0]), of(&prints[1][0]));
        if dialect == "camera" {
            assert!(big.channel.is_none() && big.back.is_empty());
            continue;
        }
        assert_eq!((big.channel.as_deref(), small.channel.as_deref()), (Some("012"), Some("003")));
        assert_eq!(big.back, ["Grosse 'A'".to_owned(), format!("{number} L01-1")]);
        assert_eq!(small.back, [format!("{number} L02-1")], "nothing to print is no empty text");
        assert_eq!(big.size.as_deref(), (dialect == "noritsu").then_some("8x10"));
    }
}

#[tokio::test]
async fn a_refused_order_waits_with_the_reason_and_goes_in_again_when_released() {
    let Given { host, lab, minilab, .. } = given(Habit::Refuses, &settings("noritsu", "")).await;
    assert_eq!(lab.run(&["run", "--once"]).await.code, Some(3));
    assert!(minilab.printed().is_empty());
    let holds = lab.run(&["hold", "list"]).await;
    let number = ORDER.number();
    assert!(holds.out.contains(&format!("q{number}_8x10")) && holds.out.contains("refused"), "{}", holds.out);
    assert!(holds.out.contains(&format!("release {number} 2")), "{}", holds.out);
    assert_eq!(last(&host), [Some((Stage::Printing, true)); 3], "the studio sees it too");
    minilab.now(Habit::Takes);
    assert_eq!(lab.run(&["run", "--once"]).await.code, Some(3), "not by itself");
    assert!(minilab.printed().is_empty());
    for line in ["1", "2", "3"] {
        lab.run(&["release", &number, line]).await.ok();
    }
    lab.run(&["run", "--once"]).await.ok();
    assert_eq!(last(&host), [PRINTED; 3]);
    assert_eq!(minilab.printed().len(), 4);
    assert!(minilab.folders().contains(&format!("e{number}_8x10_2")), "{:?}", minilab.folders());
}

#[tokio::test]
async fn a_slow_controller_is_waited_for_and_a_silent_one_is_asked_about() {
    let slow = Habit::Slow(Duration::from_secs(2));
    let Given { host, lab, minilab, .. } = given(slow, &settings("epson", "")).await;
    let began = Instant::now();
    lab.run(&["run", "--once"]).await.ok();
    assert!(began.elapsed() >= Duration::from_secs(4), "two folders, two seconds each");
    assert_eq!((last(&host), minilab.printed().len()), (vec![PRINTED; 3], 4));

    let asleep = Habit::Slow(Duration::from_secs(6));
    let Given { host, lab, minilab, .. } = given(asleep, &settings("epson", ", give_up_minutes = 0")).await;
    assert_eq!(lab.run(&["run", "--once"]).await.code, Some(3));
    let holds = lab.run(&["hold", "list"]).await;
    assert!(holds.out.contains("does it run") && holds.out.contains("Release looks again"), "{}", holds.out);
    minilab.now(Habit::Takes);
    let waited = Instant::now();
    while minilab.printed().len() < 4 {
        assert!(waited.elapsed() < Duration::from_secs(60), "{:?}", minilab.folders());
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    for line in ["1", "2", "3"] {
        lab.run(&["release", &ORDER.number(), line]).await.ok();
    }
    lab.run(&["run", "--once"]).await.ok();
    assert_eq!(
        (last(&host), minilab.printed().len()),
        (vec![PRINTED; 3], 4),
        "looked again, not printed again"
    );
}

#[tokio::test]
async fn an_order_that_disappears_is_a_question_for_a_person() {
    let Given { host, lab, minilab, .. } = given(Habit::Loses, &settings("noritsu", "")).await;
    assert_eq!(lab.run(&["run", "--once"]).await.code, Some(3));
    assert_eq!(lab.run(&["run", "--once"]).await.code, Some(3));
    assert_eq!((last(&host), minilab.printed().len()), (vec![Some((Stage::Printing, true)); 3], 4));
    let number = ORDER.number();
    let early = lab.run(&["release", &number, "1"]).await;
    assert!(early.code == Some(1) && early.err.contains("--print-again"), "{}", early.err);
    minilab.now(Habit::Takes);
    lab.run(&["release", &number, "1", "--print-again"]).await.ok();
    lab.run(&["release", &number, "2", "--printed"]).await.ok();
    lab.run(&["release", &number, "3", "--printed"]).await.ok();
    lab.run(&["run", "--once"]).await.ok();
    assert_eq!(last(&host), [PRINTED; 3]);
    assert_eq!(minilab.printed().len(), 5, "one line again, because a person said so");
    assert!(minilab.folders().contains(&format!("e{number}_8x10_R1")), "{:?}", minilab.folders());

    // Where the controller deletes what it printed, that is its answer.
    let removed = settings("noritsu", ", printed_when = 'removed'");
    let Given { host, lab, minilab: _kept, .. } = given(Habit::Loses, &removed).await;
    lab.run(&["run", "--once"]).await.ok();
    assert_eq!(last(&host), [PRINTED; 3]);
}

#[tokio::test]
async fn a_power_cut_while_handing_over_prints_once_or_asks() {
    // Nothing was visible yet: simply continued.
    let Given { host, lab, minilab, .. } = given(Habit::Takes, &settings("noritsu", "")).await;
    lab.crash_at("before-hand-over").await;
    assert!(minilab.folders().iter().all(|f| f.starts_with('p')), "{:?}", minilab.folders());
    lab.run(&["run", "--once"]).await.ok();
    assert_eq!((last(&host), minilab.printed().len()), (vec![PRINTED; 3], 4));

    // It was visible, and the controller took and answered while the receiver was dead.
    let Given { host, lab, minilab, .. } = given(Habit::Takes, &settings("noritsu", "")).await;
    lab.crash_at("after-hand-over").await;
    let waited = Instant::now();
    while !minilab.folders().iter().any(|f| f.starts_with('e')) {
        assert!(waited.elapsed() < Duration::from_secs(20));
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    lab.run(&["run", "--once"]).await.ok();
    assert_eq!((last(&host), minilab.printed().len()), (vec![PRINTED; 3], 4));

    // It was visible, and is gone without an answer: nobody knows.
    let Given { host, lab, minilab, .. } = given(Habit::Loses, &settings("noritsu", "")).await;
    lab.crash_at("after-hand-over").await;
    while minilab.printed().is_empty() {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let before = minilab.printed().len();
    minilab.now(Habit::Takes);
    assert_eq!(lab.run(&["run", "--once"]).await.code, Some(3));
    assert!(minilab.printed().len() <= 4, "{before} before; the other folder may have gone in, none twice");
    let holds = lab.run(&["hold", "list"]).await;
    assert!(holds.out.contains("was it printed?") && holds.out.contains("--print-again"), "{}", holds.out);
    assert!(last(&host).contains(&Some((Stage::Printing, true))));
}

#[tokio::test]
async fn a_size_without_a_channel_waits_until_lab_toml_names_one() {
    let without =
        "printers.qss = { kind = 'dpof', folder = 'qss', dialect = 'noritsu', channels = { '4x6' = 3 } }
                   rules = [{ printer = 'qss' }]";
    let Given { host, lab, minilab, .. } = given(Habit::Takes, without).await;
    assert_eq!(lab.run(&["run", "--once"]).await.code, Some(3));
    assert_eq!(minilab.printed().len(), 1, "the size that has one is printed");
    let holds = lab.run(&["hold", "list"]).await;
    assert!(holds.out.contains("8x10_lustre") && holds.out.contains("channels"), "{}", holds.out);
    lab.configure(&settings("noritsu", ""));
    for line in ["1", "3"] {
        lab.run(&["release", &ORDER.number(), line]).await.ok();
    }
    lab.run(&["run", "--once"]).await.ok();
    assert_eq!((last(&host), minilab.printed().len()), (vec![PRINTED; 3], 4));
}

#[tokio::test]
async fn a_remake_is_a_folder_of_its_own() {
    let Given { host, lab, minilab, prints } = given(Habit::Takes, &settings("noritsu", "")).await;
    lab.run(&["run", "--once"]).await.ok();
    let number = ORDER.number();
    lab.run(&["remake", &number, "3", "--reason", "scratched"]).await.ok();
    lab.run(&["run", "--once"]).await.ok();
    assert!(minilab.folders().contains(&format!("e{number}_8x10_A2")), "{:?}", minilab.folders());
    let again: Vec<_> = minilab.printed().split_off(4);
    assert_eq!(again.len(), 2);
    assert!(again[0].jpeg == prints[2][0].jpeg && again[0].copies == 25);
    assert_eq!(host.stages(3, 2).last(), Some(&(Stage::Printed, false)));
}
