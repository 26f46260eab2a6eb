//! Many small orders over a bad line, to a receiver that is killed again and again: doorbells that repeat, come
//! in disorder or never, requests and answers that are lost. Nothing is lost, nothing printed twice without a
//! person, and each doubt is a hold with a next step.
//!
//! 100 orders here; `make stress` has 2,000 (`DARKSLIDE_STRESS`). `DARKSLIDE_STRESS_SEED` repeats a run.

use std::{
    collections::BTreeMap,
    path::Path,
    process::Stdio,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use domain::{id::OrderId, order::Stage};
use wire::queue::{Doorbell, QueueMessage};

use crate::{
    fake_host::{Chance, FakeHost, Faults, LAB},
    lab::Lab,
    studio::{Studio, line, print},
};

fn number(name: &str, usual: u64) -> u64 {
    std::env::var(name).ok().and_then(|v| v.parse().ok()).unwrap_or(usual)
}

/// The printer's software: takes what it sees, and remembers.
fn press(hot: &Path, stop: Arc<AtomicBool>) -> Arc<Mutex<Vec<String>>> {
    let (hot, taken) = (hot.to_owned(), Arc::<Mutex<Vec<String>>>::default());
    let sheets = taken.clone();
    std::thread::spawn(move || {
        while !stop.load(Ordering::SeqCst) {
            for folder in std::fs::read_dir(&hot).into_iter().flatten().flatten() {
                for file in std::fs::read_dir(folder.path()).into_iter().flatten().flatten() {
                    let name = file.file_name().into_string().unwrap();
                    if !name.starts_with('.') && std::fs::remove_file(file.path()).is_ok() {
                        taken.lock().unwrap().push(name);
                    }
                }
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    });
    sheets
}

#[tokio::test]
async fn a_bad_line_and_a_killed_receiver_lose_nothing_and_print_nothing_twice() {
    let orders = number("DARKSLIDE_STRESS", 100);
    let seed = number("DARKSLIDE_STRESS_SEED", u64::from(std::process::id()) * 7919 + 17);
    println!("DARKSLIDE_STRESS={orders} DARKSLIDE_STRESS_SEED={seed}");
    let mut chance = Chance(seed | 1);
    let host = FakeHost::start().await;
    let studio = Studio::new(1);
    let lab = Lab::paired(&host, &studio).await;
    lab.configure(
        "printers.hot = { kind = 'hot_folder', folder = 'hot', printed_when = 'removed' }\nrules = [{ printer = 'hot' }]\nlease_seconds = 15",
    );
    let stop = Arc::<AtomicBool>::default();
    let sheets = press(&lab.path("hot"), stop.clone());

    // Every delivery is in the host's book; its doorbell is another matter.
    let mut bells = Vec::new();
    let mut ids = Vec::new();
    let pictures: Vec<_> = (0..8u8).map(|n| [print(0, n, 60, 75)]).collect();
    for n in 0..orders {
        let mut id = [7u8; 16];
        id[..8].copy_from_slice(&n.wrapping_mul(0x9E37_79B9_7F4A_7C15).to_be_bytes());
        let files = &pictures[(n % 8) as usize];
        let mut manifest = studio.manifest(1, vec![line(1, 1 + (n % 3) as u32, files)]);
        manifest.order = OrderId::from_bytes(id);
        manifest.number = manifest.order.number();
        studio.deliver(&host, &manifest, &[&files[0]]);
        ids.push(manifest.order);
        let body = serde_json::to_string(&Doorbell::Delivery { order: manifest.order, lab: LAB, attempt: 1 })
            .unwrap();
        if !chance.percent(5) {
            bells.push(body.clone());
        }
        if chance.percent(30) {
            bells.push(body);
        }
    }
    for at in 0..bells.len() {
        if chance.percent(30) {
            let other = chance.below(bells.len() as u64) as usize;
            bells.swap(at, other);
        }
    }
    host.book().faults = Some(Faults { chance: Chance(seed.rotate_left(17) | 1), lost: 5 });

    let began = Instant::now();
    let limit = Duration::from_secs(300 + orders * 3);
    let mut bells = bells.into_iter().enumerate().peekable();
    let mut kills = 0;
    let printed =
        || host.book().reports.iter().flat_map(|r| &r.lines).filter(|l| l.stage == Stage::Printed).count();
    let mut settled = BTreeMap::<String, u32>::new();
    loop {
        assert!(
            began.elapsed() < limit,
            "{} of {orders} after {:?}, {kills} kills",
            printed(),
            began.elapsed()
        );
        {
            let mut book = host.book();
            for (n, body) in bells.by_ref().take(40) {
                book.messages.push(QueueMessage { receipt: format!("r{n}"), body, receives: 1 });
            }
        }
        let mut running = lab.command(&["run"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        tokio::time::sleep(Duration::from_millis(1_500 + chance.below(4_000))).await;
        running.kill().await.unwrap();
        kills += 1;
        // A person answers what is asked, by looking at what the printer put out.
        for hold in lab.run(&["--json", "hold", "list"]).await.json().as_array().unwrap() {
            let order = hold["number"].as_str().unwrap();
            assert!(hold["commands"].as_array().is_some_and(|c| !c.is_empty()), "a next step: {hold}");
            assert_eq!(hold["kind"], "uncertain", "{hold}");
            let there = sheets.lock().unwrap().iter().any(|s| s.starts_with(order));
            let answer = if there { "--printed" } else { "--print-again" };
            lab.run(&["release", order, "1", answer]).await.ok();
            *settled.entry(order.to_owned()).or_default() += 1;
        }
        if printed() as u64 >= orders {
            break;
        }
    }
    host.book().faults = None;
    lab.run(&["run", "--once"]).await.ok();
    stop.store(true, Ordering::SeqCst);

    let mut copies = BTreeMap::<&str, u32>::new();
    let sheets = sheets.lock().unwrap().clone();
    for sheet in &sheets {
        *copies.entry(&sheet[..9]).or_default() += 1;
    }
    println!(
        "{orders} orders in {:.0} s: {kills} kills, {} doubts settled by a person, {} sheets",
        began.elapsed().as_secs_f64(),
        settled.values().sum::<u32>(),
        sheets.len()
    );
    for id in &ids {
        let number = id.number();
        assert_eq!(
            copies.get(number.as_str()),
            Some(&1),
            "order {number}; asked about {:?}",
            settled.get(&number)
        );
        let last = host
            .book()
            .reports
            .iter()
            .filter(|r| r.order == *id)
            .flat_map(|r| &r.lines)
            .map(|l| l.stage)
            .max();
        assert_eq!(last, Some(Stage::Printed), "order {number}");
    }
    assert_eq!(sheets.len() as u64, orders);
}
