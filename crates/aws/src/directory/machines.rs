//! Machines: an item each, and a pointer to it in the studio's partition.

use domain::{
    id::{MachineId, StudioId},
    studio::Machine,
};
use ports::{PortError, PortResult};

use crate::{
    keys::{self, Key},
    table::{Change, Next, Query, Row, Table, Write, pointers},
};

const MACHINE: &str = "the machine";

pub(super) async fn put(table: &Table, new: &Machine) -> PortResult<()> {
    let pointer = Key::new(keys::machines_of(new.studio), new.id.to_string());
    let pointer = Write::put(MACHINE, &pointers::Pointer::new(pointer))?;
    let decide = |held: Option<Machine>| {
        let mut new = new.clone();
        let also = if held.is_some() { vec![] } else { vec![pointer.clone()] };
        if let Some(held) = held {
            if held.device_key != new.device_key || held.studio != new.studio {
                return Err(PortError::conflict(MACHINE));
            }
            new.enrolled_at = held.enrolled_at;
            new.last_seen_at = new.last_seen_at.max(held.last_seen_at);
        }
        Ok(Next::Write(Change { also, ..Change::to(new) }, ()))
    };
    table.change(MACHINE, &keys::machine(new.id), decide).await
}

pub(super) async fn one(table: &Table, id: MachineId) -> PortResult<Option<Machine>> {
    table.doc(MACHINE, &keys::machine(id)).await
}

pub(super) async fn of_studio(table: &Table, studio: StudioId) -> PortResult<Vec<Machine>> {
    let ids = pointers::ids(table, MACHINE, &Query::of(keys::machines_of(studio)), None).await?;
    let keys: Vec<Key> = ids.into_iter().map(keys::machine).collect();
    let rows: Vec<Row<Machine>> = table.batch(MACHINE, &keys, true).await?;
    Ok(rows.into_iter().map(|row| row.doc).collect())
}
