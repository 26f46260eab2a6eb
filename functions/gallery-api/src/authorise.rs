//! The one gate every gallery route passes: cookie → gallery held → gallery open now.

use axum::http::StatusCode;
use domain::{
    access::Scope,
    gallery::{Gallery, GalleryState},
    id::GalleryId,
};
use http_edge::{Answer, Refusal, VisitorSession};
use ports::Ports;

/// A gallery a visitor may look at, with what of it she may see.
#[derive(Debug)]
pub struct OpenGallery {
    pub gallery: Gallery,
    pub scope: Scope,
}

pub async fn open_gallery(ports: &Ports, session: &VisitorSession, id: &str) -> Answer<OpenGallery> {
    let id: GalleryId = id.parse().map_err(|_| Refusal::not_found("gallery"))?;
    let scope = session.scope(id)?.clone();
    let gallery = ports.galleries.gallery(id).await?.ok_or_else(|| Refusal::not_found("gallery"))?;
    check_open(ports, &gallery)?;
    Ok(OpenGallery { gallery, scope })
}

/// Says why a gallery cannot be looked at now.
pub fn check_open(ports: &Ports, gallery: &Gallery) -> Answer<()> {
    match gallery.state_at(ports.clock.now()) {
        GalleryState::Open => Ok(()),
        GalleryState::Draft => {
            Err(Refusal::conflict("gallery_not_ready", format!("“{}” is not ready yet.", gallery.name)).hint(
                "Your code is right. Please come back later; the studio is still preparing the pictures.",
            ))
        }
        GalleryState::Closed | GalleryState::Erased => {
            Err(Refusal::new(StatusCode::GONE, "gallery_closed", format!("“{}” is closed.", gallery.name))
                .hint("Orders that were placed go on. Ask the studio if you want the gallery opened again."))
        }
    }
}
