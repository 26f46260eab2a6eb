//! Codes that pay or take something off.

use domain::{
    Millis,
    fulfilment::cancel,
    id::{PriceListId, StudioId},
    money::{Currency, Money},
    order::{Discounted, Order, PrepaidShare},
    payment::{Prepaid, Provider, Worth},
};
use futures_util::future::join_all;

use super::{Host, sample};
use crate::order_book::Placed;

fn code(studio: StudioId) -> Prepaid {
    Prepaid {
        studio,
        code_hash: sample::text("hash"),
        hint: "7K2M".into(),
        worth: Worth::Money(Money::new(5_000, Currency::EUR)),
        note: Some("Raffle".into()),
        made_at: Millis(1_000),
        valid_until: None,
        redeemed: None,
    }
}

fn paid_by(studio: StudioId, code: &Prepaid) -> Order {
    let mut order = sample::order(studio, &[domain::id::MachineId::from_bytes(sample::bytes())]);
    order.settlement.prepaid = Some(PrepaidShare {
        code_hash: code.code_hash.clone(),
        hint: code.hint.clone(),
        amount: order.total,
    });
    order
}

async fn try_to_place(host: &Host, order: &Order) -> Placed {
    host.ports.orders.place(order, &sample::text("secret"), &sample::text("key"), "digest").await.unwrap()
}

pub async fn a_prepaid_code_pays_for_one_order(host: &Host) {
    let (book, studio) = (&host.ports.payments, sample::studio(host).await);
    let code = code(studio);
    let unknown = paid_by(studio, &code);
    assert_eq!(
        try_to_place(host, &unknown).await,
        Placed::PrepaidUsed,
        "a code that is not there pays nothing"
    );
    book.put_prepaid(&code).await.unwrap();
    book.put_prepaid(&code).await.unwrap();
    let other = Prepaid { worth: Worth::Product { product: "8x10".into(), quantity: 1 }, ..code.clone() };
    assert!(book.put_prepaid(&other).await.unwrap_err().is_conflict());
    assert_eq!(book.prepaid(studio, &code.code_hash).await.unwrap(), Some(code.clone()));
    assert_eq!(book.prepaid(sample::studio(host).await, &code.code_hash).await.unwrap(), None);

    let orders: Vec<Order> = (0..6).map(|_| paid_by(studio, &code)).collect();
    let placed = join_all(orders.iter().map(|order| try_to_place(host, order))).await;
    let first = placed.iter().position(|p| *p == Placed::New).expect("one order gets it");
    assert_eq!(placed.iter().filter(|p| **p == Placed::New).count(), 1);
    assert!(placed.iter().all(|p| matches!(p, Placed::New | Placed::PrepaidUsed)), "{placed:?}");
    for (order, answer) in orders.iter().zip(&placed) {
        let stored = host.ports.orders.order(order.id).await.unwrap();
        assert_eq!(stored.is_some(), *answer == Placed::New, "nothing is left of an order that was refused");
    }
    let redeemed = book.prepaid(studio, &code.code_hash).await.unwrap().unwrap().redeemed;
    assert_eq!(redeemed, Some(orders[first].id));
    book.put_prepaid(&code).await.unwrap();
    let redeemed = book.prepaid(studio, &code.code_hash).await.unwrap().unwrap().redeemed;
    assert_eq!(redeemed, Some(orders[first].id), "making it again does not make it new");

    // A cancellation gives it back, once: the next order keeps it when the first is written again.
    let cancelled = cancel(&orders[first], Millis(20_000)).unwrap().unwrap();
    host.ports.orders.update(&cancelled, &[]).await.unwrap();
    let next = paid_by(studio, &code);
    assert_eq!(try_to_place(host, &next).await, Placed::New);
    let touched = Order { revision: cancelled.revision + 1, note: Some("called".into()), ..cancelled };
    host.ports.orders.update(&touched, &[]).await.unwrap();
    let redeemed = book.prepaid(studio, &code.code_hash).await.unwrap().unwrap().redeemed;
    assert_eq!(redeemed, Some(next.id));
}

