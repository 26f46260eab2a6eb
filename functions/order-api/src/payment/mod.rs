//! Paying online, behind one trait: what this function asks of a payment provider, and what it is told.
//!
//! Architecture invariant: only `main.rs` and `one-machine` name an adapter. What a provider says is believed
//! when it is signed with the studio's own secret, and about this studio's orders only.

mod signature;
pub mod stripe;

use async_trait::async_trait;
use domain::{Millis, id::OrderId, money::Money};

pub use ports::payment_book::Keys;

/// What is to be paid, and where the customer goes afterwards.
#[derive(Clone, Debug)]
pub struct Ask {
    pub order: OrderId,
    pub amount: Money,
    /// "Order 7K2M-9F4Q at Bright Side"
    pub words: String,
    pub email: Option<String>,
    pub back: String,
    /// Of an earlier page that ended unpaid; each gets one successor.
    pub after: Option<String>,
}

/// A page where the customer pays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    pub id: String,
    pub state: SessionState,
    pub intent: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SessionState {
    Open {
        url: String,
    },
    Paid(Money),
    /// Completed, and the money is on its way (a bank debit).
    Pending,
    Over,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    Paid {
        order: OrderId,
        session: String,
        intent: Option<String>,
        amount: Money,
    },
    /// `amount`: of all refunds so far.
    Refunded {
        order: Option<OrderId>,
        intent: Option<String>,
        amount: Money,
    },
    Disputed {
        intent: String,
        amount: Money,
    },
    DisputeWon {
        intent: String,
    },
    DisputeLost {
        intent: String,
    },
}

#[derive(Debug, thiserror::Error)]
pub enum PaymentError {
    #[error("the message is not signed by the provider: {0}")]
    Unsigned(&'static str),
    #[error("the message cannot be read: {0}")]
    Unreadable(String),
    #[error("the provider refused: {0}")]
    Refused(String),
    #[error("the provider cannot be reached")]
    Unreachable(#[source] Box<dyn std::error::Error + Send + Sync>),
}

#[async_trait]
pub trait OnlinePayments: Send + Sync {
    /// The same ask again is the same page.
    async fn checkout(&self, keys: &Keys, ask: &Ask) -> Result<Session, PaymentError>;
    async fn session(&self, keys: &Keys, id: &str) -> Result<Session, PaymentError>;
    /// Nobody can pay there any more; a page that is paid or over stays as it is.
    async fn close(&self, keys: &Keys, id: &str) -> Result<(), PaymentError>;
    /// Gives everything back; a repeat with the same payment is the same refund.
    async fn refund(&self, keys: &Keys, intent: &str) -> Result<(), PaymentError>;
    /// The order a payment was for.
    async fn order_of(&self, keys: &Keys, intent: &str) -> Result<Option<OrderId>, PaymentError>;
    /// `None`: signed, and nothing this host acts on.
    fn event(
        &self,
        keys: &Keys,
        signature: &str,
        body: &[u8],
        now: Millis,
    ) -> Result<Option<Event>, PaymentError>;
}
