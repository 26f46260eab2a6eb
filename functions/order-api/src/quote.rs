//! POST /api/order/{gallery}/quote: what the cart costs, and how the prints will look.

use axum::extract::{Path, State};
use http_edge::{Answer, Json, VisitorSession};
use ports::Ports;
use wire::checkout::{AskQuote, QuoteView};

use crate::{
    prepare::{Codes, prepare},
    view,
};

pub async fn quote(
    State(ports): State<Ports>,
    session: VisitorSession,
    Path(gallery): Path<String>,
    Json(request): Json<AskQuote>,
) -> Answer<axum::Json<QuoteView>> {
    let code = (request.code.as_deref(), Codes::Lenient);
    let prepared =
        prepare(&ports, &session, &gallery, &request.lines, request.destination.as_ref(), code).await?;
    Ok(axum::Json(view::quote(&prepared)))
}
