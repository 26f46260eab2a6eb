//! Studios, machines, labs, tokens, pairings, leases.

use domain::{
    Millis,
    id::{LabId, ReceiverId},
    studio::{Enrolment, Lab, Machine, Pairing, PairingState, Studio},
};

use super::{Host, sample};
use crate::directory::EnrolmentToken;

pub async fn a_studio_has_one_key(host: &Host) {
    let (directory, id) = (&host.ports.directory, sample::studio(host).await);
    let (first, other) = (sample::key(), sample::key());
    directory.set_studio_key(id, first).await.unwrap();
    directory.set_studio_key(id, first).await.unwrap();
    assert!(directory.set_studio_key(id, other).await.unwrap_err().is_conflict());
    assert_eq!(directory.studio(id).await.unwrap().unwrap().key, Some(first));
    let nobody = domain::id::StudioId::from_bytes(sample::bytes());
    assert!(directory.set_studio_key(nobody, first).await.is_err());
    assert_eq!(directory.studio(nobody).await.unwrap(), None);
}

pub async fn an_operators_older_copy_keeps_the_key(host: &Host) {
    let (directory, id) = (&host.ports.directory, sample::studio(host).await);
    let older = directory.studio(id).await.unwrap().unwrap();
    let key = sample::key();
    directory.set_studio_key(id, key).await.unwrap();
    directory.put_studio(&Studio { suspended: true, ..older }).await.unwrap();
    let stored = directory.studio(id).await.unwrap().unwrap();
    assert_eq!((stored.suspended, stored.key), (true, Some(key)));
}

