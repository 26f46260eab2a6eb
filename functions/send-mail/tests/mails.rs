//! Mails on a real store with a mail service that keeps what it was given.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use darkslide_send_mail::{Sent, queue_round, send_due};
use domain::{
    Millis,
    digital::{Offered, OfferedFile},
    fulfilment::LineReport,
    gallery::{Gallery, GalleryState},
    hash::Sha256,
    id::{LabId, MachineId, StudioId},
    mail::{About, Language, Mail, StudioMail, customer_key},
    order::{LineKind, Order, OrderState, Stage},
    place::Destination,
};
use ports::{
    Mailer, Ports,
    clock::TestClock,
    contract::{Holder, Host, sample},
    mails::{Letter, MailerError, owe},
};

const NOW: i64 = 1_780_000_000_000;

struct Nobody;

#[async_trait]
impl Holder for Nobody {
    async fn put(&self, _: &ports::blobs::SignedRequest, _: bytes::Bytes) -> u16 {
        500
    }
    async fn get(&self, _: &ports::blobs::SignedRequest) -> (u16, bytes::Bytes) {
        (500, bytes::Bytes::new())
    }
}

fn host() -> Host {
    let folder = tempfile::tempdir().unwrap();
    let clock = Arc::new(TestClock::at(NOW));
    let secrets = Arc::new(embedded::create_secrets(folder.path(), "https://photos.example").unwrap());
    let store = embedded::Store::open(folder.path(), secrets, clock.clone()).unwrap();
    Host { ports: store.ports(), clock, holder: Arc::new(Nobody), own_clock: false, keep: Box::new(folder) }
}

#[derive(Default)]
struct Kept {
    letters: Mutex<Vec<Letter>>,
    answer: Mutex<Option<MailerError>>,
}

#[async_trait]
impl Mailer for Kept {
    async fn send(&self, letter: &Letter) -> Result<(), MailerError> {
        match self.answer.lock().unwrap().take() {
            Some(error) => Err(error),
            None => {
                self.letters.lock().unwrap().push(letter.clone());
                Ok(())
            }
        }
    }
}

impl Kept {
    fn take(&self) -> Vec<Letter> {
        std::mem::take(&mut self.letters.lock().unwrap())
    }
}

fn wanted(language: &str) -> StudioMail {
    StudioMail {
        address: "desk@studio.example".into(),
        language: Language::parse(language).unwrap(),
        to_customers: true,
        new_orders: true,
        digest: true,
    }
}

async fn studio(host: &Host, language: &str) -> StudioId {
    let studio = sample::studio(host).await;
    host.ports.mails.set_studio_mail(studio, Some(&wanted(language))).await.unwrap();
    studio
}

async fn order(host: &Host, studio: StudioId, lines: usize) -> Order {
    let homes: Vec<MachineId> = (0..lines).map(|_| MachineId::from_bytes(sample::bytes())).collect();
    let mut order = sample::order(studio, &homes);
    order.placed_at = Millis(NOW);
    order.customer.name = "Ada <b>".into();
    let secret = host.ports.secrets.order_status_hash(&host.ports.secrets.order_status_secret(order.id));
    host.ports.orders.place(&order, &secret, &sample::text("key"), "digest").await.unwrap();
    order
}

async fn send(ports: &Ports, mailer: &Kept) -> Sent {
    send_due(ports, Some(mailer)).await.unwrap()
}

#[tokio::test]
async fn an_order_is_told_to_both_and_its_link_opens_it() {
    let (host, mailer) = (host(), Kept::default());
    let studio = studio(&host, "en").await;
    let order = order(&host, studio, 1).await;
    owe(&host.ports, &order).await.unwrap();
    owe(&host.ports, &order).await.unwrap();
    assert_eq!(send(&host.ports, &mailer).await.sent, 2);
    let letters = mailer.take();
    let customer = letters.iter().find(|l| l.to == "ada@example.com").unwrap();
    let desk = letters.iter().find(|l| l.to == "desk@studio.example").unwrap();
    assert_eq!(customer.reply_to.as_deref(), Some("desk@studio.example"));
    assert_eq!(customer.from_name, "Bright Side");

    let link = customer.text.lines().find(|l| l.starts_with("https://photos.example/order/")).unwrap();
    let secret = link.rsplit('/').next().unwrap();
    let hash = host.ports.secrets.order_status_hash(secret);
    assert_eq!(host.ports.orders.order_by_secret(&hash).await.unwrap().unwrap().id, order.id);
    assert!(!desk.text.contains("/order/"), "whoever has the link may cancel: {}", desk.text);
    assert!(customer.html.contains("Ada &lt;b&gt;") && !customer.html.contains("Ada <b>"));

    assert_eq!(send(&host.ports, &mailer).await, Sent::default(), "once");
}

