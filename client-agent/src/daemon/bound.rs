//! Takes up a new bound on sending within seconds of `darkslide uploads` or the desk.

use std::{sync::Arc, time::Duration};

use super::component::Component;
use crate::{AgentError, Context, uploads::Uploads};

const EVERY: Duration = Duration::from_secs(2);

pub struct Bound {
    pub ctx: Arc<Context>,
}

impl Component for Bound {
    const NAME: &'static str = "upload bound";

    async fn event(&mut self) -> Result<(), AgentError> {
        Uploads::read(&self.ctx.folders).apply(&self.ctx.config, &self.ctx.throttle);
        tokio::select! {
            () = tokio::time::sleep(EVERY) => {}
            () = self.ctx.stop.wait() => {}
        }
        Ok(())
    }
}