pub async fn studios_page_without_gaps(host: &Host) {
    let mut made = Vec::new();
    for _ in 0..5 {
        made.push(sample::studio(host).await);
    }
    let (mut found, mut cursor) = (Vec::new(), None);
    loop {
        let page = host.ports.directory.studios(cursor.as_deref(), 2).await.unwrap();
        assert!(page.items.len() <= 2);
        found.extend(page.items.into_iter().map(|s| s.id));
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    for id in made {
        assert_eq!(found.iter().filter(|f| **f == id).count(), 1, "{id}");
    }
    assert!(host.ports.directory.studios(Some("not a cursor"), 2).await.is_err());
}

fn token(host: &Host, studio: domain::id::StudioId) -> EnrolmentToken {
    EnrolmentToken {
        enrolment: Enrolment::Machine(studio),
        sealed_studio_key: Some("sealed".into()),
        expires_at: host.now().plus(1_000),
        used_by: None,
    }
}

pub async fn a_token_lets_one_in(host: &Host) {
    let (directory, hash) = (&host.ports.directory, sample::text("token"));
    let token = token(host, sample::studio(host).await);
    assert_eq!(directory.token(&hash).await.unwrap(), None);
    assert!(directory.use_token(&hash, "mac_a", host.now()).await.is_err(), "nobody made it");
    directory.put_token(&hash, &token).await.unwrap();
    assert_eq!(directory.token(&hash).await.unwrap(), Some(token.clone()));
    let used = directory.use_token(&hash, "mac_a", host.now()).await.unwrap();
    assert_eq!((used.used_by.as_deref(), used.enrolment), (Some("mac_a"), token.enrolment));
    // The answer was lost; the same one asks again.
    directory.use_token(&hash, "mac_a", host.now()).await.unwrap();
    assert!(directory.use_token(&hash, "mac_b", host.now()).await.unwrap_err().is_conflict());
}

pub async fn an_expired_token_lets_nobody_in(host: &Host) {
    let (directory, hash) = (&host.ports.directory, sample::text("token"));
    let token = token(host, sample::studio(host).await);
    directory.put_token(&hash, &token).await.unwrap();
    let after = token.expires_at;
    assert!(directory.use_token(&hash, "mac_a", after).await.unwrap_err().is_conflict());
    assert_eq!(directory.token(&hash).await.unwrap().unwrap().used_by, None);
}

pub async fn a_machine_keeps_key_and_studio(host: &Host) {
    let directory = &host.ports.directory;
    let (studio, elsewhere) = (sample::studio(host).await, sample::studio(host).await);
    let machine = sample::machine(studio);
    directory.put_machine(&machine).await.unwrap();
    let renamed = Machine { name: "Laptop".into(), ..machine.clone() };
    directory.put_machine(&renamed).await.unwrap();
    assert_eq!(directory.machine(machine.id).await.unwrap().unwrap().name, "Laptop");
    let other_key = Machine { device_key: sample::key(), ..machine.clone() };
    assert!(directory.put_machine(&other_key).await.unwrap_err().is_conflict());
    let moved = Machine { studio: elsewhere, ..machine.clone() };
    assert!(directory.put_machine(&moved).await.unwrap_err().is_conflict());
    directory.machine_seen(machine.id, Millis(9_000)).await.unwrap();
    let stored = directory.machines(studio).await.unwrap();
    assert_eq!(stored.len(), 1);
    assert_eq!((stored[0].device_key, stored[0].last_seen_at), (machine.device_key, Millis(9_000)));
    assert!(directory.machines(elsewhere).await.unwrap().is_empty());
}

pub async fn a_lab_has_one_key(host: &Host) {
    let directory = &host.ports.directory;
    let id = LabId::from_bytes(sample::bytes());
    let lab = Lab { id, name: "City Lab".into(), key: None, created_at: Millis(1), last_seen_at: Millis(0) };
    directory.put_lab(&lab).await.unwrap();
    let key = sample::key();
    directory.set_lab_key(id, key).await.unwrap();
    directory.set_lab_key(id, key).await.unwrap();
    assert!(directory.set_lab_key(id, sample::key()).await.unwrap_err().is_conflict());
    directory.lab_seen(id, Millis(5_000)).await.unwrap();
    directory.put_lab(&Lab { name: "Town Lab".into(), ..lab }).await.unwrap();
    let stored = directory.lab(id).await.unwrap().unwrap();
    assert_eq!(
        (stored.name.as_str(), stored.key, stored.last_seen_at),
        ("Town Lab", Some(key), Millis(5_000))
    );
    let (mut listed, mut cursor) = (0, None);
    loop {
        let page = directory.labs(cursor.as_deref(), 3).await.unwrap();
        listed += page.items.iter().filter(|l| l.id == id).count();
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(listed, 1);
}

pub async fn an_answer_to_a_pairing_stands(host: &Host) {
    let directory = &host.ports.directory;
    let (studio, lab) = (sample::studio(host).await, LabId::from_bytes(sample::bytes()));
    let asked = Pairing {
        studio,
        studio_name: "Bright Side".into(),
        studio_key: sample::key(),
        lab,
        proof: "proof".into(),
        state: PairingState::Asked,
        asked_at: host.now(),
    };
    assert_eq!(directory.answer_pairing(studio, lab, PairingState::Accepted).await.unwrap(), None);
    directory.put_pairing(&asked).await.unwrap();
    let answered = directory.answer_pairing(studio, lab, PairingState::Accepted).await.unwrap().unwrap();
    assert_eq!(answered.state, PairingState::Accepted);
    // The studio's request came twice.
    directory.put_pairing(&asked).await.unwrap();
    let state = async || directory.pairing(studio, lab).await.unwrap().unwrap().state;
    assert_eq!(state().await, PairingState::Accepted);
    assert_eq!(directory.pairings_of_lab(lab).await.unwrap().len(), 1);
    assert_eq!(directory.pairings_of_studio(studio).await.unwrap().len(), 1);
    // Another key is another party: the lab has to look at it anew.
    directory.put_pairing(&Pairing { studio_key: sample::key(), ..asked.clone() }).await.unwrap();
    assert_eq!(state().await, PairingState::Asked);
}

pub async fn one_receiver_holds_the_lease(host: &Host) {
    let (directory, lab) = (&host.ports.directory, LabId::from_bytes(sample::bytes()));
    let [a, b] = [0, 1].map(|_| ReceiverId::from_bytes(sample::bytes()));
    let at = |millis: i64| Millis(100_000 + millis);
    assert_eq!(directory.lease(lab).await.unwrap(), None);
    let first = directory.take_lease(lab, a, at(0), 1_000).await.unwrap().unwrap();
    assert_eq!((first.receiver, first.fence, first.expires_at), (a, 1, at(1_000)));
    assert_eq!(directory.take_lease(lab, b, at(999), 1_000).await.unwrap(), None);
    assert_eq!(directory.take_lease(lab, a, at(500), 1_000).await.unwrap().unwrap().fence, 1);
    let taken = directory.take_lease(lab, b, at(1_500), 1_000).await.unwrap().unwrap();
    assert_eq!((taken.receiver, taken.fence), (b, 2));
    assert_eq!(directory.take_lease(lab, a, at(1_600), 1_000).await.unwrap(), None);
    assert_eq!(directory.lease(lab).await.unwrap(), Some(taken));
}
