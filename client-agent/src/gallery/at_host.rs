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
    // What the caller read may be old: the daemon and commands work side by side.
    *gallery = book::get(catalog, gallery.id)?;
    let opens = gallery.decided.state && gallery.state == GalleryState::Open;
    let mut there = match gallery.revision {
        0 => Some(GalleryState::Draft),
        _ if tell == Tell::ButOpening && opens => Some(look(catalog, client, gallery).await?.state),
        _ => None,
    };
    let mut round = 0;
    loop {
        round += 1;
        let state = match (tell, there) {
            (Tell::ButOpening, Some(GalleryState::Draft)) => GalleryState::Draft,
            _ => gallery.state,
        };
        let answer = put(catalog, client, gallery, state).await?;
        if round == ROUNDS || !answer.as_ref().is_err_and(|e| e.code() == Some("changed_meanwhile")) {
            return answer.host(what);
        }
        // Also when an answer was lost, or another process of this computer was faster.
        let found = look(catalog, client, gallery).await?;
        // Nothing can be changed on it any more, and nobody here wants to.
        if gallery.state == GalleryState::Erased {
            return Ok(found);
        }
        there = Some(found.state);
    }
}

/// Asks what the host has, and takes it up.
async fn look(
    catalog: &Catalog,
    client: &HostClient,
    gallery: &mut Gallery,
) -> Result<GalleryInfo, AgentError> {
    let path = route::fill(route::STUDIO_GALLERY, &[&gallery.id]);
    let found = client.get::<GalleryInfo>(&path).await;
    let found = found.host(format!("the host did not show the gallery {:?}", gallery.name))?;
    *gallery = book::take_up(catalog, &found)?;
    Ok(found)
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
