//! The doorbell: polls this machine's queue, takes over what it rings about, and wakes the worker.

use std::{sync::Arc, time::Duration};

use wire::{
    enrol::Account as HostAccount,
    queue::{Doorbell, QueueMessage},
    route,
};

use super::{component::Component, shared::Shared};
use crate::{AgentError, host::HostWhat};

const WAIT: Duration = Duration::from_secs(20);
/// Half of what a message is hidden for.
const HEARTBEAT: Duration = Duration::from_secs(30);

pub struct Queue {
    pub shared: Arc<Shared>,
}

impl Component for Queue {
    const NAME: &'static str = "order queue";

    async fn event(&mut self) -> Result<(), AgentError> {
        let desk = &self.shared.desk;
        let messages = tokio::select! {
            messages = desk.host.receive(WAIT) => messages.host("the order queue cannot be read")?,
            // A poll may be cut off at any time: what it would have brought stays in the queue.
            () = desk.stop.wait() => return Ok(()),
        };
        desk.host.while_hidden(&messages, HEARTBEAT, self.take_over(&messages)).await
    }
}

impl Queue {
    async fn take_over(&self, messages: &[QueueMessage]) -> Result<(), AgentError> {
        let desk = &self.shared.desk;
        for message in messages {
            match serde_json::from_str::<Doorbell>(&message.body) {
                Ok(Doorbell::Job { order }) => {
                    // Durable on this disk before it leaves the queue.
                    desk.fetch(order).await?;
                    self.shared.ring();
                }
                Ok(Doorbell::Restored { epoch }) => {
                    if !self.asked_restored_host(epoch).await? {
                        // Answered by a function from before: left in the queue, it rings again in a minute.
                        continue;
                    }
                }
                Ok(_) => tracing::debug!("a message of no concern to an agent is passed over"),
                Err(e) => tracing::warn!("a message that cannot be read is passed over: {e}"),
            }
            desk.host
                .delete_messages(vec![message.receipt.clone()])
                .await
                .host("the order queue cannot be tidied")?;
        }
        Ok(())
    }

    /// Every answer says the epoch, refusals too; `super::restored` looks at it and does what is to be done.
    async fn asked_restored_host(&self, epoch: u64) -> Result<bool, AgentError> {
        let host = &self.shared.desk.host;
        let asked = host.get::<HostAccount>(route::STUDIO_ACCOUNT).await;
        if host.epoch().is_some_and(|said| said.number >= epoch) {
            return Ok(true);
        }
        asked.host("the host does not answer after a restore").map(|_| false)
    }
}
