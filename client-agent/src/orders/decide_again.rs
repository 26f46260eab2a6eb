//! A host that shows an order as undecided which this machine knows to be approved or cancelled has forgotten it:
//! it was restored to an earlier moment. The studio's decision stands, and is told again.

use domain::order::OrderState;
use wire::{
    orders::{Approve, Cancel, StudioOrder},
    route,
};

use super::{desk::Desk, journal::jobs};
use crate::{AgentError, error::chain, host::problem};

impl Desk {
    /// The order as it is after its decision was told again, if it had to be; and in words why a person has to
    /// look, if the host decided otherwise meanwhile.
    pub(super) async fn decide_again(
        &self,
        there: &StudioOrder,
    ) -> Result<(Option<StudioOrder>, Option<String>), AgentError> {
        let id = there.order.id;
        let Some(known) = self.catalog.read(|db| jobs::get(db, id))? else { return Ok((None, None)) };
        if !jobs::same_content(known.order(), &there.order) {
            return Ok((None, None));
        }
        let answer = match (known.order().state, there.order.state) {
            (OrderState::Approved, OrderState::Placed) => {
                let path = route::fill(route::STUDIO_APPROVE, &[&id]);
                self.host.post(&path, &Approve { routes: known.order().routes.clone(), revision: None }).await
            }
            (OrderState::Cancelled, OrderState::Placed) => {
                let path = route::fill(route::STUDIO_CANCEL, &[&id]);
                self.host.post(&path, &Cancel { reason: None }).await
            }
            (OrderState::Approved, OrderState::Cancelled) => return Ok((None, Some(cancelled_since()))),
            _ => return Ok((None, None)),
        };
        match answer {
            Ok(document) => {
                tracing::warn!(
                    "the host had forgotten what was decided of order {}; it was told again",
                    id.number()
                );
                Ok((Some(document), None))
            }
            Err(error) if error.code() == Some("cancelled") => Ok((None, Some(cancelled_since()))),
            Err(error)
                if matches!(error.code(), Some("unknown_lab" | "lab_refused" | "already_approved")) =>
            {
                let why = format!(
                    "it was decided before the host was restored, and the host does not take it again: {}",
                    chain(&error)
                );
                Ok((None, Some(domain::text::one_line(&why, 500))))
            }
            // Above all a lab that has yet to say again that it works for this studio: it comes by itself.
            Err(error) => Err(problem(
                error,
                format!("what was decided of order {} could not be told again", id.number()),
            )),
        }
    }
}

fn cancelled_since() -> String {
    "it was approved before the host was restored, and was cancelled since; nothing more of it is sent. Ask the lab \
     whether it was printed, then settle it with the customer"
        .to_owned()
}