#[tokio::test]
async fn every_letter_in_every_language() {
    let mut seen = String::new();
    for language in ["en", "de"] {
        let (host, mailer) = (host(), Kept::default());
        let studio = studio(&host, language).await;
        let mut placed = order(&host, studio, 3).await;
        owe(&host.ports, &placed).await.unwrap();
        send(&host.ports, &mailer).await;
        let lab = LabId::from_bytes([9; 16]);
        placed = sample::approve(&host, &placed, &[lab]).await;
        owe(&host.ports, &placed).await.unwrap();
        send(&host.ports, &mailer).await;
        for lines in [1..=1, 2..=3] {
            let reports: Vec<LineReport> = lines
                .map(|line| LineReport { line, attempt: 1, stage: Stage::Shipped, hold: None })
                .collect();
            let moved = host.ports.orders.report_lines(placed.id, &reports, host.now()).await.unwrap();
            owe(&host.ports, &moved.unwrap()).await.unwrap();
            send(&host.ports, &mailer).await;
        }
        let mut cancelled = order(&host, studio, 1).await;
        cancelled = domain::fulfilment::cancel(&cancelled, host.now()).unwrap().unwrap();
        host.ports.orders.update(&cancelled, &[]).await.unwrap();
        owe(&host.ports, &cancelled).await.unwrap();
        send(&host.ports, &mailer).await;
        let gallery = open_gallery(&host, studio).await;
        for about in [
            About::GalleryOpen { gallery: gallery.id, key: "k".into() },
            About::GalleryExpiring { gallery: gallery.id, key: "k".into() },
        ] {
            host.ports.mails.queue(&Mail::new(studio, about, host.now())).await.unwrap();
        }
        order(&host, studio, 1).await;
        let customer = customer_key("Ada@Example.com ");
        let about = About::FindOrders { customer, hour: 1 };
        host.ports.mails.queue(&Mail::new(studio, about, host.now())).await.unwrap();
        host.clock.advance(2 * Millis::DAY);
        queue_round(&host.ports).await.unwrap();
        send(&host.ports, &mailer).await;
        for letter in mailer.take() {
            assert!(!letter.subject.is_empty() && letter.text.len() > 20, "{letter:?}");
            seen.push_str(&format!("=== {} | {}\n{}\n", letter.to, letter.subject, letter.text));
        }
    }
    // Ids differ from run to run.
    let seen = mask(&seen);
    insta::assert_snapshot!(seen);
}

/// Order numbers and status secrets out of a text.
fn mask(text: &str) -> String {
    let is_number = |w: &str| {
        let core = w.trim_matches(|c: char| !c.is_ascii_alphanumeric());
        core.len() >= 8
            && core.chars().any(|c| c.is_ascii_digit() || c == '-')
            && core.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '-')
    };
    text.lines()
        .map(|line| {
            if line.contains("/order/") {
                return "https://photos.example/order/SECRET".to_owned();
            }
            line.split(' ').map(|w| if is_number(w) { "NUMBER" } else { w }).collect::<Vec<_>>().join(" ")
        })
        .collect::<Vec<_>>()
        .join("\n")
}

async fn open_gallery(host: &Host, studio: StudioId) -> Gallery {
    let gallery = Gallery {
        expires_at: Some(Millis(NOW + 5 * Millis::DAY)),
        state: GalleryState::Open,
        ..sample::gallery(studio)
    };
    let gallery = host.ports.galleries.put_gallery(&gallery, 0).await.unwrap();
    let waiting = r#"{"email":"guest@example.com","asked_at":1}"#;
    host.ports.visitors.hand_in(gallery.id, wire::device::WAITING, "k", waiting).await.unwrap();
    gallery
}

#[tokio::test]
async fn the_customers_language_wins_over_the_studios() {
    let (host, mailer) = (host(), Kept::default());
    let studio = studio(&host, "en").await;
    let mut order = sample::order(studio, &[MachineId::from_bytes(sample::bytes())]);
    order.language = Some(Language::parse("de").unwrap());
    order.destination = Destination::PickUp;
    sample::place(&host, &order).await;
    owe(&host.ports, &order).await.unwrap();
    send(&host.ports, &mailer).await;
    let letters = mailer.take();
    let of = |to: &str| letters.iter().find(|l| l.to == to).unwrap().subject.clone();
    assert!(of("ada@example.com").starts_with("Ihre Bestellung"));
    assert!(of("desk@studio.example").starts_with("Order "));
}

