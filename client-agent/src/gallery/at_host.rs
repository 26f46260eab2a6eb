//! Makes the host's copy of a gallery agree with this machine's: the price list, then the gallery, then its people.

use domain::{gallery::GalleryState, id::SubjectId};
use queue_client::HostClient;
use rusqlite::params;
use wire::{
    galleries::{GalleryInfo, PutGallery, PutSubjects, SubjectInfo},
    route,
};

use super::{book, book::Gallery, roster};
use crate::{catalog::Catalog, error::AgentError, host::HostWhat, price_list};

/// Puts the gallery as it is here, in `state`. A new one starts as a draft, so that nobody finds it empty.
pub async fn ensure(
    catalog: &Catalog,
    client: &HostClient,
    gallery: &mut Gallery,
    state: GalleryState,
) -> Result<GalleryInfo, AgentError> {
    let what = format!("the host did not take the gallery {:?}", gallery.name);
    if let Some(list) = gallery.price_list {
        price_list::store::send(catalog, client, list).await?;
    }
    let path = route::fill(route::STUDIO_GALLERY, &[&gallery.id]);
    let put = |revision| PutGallery {
        name: gallery.name.clone(),
        state,
        welcome: gallery.welcome.clone(),
        price_list: gallery.price_list,
        expires_at: gallery.expires_at,
        settings: None,
        revision,
    };
    let mut answer = client.put::<_, GalleryInfo>(&path, &put(gallery.revision)).await;
    if answer.as_ref().is_err_and(|e| e.code() == Some("changed_meanwhile")) {
        // Another machine of the studio changed it, or an answer was lost: what is decided here comes last.
        let there: GalleryInfo = client.get(&path).await.host(&what)?;
        answer = client.put(&path, &put(there.revision)).await;
    }
    let info = answer.host(what)?;
    gallery.revision = info.revision;
    book::save_revision(catalog, gallery.id, info.revision)?;
    Ok(info)
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
