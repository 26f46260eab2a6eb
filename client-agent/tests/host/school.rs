//! A school day: 300 children on the roster, 120 orders, siblings in one bag, late orders, slips and labels.

use std::{collections::BTreeMap, path::Path, process::Command};

use domain::{
    Millis,
    geometry::{Size, centred},
    id::{GalleryId, OrderId},
    mail::Language,
    order::{ImageNode, Order, OrderState},
    place::{Address, Destination},
};
use serde_json::Value;

use super::{agent::Agent, fake::Host, labs::paired, orders};

const FIRST: [&str; 20] = [
    "Mia",
    "Noah",
    "Zoë",
    "Łucja",
    "Čeněk",
    "Jürgen",
    "Änne",
    "Őzséb",
    "Şirin",
    "Błażej",
    "Françoise",
    "Íñigo",
    "Åse",
    "Øyvind",
    "Ștefan",
    "Ģirts",
    "Ūla",
    "Ðorđe",
    "Ιωάννα",
    "Юлия",
];
const FAMILY: [&str; 15] = [
    "Berg",
    "Müller",
    "Dvořák",
    "Łukasiewicz",
    "Kovács",
    "Großmann",
    "Nguyễn",
    "Yılmaz",
    "O’Brien",
    "Świątek",
    "Žižka",
    "Țurcanu",
    "Ķirsis",
    "Brzęczyszczykiewiczówna-Nowosielska",
    "von der Hülsenbeck-Schöppenstedt",
];
const CLASSES: [&str; 12] = ["1a", "1b", "2a", "2b", "3a", "3b", "4a", "4b", "5a", "5b", "10a", "10b"];

/// Child `i` of 300: name and class.
fn child(i: usize) -> (String, &'static str) {
    (format!("{} {}", FIRST[i % 20], FAMILY[i / 20]), CLASSES[(i * 7) % 12])
}

struct School {
    host: Host,
    agent: Agent,
    gallery: GalleryId,
    nodes: Vec<ImageNode>,
}

/// A picture of each child, scanned, with the roster; and a gallery of them.
fn school() -> School {
    let host = Host::start();
    let agent = Agent::at(&host);
    paired(&host, &agent);
    let photos = agent.photos();
    std::fs::create_dir_all(&photos).unwrap();
    let mut roster = String::from("file,subject,group\n");
    for i in 0..300_usize {
        let [r, g] = (i as u16).to_be_bytes();
        let picture = image::RgbImage::from_fn(24, 16, |x, _| image::Rgb([r, g, (x * 9) as u8]));
        picture.save(photos.join(format!("c{i:03}.png"))).unwrap();
        let (name, class) = child(i);
        roster.push_str(&format!("c{i:03},{name},{class}\n"));
    }
    // Mia Berg and Noah Berg in one picture.
    let (noah, class) = child(1);
    roster.push_str(&format!("c000,{noah},{class}\n"));
    std::fs::write(photos.join("roster.csv"), roster).unwrap();
    agent.run(&["scan", photos.to_str().unwrap()]).ok();
    agent.run(&["import-metadata", photos.join("roster.csv").to_str().unwrap()]).ok();
    agent.run(&["gallery", "create", "Schulfoto Łódź", "--from", photos.to_str().unwrap()]).ok();
    let id: String = agent.catalog().query_row("SELECT id FROM gallery", [], |r| r.get(0)).unwrap();
    let gallery = id.parse().unwrap();
    let machine = agent.machine();
    let db = agent.catalog();
    let mut nodes = Vec::new();
    // The size a camera has: what is looked at here is paper, not pixels.
    let frame = Size::new(6000, 4000);
    for i in 0..300 {
        let name = format!("c{i:03}.png");
        let sql =
            "SELECT v.photo, v.hash FROM place p JOIN version v ON v.hash = p.version WHERE p.name = ?1";
        let (photo, hash): (String, Vec<u8>) =
            db.query_row(sql, [&name], |r| Ok((r.get(0)?, r.get(1)?))).unwrap();
        nodes.push(ImageNode {
            gallery,
            photo: photo.parse().unwrap(),
            version: domain::hash::VersionHash(hash.try_into().unwrap()),
            home: machine,
            frame,
            crop: centred(frame, 4, 6),
            file_name: name,
        });
    }
    School { host, agent, gallery, nodes }
}

