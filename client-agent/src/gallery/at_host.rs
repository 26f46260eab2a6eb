//! Makes the host's copy of a gallery agree with this machine's: the price list, then the gallery, then its people.

use domain::{gallery::GalleryState, id::SubjectId};
use queue_client::{HostClient, HostError};
use rusqlite::params;
use wire::{
    galleries::{GalleryInfo, PutGallery, PutSubjects, SubjectInfo},
    route,
};

use super::{book, book::Gallery, roster};
use crate::{catalog::Catalog, error::AgentError, host::HostWhat, price_list};

/// How much of what was decided on this computer the host is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tell {
    /// All but the opening of a draft, which waits for its photos: nobody shall find the gallery empty.
    ButOpening,
    All,
}

/// Other computers of the studio may decide at the same moment; each round one of them is through.
const ROUNDS: usize = 6;

/// Puts the gallery as it is in the book, or takes up what others decided meanwhile.
pub async fn ensure(
    catalog: &Catalog,
    client: &HostClient,
    gallery: &mut Gallery,
    tell: Tell,
) -> Result<GalleryInfo, AgentError> {
    let what = format!("the host did not take the gallery {:?}", gallery.name);
    let path = route::fill(route::STUDIO_GALLERY, &[&gallery.id]);
    // What the caller read may be old: the daemon and commands work side by side.
    *gallery = book::get(catalog, gallery.id)?;
    let opens = gallery.decided.state && gallery.state == GalleryState::Open;
    if tell == Tell::ButOpening && opens && gallery.revision > 0 {
        let there: GalleryInfo = client.get(&path).await.host(&what)?;
        if there.state == GalleryState::Draft {
            *gallery = book::take_up(catalog, &there)?;
            return put(catalog, client, gallery, GalleryState::Draft).await?.host(what);
        }
    }
    let mut state = match (tell, gallery.revision) {
        (Tell::ButOpening, 0) => GalleryState::Draft,
        _ => gallery.state,
    };
    for _ in 1..ROUNDS {
        let answer = put(catalog, client, gallery, state).await?;
        if !answer.as_ref().is_err_and(|e| e.code() == Some("changed_meanwhile")) {
            return answer.host(what);
        }
        let there: GalleryInfo = client.get(&path).await.host(&what)?;
        *gallery = book::take_up(catalog, &there)?;
        state = match (tell, there.state) {
            (_, GalleryState::Erased) => return Ok(there),
            // It is known there after all: an answer was lost, or another process of this computer was faster.
            (Tell::ButOpening, GalleryState::Draft) => GalleryState::Draft,
            _ => gallery.state,
        };
    }
    put(catalog, client, gallery, state).await?.host(what)
}

async fn put(
    catalog: &Catalog,
    client: &HostClient,
    gallery: &mut Gallery,
    state: GalleryState,
) -> Result<Result<GalleryInfo, HostError>, AgentError> {
    if let Some(list) = gallery.price_list {
        price_list::store::send(catalog, client, list).await?;
    }
    let put = PutGallery {
        name: gallery.name.clone(),
        state,
        welcome: gallery.welcome.clone(),
        price_list: gallery.price_list,
        expires_at: gallery.expires_at,
        settings: None,
        revision: gallery.revision,
    };
    let path = route::fill(route::STUDIO_GALLERY, &[&gallery.id]);
    let answer = client.put::<_, GalleryInfo>(&path, &put).await;
    if let Ok(there) = &answer {
        *gallery = book::taken(catalog, there)?;
    }
    Ok(answer)
}

/// Tells the host the people it does not know yet, or knows under another name.
pub async fn ensure_subjects(
    catalog: &Catalog,
    client: &HostClient,
    gallery: &Gallery,
    wanted: &[SubjectId],
) -> Result<(), AgentError> {
    const AT_ONCE: usize = 500;
    let id = gallery.id.to_string();
    let told: std::collections::HashMap<String, String> = catalog.read(|c| {
        let mut statement = c.prepare("SELECT subject, told FROM gallery_subject WHERE gallery = ?1")?;
        statement.query_map([&id], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
    })?;
    let all = roster::all(catalog)?;
    let due: Vec<SubjectInfo> = all
        .iter()
        .filter(|s| wanted.contains(&s.id))
        .map(roster::Subject::info)
        .filter(|s| told.get(&s.subject.to_string()) != Some(&text(s)))
        .collect();
    let path = route::fill(route::STUDIO_SUBJECTS, &[&gallery.id]);
    for some in due.chunks(AT_ONCE) {
        client
            .put_unit(&path, &PutSubjects { subjects: some.to_vec() })
            .await
            .host("the host did not take the roster")?;
        catalog.write(|tx| {
            for subject in some {
                tx.execute(
                    "INSERT INTO gallery_subject (gallery, subject, told) VALUES (?1, ?2, ?3)
                     ON CONFLICT DO UPDATE SET told = ?3",
                    params![id, subject.subject.to_string(), text(subject)],
                )?;
            }
            Ok(())
        })?;
    }
    Ok(())
}

fn text(subject: &SubjectInfo) -> String {
    format!("{}\n{}", subject.name, subject.group.as_deref().unwrap_or_default())
}
