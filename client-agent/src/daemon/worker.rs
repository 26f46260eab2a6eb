//! The workers: one releases orders by rule, renders and sends prints; the other brings files that were bought, which
//! may take hours and holds up no print. They look by themselves, because a drive may have been plugged in or a rule's
//! day may have come.

use std::{sync::Arc, time::Duration};

use domain::id::OrderId;
use tokio::sync::Notify;

use super::{component::Component, shared::Shared};
use crate::{AgentError, Context, folders::Folders, output::Output, uploads::Uploads};

const EVERY: Duration = Duration::from_secs(15);

struct Common {
    shared: Arc<Shared>,
    folders: Folders,
    out: Output,
}

impl Common {
    fn new(shared: Arc<Shared>, ctx: &Context) -> Self {
        Self { shared, folders: ctx.folders.clone(), out: ctx.out.clone() }
    }

    /// `false`: asked to stop.
    async fn woken(&self, bell: &Notify) -> bool {
        tokio::select! {
            () = bell.notified() => true,
            () = tokio::time::sleep(EVERY) => true,
            () = self.shared.desk.stop.wait() => false,
        }
    }

    fn paused(&self) -> bool {
        Uploads::read(&self.folders).paused
    }

    fn tell(&self, order: OrderId) {
        let number = order.number();
        self.out.news(&serde_json::json!({ "event": "sent", "order": order, "number": number }), || {
            format!("order {number}: everything from this computer is sent")
        });
    }
}

pub struct Prints(Common);

impl Prints {
    pub fn new(shared: Arc<Shared>, ctx: &Context) -> Self {
        Self(Common::new(shared, ctx))
    }
}

impl Component for Prints {
    const NAME: &'static str = "sending";

    async fn event(&mut self) -> Result<(), AgentError> {
        let (common, shared) = (&self.0, &self.0.shared);
        if !common.woken(&shared.prints).await {
            return Ok(());
        }
        if shared.desk.release_due().await? > 0 {
            shared.files.notify_one();
        }
        if !common.paused() {
            shared.desk.send_prints(&|order| common.tell(order)).await?;
        }
        Ok(())
    }
}

pub struct Files(Common);

impl Files {
    pub fn new(shared: Arc<Shared>, ctx: &Context) -> Self {
        Self(Common::new(shared, ctx))
    }
}

impl Component for Files {
    const NAME: &'static str = "sending files";

    async fn event(&mut self) -> Result<(), AgentError> {
        let (common, shared) = (&self.0, &self.0.shared);
        if common.woken(&shared.files).await && !common.paused() {
            shared.desk.bring_files(&|order| common.tell(order)).await?;
        }
        Ok(())
    }
}
