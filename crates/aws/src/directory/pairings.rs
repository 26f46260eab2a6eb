//! Pairings: an item in the studio's partition, and a pointer to it in the lab's.

use domain::{
    id::{LabId, StudioId},
    studio::{Pairing, PairingState},
};
use ports::PortResult;

use crate::{
    keys::{self, Key},
    table::{Change, Next, Query, Row, Table, Write, pointers},
};

const PAIRING: &str = "the pairing";

pub(super) async fn put(table: &Table, new: &Pairing) -> PortResult<()> {
    let pointer = Key::new(keys::pairings_of_lab(new.lab), new.studio.to_string());
    let pointer = Write::put(PAIRING, &pointers::Pointer::new(pointer))?;
    let decide = |held: Option<Pairing>| {
        let mut new = new.clone();
        let also = if held.is_some() { vec![] } else { vec![pointer.clone()] };
        if let Some(held) = held.filter(|h| h.studio_key == new.studio_key && h.proof == new.proof) {
            new.state = held.state;
            new.asked_at = held.asked_at;
        }
        Ok(Next::Write(Change { also, ..Change::to(new) }, ()))
    };
    table.change(PAIRING, &keys::pairing(new.studio, new.lab), decide).await
}

pub(super) async fn answer(
    table: &Table,
    studio: StudioId,
    lab: LabId,
    state: PairingState,
) -> PortResult<Option<Pairing>> {
    let decide = |held: Option<Pairing>| {
        let Some(held) = held else { return Ok(Next::Keep(None)) };
        let answered = Pairing { state, ..held };
        Ok(Next::Write(Change::to(answered.clone()), Some(answered)))
    };
    table.change(PAIRING, &keys::pairing(studio, lab), decide).await
}

pub(super) async fn one(table: &Table, studio: StudioId, lab: LabId) -> PortResult<Option<Pairing>> {
    table.doc(PAIRING, &keys::pairing(studio, lab)).await
}

pub(super) async fn of_studio(table: &Table, studio: StudioId) -> PortResult<Vec<Pairing>> {
    let query = Query::of(keys::pairings_of_studio(studio));
    let rows: Vec<Row<Pairing>> = table.rows(PAIRING, &query, None).await?;
    Ok(rows.into_iter().map(|row| row.doc).collect())
}

pub(super) async fn of_lab(table: &Table, lab: LabId) -> PortResult<Vec<Pairing>> {
    let studios = pointers::ids(table, PAIRING, &Query::of(keys::pairings_of_lab(lab)), None).await?;
    let keys: Vec<Key> = studios.into_iter().map(|studio| keys::pairing(studio, lab)).collect();
    let rows: Vec<Row<Pairing>> = table.batch(PAIRING, &keys, true).await?;
    Ok(rows.into_iter().map(|row| row.doc).collect())
}