impl School {
    fn order(&self, n: usize, pictures: &[usize], child: &str, class: &str, until: Millis) -> Order {
        let mut order = orders::order(1, pictures.iter().map(|i| self.nodes[*i].clone()).collect());
        let mut id = [7; 16];
        id[..2].copy_from_slice(&(n as u16).to_be_bytes());
        order.id = OrderId::from_bytes(id);
        order.placed_at = Millis(order.placed_at.0 + n as i64);
        order.note = n.is_multiple_of(10).then(|| "bitte an die Großeltern".into());
        order.language = Language::parse(if n.is_multiple_of(2) { "de" } else { "en" }).ok();
        order.destination = Destination::ShipToSchool {
            school: "Grundschule am Weiher, Köpenick".into(),
            class: Some(class.into()).filter(|c: &String| !c.is_empty()),
            child: child.into(),
        };
        order.batch_until = Some(until);
        order
    }

    fn place_all(&self, until: Millis) -> Vec<Order> {
        let mut all = Vec::new();
        for n in 0..117 {
            // Noah's pictures are in his sister's order.
            let i = if n == 0 { 0 } else { (7 * n + 2) % 300 };
            let (name, class) = child(i);
            let several: Vec<usize> = if n == 7 { vec![i; 60] } else { vec![i; 1 + n % 4] };
            // A parent types the class as she likes, or leaves it out.
            let typed = if n % 3 == 0 { String::new() } else { class.to_uppercase() };
            all.push(self.order(n, &several, &name, &typed, until));
        }
        // Two late ones, and one whose buyer wanted it at home.
        for n in 117..120 {
            let mut late = self.order(n, &[2 * n + 2], "", "", until);
            late.batch_until = None;
            late.destination = Destination::ShipTo {
                address: Address {
                    name: "Ada Müller".into(),
                    line1: "Seestr. 1".into(),
                    line2: None,
                    postal_code: "12555".into(),
                    city: "Berlin".into(),
                    region: None,
                    country: "DE".into(),
                },
            };
            all.push(late);
        }
        for order in &all {
            self.host.place(order.clone());
        }
        all
    }
}

/// What an independent reader finds on each page; `None` where poppler is not installed.
fn pages(pdf: &Path) -> Option<Vec<String>> {
    let Ok(out) = Command::new("pdftotext").args(["-layout", "-enc", "UTF-8"]).arg(pdf).arg("-").output()
    else {
        eprintln!("skipped: pdftotext is not installed (Debian: poppler-utils)");
        return None;
    };
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    let text = String::from_utf8(out.stdout).unwrap();
    Some(text.trim_end_matches('\u{c}').split('\u{c}').map(str::to_owned).collect())
}

#[test]
fn a_school_day_is_collected_packed_and_released_as_one() {
    let school = school();
    let agent = &school.agent;
    agent.set_config("[orders]\nrelease = [\"auto\"]\n");
    let tomorrow = Millis(jiff::Timestamp::now().as_millisecond() + Millis::DAY);
    let orders = school.place_all(tomorrow);

    // Whatever the rules say, orders for school wait for their day; those that go home do not.
    agent.run(&["orders", "sync"]);
    let placed = |state: OrderState| school.host.state().orders.values().filter(|o| o.state == state).count();
    assert_eq!((placed(OrderState::Placed), placed(OrderState::Approved)), (117, 3));
    let waiting: String = agent
        .catalog()
        .query_row("SELECT waiting FROM job WHERE state = 'placed' LIMIT 1", [], |r| r.get(0))
        .unwrap();
    assert!(waiting.starts_with("collected with the other orders of its school until "), "{waiting}");

    let shown = agent.json(&["batch", "show", "Schulfoto Łódź"]);
    assert_eq!(shown["gallery"], Value::from(school.gallery.to_string()));
    assert_eq!((shown["orders"].as_u64(), shown["home"].as_u64()), (Some(117), Some(3)));
    assert_eq!(shown["collecting"], true);
    let bags = shown["bags"].as_array().unwrap();
    let class = |bag: &Value| bag["children"][0]["class"].as_str().unwrap().to_owned();
    let place: BTreeMap<&str, usize> = CLASSES.iter().enumerate().map(|(i, c)| (*c, i)).collect();
    assert!(bags.windows(2).all(|w| place[&*class(&w[0])] <= place[&*class(&w[1])]), "10a comes after 5b");
    let shared: Vec<&Value> = bags.iter().filter(|b| b["children"].as_array().unwrap().len() > 1).collect();
    assert_eq!(shared.len(), 1);
    assert_eq!(shared[0]["children"][0]["name"], "Mia Berg");
    assert_eq!(shared[0]["children"][1]["name"], "Noah Berg");

    papers(&school, &orders);

    let early = agent.run(&["batch", "release", "Schulfoto Łódź"]);
    assert_eq!(early.code, 1);
    assert!(early.err.contains("are still collected") && early.err.contains("--early"), "{}", early.err);
    agent
        .run(&["orders", "hold", &orders[5].id.number(), "--reason", "the parents ask for another picture"])
        .ok();
    // One child's picture is exported again in another shape: its crop has to be looked at.
    image::RgbImage::new(20, 16).save(agent.photos().join("c044.png")).unwrap();
    agent.run(&["scan", agent.photos().to_str().unwrap()]).ok();
    let released = agent.run(&["--json", "batch", "release", "Schulfoto Łódź", "--early"]);
    assert_eq!(released.code, 3, "{}", released.err);
    let released = released.json();
    assert_eq!(released["released"], 115);
    let behind = released["behind"].as_array().unwrap();
    let why = |order: &Order| {
        let row = behind.iter().find(|b| b["number"] == order.id.number().as_str());
        row.and_then(|b| b["why"].as_str()).unwrap_or_default()
    };
    assert_eq!(behind.len(), 2, "{behind:?}");
    assert!(why(&orders[5]).contains("another picture"), "{behind:?}");
    assert!(why(&orders[6]).contains("exported again in other dimensions"), "{behind:?}");
    assert_eq!((placed(OrderState::Placed), placed(OrderState::Approved)), (2, 118));
}

