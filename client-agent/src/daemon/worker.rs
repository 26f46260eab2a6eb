//! The worker: releases orders by rule, renders and sends. Looks by itself, because a drive may have been
//! plugged in or a rule's day may have come.

use std::{sync::Arc, time::Duration};

use super::{component::Component, shared::Shared};
use crate::{AgentError, folders::Folders, uploads::Uploads};

const EVERY: Duration = Duration::from_secs(15);

pub struct Worker {
    pub shared: Arc<Shared>,
    pub folders: Folders,
}

impl Component for Worker {
    const NAME: &'static str = "sending";

    async fn event(&mut self) -> Result<(), AgentError> {
        tokio::select! {
            () = self.shared.work.notified() => {}
            () = tokio::time::sleep(EVERY) => {}
            () = self.shared.desk.stop.wait() => return Ok(()),
        }
        let desk = &self.shared.desk;
        desk.release_due().await?;
        if !Uploads::read(&self.folders).paused {
            desk.send_due().await?;
        }
        Ok(())
    }
}
