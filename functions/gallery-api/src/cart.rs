//! GET and PUT /api/gallery/{gallery}/cart: the cart is kept on the host under the visitor, because in-app
//! browsers lose their storage.

use axum::extract::{Path, State};
use domain::order::{MAX_LINES, MAX_QUANTITY};
use http_edge::{Answer, Json, Refusal, VisitorSession};
use ports::Ports;
use wire::{
    customer::{Cart, CartLine, PutCart},
    problem::Problem,
    route,
};

use crate::authorise::open_gallery;

const MAX_NODES: usize = 32;

#[utoipa::path(
    get,
    path = route::GALLERY_CART,
    operation_id = "show_cart",
    tag = "gallery",
    params(("gallery" = String, Path)),
    responses((status = 200, body = Cart), (status = "default", body = Problem)),
)]
pub async fn show(
    State(ports): State<Ports>,
    session: VisitorSession,
    Path(gallery): Path<String>,
) -> Answer<axum::Json<Cart>> {
    let held = open_gallery(&ports, &session, &gallery).await?;
    let stored = ports.visitors.cart(session.0.visitor, held.gallery.id).await?;
    let cart = match stored {
        None => Cart::default(),
        // A cart from a release that wrote another shape is an empty cart, not an error for a customer.
        Some(stored) => Cart {
            lines: serde_json::from_str(&stored.json).unwrap_or_else(|error| {
                tracing::warn!(%error, "a stored cart is unreadable and shown empty");
                Vec::new()
            }),
            revision: stored.revision,
        },
    };
    Ok(axum::Json(cart))
}

#[utoipa::path(
    put,
    path = route::GALLERY_CART,
    operation_id = "save_cart",
    tag = "gallery",
    params(("gallery" = String, Path)),
    request_body = PutCart,
    responses((status = 200, body = Cart), (status = "default", body = Problem)),
)]
pub async fn save(
    State(ports): State<Ports>,
    session: VisitorSession,
    Path(gallery): Path<String>,
    Json(request): Json<PutCart>,
) -> Answer<axum::Json<Cart>> {
    let held = open_gallery(&ports, &session, &gallery).await?;
    check(&request.lines)?;
    let json = serde_json::to_string(&request.lines)
        .map_err(|e| Refusal::invalid("unreadable_body", e.to_string()))?;
    let saved = ports.visitors.put_cart(session.0.visitor, held.gallery.id, &json, request.revision).await;
    match saved {
        Ok(revision) => Ok(axum::Json(Cart { lines: request.lines, revision })),
        Err(e) if e.is_conflict() => {
            Err(Refusal::conflict("cart_changed", "The cart was changed in another window.")
                .hint("Read the cart again and repeat the change."))
        }
        Err(e) => Err(e.into()),
    }
}

/// Only bounds: whether the lines can be ordered is the quote's business.
fn check(lines: &[CartLine]) -> Answer<()> {
    if lines.len() > MAX_LINES {
        return Err(Refusal::invalid("too_many_lines", format!("A cart holds at most {MAX_LINES} lines."))
            .hint("Please place two orders."));
    }
    for line in lines {
        let bounded = line.id.len() <= 64 && line.product.len() <= 64 && line.nodes.len() <= MAX_NODES;
        if !bounded || line.quantity > MAX_QUANTITY {
            return Err(Refusal::invalid("bad_line", "A line of the cart is out of bounds."));
        }
    }
    Ok(())
}
