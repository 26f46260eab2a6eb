//! Bringing two visitors together: what one kept is added to what the other keeps, and nothing is lost.
//! Safe to repeat: everything is known by its id.

use domain::{
    id::{GalleryId, VisitorId},
    order::MAX_LINES,
};
use http_edge::Answer;
use ports::Ports;
use wire::customer::CartLine;

use crate::lists;

/// Enough for a browser that writes at the same time.
const TRIES: usize = 5;

/// Whether a visitor would miss anything in a gallery.
pub async fn has_own(ports: &Ports, visitor: VisitorId, gallery: GalleryId) -> Answer<bool> {
    Ok(!ports.visitors.favourites(visitor, gallery).await?.is_empty()
        || !cart(ports, visitor, gallery).await?.0.is_empty()
        || !lists::load(ports, visitor, gallery).await?.is_blank())
}

pub async fn merge(ports: &Ports, from: VisitorId, to: VisitorId, gallery: GalleryId) -> Answer<()> {
    let there = ports.visitors.favourites(to, gallery).await?;
    for photo in ports.visitors.favourites(from, gallery).await?.difference(&there) {
        ports.visitors.set_favourite(to, gallery, *photo, true).await?;
    }
    merge_carts(ports, from, to, gallery).await?;
    let mine = lists::load(ports, from, gallery).await?;
    if !mine.is_blank() {
        lists::change(ports, to, gallery, |held| held.take_over(mine.clone())).await?;
    }
    Ok(())
}

async fn merge_carts(ports: &Ports, from: VisitorId, to: VisitorId, gallery: GalleryId) -> Answer<()> {
    let (mine, _) = cart(ports, from, gallery).await?;
    for attempt in 1.. {
        let (mut lines, revision) = cart(ports, to, gallery).await?;
        let new: Vec<_> = mine.iter().filter(|l| lines.iter().all(|h| h.id != l.id)).cloned().collect();
        if new.is_empty() {
            return Ok(());
        }
        lines.extend(new);
        lines.truncate(MAX_LINES);
        let json = serde_json::to_string(&lines).unwrap_or_default();
        match ports.visitors.put_cart(to, gallery, &json, revision).await {
            Err(e) if e.is_conflict() && attempt < TRIES => continue,
            Err(e) => return Err(e.into()),
            Ok(_) => return Ok(()),
        }
    }
    Ok(())
}

async fn cart(ports: &Ports, visitor: VisitorId, gallery: GalleryId) -> Answer<(Vec<CartLine>, u64)> {
    let stored = ports.visitors.cart(visitor, gallery).await?.unwrap_or_default();
    Ok((serde_json::from_str(&stored.json).unwrap_or_default(), stored.revision))
}
