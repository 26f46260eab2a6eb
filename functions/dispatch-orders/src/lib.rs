//! dispatch-orders: rings the queues of agents and labs. The outbox row was written with the change it
//! tells of, so nothing is forgotten; ringing twice is harmless, because a doorbell carries ids only.

mod resend;
mod ring;

use domain::id::OrderId;
use ports::{
    PortError, PortResult, Ports, mails,
    order_book::{OutboxEvent, OutboxRow},
};

pub use resend::resend;

#[derive(Debug, thiserror::Error)]
pub enum DispatchError {
    #[error("ringing for {what} failed")]
    Ring {
        what: String,
        #[source]
        source: PortError,
    },
    #[error("the mails of order {} could not be queued", order.number())]
    Mails {
        order: OrderId,
        #[source]
        source: PortError,
    },
    #[error("the order book could not be read")]
    Read(#[source] PortError),
    #[error("the outbox row {row} was dispatched, but could not be marked so; it will ring again")]
    Mark {
        row: String,
        #[source]
        source: PortError,
    },
    #[error("a doorbell could not be written")]
    Write(#[from] serde_json::Error),
}

impl DispatchError {
    /// Whether trying again may help.
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Ring { source, .. }
            | Self::Mails { source, .. }
            | Self::Read(source)
            | Self::Mark { source, .. } => {
                matches!(
                    source,
                    PortError::Unavailable { .. } | PortError::Throttled { .. } | PortError::Conflict { .. }
                )
            }
            Self::Write(_) => false,
        }
    }
}

/// Rings for one row of the outbox and marks it dispatched.
pub async fn handle(row: OutboxRow, ports: &Ports) -> Result<(), DispatchError> {
    ring::ring(&row.event, ports).await?;
    if let OutboxEvent::Job { order, .. } = row.event {
        owe_mails(order, ports).await.map_err(|source| DispatchError::Mails { order, source })?;
    }
    let marked = ports.orders.dispatched(&row.id).await;
    marked.map_err(|source| DispatchError::Mark { row: row.id, source })
}

/// A change of an order rings at its machines; that is also when somebody is owed a mail.
async fn owe_mails(order: OrderId, ports: &Ports) -> PortResult<()> {
    match ports.orders.order(order).await? {
        Some(order) => mails::owe(ports, &order).await,
        None => Ok(()),
    }
}
