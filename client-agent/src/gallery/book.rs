//! Galleries as this machine keeps them. Several computers of a studio may have the same one: what one of them
//! decides reaches the others through the host, and none of them takes it back by publishing its own pictures.

use domain::{
    gallery::GalleryState,
    id::{GalleryId, PriceListId},
};
use rusqlite::{Connection, Row, Transaction, params};
use serde::{Deserialize, Serialize};
use wire::galleries::{GalleryInfo, PriceListRef};

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
    pub decided: Decided,
}

/// What was decided on this computer and the host has not taken yet. Where the host has something else, this
/// comes last; in everything else the host's comes last, because another computer of the studio decided it, or
/// the gallery's last day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Decided {
    pub welcome: bool,
    pub state: bool,
    pub price_list: bool,
}

impl Gallery {
    pub fn set_state(&mut self, state: GalleryState) {
        self.state = state;
        self.decided.state = true;
    }

    pub fn set_welcome(&mut self, welcome: Option<String>) {
        self.welcome = welcome;
        self.decided.welcome = true;
    }

    pub fn set_price_list(&mut self, list: PriceListRef) {
        self.price_list = Some(list);
        self.decided.price_list = true;
    }

    /// What others decided. Nobody decides on a draft: it is what a gallery is before somebody opens it.
    fn take_up(&mut self, there: &GalleryInfo) {
        // Erased is the end, whatever was decided here.
        self.decided.state &= there.state != GalleryState::Erased;
        if !self.decided.state && there.state != GalleryState::Draft {
            self.state = there.state;
        }
        if !self.decided.welcome {
            self.welcome.clone_from(&there.welcome);
        }
        if !self.decided.price_list {
            self.price_list = there.price_list;
        }
        self.expires_at = there.expires_at;
        self.revision = there.revision;
    }

    /// What the host has now is decided no more; a draft may be there whose opening is still to come.
    fn taken(&mut self, there: &GalleryInfo) {
        self.decided.state &= self.state != there.state;
        self.decided.welcome &= self.welcome != there.welcome;
        self.decided.price_list &= self.price_list != there.price_list;
        self.revision = there.revision;
    }
}

const COLUMNS: &str =
    "id, name, welcome, state, expires_at, price_list, price_list_version, selection, revision, decided";

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
        decided: serde_json::from_str(&row.get::<_, String>(9)?).map_err(|e| unreadable(9, e))?,
    })
}

fn by_id(db: &Connection, id: GalleryId) -> rusqlite::Result<Gallery> {
    db.query_row(&format!("SELECT {COLUMNS} FROM gallery WHERE id = ?1"), [id.to_string()], gallery)
}

