//! Placing an order: it, its secret, its key, one job per home and their outbox rows, all or nothing.

use domain::{id::OrderId, order::Order};
use ports::{
    PortError, PortResult,
    order_book::{OutboxEvent, Placed, PlacedWith},
};
use serde::{Deserialize, Serialize};

use super::{
    aggregate::{self, StoredJob},
    outbox, stored,
    stored::ORDER,
};
use crate::{
    keys,
    payment_book::{self, Spend},
    table::{Done, Table, Write, pointers::Pointer},
};

/// Three writes per machine, and a few more, have to fit into one transaction of 100.
const MAX_HOMES: usize = 25;
/// A partition key has at most 2,048 bytes.
const MAX_KEY: usize = 1_024;

#[derive(Serialize, Deserialize)]
struct OfSecret {
    pk: String,
    sk: String,
    order: OrderId,
}

#[derive(Serialize, Deserialize)]
struct OfKey {
    pk: String,
    sk: String,
    order: OrderId,
    digest: String,
}

pub(super) async fn of_key(table: &Table, key: &str) -> PortResult<Option<(OrderId, String)>> {
    if key.len() > MAX_KEY {
        return Err(PortError::invalid("the idempotency key", format!("it is longer than {MAX_KEY} bytes")));
    }
    let held: Option<OfKey> = table.get(ORDER, &keys::idempotency(key)).await?;
    Ok(held.map(|held| (held.order, held.digest)))
}

pub(super) async fn by_secret(table: &Table, secret_hash: &str) -> PortResult<Option<Order>> {
    let held: Option<OfSecret> = table.get(ORDER, &keys::secret(secret_hash)).await?;
    match held {
        Some(held) => stored::read(table, held.order).await,
        None => Ok(None),
    }
}

/// What the key says, if it was used before.
async fn repeat(table: &Table, key: &str, digest: &str) -> PortResult<Option<Placed>> {
    let held = of_key(table, key).await?;
    Ok(held.map(|(id, held)| if held == digest { Placed::Repeat(id) } else { Placed::KeyReused }))
}

pub(super) async fn place(
    table: &Table,
    order: &Order,
    secret_hash: &str,
    key: &str,
    digest: &str,
) -> PortResult<Placed> {
    if let Some(answer) = repeat(table, key, digest).await? {
        return Ok(answer);
    }
    let Spend { discount, prepaid } = payment_book::spend(order);
    let mut writes = writes(order, secret_hash, key, digest)?;
    let mut at = |write: Option<Write>| {
        write.map(|write| {
            writes.push(write);
            writes.len() - 1
        })
    };
    let (discount, prepaid) = (at(discount), at(prepaid));
    match table.commit(&writes).await? {
        Done::Yes => Ok(Placed::New),
        // Somebody was first: with this key, with a code, or (once in a universe) with this id.
        Done::Refused(which) => match repeat(table, key, digest).await? {
            Some(before) => Ok(before),
            None if prepaid.is_some_and(|at| which.contains(&at)) => Ok(Placed::PrepaidUsed),
            None if discount.is_some_and(|at| which.contains(&at)) => Ok(Placed::CodeUsedUp),
            None => Err(PortError::conflict("the order's id")),
        },
    }
}

fn writes(order: &Order, secret_hash: &str, key: &str, digest: &str) -> PortResult<Vec<Write>> {
    let homes = order.homes();
    if homes.len() > MAX_HOMES {
        let why = format!(
            "its pictures are on {} computers; at most {MAX_HOMES} fit into one order, so please place two",
            homes.len()
        );
        return Err(PortError::invalid(ORDER, why));
    }
    let (of_key, of_secret) = (keys::idempotency(key), keys::secret(secret_hash));
    let (id, digest) = (order.id, digest.to_owned());
    let with =
        PlacedWith { secret_hash: secret_hash.to_owned(), key: key.to_owned(), digest: digest.clone() };
    let of_key = OfKey { pk: of_key.pk, sk: of_key.sk, order: id, digest };
    let of_secret = OfSecret { pk: of_secret.pk, sk: of_secret.sk, order: id };
    let in_studio = keys::order_in_studio(order.studio, order.placed_at, id);
    let mut writes = vec![
        aggregate::new_guard(id, with)?,
        Write::put(ORDER, &of_key)?.when_new(),
        Write::put(ORDER, &of_secret)?.when_new(),
        Write::put(ORDER, &Pointer::new(in_studio))?,
    ];
    writes.extend(stored::writes(order)?);
    for machine in homes {
        let job = aggregate::new_job(order, machine, order.placed_at);
        writes.extend(aggregate::job_writes(None, &StoredJob { job, rung_at: order.placed_at })?);
        writes.push(outbox::write(&OutboxEvent::Job { order: id, machine }, order.placed_at)?);
    }
    Ok(writes)
}
