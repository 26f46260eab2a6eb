//! Stripe Checkout, by plain HTTP (https://docs.stripe.com/api): checkout sessions, refunds, payment intents.
//!
//! Card numbers never come here. Every request that makes something has an idempotency key computed from the
//! order, so a repeat is the same session or refund. Amounts are Stripe's: minor units, except that Stripe
//! still writes ISK and UGX with two digits.

use std::time::Duration;

use async_trait::async_trait;
use domain::{
    Millis,
    id::OrderId,
    money::{Currency, Money},
};
use reqwest::{RequestBuilder, StatusCode};
use serde::Deserialize;
use serde_json::Value;

use super::{Ask, Event, Keys, OnlinePayments, PaymentError, Session, SessionState};
use crate::payment::signature;

/// The version whose shapes this file reads.
const VERSION: &str = "2024-06-20";
const TIMEOUT: Duration = Duration::from_secs(20);

pub struct Stripe {
    client: reqwest::Client,
    base: String,
}

impl Stripe {
    pub const API: &str = "https://api.stripe.com";

    /// `base` is `API`, or a stand-in of tests.
    pub fn new(base: &str) -> Result<Self, reqwest::Error> {
        // Somebody else may have installed it; it is the same one.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder().timeout(TIMEOUT).redirect(reqwest::redirect::Policy::none());
        Ok(Self { client: client.build()?, base: base.trim_end_matches('/').to_owned() })
    }

    fn post(&self, keys: &Keys, path: &str, form: &[(&str, String)], key: Option<String>) -> RequestBuilder {
        // A query is written like a form.
        let form =
            reqwest::Url::parse_with_params("http://localhost/", form.iter().map(|(k, v)| (k, v.as_str())));
        let body = form.ok().and_then(|url| url.query().map(str::to_owned)).unwrap_or_default();
        let request = self
            .client
            .post(format!("{}{path}", self.base))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body);
        let request = match key {
            Some(key) => request.header("idempotency-key", key),
            None => request,
        };
        with_key(request, keys)
    }

    fn get(&self, keys: &Keys, path: &str) -> RequestBuilder {
        with_key(self.client.get(format!("{}{path}", self.base)), keys)
    }
}

fn with_key(request: RequestBuilder, keys: &Keys) -> RequestBuilder {
    request.bearer_auth(&keys.secret_key).header("stripe-version", VERSION)
}

#[derive(Deserialize)]
struct ErrorBody {
    error: ErrorDetail,
}
#[derive(Deserialize)]
struct ErrorDetail {
    #[serde(default)]
    message: String,
    #[serde(default, rename = "type")]
    kind: String,
    #[serde(default)]
    code: String,
}

async fn answer(request: RequestBuilder) -> Result<Value, PaymentError> {
    let response = request.send().await.map_err(|e| PaymentError::Unreachable(e.without_url().into()))?;
    let status = response.status();
    let bytes = response.bytes().await.map_err(|e| PaymentError::Unreachable(e.without_url().into()))?;
    if status.is_success() {
        return serde_json::from_slice(&bytes).map_err(|e| PaymentError::Unreadable(e.to_string()));
    }
    let said = serde_json::from_slice::<ErrorBody>(&bytes);
    let words = said
        .map_or_else(|_| String::new(), |b| format!("{} {} {}", b.error.kind, b.error.code, b.error.message));
    let words = domain::text::one_line(&format!("{} {words}", status.as_u16()), 300);
    // 409 and 429 and the 5xx pass; the others say the same again.
    if status.is_server_error() || matches!(status, StatusCode::CONFLICT | StatusCode::TOO_MANY_REQUESTS) {
        return Err(PaymentError::Unreachable(words.into()));
    }
    Err(PaymentError::Refused(words))
}

fn to_stripe(money: Money) -> i64 {
    if two_digits_at_stripe(money.currency) { money.minor.saturating_mul(100) } else { money.minor }
}

fn money(value: &Value, amount: &str) -> Option<Money> {
    let currency = Currency::parse(&value["currency"].as_str()?.to_uppercase()).ok()?;
    let minor = value[amount].as_i64()?;
    Some(Money::new(if two_digits_at_stripe(currency) { minor / 100 } else { minor }, currency))
}

fn two_digits_at_stripe(currency: Currency) -> bool {
    matches!(currency.as_str(), "ISK" | "UGX")
}

fn order_in(object: &Value) -> Option<OrderId> {
    object["metadata"]["darkslide_order"].as_str()?.parse().ok()
}

/// An id is a name, expanded objects have it inside.
fn id(value: &Value) -> Option<String> {
    value.as_str().or_else(|| value["id"].as_str()).map(str::to_owned)
}

