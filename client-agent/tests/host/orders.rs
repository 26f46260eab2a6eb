//! Orders from the host's listing to the lab's manifest.

use std::collections::BTreeMap;

use domain::{
    Millis,
    geometry::{Crop, Rect, Size},
    hash::Sha256,
    id::{LabId, OrderId, PriceListId, VisitorId},
    money::{Currency, Money},
    order::{ImageNode, LineStatus, Order, OrderLine, OrderState, PaymentMethod, Stage},
    place::{Customer, Destination},
    price_list::Surface,
    studio::PublicKey,
};
use wire::manifest::Manifest;

use super::{
    agent::{Agent, draw},
    fake::{Host, STUDIO},
    labs::paired,
};

pub const LAB: LabId = LabId::from_bytes([3; 16]);

/// One 4 × 6 print of each picture.
pub fn order(seed: u8, pictures: Vec<ImageNode>) -> Order {
    let status =
        LineStatus { stage: Stage::Placed, attempt: 1, hold: None, lab: None, updated_at: Millis(1) };
    let price = Money::new(300, Currency::EUR);
    let total = Money::new(300 * pictures.len() as i64, Currency::EUR);
    let line = |(no, node): (u32, ImageNode)| OrderLine {
        no,
        product: "4x6".into(),
        product_name: "4 × 6".into(),
        width_in: 4.0,
        height_in: 6.0,
        surface: Surface::Lustre,
        quantity: 1,
        unit_price: price,
        total: price,
        nodes: vec![node],
        kind: Default::default(),
        package: None,
        homes: Default::default(),
        status: status.clone(),
    };
    Order {
        id: OrderId::from_bytes([seed; 16]),
        studio: STUDIO,
        visitor: VisitorId::from_bytes([1; 16]),
        placed_at: Millis(1_700_000_000_000),
        customer: Customer { name: "Ada".into(), email: Some("ada@example.com".into()), phone: None },
        destination: Destination::PickUp,
        note: Some("two for grandma".into()),
        language: None,
        price_list: (PriceListId::from_bytes([1; 16]), 1),
        lines: (1..).zip(pictures).map(line).collect(),
        subtotal: total,
        shipping: Money::new(0, Currency::EUR),
        total,
        charges: Default::default(),
        payment: PaymentMethod::PayStudio,
        settlement: Default::default(),
        paid_at: None,
        state: OrderState::Placed,
        state_at: Millis(1_700_000_000_000),
        routes: BTreeMap::new(),
        batch_until: None,
        handling: Default::default(),
        revision: 1,
    }
}

