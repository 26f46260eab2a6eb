//! Queues: at least once, in any order, with visibility timeouts. They carry ids only.

use std::time::Duration;

use async_trait::async_trait;
use domain::id::{LabId, MachineId};

use crate::PortResult;

/// Every queue's name in one place. One queue per agent machine and per lab.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum QueueName {
    Machine(MachineId),
    Lab(LabId),
}

impl std::fmt::Display for QueueName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            QueueName::Machine(id) => write!(f, "agent-{id}"),
            QueueName::Lab(id) => write!(f, "lab-{id}"),
        }
    }
}

#[derive(Clone, Debug)]
pub struct Received {
    pub receipt: String,
    pub body: String,
    pub receives: u32,
}

/// How an agent or lab is to poll.
#[derive(Clone, Debug)]
pub enum Access {
    Http,
    Sqs {
        queue_url: String,
        region: String,
        endpoint: Option<String>,
        access_key_id: String,
        secret_access_key: String,
        session_token: String,
        expires_at: domain::Millis,
    },
}

#[async_trait]
pub trait Queues: Send + Sync {
    /// Creates the queue if it is missing (at enrolment).
    async fn ensure(&self, queue: QueueName) -> PortResult<()>;
    async fn send(&self, queue: QueueName, body: &str) -> PortResult<()>;
    /// Waits up to `wait` for the first message; what is returned is invisible for `visibility`.
    async fn receive(
        &self,
        queue: QueueName,
        max: u32,
        wait: Duration,
        visibility: Duration,
    ) -> PortResult<Vec<Received>>;
    /// Deleting with an old receipt is not an error, and deletes nothing.
    async fn delete(&self, queue: QueueName, receipt: &str) -> PortResult<()>;
    /// `Conflict` when the receipt is old: somebody else may have the message by now.
    async fn extend(&self, queue: QueueName, receipt: &str, visibility: Duration) -> PortResult<()>;
    async fn access(&self, queue: QueueName) -> PortResult<Access>;
}
