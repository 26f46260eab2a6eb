//! Releasing orders to labs: by hand, or by the rules of the configuration.

use std::collections::BTreeMap;

use domain::{
    id::{LabId, OrderId},
    order::{Order, OrderState},
    text::one_line,
};
use wire::{
    orders::{Approve, StudioOrder},
    route,
};

use super::{
    desk::Desk,
    journal::jobs,
    mismatch::mismatched,
    release::{self, Decision, decide},
};
use crate::{AgentError, batch, clock, host::problem, labs::routes::Routes};

impl Desk {
    /// Releases what the rules allow. Returns how many.
    pub async fn release_due(&self) -> Result<usize, AgentError> {
        let mut released = 0;
        let placed = self.catalog.read(|db| jobs::in_state(db, OrderState::Placed))?;
        let deadlines = batch::Deadlines::read(&self.catalog)?;
        for job in batch::packed(placed) {
            if job.problem.is_some() || self.stop.asked() {
                continue;
            }
            let order = job.order();
            let decision = match self.kept_back(order)? {
                Some(why) => Decision::Wait(why),
                None => decide(&self.config.orders.release, order, deadlines.of(order), clock::now()),
            };
            let waiting = match decision {
                Decision::Wait(why) => {
                    Some(format!("{why}; `darkslide orders approve {}`", order.id.number()))
                }
                Decision::Release => match self.routes(order, None) {
                    Err(error) => Some(error.to_string()),
                    Ok(routes) => {
                        self.approve(order.id, routes, Some(order.revision)).await?;
                        released += 1;
                        None
                    }
                },
            };
            self.catalog.read(|db| jobs::set_waiting(db, order.id, waiting.as_deref()))?;
        }
        Ok(released)
    }

    /// What keeps an order back from every way of releasing it but a person's own yes to this one.
    pub fn kept_back(&self, order: &Order) -> Result<Option<String>, AgentError> {
        let mismatched = self.catalog.read(|db| mismatched(db, order, self.account.machine))?;
        let Some(why) = mismatched.values().next() else { return Ok(release::kept_back(order)) };
        let more = match mismatched.len() {
            1 => String::new(),
            n => format!(" (and {} more)", n - 1),
        };
        Ok(Some(format!("crop: {why}{more}")))
    }

    /// A lab for every line, by the studio's routes or all to one.
    pub fn routes(&self, order: &Order, only: Option<LabId>) -> Result<BTreeMap<u32, LabId>, AgentError> {
        let routes = match only {
            Some(lab) => Routes::to_one(lab),
            None => self.catalog.read(Routes::read)?,
        };
        routes.of_order(order).map_err(|products| {
            let named: Vec<String> = products.iter().map(|p| one_line(p, 60)).collect();
            AgentError::new(format!("no lab prints {} yet", named.join(", ")))
                .why("no usual lab is chosen, and none for this product")
                .fix(match products.first() {
                    Some(product) => format!(
                        "`darkslide lab use NAME` for everything, or `darkslide lab use NAME --product {}`",
                        one_line(product, 60)
                    ),
                    None => "`darkslide lab use NAME`".into(),
                })
        })
    }

    /// The host decides between approval and cancellation; nothing is rendered before its yes.
    pub async fn approve(
        &self,
        order: OrderId,
        routes: BTreeMap<u32, LabId>,
        revision: Option<u64>,
    ) -> Result<StudioOrder, AgentError> {
        let path = route::fill(route::STUDIO_APPROVE, &[&order]);
        match self.host.post::<_, StudioOrder>(&path, &Approve { routes, revision }).await {
            Ok(document) => {
                self.take_over(order, &document).await?;
                Ok(document)
            }
            Err(error) => {
                if error.status() == Some(409) {
                    // Cancelled meanwhile: the journal learns it too.
                    self.fetch(order).await?;
                }
                Err(problem(error, format!("order {} could not be approved", order.number())))
            }
        }
    }
}
