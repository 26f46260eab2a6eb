//! Prepaid codes: made by the agent, kept here as keyed hashes, each good for one order.

use axum::{Json as Answered, extract::State};
use domain::{
    Millis,
    payment::{Prepaid, Worth},
    price_list::MAX_PRICE_MINOR,
    text::one_line,
};
use http_edge::{Answer, Json, Refusal};
use ports::Ports;
use wire::{
    Page,
    payment::{PrepaidInfo, PutPrepaid},
};

use crate::{
    access::MachineCaller,
    request::{Listing, Params},
};

const PAGE: u32 = 200;
const MAX_QUANTITY: u32 = 999;

pub async fn put(
    State(ports): State<Ports>,
    caller: MachineCaller,
    Json(put): Json<PutPrepaid>,
) -> Answer<Answered<PrepaidInfo>> {
    // The code itself must not come back in an error.
    let refuse =
        |why: &str| Refusal::invalid("bad_prepaid", format!("The prepaid code cannot be used: {why}."));
    let code_hash = ports
        .secrets
        .prepaid_hash(&put.code)
        .ok_or_else(|| refuse("it is not PAY- and twelve letters and digits"))?;
    match &put.worth {
        Worth::Money(money) if !(1..=MAX_PRICE_MINOR).contains(&money.minor) => {
            return Err(refuse("its worth is not between 1 and 100,000,000 minor units"));
        }
        Worth::Product { product, quantity }
            if product.is_empty() || product.len() > 40 || !(1..=MAX_QUANTITY).contains(quantity) =>
        {
            return Err(refuse("it needs a product's id and a number from 1 to 999"));
        }
        _ => {}
    }
    let plain: String = put.code.chars().filter(char::is_ascii_alphanumeric).collect();
    let prepaid = Prepaid {
        studio: caller.studio.id,
        code_hash,
        hint: plain[plain.len() - 4..].to_uppercase(),
        worth: put.worth,
        note: put.note.map(|n| one_line(&n, 120)).filter(|n| !n.is_empty()),
        made_at: Millis(put.made_at),
        valid_until: put.valid_until.map(Millis),
        redeemed: None,
    };
    match ports.payments.put_prepaid(&prepaid).await {
        Err(e) if e.is_conflict() => {
            Err(Refusal::conflict("code_taken", "This prepaid code is there already, with another worth.")
                .hint("Make another one: darkslide payment code"))
        }
        other => {
            other?;
            Ok(Answered(prepaid.into()))
        }
    }
}

pub async fn list(
    State(ports): State<Ports>,
    caller: MachineCaller,
    Params(listing): Params<Listing>,
) -> Answer<Answered<Page<PrepaidInfo>>> {
    let page = ports.payments.prepaid_of(caller.studio.id, listing.cursor.as_deref(), PAGE).await?;
    Ok(Answered(Page { items: page.items.into_iter().map(Into::into).collect(), next: page.next }))
}
