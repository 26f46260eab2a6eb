//! `openapi`: what the routes for customers take and answer, for whoever writes another site.
//!
//! The site's own types are generated from this document; `tests/openapi.rs` fails when they are stale.

use std::io::Write;

use utoipa::openapi::{InfoBuilder, License, OpenApi};

pub fn run() -> anyhow::Result<()> {
    let text = document()?;
    match std::io::stdout().lock().write_all(text.as_bytes()) {
        // The reader went away (`| head`): nothing to complain about.
        Err(e) if e.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        other => Ok(other?),
    }
}

/// Both functions' documents as one, in JSON with a newline at its end.
pub fn document() -> anyhow::Result<String> {
    let mut document: OpenApi = gallery_api::document();
    document.merge(order_api::document());
    document.info = InfoBuilder::new()
        .title("Darkslide: galleries and orders of customers")
        .version(env!("CARGO_PKG_VERSION"))
        .license(Some(License::new(env!("CARGO_PKG_LICENSE"))))
        .build();
    let mut text = document.to_pretty_json()?;
    text.push('\n');
    Ok(text)
}
