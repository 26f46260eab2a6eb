//! GET /api/gallery/{gallery}/products: what can be ordered, from the gallery's price list.

use axum::extract::{Path, State};
use domain::{address_rule::ADDRESS_RULES, order::PaymentMethod};
use http_edge::{Answer, Refusal, VisitorSession};
use ports::Ports;
use wire::{customer::Products, problem::Problem, route};

use crate::authorise::open_gallery;

#[utoipa::path(
    get,
    path = route::GALLERY_PRODUCTS,
    operation_id = "list_products",
    tag = "gallery",
    params(("gallery" = String, Path)),
    responses((status = 200, body = Products), (status = "default", body = Problem)),
)]
pub async fn list(
    State(ports): State<Ports>,
    session: VisitorSession,
    Path(gallery): Path<String>,
) -> Answer<axum::Json<Products>> {
    let held = open_gallery(&ports, &session, &gallery).await?;
    let (list, version) = held.gallery.price_list.ok_or_else(|| {
        Refusal::conflict("no_prints", "This gallery is for looking; no prints are for sale.")
    })?;
    let list = ports
        .prices
        .get(held.gallery.studio, list, version)
        .await?
        .ok_or_else(|| Refusal::not_found("price list"))?;
    let payments = match ports.payments.provider(held.gallery.studio).await? {
        Some(provider) if provider.only => vec![PaymentMethod::Stripe],
        Some(_) => vec![PaymentMethod::Stripe, PaymentMethod::PayStudio],
        None => vec![PaymentMethod::PayStudio],
    };
    Ok(axum::Json(Products {
        payments,
        currency: list.currency,
        tax: list.tax.rule_for(None).cloned(),
        has_discounts: !list.discounts.is_empty(),
        late_fee: list.late_fee,
        products: list.products,
        shipping: list.shipping,
        minimum_minor: list.minimum_minor,
        addresses: ADDRESS_RULES,
        straighten: !held.gallery.settings.no_straightening,
    }))
}