#[test]
fn approved_by_hand_it_is_rendered_as_cropped_signed_and_sent_once() {
    let host = Host::start();
    let agent = Agent::at(&host);
    paired(&host, &agent);
    let mut node = agent.picture("one.jpg", 1);
    // The right upper corner, as a portrait: 400 × 600 of 1500 × 1000 pixels.
    node.crop = Crop {
        rect: Rect { x: 1100.0 / 1500.0, y: 0.0, width: 400.0 / 1500.0, height: 0.6 },
        aspect: Some((4, 6)),
        ..Crop::FULL
    };
    let id = host.place(order(9, vec![node.clone()]));

    let synced = agent.json(&["orders", "sync"]);
    assert_eq!((synced["open"].as_u64(), synced["done"].as_u64()), (Some(1), Some(0)));
    assert!(host.state().jobs[&(id, agent.machine())].acknowledged);
    assert!(host.state().files.is_empty(), "nothing leaves before the approval");

    let approved = agent.run(&["orders", "approve", &id.number().to_lowercase()]).ok();
    assert!(approved.out.contains("is approved: 1 print to Fine Lab"), "{}", approved.out);
    agent.run(&["orders", "sync"]).ok();

    let envelope = host.manifests().pop().expect("a manifest");
    assert!(envelope.certificate.is_valid());
    assert_eq!(Some(envelope.certificate.studio_key), host.state().studio_key);
    let manifest: Manifest = envelope.manifest.open(&envelope.certificate.device_key).unwrap();
    assert_eq!((manifest.order, manifest.lab, manifest.attempt), (id, LAB, 1));
    assert_eq!((manifest.machine, manifest.parts.as_slice()), (agent.machine(), &[agent.machine()][..]));
    assert_eq!(manifest.note.as_deref(), Some("two for grandma"));
    let line = &manifest.lines[0];
    assert_eq!(line.back_print, format!("{}/1 one", id.number()));
    let file = &line.files[0];
    assert_eq!((file.width, file.height, file.ppi, file.effective_ppi), (1200, 1800, 300, 100));
    assert_eq!((file.version, file.crop), (node.version, node.crop));

    let stored = host.state().stored.clone();
    assert_eq!(stored.len(), 2, "{stored:?}");
    assert!(stored[1].ends_with("manifest.json"), "the manifest comes last");
    let bytes = host.state().files[&stored[0]].clone();
    assert_eq!((Sha256::of(&bytes), bytes.len() as u64), (file.sha256, file.length));
    let print = image::load_from_memory(&bytes).unwrap().to_rgb8();
    assert_eq!(print.dimensions(), (1200, 1800));
    // The drawing's red is x / 6 and its green y / 4: corners of the crop, upright.
    for (x, y, red, green) in
        [(30, 30, 185, 2), (1170, 30, 248, 2), (30, 1770, 185, 147), (1170, 1770, 248, 147)]
    {
        let [r, g, _] = print.get_pixel(x, y).0;
        assert!(r.abs_diff(red) <= 6 && g.abs_diff(green) <= 6, "at {x},{y}: {r},{g} for {red},{green}");
    }

    // Repeating everything sends nothing again.
    agent.run(&["orders", "approve", &id.number()]).ok();
    agent.run(&["orders", "sync"]).ok();
    assert_eq!(host.state().stored.len(), 2);
    assert_eq!(host.requests("/relay "), 2, "one grant for the file, one for the manifest");
    let left = std::fs::read_dir(agent.profile().join("prints")).unwrap().flatten();
    assert_eq!(left.filter(|e| e.path().is_dir()).count(), 0, "print files are removed when sent");
}

#[test]
fn an_unrouted_line_names_the_command() {
    let host = Host::start();
    let agent = Agent::at(&host);
    let id = host.place(order(9, vec![agent.picture("one.jpg", 1)]));
    let refused = agent.run(&["orders", "approve", &id.number()]);
    assert_eq!(refused.code, 1);
    assert!(refused.err.contains("no lab prints 4x6 yet"), "{}", refused.err);
    assert!(refused.err.contains("darkslide lab use"), "{}", refused.err);
}

#[test]
fn rules_release_but_a_soft_print_waits_for_a_hand() {
    let host = Host::start();
    let agent = Agent::at(&host);
    paired(&host, &agent);
    agent.set_config("[orders]\nrelease = [\"when paid\"]\n");
    let node = agent.picture("one.jpg", 1);
    let paid = host.place(order(9, vec![node.clone()]));
    let mut soft_node = node;
    soft_node.crop.rect = Rect { x: 0.0, y: 0.0, width: 0.2, height: 0.2 };
    let soft = host.place(order(8, vec![soft_node]));

    agent.run(&["orders", "sync"]).ok();
    assert!(host.manifests().is_empty());
    for id in [paid, soft] {
        agent.run(&["orders", "mark-paid", &id.number()]).ok();
    }
    agent.run(&["orders", "sync"]).ok();
    assert_eq!(host.state().orders[&paid].state, OrderState::Approved);
    assert_eq!(host.manifests().len(), 1);
    assert_eq!(host.state().orders[&soft].state, OrderState::Placed);
    let status = agent.json(&["status"]);
    let waiting = status["waiting"][0]["reason"].as_str().unwrap();
    assert!(waiting.starts_with("low resolution: line 1"), "{waiting}");

    // By hand it goes.
    agent.run(&["orders", "approve", "--all"]).ok();
    agent.run(&["orders", "sync"]).ok();
    assert_eq!(host.manifests().len(), 2);
}