pub fn get(catalog: &Catalog, id: GalleryId) -> Result<Gallery, AgentError> {
    catalog.read(|c| by_id(c, id))
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

/// Enters a gallery that is new to this computer; one that is known stays as it is.
pub fn keep(catalog: &Catalog, gallery: &Gallery) -> Result<(), AgentError> {
    catalog.write(|tx| {
        let new = tx.execute(
            "INSERT INTO gallery (id, name, state, selection, made_at) VALUES (?1, ?2, ?3, '{}', ?4)
             ON CONFLICT (id) DO NOTHING",
            params![gallery.id.to_string(), gallery.name, state_text(gallery.state), clock::now().0],
        )?;
        if new > 0 { write(tx, gallery) } else { Ok(()) }
    })
}

/// Changes a gallery as it is at this moment: the daemon and commands work side by side.
pub fn change(
    catalog: &Catalog,
    id: GalleryId,
    change: impl FnOnce(&mut Gallery),
) -> Result<Gallery, AgentError> {
    catalog.write(|tx| {
        let mut gallery = by_id(tx, id)?;
        change(&mut gallery);
        write(tx, &gallery)?;
        Ok(gallery)
    })
}

/// The host has something else than was thought here.
pub fn take_up(catalog: &Catalog, there: &GalleryInfo) -> Result<Gallery, AgentError> {
    change(catalog, there.gallery, |gallery| gallery.take_up(there))
}

/// The host took what was put.
pub fn taken(catalog: &Catalog, there: &GalleryInfo) -> Result<Gallery, AgentError> {
    change(catalog, there.gallery, |gallery| gallery.taken(there))
}

fn write(tx: &Transaction<'_>, gallery: &Gallery) -> rusqlite::Result<()> {
    tx.execute(
        "UPDATE gallery SET welcome = ?2, state = ?3, expires_at = ?4, price_list = ?5, price_list_version = ?6,
           selection = ?7, revision = ?8, decided = ?9 WHERE id = ?1",
        params![
            gallery.id.to_string(),
            gallery.welcome,
            state_text(gallery.state),
            gallery.expires_at,
            gallery.price_list.map(|p| p.list.to_string()),
            gallery.price_list.map(|p| p.version),
            serde_json::to_string(&gallery.selection).map_err(|e| unreadable(7, e))?,
            gallery.revision as i64,
            serde_json::to_string(&gallery.decided).map_err(|e| unreadable(9, e))?,
        ],
    )?;
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

#[cfg(test)]
mod tests {
    use domain::id::PriceListId;

    use super::*;

    fn here(state: GalleryState, decided: Decided) -> Gallery {
        Gallery {
            id: GalleryId::from_bytes([1; 16]),
            name: "Jo & Al".into(),
            welcome: Some("here".into()),
            state,
            expires_at: None,
            price_list: None,
            selection: Selection::default(),
            revision: 3,
            decided,
        }
    }

    fn there(state: GalleryState) -> GalleryInfo {
        GalleryInfo {
            gallery: GalleryId::from_bytes([1; 16]),
            name: "Jo & Al".into(),
            state,
            welcome: Some("there".into()),
            price_list: Some(PriceListRef { list: PriceListId::from_bytes([2; 16]), version: 4 }),
            expires_at: Some(99),
            settings: Default::default(),
            revision: 7,
            photos: 0,
        }
    }

    #[test]
    fn what_others_decided_is_taken_up_and_what_was_decided_here_stays() {
        use GalleryState::*;
        let mut gallery = here(Open, Decided { welcome: true, ..Decided::default() });
        gallery.take_up(&there(Closed));
        assert_eq!((gallery.state, gallery.welcome.as_deref()), (Closed, Some("here")));
        assert_eq!((gallery.price_list, gallery.expires_at), (there(Closed).price_list, Some(99)));
        assert_eq!(gallery.revision, 7);
        // Told to open it while another computer closed it: what is decided last comes last.
        let mut gallery = here(Closed, Decided::default());
        gallery.set_state(Open);
        gallery.take_up(&there(Closed));
        assert_eq!(gallery.state, Open);
        gallery.take_up(&there(Erased));
        assert_eq!((gallery.state, gallery.decided.state), (Erased, false));
    }

    #[test]
    fn an_opening_is_pending_until_the_host_took_it() {
        use GalleryState::*;
        let mut gallery = here(Open, Decided { state: true, ..Decided::default() });
        gallery.taken(&there(Draft));
        gallery.take_up(&there(Draft));
        assert_eq!((gallery.state, gallery.decided.state), (Open, true));
        gallery.taken(&there(Open));
        assert_eq!(gallery.decided, Decided::default());
        gallery.take_up(&there(Draft));
        assert_eq!(gallery.state, Open, "nobody decides on a draft");
    }

    #[test]
    fn a_change_meets_the_book_as_it_is_now() {
        let dir = tempfile::tempdir().unwrap();
        let catalog = Catalog::open(&crate::folders::Folders::find(Some(dir.path()), None).unwrap()).unwrap();
        let gallery = here(GalleryState::Open, Decided::default());
        keep(&catalog, &gallery).unwrap();
        change(&catalog, gallery.id, |g| g.set_state(GalleryState::Closed)).unwrap();
        // The daemon, which read it before, was told of a price list.
        let now = take_up(&catalog, &there(GalleryState::Open)).unwrap();
        assert_eq!((now.state, now.price_list), (GalleryState::Closed, there(GalleryState::Open).price_list));
        keep(&catalog, &gallery).unwrap();
        assert_eq!(get(&catalog, gallery.id).unwrap(), now, "keeping what is known changes nothing");
    }
}
