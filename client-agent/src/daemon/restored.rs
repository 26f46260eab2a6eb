//! Watches the epoch that the host says with its answers, and says again what a restored host lacks.

use std::{sync::Arc, time::Duration};

use super::{component::Component, shared::Shared};
use crate::{AgentError, restored};

const LOOK: Duration = Duration::from_secs(3);

pub struct Restored {
    pub shared: Arc<Shared>,
}

impl Component for Restored {
    const NAME: &'static str = "restored host";

    async fn event(&mut self) -> Result<(), AgentError> {
        let desk = &self.shared.desk;
        tokio::select! {
            () = tokio::time::sleep(LOOK) => {}
            () = desk.stop.wait() => return Ok(()),
        }
        // The folder watcher sees the new epoch in the catalog, and publishes.
        if restored::heal(desk).await?.is_some() || restored::look_again(desk).await? > 0 {
            self.shared.ring();
        }
        Ok(())
    }
}
