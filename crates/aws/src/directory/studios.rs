//! Studios.

use domain::{
    id::StudioId,
    studio::{PublicKey, Studio},
};
use ports::{Page, PortError, PortResult};

use super::missing;
use crate::{
    cursor, keys,
    table::{Change, Next, Query, Row, Table},
};

const STUDIO: &str = "the studio";

fn change(studio: Studio) -> Change<Studio> {
    let list = Some((keys::STUDIOS.to_owned(), studio.id.to_string()));
    Change { list, ..Change::to(studio) }
}

pub(super) async fn put(table: &Table, new: &Studio) -> PortResult<()> {
    let decide = |held: Option<Studio>| {
        // A key once set stays, whatever an operator's older copy says.
        let key = held.and_then(|s| s.key).or(new.key);
        Ok(Next::Write(change(Studio { key, ..new.clone() }), ()))
    };
    table.change(STUDIO, &keys::studio(new.id), decide).await
}

pub(super) async fn one(table: &Table, id: StudioId) -> PortResult<Option<Studio>> {
    table.doc(STUDIO, &keys::studio(id)).await
}

pub(super) async fn page(table: &Table, cursor: Option<&str>, limit: u32) -> PortResult<Page<Studio>> {
    let query = Query::index(keys::GSI1, keys::STUDIOS).after(cursor::decode(cursor)?);
    let rows: Vec<Row<Studio>> = table.rows(STUDIO, &query, Some(cursor::one_more(limit))).await?;
    let studios = rows.into_iter().map(|row| row.doc).collect();
    Ok(cursor::page(studios, limit, |s: &Studio| s.id.to_string()))
}

pub(super) async fn set_key(table: &Table, id: StudioId, key: PublicKey) -> PortResult<()> {
    let decide = |held: Option<Studio>| {
        let held = held.ok_or_else(|| missing(STUDIO))?;
        match held.key {
            Some(known) if known == key => Ok(Next::Keep(())),
            Some(_) => Err(PortError::conflict("the studio's key")),
            None => Ok(Next::Write(change(Studio { key: Some(key), ..held }), ())),
        }
    };
    table.change(STUDIO, &keys::studio(id), decide).await
}
