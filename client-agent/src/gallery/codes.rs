//! Access codes. They are made here and kept here, so that cards can be printed again; the host has a keyed hash.

use domain::{
    access::code::AccessCode,
    id::{CodeId, GalleryId, SubjectId},
};
use queue_client::HostClient;
use rusqlite::params;
use wire::{galleries::PutCode, route};

use crate::{
    catalog::{Catalog, photos::unreadable},
    clock,
    error::AgentError,
    host::HostWhat,
};

#[derive(Clone, Debug)]
pub struct Code {
    pub id: CodeId,
    pub code: AccessCode,
    /// Empty: the whole gallery.
    pub subjects: Vec<SubjectId>,
    pub sent: bool,
}

pub fn of(catalog: &Catalog, gallery: GalleryId) -> Result<Vec<Code>, AgentError> {
    catalog.read(|c| {
        let mut statement = c.prepare(
            "SELECT id, code, subjects, sent_at IS NOT NULL FROM access_code WHERE gallery = ?1 ORDER BY made_at DESC",
        )?;
        let rows = statement.query_map([gallery.to_string()], |row| {
            let code: String = row.get(1)?;
            Ok(Code {
                id: row.get::<_, String>(0)?.parse().map_err(|e| unreadable(0, e))?,
                code: AccessCode::parse(&code).map_err(|e| unreadable(1, e))?,
                subjects: serde_json::from_str(&row.get::<_, String>(2)?).map_err(|e| unreadable(2, e))?,
                sent: row.get(3)?,
            })
        })?;
        rows.collect()
    })
}

/// The code of exactly these people, or a new one. `new` makes a further one in any case.
pub fn get(
    catalog: &Catalog,
    gallery: GalleryId,
    subjects: &[SubjectId],
    new: bool,
) -> Result<Code, AgentError> {
    let mut wanted = subjects.to_vec();
    wanted.sort();
    wanted.dedup();
    let there = of(catalog, gallery)?.into_iter().find(|c| c.subjects == wanted);
    if let (Some(code), false) = (there, new) {
        return Ok(code);
    }
    let code = Code {
        id: CodeId::from_bytes(clock::random()),
        code: AccessCode::from_random(u64::from_le_bytes(clock::random())),
        subjects: wanted,
        sent: false,
    };
    catalog.write(|tx| {
        tx.execute(
            "INSERT INTO access_code (id, gallery, code, subjects, made_at) VALUES (?1, ?2, ?3, ?4, ?5)",
            params![
                code.id.to_string(),
                gallery.to_string(),
                code.code.compact(),
                serde_json::to_string(&code.subjects).map_err(|e| unreadable(2, e))?,
                clock::now().0
            ],
        )
    })?;
    Ok(code)
}

/// Tells the host a code, once. It must know the gallery and the people already.
pub async fn send(
    catalog: &Catalog,
    client: &HostClient,
    gallery: GalleryId,
    code: &Code,
) -> Result<(), AgentError> {
    if code.sent {
        return Ok(());
    }
    let path = route::fill(route::STUDIO_CODE, &[&gallery, &code.id]);
    let put = PutCode { code: code.code.compact(), subjects: code.subjects.clone(), expires_at: None };
    client.put_unit(&path, &put).await.host("the host did not take the access code")?;
    catalog.write(|tx| {
        tx.execute(
            "UPDATE access_code SET sent_at = ?2 WHERE id = ?1",
            params![code.id.to_string(), clock::now().0],
        )
    })?;
    Ok(())
}