#[test]
fn a_cancelled_order_is_neither_approved_nor_sent() {
    let host = Host::start();
    let agent = Agent::at(&host);
    paired(&host, &agent);
    let id = host.place(order(9, vec![agent.picture("one.jpg", 1)]));
    let asked = agent.run(&["orders", "cancel", &id.number()]);
    assert_eq!(asked.code, 1, "without a terminal it needs --yes");
    agent.run(&["--yes", "orders", "cancel", &id.number(), "--reason", "wrong child"]).ok();
    let refused = agent.run(&["orders", "approve", &id.number()]);
    assert!(refused.code == 1 && refused.err.contains("is cancelled"), "{}", refused.err);
    agent.run(&["orders", "sync"]).ok();
    assert!(host.state().files.is_empty());
}

#[test]
fn what_is_missing_is_named_and_goes_when_it_is_back() {
    let host = Host::start();
    let agent = Agent::at(&host);
    paired(&host, &agent);
    let (one, two) = (agent.picture("one.jpg", 1), agent.picture("two.jpg", 2));
    let id = host.place(order(9, vec![one, two]));
    agent.run(&["orders", "approve", &id.number()]).ok();

    // The drive is unplugged.
    let away = agent.folder.path().join("away");
    std::fs::rename(agent.photos(), &away).unwrap();
    let synced = agent.run(&["orders", "sync"]);
    assert_eq!(synced.code, 3, "{}", synced.out);
    let told = host.state().jobs[&(id, agent.machine())].waiting.clone().unwrap();
    assert!(told.contains("waiting for original: connect 'photos'"), "{told}");

    // Back, but one file is another now.
    std::fs::rename(&away, agent.photos()).unwrap();
    draw(&agent.photos().join("two.jpg"), 5);
    agent.run(&["orders", "sync"]);
    let told = host.state().jobs[&(id, agent.machine())].waiting.clone().unwrap();
    assert!(told.contains("the file changed since") && told.contains("two.jpg"), "{told}");
    assert!(!told.contains("one.jpg"), "{told}");
    assert!(host.manifests().is_empty(), "nothing is printed instead");

    // The new version is taken up, offered, and used only when a person says so.
    agent.run(&["scan", agent.photos().to_str().unwrap()]).ok();
    agent.run(&["orders", "sync"]);
    let told = host.state().jobs[&(id, agent.machine())].waiting.clone().unwrap();
    assert!(told.contains(&format!("darkslide orders use-newer {}", id.number())), "{told}");
    assert!(host.manifests().is_empty());
    agent.run(&["orders", "use-newer", &id.number()]).ok();
    agent.run(&["orders", "sync"]).ok();
    let envelope = host.manifests().pop().unwrap();
    let manifest: Manifest = envelope.manifest.open(&envelope.certificate.device_key).unwrap();
    assert_eq!(manifest.lines[1].files[0].version, agent.node("two.jpg").version);
    assert_eq!(host.state().jobs[&(id, agent.machine())].waiting, None, "the host is told that it goes on");
}

#[test]
fn a_deleted_file_and_an_unknown_one_have_next_steps() {
    let host = Host::start();
    let agent = Agent::at(&host);
    paired(&host, &agent);
    let (one, mut unknown) = (agent.picture("one.jpg", 1), agent.picture("two.jpg", 2));
    unknown.version.0[0] ^= 1;
    let id = host.place(order(9, vec![one, unknown]));
    agent.run(&["orders", "approve", &id.number()]).ok();
    std::fs::remove_file(agent.photos().join("one.jpg")).unwrap();
    agent.run(&["orders", "sync"]);
    let told = host.state().jobs[&(id, agent.machine())].waiting.clone().unwrap();
    assert!(told.contains("one.jpg was moved or deleted"), "{told}");
    assert!(told.contains("does not know two.jpg"), "{told}");
    let status = agent.json(&["status"]);
    assert!(status["next"].as_str().unwrap().contains(&id.number()), "{status}");
}

