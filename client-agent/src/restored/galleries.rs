//! Galleries against a restored host. What it lacks is forgotten here, so that the next publish, which is due at
//! once, sends it again; what a publish does not send (codes, closing) is sent here.

use std::collections::HashMap;

use domain::{
    gallery::GalleryState,
    id::{GalleryId, PhotoId},
};
use queue_client::HostClient;
use rusqlite::{Transaction, params};
use wire::{galleries::GalleryInfo, publish::Holding, route};

use super::Healed;
use crate::{
    AgentError,
    catalog::{Catalog, photos::unreadable},
    clock,
    gallery::{
        at_host::{self, Tell},
        book::{self, Decided, Gallery},
        codes,
        publish::batches::takes_photos,
    },
    host::{HostWhat, problem},
};

pub(super) async fn compare(
    catalog: &Catalog,
    client: &HostClient,
    after: i64,
    said: &mut Healed,
) -> Result<(), AgentError> {
    catalog.write(|tx| {
        tx.execute("UPDATE price_list SET sent_at = NULL WHERE sent_at >= ?1", [after])?;
        // A batch whose record the host lost would be waited for in vain; there it is stored again.
        tx.execute("UPDATE batch SET state = 'made' WHERE state = 'stored'", [])
    })?;
    for gallery in book::all(catalog)?.into_iter().filter(|g| g.revision > 0) {
        let path = route::fill(route::STUDIO_GALLERY, &[&gallery.id]);
        match client.get::<GalleryInfo>(&path).await {
            Ok(info) => known(catalog, client, gallery, &info, after, said).await?,
            Err(error) if error.status() == Some(404) && error.code().is_some() => {
                lost(catalog, client, gallery, said).await?;
            }
            Err(error) => return Err(problem(error, "a gallery could not be compared with the host")),
        }
    }
    Ok(())
}

async fn lost(
    catalog: &Catalog,
    client: &HostClient,
    mut gallery: Gallery,
    said: &mut Healed,
) -> Result<(), AgentError> {
    let id = gallery.id.to_string();
    said.galleries += 1;
    said.photos += catalog.write(|tx| {
        tx.execute("DELETE FROM gallery_subject WHERE gallery = ?1", [&id])?;
        tx.execute("UPDATE access_code SET sent_at = NULL WHERE gallery = ?1", [&id])?;
        tx.execute("UPDATE ledger SET sent_at = 0 WHERE gallery = ?1", [&id])?;
        tx.execute("DELETE FROM published WHERE gallery = ?1", [&id])
    })?;
    gallery = book::change(catalog, gallery.id, |gallery| {
        gallery.revision = 0;
        gallery.decided = Decided { welcome: true, state: true, price_list: true };
    })?;
    // A closed or ended one is made again when somebody opens it.
    let over = gallery.expires_at.is_some_and(|end| end <= clock::now().0);
    if takes_photos(gallery.state) && !over {
        at_host::ensure(catalog, client, &mut gallery, Tell::ButOpening).await?;
        said.codes += send_codes(catalog, client, &gallery).await?;
    }
    Ok(())
}

async fn known(
    catalog: &Catalog,
    client: &HostClient,
    mut gallery: Gallery,
    info: &GalleryInfo,
    after: i64,
    said: &mut Healed,
) -> Result<(), AgentError> {
    let id = gallery.id.to_string();
    // Opening a draft is the publish's, after its photos are there; erased ones stay erased.
    let opens = gallery.state == GalleryState::Open && info.state == GalleryState::Draft;
    gallery = book::change(catalog, gallery.id, |gallery| {
        gallery.revision = info.revision;
        gallery.decided.state |= opens;
    })?;
    let touched: bool = catalog.write(|tx| {
        tx.execute("DELETE FROM gallery_subject WHERE gallery = ?1", [&id])?;
        tx.execute(
            "UPDATE access_code SET sent_at = NULL WHERE gallery = ?1 AND sent_at >= ?2",
            params![id, after],
        )?;
        tx.execute("UPDATE ledger SET sent_at = 0 WHERE gallery = ?1 AND sent_at >= ?2", params![id, after])?;
        let sql = "SELECT EXISTS (SELECT 1 FROM published WHERE gallery = ?1 AND at >= ?2)";
        tx.query_row(sql, params![id, after], |row| row.get(0))
    })?;
    let closes_draft = gallery.state == GalleryState::Closed && info.state == GalleryState::Draft;
    if info.state != GalleryState::Erased && !opens && !closes_draft {
        match at_host::ensure(catalog, client, &mut gallery, Tell::All).await {
            Ok(_) => {}
            Err(error) => tracing::warn!("{error}"),
        }
    }
    if info.state != GalleryState::Erased {
        said.codes += send_codes(catalog, client, &gallery).await?;
    }
    if touched {
        let path = route::fill(route::STUDIO_HOLDINGS, &[&gallery.id]);
        let there: Vec<Holding> =
            client.get_all(&path).await.host("the photos at the host could not be listed")?;
        let there = there.into_iter().map(|h| (h.photo, h.seq)).collect();
        said.photos += catalog.write(|tx| forget_differences(tx, gallery.id, &there, after))?;
    }
    Ok(())
}