pub async fn prepaid_codes_page_without_gaps(host: &Host) {
    let (book, studio) = (&host.ports.payments, sample::studio(host).await);
    let mut made = Vec::new();
    for _ in 0..5 {
        let code = code(studio);
        book.put_prepaid(&code).await.unwrap();
        made.push(code.code_hash);
    }
    made.sort();
    let (mut found, mut cursor) = (Vec::new(), None);
    loop {
        let page = book.prepaid_of(studio, cursor.as_deref(), 2).await.unwrap();
        found.extend(page.items.into_iter().map(|p| p.code_hash));
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(found, made);
}

pub async fn a_discount_code_is_used_as_often_as_it_may_be(host: &Host) {
    let studio = sample::studio(host).await;
    let list = PriceListId::from_bytes(sample::bytes());
    let order = |uses| {
        let mut order = sample::order(studio, &[domain::id::MachineId::from_bytes(sample::bytes())]);
        order.price_list = (list, 1);
        let amount = Money::new(100, Currency::EUR);
        order.charges.discount = Some(Discounted { code: "SPRING".into(), amount, uses });
        order
    };
    let orders: Vec<Order> = (0..8).map(|_| order(Some(3))).collect();
    let placed = join_all(orders.iter().map(|order| try_to_place(host, order))).await;
    assert_eq!(placed.iter().filter(|p| **p == Placed::New).count(), 3);
    assert!(placed.iter().all(|p| matches!(p, Placed::New | Placed::CodeUsedUp)), "{placed:?}");
    assert_eq!(host.ports.payments.code_uses(list, "SPRING").await.unwrap(), 3);
    // A later version of the list may allow more, or any number; the count goes on.
    assert_eq!(try_to_place(host, &order(Some(4))).await, Placed::New);
    assert_eq!(try_to_place(host, &order(Some(4))).await, Placed::CodeUsedUp);
    assert_eq!(try_to_place(host, &order(None)).await, Placed::New);
    assert_eq!(host.ports.payments.code_uses(list, "SPRING").await.unwrap(), 5);
    assert_eq!(host.ports.payments.code_uses(list, "OTHER").await.unwrap(), 0);

    // A cancellation gives the use back, once: writing the cancelled order again gives nothing more.
    let first = placed.iter().position(|p| *p == Placed::New).expect("one was placed");
    let cancelled = cancel(&orders[first], Millis(20_000)).unwrap().unwrap();
    host.ports.orders.update(&cancelled, &[]).await.unwrap();
    assert_eq!(host.ports.payments.code_uses(list, "SPRING").await.unwrap(), 4);
    let touched = Order { revision: cancelled.revision + 1, note: Some("called".into()), ..cancelled };
    host.ports.orders.update(&touched, &[]).await.unwrap();
    assert_eq!(host.ports.payments.code_uses(list, "SPRING").await.unwrap(), 4);
    assert_eq!(try_to_place(host, &order(Some(5))).await, Placed::New, "somebody else may use it now");
    assert_eq!(try_to_place(host, &order(Some(5))).await, Placed::CodeUsedUp);
}

pub async fn a_provider_is_set_changed_and_taken_away(host: &Host) {
    let (book, studio) = (&host.ports.payments, sample::studio(host).await);
    let provider = |only| Provider {
        name: "stripe".into(),
        sealed: "c2VhbGVk".into(),
        hint: "abcd".into(),
        live: false,
        only,
        set_at: Millis(1),
    };
    assert_eq!(book.provider(studio).await.unwrap(), None);
    for only in [false, true] {
        book.put_provider(studio, Some(&provider(only))).await.unwrap();
        assert_eq!(book.provider(studio).await.unwrap(), Some(provider(only)));
    }
    assert_eq!(book.provider(sample::studio(host).await).await.unwrap(), None);
    book.put_provider(studio, None).await.unwrap();
    assert_eq!(book.provider(studio).await.unwrap(), None);
}
