//! Signs of life: to `daemon.json` often, to the host now and then.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use wire::{enrol::Account as HostAccount, route};

use super::{
    component::Component,
    health::{Health, Heartbeat},
    shared::Shared,
};
use crate::{
    AgentError, clock,
    folders::Folders,
    host::{self, HostWhat},
};

const EVERY: Duration = Duration::from_secs(10);
const HOST_EVERY: Duration = Duration::from_secs(300);

pub struct Beat {
    pub shared: Arc<Shared>,
    pub folders: Folders,
    pub health: Health,
    started_at: i64,
    host_at: Option<Instant>,
}

impl Beat {
    pub fn new(shared: Arc<Shared>, folders: Folders, health: Health) -> Self {
        let started_at = clock::now().0;
        Heartbeat::write(&folders, started_at, &health);
        Self { shared, folders, health, started_at, host_at: None }
    }
}

impl Component for Beat {
    const NAME: &'static str = "host";

    async fn event(&mut self) -> Result<(), AgentError> {
        Heartbeat::write(&self.folders, self.started_at, &self.health);
        let desk = &self.shared.desk;
        if self.host_at.is_none_or(|at| at.elapsed() >= HOST_EVERY) {
            // The host notes when it saw this machine; and that it still is the studio's host is checked.
            let seen: HostAccount =
                desk.host.get(route::STUDIO_ACCOUNT).await.host("the host does not answer")?;
            host::check_studio_key(&desk.account, &seen)?;
            self.host_at = Some(Instant::now());
        }
        tokio::select! {
            () = tokio::time::sleep(EVERY) => {}
            () = desk.stop.wait() => {}
        }
        Ok(())
    }
}
