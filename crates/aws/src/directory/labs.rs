//! Labs, and the lease that lets one receiver of each print.

use domain::{
    Millis,
    fulfilment::{self, Lease},
    id::{LabId, ReceiverId},
    studio::{Lab, PublicKey},
};
use ports::{Page, PortError, PortResult};

use super::missing;
use crate::{
    cursor, keys,
    table::{Change, Next, Query, Row, Table},
};

const LAB: &str = "the lab";
const LEASE: &str = "the lab's lease";

fn change(lab: Lab) -> Change<Lab> {
    let list = Some((keys::LABS.to_owned(), lab.id.to_string()));
    Change { list, ..Change::to(lab) }
}

pub(super) async fn put(table: &Table, new: &Lab) -> PortResult<()> {
    let decide = |held: Option<Lab>| {
        let seen = held.as_ref().map_or(Millis(i64::MIN), |l| l.last_seen_at);
        let key = held.and_then(|l| l.key).or(new.key);
        let last_seen_at = new.last_seen_at.max(seen);
        Ok(Next::Write(change(Lab { key, last_seen_at, ..new.clone() }), ()))
    };
    table.change(LAB, &keys::lab(new.id), decide).await
}

pub(super) async fn one(table: &Table, id: LabId) -> PortResult<Option<Lab>> {
    table.doc(LAB, &keys::lab(id)).await
}

pub(super) async fn page(table: &Table, cursor: Option<&str>, limit: u32) -> PortResult<Page<Lab>> {
    let query = Query::index(keys::GSI1, keys::LABS).after(cursor::decode(cursor)?);
    let rows: Vec<Row<Lab>> = table.rows(LAB, &query, Some(cursor::one_more(limit))).await?;
    let labs = rows.into_iter().map(|row| row.doc).collect();
    Ok(cursor::page(labs, limit, |l: &Lab| l.id.to_string()))
}

pub(super) async fn set_key(table: &Table, id: LabId, key: PublicKey) -> PortResult<()> {
    let decide = |held: Option<Lab>| {
        let held = held.ok_or_else(|| missing(LAB))?;
        match held.key {
            Some(known) if known == key => Ok(Next::Keep(())),
            Some(_) => Err(PortError::conflict("the lab's key")),
            None => Ok(Next::Write(change(Lab { key: Some(key), ..held }), ())),
        }
    };
    table.change(LAB, &keys::lab(id), decide).await
}

pub(super) async fn take_lease(
    table: &Table,
    lab: LabId,
    receiver: ReceiverId,
    now: Millis,
    ttl: i64,
) -> PortResult<Option<Lease>> {
    let decide = |held: Option<Lease>| {
        Ok(match fulfilment::take_lease(held.as_ref(), lab, receiver, now, ttl) {
            Some(taken) => Next::Write(Change::to(taken), Some(taken)),
            None => Next::Keep(None),
        })
    };
    table.change(LEASE, &keys::lease(lab), decide).await
}

pub(super) async fn lease(table: &Table, lab: LabId) -> PortResult<Option<Lease>> {
    table.doc(LEASE, &keys::lease(lab)).await
}
