//! A gallery that another of the studio's computers made, taken up here by its name, so that the pictures of
//! both are in it. Each photo's home stays the computer that published it.

use domain::gallery::GalleryState;
use wire::{galleries::GalleryInfo, route};

use super::book::{self, Decided, Gallery};
use crate::{catalog::Catalog, context::Context, error::AgentError, host, selection::Selection};

/// The gallery of this name here or, if there is none, at the host.
pub async fn find(ctx: &Context, catalog: &Catalog, name: &str) -> Result<Gallery, AgentError> {
    let unknown = match book::find(catalog, name) {
        Ok(gallery) => return Ok(gallery),
        Err(unknown) => unknown,
    };
    // Without a host to ask, the gallery is unknown: that says more than that the host is away.
    let Ok(client) = host::client(ctx) else { return Err(unknown) };
    let Ok(all) = client.get_all::<GalleryInfo>(route::STUDIO_GALLERIES).await else { return Err(unknown) };
    let is_meant = |g: &&GalleryInfo| {
        g.state != GalleryState::Erased
            && (g.name.to_lowercase() == name.to_lowercase() || g.gallery.to_string() == name)
    };
    let mut meant = all.iter().filter(is_meant);
    match (meant.next(), meant.next()) {
        (Some(one), None) => Ok(taken_up(one)),
        (Some(_), Some(_)) => Err(AgentError::new(format!("several galleries are called {name:?}"))
            .why("other computers of the studio made them")
            .fix("use the id of the one you mean; `darkslide --json gallery list` shows it on the computer that made it")),
        (None, _) => Err(unknown),
    }
}

fn taken_up(there: &GalleryInfo) -> Gallery {
    Gallery {
        id: there.gallery,
        name: there.name.clone(),
        welcome: there.welcome.clone(),
        state: there.state,
        expires_at: there.expires_at,
        price_list: there.price_list,
        selection: Selection::default(),
        revision: there.revision,
        decided: Decided::default(),
    }
}