#[tokio::test]
async fn lost_links_go_to_the_orders_own_address_and_to_nobody_without_an_order() {
    let (host, mailer) = (host(), Kept::default());
    let (ours, other) = (studio(&host, "en").await, studio(&host, "en").await);
    let first = order(&host, ours, 1).await;
    let second = order(&host, ours, 1).await;
    let elsewhere = order(&host, other, 1).await;
    for customer in [customer_key("ADA@example.com"), customer_key("eve@example.com")] {
        let about = About::FindOrders { customer, hour: 1 };
        host.ports.mails.queue(&Mail::new(ours, about, host.now())).await.unwrap();
    }
    assert_eq!(send(&host.ports, &mailer).await, Sent { sent: 1, dropped: 1, ..Sent::default() });
    let letter = mailer.take().remove(0);
    assert_eq!(letter.to, "ada@example.com");
    let secret = |order: &Order| host.ports.secrets.order_status_secret(order.id);
    assert!(
        letter.text.contains(&secret(&first)) && letter.text.contains(&secret(&second)),
        "{}",
        letter.text
    );
    assert!(!letter.text.contains(&secret(&elsewhere)), "another studio's");
}

#[tokio::test]
async fn nothing_is_sent_for_a_studio_that_did_not_ask_for_it() {
    let (host, mailer) = (host(), Kept::default());
    let studio = sample::studio(&host).await;
    let order = order(&host, studio, 1).await;
    owe(&host.ports, &order).await.unwrap();
    assert_eq!(send(&host.ports, &mailer).await, Sent::default());
    // Switched off between the order and the sending.
    host.ports.mails.set_studio_mail(studio, Some(&wanted("en"))).await.unwrap();
    owe(&host.ports, &order).await.unwrap();
    host.ports.mails.set_studio_mail(studio, None).await.unwrap();
    assert_eq!(send(&host.ports, &mailer).await, Sent { dropped: 2, ..Sent::default() });
    assert!(mailer.take().is_empty());
}

#[tokio::test]
async fn a_service_that_is_down_is_asked_again_and_one_that_refuses_is_not() {
    let (host, mailer) = (host(), Kept::default());
    let studio = studio(&host, "en").await;
    host.ports
        .mails
        .set_studio_mail(studio, Some(&StudioMail { new_orders: false, ..wanted("en") }))
        .await
        .unwrap();
    let first = order(&host, studio, 1).await;
    owe(&host.ports, &first).await.unwrap();
    *mailer.answer.lock().unwrap() = Some(MailerError::Unavailable("no route".into()));
    assert_eq!(send(&host.ports, &mailer).await.put_off, 1);
    assert_eq!(send(&host.ports, &mailer).await.sent, 0, "not at once");
    host.clock.advance(5 * Millis::MINUTE);
    assert_eq!(send(&host.ports, &mailer).await.sent, 1);

    let second = order(&host, studio, 1).await;
    owe(&host.ports, &second).await.unwrap();
    *mailer.answer.lock().unwrap() = Some(MailerError::Refused("550 no such mailbox".into()));
    assert_eq!(send(&host.ports, &mailer).await.given_up, 1);
    let failed = host.ports.mails.given_up(None, 10).await.unwrap().items;
    assert_eq!(failed[0].why.as_deref(), Some("550 no such mailbox"));
    assert!(host.ports.mails.try_again(&failed[0].mail.id, host.now()).await.unwrap());
    assert_eq!(send(&host.ports, &mailer).await.sent, 1);
}

#[tokio::test]
async fn without_a_mail_service_mails_wait_three_days_and_are_then_given_up() {
    let host = host();
    let studio = studio(&host, "en").await;
    owe(&host.ports, &order(&host, studio, 1).await).await.unwrap();
    assert_eq!(send_due(&host.ports, None).await.unwrap().put_off, 2);
    host.clock.advance(4 * Millis::DAY);
    assert_eq!(send_due(&host.ports, None).await.unwrap().given_up, 2);
}

#[tokio::test]
async fn files_have_a_letter_of_their_own_each_time_they_come() {
    let (host, mailer) = (host(), Kept::default());
    let studio = studio(&host, "de").await;
    let mut order = order(&host, studio, 1).await;
    order.lines[0].kind = LineKind::Digital { whole: None, release: String::new() };
    order.lines[0].status.stage = Stage::Shipped;
    order.state = OrderState::Approved;
    let offered = Offered {
        line: 1,
        attempt: 1,
        machine: order.lines[0].nodes[0].home,
        files: vec![OfferedFile { name: "a.jpg".into(), sha256: Sha256::of(b"a"), length: 1 }],
        at: host.now(),
        until: host.now().plus(Millis::DAY),
    };
    order = domain::digital::offer(&order, &offered).0.unwrap();
    host.ports.orders.update(&order, &[]).await.unwrap();
    for _ in 0..2 {
        owe(&host.ports, &order).await.unwrap();
        send(&host.ports, &mailer).await;
    }
    let letters = mailer.take();
    let files: Vec<_> = letters.iter().filter(|l| l.subject.contains("Dateien")).collect();
    assert_eq!(files.len(), 1, "{letters:?}");
    assert!(files[0].text.contains("https://photos.example/order/"), "{}", files[0].text);
    assert!(!letters.iter().any(|l| l.subject.contains("unterwegs")), "nothing is on its way: {letters:?}");
}
