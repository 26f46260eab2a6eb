//! How a studio takes money, as its agent sets it up.

use domain::{
    Millis,
    id::OrderId,
    payment::{Prepaid, Worth},
};
use serde::{Deserialize, Serialize};

/// Sent once, over TLS; the host seals both secrets and never says them again.
#[derive(Clone, Serialize, Deserialize)]
pub struct PutStripe {
    /// `sk_…` or, better, a restricted key `rk_…`.
    pub secret_key: String,
    /// `whsec_…`
    pub webhook_secret: String,
    /// Customers can pay in no other way.
    #[serde(default)]
    pub only: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PaymentInfo {
    #[serde(default)]
    pub stripe: Option<StripeInfo>,
    /// Where Stripe has to send its events.
    pub webhook_url: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StripeInfo {
    /// The last characters of the key.
    pub key_hint: String,
    /// False: a test key; nobody is charged.
    pub live: bool,
    pub only: bool,
    pub set_at: i64,
}

/// Makes one prepaid code known. The code is made by the agent.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PutPrepaid {
    pub code: String,
    pub worth: Worth,
    #[serde(default)]
    pub note: Option<String>,
    #[serde(default)]
    pub valid_until: Option<i64>,
    pub made_at: i64,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PrepaidInfo {
    /// The code's last characters.
    pub hint: String,
    pub worth: Worth,
    pub note: Option<String>,
    pub made_at: i64,
    pub valid_until: Option<i64>,
    pub redeemed: Option<OrderId>,
}

impl From<Prepaid> for PrepaidInfo {
    fn from(p: Prepaid) -> Self {
        let millis = |m: Millis| m.0;
        Self {
            hint: p.hint,
            worth: p.worth,
            note: p.note,
            made_at: p.made_at.0,
            valid_until: p.valid_until.map(millis),
            redeemed: p.redeemed,
        }
    }
}
