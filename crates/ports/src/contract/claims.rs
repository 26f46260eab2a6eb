//! Claims to print.

use domain::{
    fulfilment::{PrintClaim, cancel},
    id::{LabId, MachineId, OrderId, ReceiverId},
};
use futures_util::future::join_all;

use super::{Host, sample};
use crate::order_book::Claimed;

fn claim(host: &Host, order: OrderId, lab: LabId, receiver: ReceiverId) -> PrintClaim {
    PrintClaim {
        order,
        line: 1,
        attempt: 1,
        lab,
        receiver,
        fence: 1,
        copies: 2,
        claimed_at: host.now(),
        token: None,
    }
}

fn receiver() -> ReceiverId {
    ReceiverId::from_bytes(sample::bytes())
}

async fn approved(host: &Host) -> (OrderId, LabId) {
    let lab = LabId::from_bytes(sample::bytes());
    let order = sample::approved(host, &[MachineId::from_bytes(sample::bytes())], &[lab]).await;
    (order.id, lab)
}

pub async fn copies_are_given_away_once(host: &Host) {
    let (order, lab) = approved(host).await;
    let (mine, other) = (receiver(), receiver());
    let book = &host.ports.orders;
    assert_eq!(book.claim(&claim(host, order, lab, mine), 1).await.unwrap(), Claimed::Granted);
    assert_eq!(book.claim(&claim(host, order, lab, mine), 1).await.unwrap(), Claimed::Yours);
    assert_eq!(book.claim(&claim(host, order, lab, other), 1).await.unwrap(), Claimed::Taken);
}

pub async fn a_repeated_claim_is_no_other_one(host: &Host) {
    let (order, lab) = approved(host).await;
    let (mine, other, book) = (receiver(), receiver(), &host.ports.orders);
    let with = |receiver, token: &str| PrintClaim {
        token: Some(token.to_owned()),
        ..claim(host, order, lab, receiver)
    };
    assert_eq!(book.claim(&with(mine, "a"), 1).await.unwrap(), Claimed::Granted);
    assert_eq!(book.claim(&with(mine, "a"), 1).await.unwrap(), Claimed::Granted);
    assert_eq!(book.claim(&with(mine, "b"), 1).await.unwrap(), Claimed::Yours);
    assert_eq!(book.claim(&claim(host, order, lab, mine), 1).await.unwrap(), Claimed::Yours);
    assert_eq!(book.claim(&with(other, "a"), 1).await.unwrap(), Claimed::Taken);
}

pub async fn of_many_receivers_one_prints(host: &Host) {
    let (order, lab) = approved(host).await;
    let claims: Vec<_> = (0..8).map(|_| claim(host, order, lab, receiver())).collect();
    let answers = join_all(claims.iter().map(|c| host.ports.orders.claim(c, 1))).await;
    let answers: Vec<Claimed> = answers.into_iter().map(Result::unwrap).collect();
    assert_eq!(answers.iter().filter(|a| **a == Claimed::Granted).count(), 1, "{answers:?}");
    assert_eq!(answers.iter().filter(|a| **a == Claimed::Taken).count(), 7, "{answers:?}");
}

pub async fn an_old_fence_prints_nothing(host: &Host) {
    let (order, lab) = approved(host).await;
    let (old, new) = (receiver(), receiver());
    let book = &host.ports.orders;
    assert_eq!(book.claim(&claim(host, order, lab, old), 2).await.unwrap(), Claimed::Fenced);
    // The lease that the caller did not see.
    let now = host.now();
    let directory = &host.ports.directory;
    directory.take_lease(lab, old, now, 1_000).await.unwrap().unwrap();
    let lease = directory.take_lease(lab, new, now.plus(1_000), 1_000).await.unwrap().unwrap();
    assert_eq!(lease.fence, 2);
    assert_eq!(book.claim(&claim(host, order, lab, old), 1).await.unwrap(), Claimed::Fenced);
    let fresh = PrintClaim { fence: 2, ..claim(host, order, lab, new) };
    assert_eq!(book.claim(&fresh, 2).await.unwrap(), Claimed::Granted);
}

pub async fn a_cancelled_order_is_not_printed(host: &Host) {
    let lab = LabId::from_bytes(sample::bytes());
    let order = sample::order(sample::studio(host).await, &[MachineId::from_bytes(sample::bytes())]);
    sample::place(host, &order).await;
    let cancelled = cancel(&order, host.now()).unwrap().unwrap();
    host.ports.orders.update(&cancelled, &[]).await.unwrap();
    let answer = host.ports.orders.claim(&claim(host, order.id, lab, receiver()), 1).await.unwrap();
    assert_eq!(answer, Claimed::Cancelled);
}

pub async fn a_new_attempt_is_a_new_claim(host: &Host) {
    let (order, lab) = approved(host).await;
    let (mine, book) = (receiver(), &host.ports.orders);
    assert_eq!(book.claim(&claim(host, order, lab, mine), 1).await.unwrap(), Claimed::Granted);
    let remake = PrintClaim { attempt: 2, ..claim(host, order, lab, mine) };
    assert_eq!(book.claim(&remake, 1).await.unwrap(), Claimed::Granted);
}