/// Rows that do not say any more what the host shows are changed to what it does, as far as the plan of the
/// next publish needs to know; how many there were.
fn forget_differences(
    tx: &Transaction<'_>,
    gallery: GalleryId,
    there: &HashMap<PhotoId, u64>,
    after: i64,
) -> rusqlite::Result<usize> {
    let mut statement =
        tx.prepare("SELECT photo, seq, record IS NOT NULL FROM published WHERE gallery = ?1 AND at >= ?2")?;
    let rows: Vec<(PhotoId, i64, bool)> = statement
        .query_map(params![gallery.to_string(), after], |row| {
            Ok((row.get::<_, String>(0)?.parse().map_err(|e| unreadable(0, e))?, row.get(1)?, row.get(2)?))
        })?
        .collect::<Result<_, _>>()?;
    let mut differing = 0;
    for (photo, seq, shown) in rows {
        let held = there.get(&photo).copied();
        let current = held.is_some_and(|held| i64::try_from(held).unwrap_or(i64::MAX) >= seq);
        let change = match (shown, held) {
            // Gone: published as new.
            (true, None) => "NULL",
            // An older state, or one that was withdrawn and shows again: whatever is selected now replaces it.
            (true, Some(_)) if !current => "zeroblob(32)",
            (false, Some(_)) if !current => "zeroblob(32)",
            _ => continue,
        };
        tx.execute(
            &format!("UPDATE published SET record = {change} WHERE gallery = ?1 AND photo = ?2"),
            params![gallery.to_string(), photo.to_string()],
        )?;
        differing += 1;
    }
    Ok(differing)
}

async fn send_codes(catalog: &Catalog, client: &HostClient, gallery: &Gallery) -> Result<usize, AgentError> {
    let due: Vec<_> = codes::of(catalog, gallery.id)?.into_iter().filter(|code| !code.sent).collect();
    let people: Vec<_> = due.iter().flat_map(|code| code.subjects.iter().copied()).collect();
    at_host::ensure_subjects(catalog, client, gallery, &people).await?;
    for code in &due {
        codes::send(catalog, client, gallery.id, code).await?;
    }
    Ok(due.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_host_lacks_or_shows_again_is_planned_anew_and_nothing_else() {
        let mut db = rusqlite::Connection::open_in_memory().unwrap();
        db.execute_batch(
            "CREATE TABLE published (gallery TEXT, photo TEXT, seq INTEGER, record BLOB, version BLOB, at INTEGER)",
        )
        .unwrap();
        let gallery = GalleryId::from_bytes([1; 16]);
        let photo = |n: u8| PhotoId::from_bytes([n; 16]);
        let was = [7u8; 32];
        // Same, gone, older there, withdrawn but shown, withdrawn and gone, from before the restored moment.
        let rows = [
            (1, Some(was), 9),
            (2, Some(was), 9),
            (3, Some(was), 9),
            (4, None, 9),
            (5, None, 9),
            (6, Some(was), 1),
        ];
        for (n, record, at) in rows {
            db.execute(
                "INSERT INTO published (gallery, photo, seq, record, at) VALUES (?1, ?2, 20, ?3, ?4)",
                params![gallery.to_string(), photo(n).to_string(), record, at],
            )
            .unwrap();
        }
        let there = HashMap::from([(photo(1), 20), (photo(3), 12), (photo(4), 12)]);
        let tx = db.transaction().unwrap();
        assert_eq!(forget_differences(&tx, gallery, &there, 5).unwrap(), 3);
        let after = |n: u8| {
            let sql = "SELECT record FROM published WHERE photo = ?1";
            tx.query_row(sql, [photo(n).to_string()], |row| row.get::<_, Option<[u8; 32]>>(0)).unwrap()
        };
        assert_eq!(
            [1, 2, 3, 4, 5, 6].map(after),
            [Some(was), None, Some([0; 32]), Some([0; 32]), None, Some(was)]
        );
        // Once is enough, but for what the next publish has yet to change.
        assert_eq!(forget_differences(&tx, gallery, &HashMap::from([(photo(1), 20)]), 5).unwrap(), 2);
    }
}
