//! One pass over folders and galleries: what is new on the disk is read, what is selected is published.

use domain::gallery::GalleryState;
use wire::{galleries::GalleryInfo, route};

use crate::{
    AgentError, Context,
    catalog::Catalog,
    gallery::{
        at_host::{self, Tell},
        book::{self, Gallery},
        publish::{batches::takes_photos, publish},
    },
    host::{self, HostWhat},
    output::shown,
    scan,
    uploads::Uploads,
};

/// What did not work, by gallery or folder; everything else was done.
pub type Troubles = Vec<AgentError>;

pub async fn publish_due(ctx: &Context, catalog: &Catalog) -> Result<Troubles, AgentError> {
    let mut troubles = Vec::new();
    if Uploads::read(&ctx.folders).paused {
        return Ok(troubles);
    }
    for root in scan::roots::all(catalog)? {
        if ctx.stop.asked() {
            return Ok(troubles);
        }
        // An unplugged drive is offline and no trouble; it is looked at again in the next pass.
        if !root.exists() {
            continue;
        }
        match tokio::task::block_in_place(|| scan::folder(ctx, catalog, &root)) {
            Ok(report) => {
                for file in &report.unreadable {
                    tracing::info!("cannot read {}: {}", file.file, file.reason);
                }
            }
            Err(error) => troubles.push(error),
        }
    }
    if let Err(error) = closed(ctx, catalog, &mut troubles).await {
        troubles.push(error);
    }
    for gallery in book::all(catalog)? {
        if ctx.stop.asked() {
            return Ok(troubles);
        }
        if gallery.selection.is_empty() || !takes_photos(gallery.state) {
            continue;
        }
        let name = shown(&gallery.name);
        match publish(ctx, catalog, gallery, false).await {
            Ok(report) => {
                if report.published + report.hidden > 0 {
                    tracing::info!("{}", report.text());
                }
                for left_out in &report.failed {
                    tracing::info!("{name}: left out {}: {}", shown(&left_out.file), left_out.reason);
                }
            }
            Err(error) => troubles.push(error),
        }
    }
    Ok(troubles)
}

/// What is closed is not published, so two things are seen to here: the host is told of a closing that it could not
/// be told of at once, and asked whether another computer of the studio opened the gallery again.
async fn closed(ctx: &Context, catalog: &Catalog, troubles: &mut Troubles) -> Result<(), AgentError> {
    let closed = |g: &Gallery| g.state == GalleryState::Closed && g.revision > 0 && !g.selection.is_empty();
    let closed: Vec<Gallery> = book::all(catalog)?.into_iter().filter(closed).collect();
    if closed.is_empty() {
        return Ok(());
    }
    let client = host::client(ctx)?;
    let all: Vec<GalleryInfo> =
        client.get_all(route::STUDIO_GALLERIES).await.host("the host did not list the galleries")?;
    for mut gallery in closed {
        if gallery.decided.state {
            // One that is refused keeps no other one open.
            troubles.extend(at_host::ensure(catalog, &client, &mut gallery, Tell::All).await.err());
            continue;
        }
        let changed =
            |there: &&GalleryInfo| there.gallery == gallery.id && there.revision != gallery.revision;
        if let Some(there) = all.iter().find(changed) {
            book::take_up(catalog, there)?;
        }
    }
    Ok(())
}
