//! Pictures from the originals: large enough to crop by, or pixel for pixel to judge the focus by.

use std::sync::Arc;

use axum::{
    extract::{Path, Query, State},
    http::{HeaderName, header},
};
use serde::Deserialize;

use crate::{
    desk::{answer::Answer, serve::Page},
    orders::Desk,
};

#[derive(Deserialize)]
pub struct Wanted {
    /// Pixels of the longer side; without it every pixel there is.
    edge: Option<u32>,
}

pub type Jpeg = ([(HeaderName, &'static str); 1], Vec<u8>);

/// GET /api/orders/{order}/lines/{line}/{node}/picture?edge: the frame the customer cropped in.
pub async fn of_order(
    State(page): State<Arc<Page>>,
    Path((order, line, node)): Path<(String, u32, u32)>,
    Query(wanted): Query<Wanted>,
) -> Answer<Jpeg> {
    let desk = Desk::open(&page.ctx)?;
    let id = desk.find(&order).await?;
    let jpeg = desk.preview(id, line, node, wanted.edge).await?;
    Ok(([(header::CONTENT_TYPE, "image/jpeg")], jpeg))
}
