//! Price lists in the catalog, and the way of a version to the host.

use domain::id::PriceListId;
use queue_client::HostClient;
use rusqlite::{OptionalExtension, Row, params};
use wire::{
    galleries::{PriceListDocument, PriceListRef},
    route,
};

use crate::{
    catalog::{Catalog, photos::unreadable},
    clock,
    error::AgentError,
    host::HostWhat,
    output::shown,
};

#[derive(Clone, Debug, PartialEq)]
pub struct Stored {
    pub id: PriceListId,
    pub version: u32,
    pub document: PriceListDocument,
    pub sent: bool,
}

impl Stored {
    pub fn reference(&self) -> PriceListRef {
        PriceListRef { list: self.id, version: self.version }
    }
}

fn stored(row: &Row<'_>) -> rusqlite::Result<Stored> {
    Ok(Stored {
        id: row.get::<_, String>(0)?.parse().map_err(|e| unreadable(0, e))?,
        version: row.get(1)?,
        document: serde_json::from_str(&row.get::<_, String>(2)?).map_err(|e| unreadable(2, e))?,
        sent: row.get(3)?,
    })
}

/// The newest version of each list.
pub fn newest_of_all(catalog: &Catalog) -> Result<Vec<Stored>, AgentError> {
    catalog.read(|c| {
        let mut statement = c.prepare(
            "SELECT id, version, document, sent_at IS NOT NULL FROM price_list p
             WHERE version = (SELECT max(version) FROM price_list q WHERE q.id = p.id) ORDER BY name",
        )?;
        statement.query_map([], stored)?.collect()
    })
}

pub fn newest(catalog: &Catalog, name: &str) -> Result<Stored, AgentError> {
    let all = newest_of_all(catalog)?;
    let same =
        |s: &&Stored| s.document.name.to_lowercase() == name.to_lowercase() || s.id.to_string() == name;
    if let Some(found) = all.iter().find(same) {
        return Ok(found.clone());
    }
    let names: Vec<String> = all.iter().map(|s| format!("{:?}", shown(&s.document.name))).collect();
    let why = if names.is_empty() {
        "none was imported yet".into()
    } else {
        format!("there are: {}", names.join(", "))
    };
    Err(AgentError::new(format!("there is no price list {:?}", shown(name)))
        .why(why)
        .fix("import it: `darkslide pricelist import FILE.toml`"))
}

/// Keeps a checked list: the same content is the same version, another content the next one.
pub fn keep(catalog: &Catalog, document: &PriceListDocument) -> Result<(Stored, bool), AgentError> {
    let before = newest_of_all(catalog)?;
    let before = before.into_iter().find(|s| s.document.name.to_lowercase() == document.name.to_lowercase());
    let (id, version) = match before {
        Some(same) if same.document == *document => return Ok((same, false)),
        Some(older) => (older.id, older.version + 1),
        None => (PriceListId::from_bytes(clock::random()), 1),
    };
    catalog.write(|tx| {
        tx.execute(
            "INSERT INTO price_list (id, version, name, document, made_at) VALUES (?1, ?2, ?3, ?4, ?5)",
            params![
                id.to_string(),
                version,
                document.name,
                serde_json::to_string(document).map_err(|e| unreadable(2, e))?,
                clock::now().0
            ],
        )
    })?;
    Ok((Stored { id, version, document: document.clone(), sent: false }, true))
}

/// Sends a version to the host, once.
pub async fn send(catalog: &Catalog, client: &HostClient, list: PriceListRef) -> Result<(), AgentError> {
    let id = list.list.to_string();
    let found = catalog.read(|c| {
        c.query_row(
            "SELECT id, version, document, sent_at IS NOT NULL FROM price_list WHERE id = ?1 AND version = ?2",
            params![id, list.version],
            stored,
        )
        .optional()
    })?;
    // A list that is not here was sent by the computer that imported it.
    let Some(found) = found.filter(|found| !found.sent) else { return Ok(()) };
    let path = route::fill(route::STUDIO_PRICE_LIST, &[&list.list, &list.version]);
    client
        .put_unit(&path, &found.document)
        .await
        .host(format!("the host did not take the price list {:?}", found.document.name))?;
    catalog.write(|tx| {
        tx.execute(
            "UPDATE price_list SET sent_at = ?3 WHERE id = ?1 AND version = ?2",
            params![id, list.version, clock::now().0],
        )
    })?;
    Ok(())
}

/// The rules of the domain for a list that is still a document.
pub fn check(document: &PriceListDocument) -> Result<(), domain::price_list::PriceListError> {
    document.clone().into_list(PriceListId::from_bytes([0; 16]), 1).check()
}
