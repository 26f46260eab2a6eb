//! The worker: releases orders by rule, renders and sends. Looks by itself, because a drive may have been
//! plugged in or a rule's day may have come.

use std::{sync::Arc, time::Duration};

use domain::id::OrderId;

use super::{component::Component, shared::Shared};
use crate::{AgentError, Context, folders::Folders, output::Output, uploads::Uploads};

const EVERY: Duration = Duration::from_secs(15);

pub struct Worker {
    shared: Arc<Shared>,
    folders: Folders,
    out: Output,
}

impl Worker {
    pub fn new(shared: Arc<Shared>, ctx: &Context) -> Self {
        Self { shared, folders: ctx.folders.clone(), out: ctx.out.clone() }
    }

    fn tell(&self, order: OrderId) {
        let number = order.number();
        self.out.news(&serde_json::json!({ "event": "sent", "order": order, "number": number }), || {
            format!("order {number}: everything from this computer is sent")
        });
    }
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
            for order in desk.send_due().await?.orders {
                self.tell(order);
            }
        }
        Ok(())
    }
}
