//! Galleries as this machine keeps them.

use domain::{
    gallery::GalleryState,
    id::{GalleryId, PriceListId},
};
use rusqlite::{Row, params};
use wire::galleries::PriceListRef;

use crate::{
    catalog::{Catalog, photos::unreadable},
    clock,
    error::AgentError,
    output::shown,
    selection::Selection,
};

#[derive(Clone, Debug, PartialEq)]
pub struct Gallery {
    pub id: GalleryId,
    pub name: String,
    pub welcome: Option<String>,
    /// What it shall be; the host makes it so at the next publish.
    pub state: GalleryState,
    pub expires_at: Option<i64>,
    pub price_list: Option<PriceListRef>,
    pub selection: Selection,
    /// Of the host; 0: it does not know the gallery yet.
    pub revision: u64,
}

const COLUMNS: &str =
    "id, name, welcome, state, expires_at, price_list, price_list_version, selection, revision";

fn gallery(row: &Row<'_>) -> rusqlite::Result<Gallery> {
    let state: String = row.get(3)?;
    let list: Option<String> = row.get(5)?;
    let price_list = match list {
        Some(id) => {
            let list: PriceListId = id.parse().map_err(|e| unreadable(5, e))?;
            Some(PriceListRef { list, version: row.get(6)? })
        }
        None => None,
    };
    Ok(Gallery {
        id: row.get::<_, String>(0)?.parse().map_err(|e| unreadable(0, e))?,
        name: row.get(1)?,
        welcome: row.get(2)?,
        state: serde_json::from_str(&format!("{state:?}")).map_err(|e| unreadable(3, e))?,
        expires_at: row.get(4)?,
        price_list,
        selection: serde_json::from_str(&row.get::<_, String>(7)?).map_err(|e| unreadable(7, e))?,
        revision: row.get::<_, i64>(8)? as u64,
    })
}

pub fn all(catalog: &Catalog) -> Result<Vec<Gallery>, AgentError> {
    catalog.read(|c| {
        let mut statement = c.prepare(&format!("SELECT {COLUMNS} FROM gallery ORDER BY made_at"))?;
        statement.query_map([], gallery)?.collect()
    })
}

/// By name, whatever its case, or by id.
pub fn find(catalog: &Catalog, name: &str) -> Result<Gallery, AgentError> {
    let all = all(catalog)?;
    let exact = all.iter().find(|g| g.name == name || g.id.to_string() == name);
    if let Some(gallery) = exact.or_else(|| all.iter().find(|g| g.name.to_lowercase() == name.to_lowercase()))
    {
        return Ok(gallery.clone());
    }
    let names: Vec<String> = all.iter().take(10).map(|g| format!("{:?}", shown(&g.name))).collect();
    let why = match names.len() {
        0 => "there is no gallery yet".to_owned(),
        _ => format!("there are: {}", names.join(", ")),
    };
    Err(AgentError::new(format!("there is no gallery {:?}", shown(name))).why(why).fix(
        "use one of the names `darkslide gallery list` shows, or make it: `darkslide gallery create NAME --from DIR`",
    ))
}

/// Writes what the photographer decides; never the host's revision.
pub fn save(catalog: &Catalog, gallery: &Gallery) -> Result<(), AgentError> {
    catalog.write(|tx| {
        tx.execute(
            "INSERT INTO gallery (id, name, welcome, state, expires_at, price_list, price_list_version, selection, made_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
             ON CONFLICT (id) DO UPDATE SET name = ?2, welcome = ?3, state = ?4, expires_at = ?5,
               price_list = ?6, price_list_version = ?7, selection = ?8",
            params![
                gallery.id.to_string(),
                gallery.name,
                gallery.welcome,
                state_text(gallery.state),
                gallery.expires_at,
                gallery.price_list.map(|p| p.list.to_string()),
                gallery.price_list.map(|p| p.version),
                serde_json::to_string(&gallery.selection).map_err(|e| unreadable(7, e))?,
                clock::now().0,
            ],
        )
    })?;
    Ok(())
}

pub fn save_revision(catalog: &Catalog, gallery: GalleryId, revision: u64) -> Result<(), AgentError> {
    catalog.write(|tx| {
        tx.execute(
            "UPDATE gallery SET revision = ?2 WHERE id = ?1",
            params![gallery.to_string(), revision as i64],
        )
    })?;
    Ok(())
}

pub fn state_text(state: GalleryState) -> &'static str {
    match state {
        GalleryState::Draft => "draft",
        GalleryState::Open => "open",
        GalleryState::Closed => "closed",
        GalleryState::Erased => "erased",
    }
}
