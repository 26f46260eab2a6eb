//! The listing of open orders, at the start and every hour: what a lost message would have told.

use std::{sync::Arc, time::Duration};

use super::{
    component::{Component, Started},
    shared::Shared,
};
use crate::AgentError;

const EVERY: Duration = Duration::from_secs(3600);

pub struct Listing {
    pub shared: Arc<Shared>,
}

impl Component for Listing {
    const NAME: &'static str = "order listing";

    async fn start(&mut self) -> Result<Started, AgentError> {
        self.look().await?;
        Ok(Started::Works)
    }

    async fn event(&mut self) -> Result<(), AgentError> {
        tokio::select! {
            () = tokio::time::sleep(EVERY) => self.look().await,
            () = self.shared.desk.stop.wait() => Ok(()),
        }
    }
}

impl Listing {
    async fn look(&self) -> Result<(), AgentError> {
        self.shared.desk.fetch_all().await?;
        self.shared.ring();
        Ok(())
    }
}