fn papers(school: &School, orders: &[Order]) {
    let agent = &school.agent;
    let at = |name: &str| agent.photos().join(name);
    let (slips, priced, labels) = (at("slips.pdf"), at("priced.pdf"), at("labels.pdf"));
    let said = agent.json(&["batch", "slips", "Schulfoto Łódź", slips.to_str().unwrap()]);
    assert_eq!(said["slips"], 117);
    agent.run(&["batch", "slips", "Schulfoto Łódź", priced.to_str().unwrap(), "--prices"]).ok();
    let said = agent.json(&["batch", "labels", "Schulfoto Łódź", labels.to_str().unwrap(), "--skip", "4"]);
    // 117 bags and Noah's.
    assert_eq!((said["labels"].as_u64(), said["sheets"].as_u64()), (Some(118), Some(6)));
    if let Ok(kept) = std::env::var("DARKSLIDE_KEEP_PAPERS") {
        for pdf in [&slips, &priced, &labels] {
            std::fs::copy(pdf, Path::new(&kept).join(pdf.file_name().unwrap())).unwrap();
        }
    }

    let Some(slip_pages) = pages(&slips) else { return };
    // One order is longer than a page.
    assert_eq!(slip_pages.len(), 118);
    let number = |i: usize| orders[i].id.number();
    for order in &orders[..117] {
        assert!(slip_pages.iter().any(|p| p.contains(&order.id.number())), "{}", order.id.number());
    }
    for (i, (family, seen)) in FAMILY.iter().zip(std::iter::repeat(&slip_pages)).enumerate() {
        // Long names are broken over lines, never cut on a slip.
        let word = family.split(' ').next_back().unwrap();
        assert!(i >= 12 || seen.iter().any(|p| p.contains(word)), "{family}");
    }
    let mias = slip_pages.iter().find(|p| p.contains(&number(0))).unwrap();
    assert!(mias.contains("Mia Berg") && mias.contains("mit Noah Berg (4b)"), "{mias}");
    assert!(mias.contains("Lieferschein") && mias.contains("bitte an die Großeltern"), "{mias}");
    assert!(!slip_pages.iter().any(|p| p.contains("EUR")), "without prices");
    let Some(priced_pages) = pages(&priced) else { return };
    let mias = priced_pages.iter().find(|p| p.contains(&number(0))).unwrap();
    assert!(mias.contains("3.00 EUR") && mias.contains("Gesamt (noch nicht bezahlt)"), "{mias}");

    let Some(sheets) = pages(&labels) else { return };
    let text = sheets.join("\n");
    let count = |what: &str| text.matches(what).count();
    assert_eq!((count("mit Noah Berg (4b)"), count("mit Mia Berg (1a)")), (1, 1));
    for name in
        ["Łucja", "Čeněk", "Őzséb", "Şirin", "Błażej", "Ștefan", "Ūla", "Nguyễn", "Świątek", "Žižka", "Юлия"]
    {
        assert!(count(name) > 0, "{name}");
    }
}
