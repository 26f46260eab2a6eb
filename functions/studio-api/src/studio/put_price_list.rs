//! Stores one immutable version of a price list.

use axum::{extract::State, http::StatusCode};
use domain::{id::PriceListId, price_list::PriceList, text::one_line};
use http_edge::{Answer, Json, Refusal};
use ports::Ports;
use wire::galleries::PriceListDocument;

use crate::{access::MachineCaller, problems::at_most, request::Segments};

const MAX_PRODUCTS: usize = 300;
const MAX_PRICES_PER_PRODUCT: usize = 50;
const MAX_NAME: usize = 120;
const MAX_CODES: usize = 500;
const MAX_TAX_RULES: usize = 100;

pub async fn handle(
    State(ports): State<Ports>,
    caller: MachineCaller,
    Segments((id, version)): Segments<(PriceListId, u32)>,
    Json(document): Json<PriceListDocument>,
) -> Answer<StatusCode> {
    let list = checked(id, version, document)?;
    match ports.prices.put(caller.studio.id, &list).await {
        Err(e) if e.is_conflict() => Err(Refusal::conflict(
            "price_list_differs",
            format!("Version {version} of this price list is stored already, with other content."),
        )
        .hint("Published prices never change. Import it again, which makes a new version.")),
        other => {
            other?;
            Ok(StatusCode::NO_CONTENT)
        }
    }
}

fn checked(id: PriceListId, version: u32, document: PriceListDocument) -> Answer<PriceList> {
    let refuse = |why: String| {
        Refusal::invalid("bad_price_list", format!("The price list cannot be used: {why}."))
            .hint("Mend the file and import it again: darkslide pricelist import FILE")
    };
    if version == 0 {
        return Err(refuse("versions count from 1".into()));
    }
    at_most("products", document.products.len(), MAX_PRODUCTS)?;
    at_most("discount codes", document.discounts.len(), MAX_CODES)?;
    at_most("tax rules", document.tax.rules.len(), MAX_TAX_RULES)?;
    at_most("weight classes", document.shipping.classes.len(), MAX_PRICES_PER_PRODUCT)?;
    let mut list = document.into_list(id, version);
    list.name = one_line(&list.name, MAX_NAME);
    for rule in &mut list.tax.rules {
        rule.name = one_line(&rule.name, MAX_NAME);
        at_most("regions of one tax", rule.regions.len(), MAX_PRICES_PER_PRODUCT)?;
    }
    if list.name.is_empty() {
        return Err(refuse("it has no name".into()));
    }
    for product in &mut list.products {
        at_most("prices of one product", product.group_prices.len(), MAX_PRICES_PER_PRODUCT)?;
        at_most("quantity breaks of one product", product.breaks.len(), MAX_PRICES_PER_PRODUCT)?;
        product.name = one_line(&product.name, MAX_NAME);
        if product.name.is_empty() {
            let shown = one_line(&product.id, 40);
            return Err(refuse(format!("product {shown:?} has no name")));
        }
    }
    list.check().map_err(|e| refuse(e.to_string()))?;
    Ok(list)
}
