//! One pass over folders and galleries: what is new on the disk is read, what is selected is published.

use domain::gallery::GalleryState;
use wire::{galleries::GalleryInfo, route};

use crate::{
    AgentError, Context,
    catalog::Catalog,
    gallery::{
        book,
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
    if let Err(error) = opened_elsewhere(ctx, catalog).await {
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

/// What is closed here is not published, so that another computer of the studio opened it again is asked for.
async fn opened_elsewhere(ctx: &Context, catalog: &Catalog) -> Result<(), AgentError> {
    let closed = |g: &book::Gallery| g.state == GalleryState::Closed && g.revision > 0 && !g.decided.state;
    let closed: Vec<book::Gallery> =
        book::all(catalog)?.into_iter().filter(|g| closed(g) && !g.selection.is_empty()).collect();
    if closed.is_empty() {
        return Ok(());
    }
    let all: Vec<GalleryInfo> = host::client(ctx)?
        .get_all(route::STUDIO_GALLERIES)
        .await
        .host("the host did not list the galleries")?;
    for gallery in closed {
        let changed =
            |there: &&GalleryInfo| there.gallery == gallery.id && there.revision != gallery.revision;
        if let Some(there) = all.iter().find(changed) {
            book::take_up(catalog, there)?;
        }
    }
    Ok(())
}
