//! POST /api/order/{gallery}/quote: what the cart costs, and how the prints will look.

use axum::extract::{Path, State};
use http_edge::{Answer, Json, VisitorSession};
use ports::Ports;
use wire::{
    checkout::{AskQuote, QuoteView},
    problem::Problem,
    route,
};

use crate::{
    prepaid,
    prepare::{Codes, prepare},
    view,
};

#[utoipa::path(
    post,
    path = route::ORDER_QUOTE,
    operation_id = "quote",
    tag = "order",
    params(("gallery" = String, Path)),
    request_body = AskQuote,
    responses((status = 200, body = QuoteView), (status = "default", body = Problem)),
)]
pub async fn quote(
    State(ports): State<Ports>,
    session: VisitorSession,
    Path(gallery): Path<String>,
    Json(request): Json<AskQuote>,
) -> Answer<axum::Json<QuoteView>> {
    let code = (request.code.as_deref(), Codes::Lenient);
    let prepared =
        prepare(&ports, &session, &gallery, &request.lines, request.destination.as_ref(), code).await?;
    let prepaid = match request.prepaid.as_deref().filter(|typed| !typed.trim().is_empty()) {
        Some(typed) => Some(prepaid::share(&ports, &prepared, typed).await?),
        None => None,
    };
    Ok(axum::Json(view::quote(&prepared, prepaid)))
}
