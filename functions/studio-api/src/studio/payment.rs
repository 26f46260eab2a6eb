//! How the studio takes money online: its keys, sealed before they are stored and never said again.

use axum::{Json as Answered, extract::State, http::StatusCode};
use domain::payment::Provider;
use http_edge::{Answer, Json, Refusal};
use ports::{Ports, payment_book::Keys};
use wire::{
    payment::{PaymentInfo, PutStripe, StripeInfo},
    route,
};

use crate::access::MachineCaller;

pub async fn show(State(ports): State<Ports>, caller: MachineCaller) -> Answer<Answered<PaymentInfo>> {
    info(&ports, &caller).await
}

pub async fn put_stripe(
    State(ports): State<Ports>,
    caller: MachineCaller,
    Json(put): Json<PutStripe>,
) -> Answer<Answered<PaymentInfo>> {
    let key = put.secret_key.trim();
    let webhook = put.webhook_secret.trim();
    // Neither may come back in an error.
    let refuse = |what: &str, like: &str| {
        Err(Refusal::invalid("bad_key", format!("This is not {what}."))
            .hint(format!("It begins with {like}; copy it whole from Stripe's dashboard.")))
    };
    let plain = |t: &str| (16..=300).contains(&t.len()) && t.bytes().all(|b| b.is_ascii_graphic());
    if !(key.starts_with("sk_") || key.starts_with("rk_")) || !plain(key) {
        return refuse("a secret or restricted key of Stripe", "sk_ or rk_");
    }
    if !webhook.starts_with("whsec_") || !plain(webhook) {
        return refuse("the signing secret of a webhook endpoint", "whsec_");
    }
    let keys = Keys { secret_key: key.to_owned(), webhook_secret: webhook.to_owned() };
    let sealed = keys.seal(&ports.secrets, caller.studio.id).ok_or_else(|| {
        tracing::error!("payment keys could not be sealed");
        Refusal::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", "The keys cannot be kept right now.")
            .hint("Nothing was changed. Try again in a few seconds.")
    })?;
    let provider = Provider {
        name: "stripe".into(),
        sealed,
        hint: key[key.len() - 4..].to_owned(),
        live: !key.contains("_test_"),
        only: put.only,
        set_at: ports.clock.now(),
    };
    ports.payments.put_provider(caller.studio.id, Some(&provider)).await?;
    tracing::info!(studio = %caller.studio.id, live = provider.live, "a studio set its payment keys");
    info(&ports, &caller).await
}

pub async fn remove_stripe(State(ports): State<Ports>, caller: MachineCaller) -> Answer<StatusCode> {
    ports.payments.put_provider(caller.studio.id, None).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn info(ports: &Ports, caller: &MachineCaller) -> Answer<Answered<PaymentInfo>> {
    let provider = ports.payments.provider(caller.studio.id).await?;
    let path = route::fill(route::ORDER_STRIPE, &[&caller.studio.id]);
    Ok(Answered(PaymentInfo {
        stripe: provider.map(|p| StripeInfo {
            key_hint: p.hint,
            live: p.live,
            only: p.only,
            set_at: p.set_at.0,
        }),
        webhook_url: format!("{}{path}", ports.secrets.site),
    }))
}