#[test]
fn an_order_that_changes_or_contradicts_itself_is_held() {
    let host = Host::start();
    let agent = Agent::at(&host);
    paired(&host, &agent);
    let node = agent.picture("one.jpg", 1);
    let id = host.place(order(9, vec![node.clone()]));
    agent.run(&["orders", "sync"]).ok();

    host.state().orders.get_mut(&id).unwrap().lines[0].quantity = 500;
    agent.run(&["orders", "approve", &id.number()]);
    agent.run(&["orders", "sync"]);
    assert!(host.state().files.is_empty());
    let progress = host.state().jobs[&(id, agent.machine())].progress.last().cloned().unwrap();
    assert!(progress.holds[&1].contains("shows another order"), "{:?}", progress.holds);

    let mut outside = node;
    outside.crop.rect.x = 0.9;
    let bad = host.place(order(8, vec![outside]));
    agent.run(&["orders", "approve", &bad.number()]);
    agent.run(&["orders", "sync"]);
    assert!(host.state().files.is_empty());
    let progress = host.state().jobs[&(bad, agent.machine())].progress.last().cloned().unwrap();
    assert!(progress.holds[&1].contains("contradicts itself"), "{:?}", progress.holds);
    let status = agent.json(&["status"]);
    assert_eq!(status["waiting"].as_array().unwrap().iter().filter(|w| w["held"] == true).count(), 2);
}

#[test]
fn a_lab_that_asks_again_gets_a_new_attempt() {
    let host = Host::start();
    let agent = Agent::at(&host);
    paired(&host, &agent);
    let id = host.place(order(9, vec![agent.picture("one.jpg", 1)]));
    agent.run(&["orders", "approve", &id.number()]).ok();
    agent.run(&["orders", "sync"]).ok();
    {
        let mut state = host.state();
        let job = state.jobs.get_mut(&(id, agent.machine())).unwrap();
        job.attempts.insert(LAB, 2);
        job.done = false;
    }
    agent.run(&["orders", "sync"]).ok();
    let attempts: Vec<u32> = host
        .manifests()
        .iter()
        .map(|e| e.manifest.open::<Manifest>(&e.certificate.device_key).unwrap().attempt)
        .collect();
    assert_eq!(attempts, [1, 2]);
    assert_eq!(host.state().stored.len(), 4);
}

#[test]
fn a_lab_this_computer_never_checked_gets_nothing() {
    let host = Host::start();
    let agent = Agent::at(&host);
    let stranger = LabId::from_bytes([66; 16]);
    let id = host.place(order(9, vec![agent.picture("one.jpg", 1)]));
    {
        // The host approves by itself, for a lab of its own.
        let mut state = host.state();
        let routes = BTreeMap::from([(1, stranger)]);
        let approved = domain::fulfilment::approve(&state.orders[&id], &routes, Millis(2)).unwrap().unwrap();
        state.orders.insert(id, approved);
        state.labs.insert(
            stranger,
            super::fake::Lab {
                name: "Stranger".into(),
                key: Some(PublicKey([1; 32])),
                pairing: Some(domain::studio::PairingState::Accepted),
                proof: None,
            },
        );
    }
    agent.run(&["orders", "sync"]);
    assert!(host.state().files.is_empty());
    let told = host.state().jobs[&(id, agent.machine())].waiting.clone().unwrap();
    assert!(told.contains("is not paired on this computer"), "{told}");
}

#[test]
fn equal_prints_travel_once_and_many_go_in_several_grants() {
    let host = Host::start();
    let agent = Agent::at(&host);
    paired(&host, &agent);
    let node = agent.picture("one.jpg", 1);
    assert_eq!(node.frame, Size::new(1500, 1000));
    let id = host.place(order(9, vec![node; 60]));
    agent.run(&["orders", "approve", &id.number()]).ok();
    agent.run(&["orders", "sync"]).ok();
    assert_eq!(host.state().stored.len(), 2);
    let envelope = host.manifests().pop().unwrap();
    let manifest: Manifest = envelope.manifest.peek().unwrap();
    assert_eq!(manifest.lines.len(), 60);
}
