//! One pass over folders and galleries: what is new on the disk is read, what is selected is published.

use crate::{
    AgentError, Context,
    catalog::Catalog,
    gallery::{
        book,
        publish::{batches::takes_photos, publish},
    },
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