fn read_session(object: &Value) -> Result<Session, PaymentError> {
    let unreadable = |what: &str| PaymentError::Unreadable(format!("a checkout session without {what}"));
    let state = match object["status"].as_str() {
        Some("complete") if object["payment_status"] == "paid" => {
            SessionState::Paid(money(object, "amount_total").ok_or_else(|| unreadable("an amount"))?)
        }
        Some("complete") => SessionState::Pending,
        Some("open") => SessionState::Open {
            url: object["url"].as_str().ok_or_else(|| unreadable("an address"))?.to_owned(),
        },
        Some("expired") => SessionState::Over,
        _ => return Err(unreadable("a status")),
    };
    let id = object["id"].as_str().ok_or_else(|| unreadable("an id"))?.to_owned();
    Ok(Session { id, state, intent: self::id(&object["payment_intent"]) })
}

#[async_trait]
impl OnlinePayments for Stripe {
    async fn checkout(&self, keys: &Keys, ask: &Ask) -> Result<Session, PaymentError> {
        let order = ask.order.to_string();
        let mut form = vec![
            ("mode", "payment".to_owned()),
            ("client_reference_id", order.clone()),
            ("metadata[darkslide_order]", order.clone()),
            ("payment_intent_data[metadata][darkslide_order]", order.clone()),
            ("line_items[0][quantity]", "1".to_owned()),
            ("line_items[0][price_data][currency]", ask.amount.currency.as_str().to_lowercase()),
            ("line_items[0][price_data][unit_amount]", to_stripe(ask.amount).to_string()),
            ("line_items[0][price_data][product_data][name]", ask.words.clone()),
            ("success_url", ask.back.clone()),
            ("cancel_url", ask.back.clone()),
        ];
        form.extend(ask.email.clone().map(|email| ("customer_email", email)));
        let key = format!("{order}-{}", ask.after.as_deref().unwrap_or("first"));
        read_session(&answer(self.post(keys, "/v1/checkout/sessions", &form, Some(key))).await?)
    }

    async fn session(&self, keys: &Keys, id: &str) -> Result<Session, PaymentError> {
        let id = path_segment(id)?;
        read_session(&answer(self.get(keys, &format!("/v1/checkout/sessions/{id}"))).await?)
    }

    async fn close(&self, keys: &Keys, id: &str) -> Result<(), PaymentError> {
        let path = format!("/v1/checkout/sessions/{}/expire", path_segment(id)?);
        match answer(self.post(keys, &path, &[], None)).await {
            // Paid or over already.
            Ok(_) | Err(PaymentError::Refused(_)) => Ok(()),
            Err(error) => Err(error),
        }
    }

    async fn refund(&self, keys: &Keys, intent: &str) -> Result<(), PaymentError> {
        let form = [("payment_intent", intent.to_owned())];
        answer(self.post(keys, "/v1/refunds", &form, Some(format!("refund-{intent}")))).await.map(drop)
    }

    async fn order_of(&self, keys: &Keys, intent: &str) -> Result<Option<OrderId>, PaymentError> {
        let path = format!("/v1/payment_intents/{}", path_segment(intent)?);
        Ok(order_in(&answer(self.get(keys, &path)).await?))
    }

    fn event(
        &self,
        keys: &Keys,
        header: &str,
        body: &[u8],
        now: Millis,
    ) -> Result<Option<Event>, PaymentError> {
        signature::check(&keys.webhook_secret, header, body, now).map_err(PaymentError::Unsigned)?;
        let event: Value =
            serde_json::from_slice(body).map_err(|e| PaymentError::Unreadable(e.to_string()))?;
        let object = &event["data"]["object"];
        let missing = |what: &str| PaymentError::Unreadable(format!("{} without {what}", event["type"]));
        let amount = |name: &str| money(object, name).ok_or_else(|| missing("an amount"));
        let intent = id(&object["payment_intent"]);
        Ok(match event["type"].as_str().unwrap_or_default() {
            "checkout.session.completed" | "checkout.session.async_payment_succeeded" => {
                // A session of the studio's own shop has no order of ours.
                match order_in(object) {
                    Some(order) if object["payment_status"] == "paid" => Some(Event::Paid {
                        order,
                        session: id(&object["id"]).ok_or_else(|| missing("an id"))?,
                        intent,
                        amount: amount("amount_total")?,
                    }),
                    _ => None,
                }
            }
            "charge.refunded" => {
                Some(Event::Refunded { order: order_in(object), intent, amount: amount("amount_refunded")? })
            }
            "charge.dispute.created" => Some(Event::Disputed {
                intent: intent.ok_or_else(|| missing("a payment"))?,
                amount: amount("amount")?,
            }),
            "charge.dispute.closed" => {
                let intent = intent.ok_or_else(|| missing("a payment"))?;
                match object["status"].as_str() {
                    Some("won" | "warning_closed") => Some(Event::DisputeWon { intent }),
                    Some("lost") => Some(Event::DisputeLost { intent }),
                    _ => None,
                }
            }
            _ => None,
        })
    }
}

/// Ids come out of messages: nothing that could lead to another address.
fn path_segment(id: &str) -> Result<&str, PaymentError> {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
    if !id.is_empty() && id.len() <= 255 && id.bytes().all(plain) {
        Ok(id)
    } else {
        Err(PaymentError::Unreadable("an id with other than letters and digits".into()))
    }
}
