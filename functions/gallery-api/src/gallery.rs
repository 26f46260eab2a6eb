//! GET /api/gallery/{gallery}: its name, welcome, and what there is to filter by, within the visitor's scope.

use axum::{
    extract::{Path, State},
    http::{HeaderName, header},
};
use domain::{gallery::Gallery, id::PhotoId};
use http_edge::{Answer, VisitorSession};
use ports::Ports;
use wire::{
    customer::{Facet, GalleryView, ImageRef, Look, SubjectFacet},
    galleries::SubjectInfo,
    problem::Problem,
    route,
};

use crate::{
    authorise::{OpenGallery, open_gallery},
    view::Viewer,
};

#[utoipa::path(
    get,
    path = route::GALLERY,
    operation_id = "show_gallery",
    tag = "gallery",
    params(("gallery" = String, Path)),
    responses((status = 200, body = GalleryView), (status = "default", body = Problem)),
)]
pub async fn show(
    State(ports): State<Ports>,
    session: VisitorSession,
    Path(gallery): Path<String>,
) -> Answer<([(HeaderName, &'static str); 1], axum::Json<GalleryView>)> {
    let held = open_gallery(&ports, &session, &gallery).await?;
    let view = view(&ports, &session, held).await?;
    Ok(([(header::CACHE_CONTROL, "private, no-cache")], axum::Json(view)))
}

pub(crate) async fn view(ports: &Ports, session: &VisitorSession, held: OpenGallery) -> Answer<GalleryView> {
    let id = held.gallery.id;
    let facets = ports.photos.facets(id, &held.scope).await?;
    let favourites: Vec<PhotoId> =
        ports.visitors.favourites(session.0.visitor, id).await?.into_iter().collect();
    let favourites = ports.photos.photos(id, &held.scope, &favourites).await?.len() as u64;
    let ids: Vec<_> = facets.subjects.iter().map(|c| c.value).collect();
    let names = ports.galleries.subjects_by_id(id, &ids).await?;
    let studio = ports.directory.studio(held.gallery.studio).await?;

    // A photo of siblings names both; a visitor who may see one of them learns nothing of the other.
    let visible = |subject| match &held.scope {
        domain::access::Scope::All => true,
        domain::access::Scope::Subjects(set) => set.contains(&subject),
    };
    let subjects = facets
        .subjects
        .into_iter()
        .filter(|c| visible(c.value))
        .filter_map(|c| {
            let subject = names.iter().find(|s| s.id == c.value)?;
            Some(SubjectFacet {
                subject: SubjectInfo {
                    subject: subject.id,
                    name: subject.name.clone(),
                    group: subject.group.clone(),
                },
                photos: c.photos,
            })
        })
        .collect();
    let look = look(ports, session, &held).await?;
    Ok(GalleryView {
        gallery: id,
        studio_name: signed(&held.gallery, studio.map(|s| s.name)),
        selection_limit: held.gallery.settings.selection_limit,
        look,
        name: held.gallery.name,
        welcome: held.gallery.welcome,
        sells_prints: held.gallery.price_list.is_some(),
        expires_at: held.gallery.expires_at.map(|m| m.0),
        photos: facets.photos,
        favourites,
        sections: facets.sections.into_iter().map(|c| Facet { value: c.value, photos: c.photos }).collect(),
        keywords: facets.keywords.into_iter().map(|c| Facet { value: c.value, photos: c.photos }).collect(),
        subjects,
        days: facets.days.into_iter().map(|c| Facet { value: c.value, photos: c.photos }).collect(),
    })
}

/// Whose gallery it says it is: the name on the gallery, else the studio's own.
pub fn signed(gallery: &Gallery, registered: Option<String>) -> String {
    gallery.settings.studio_name.clone().or(registered).unwrap_or_default()
}

async fn look(ports: &Ports, session: &VisitorSession, held: &OpenGallery) -> Answer<Look> {
    let settings = &held.gallery.settings;
    let logo = settings.logo.map(|logo| ImageRef {
        url: route::fill(route::GALLERY_LOGO, &[&held.gallery.id, &logo.sha256]),
        width: logo.width,
        height: logo.height,
    });
    // A cover outside the scope is as absent as any photo outside it.
    let cover = match settings.cover {
        Some(cover) => ports.photos.photo(held.gallery.id, &held.scope, cover).await?,
        None => None,
    };
    let viewer = Viewer::new(ports, session.0.visitor, held.gallery.id, &held.scope)?;
    Ok(Look {
        accent: settings.accent.map(|accent| accent.tones()),
        logo,
        cover: cover.map(|photo| viewer.photo(&photo, false)),
    })
}
