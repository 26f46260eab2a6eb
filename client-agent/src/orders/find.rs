//! From what a person types to an order.

use domain::{id::OrderId, text::one_line};
use wire::{orders::OrderSummary, route};

use super::{desk::Desk, journal::jobs};
use crate::{AgentError, host::HostWhat};

impl Desk {
    /// An id, or the number people say on the phone, in any case and with or without the dash.
    pub async fn find(&self, typed: &str) -> Result<OrderId, AgentError> {
        if let Ok(id) = typed.trim().parse() {
            return Ok(id);
        }
        let number = number(typed).ok_or_else(|| {
            AgentError::new(format!("{:?} is not an order's number", one_line(typed, 40)))
                .why("numbers have eight letters and digits, like ABCD-1234")
                .fix("run `darkslide orders list`")
                .usage()
        })?;
        let journaled = self.catalog.read(jobs::all)?;
        if let Some(job) = journaled.iter().find(|j| j.order().id.number() == number) {
            return Ok(job.order().id);
        }
        let listed: Vec<OrderSummary> =
            self.host.get_all(route::STUDIO_ORDERS).await.host("the orders could not be listed")?;
        listed.iter().find(|o| o.order.number() == number).map(|o| o.order).ok_or_else(|| {
            AgentError::new(format!("there is no order {number}"))
                .why(format!(
                    "{} knows {} orders of this studio, none with that number",
                    self.account.url,
                    listed.len()
                ))
                .fix("run `darkslide orders list`")
        })
    }
}

fn number(typed: &str) -> Option<String> {
    let dense: String = typed
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '-')
        .map(|c| match c.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            'U' => 'V',
            c => c,
        })
        .collect();
    (dense.len() == 8 && dense.bytes().all(|b| b.is_ascii_alphanumeric()))
        .then(|| format!("{}-{}", &dense[..4], &dense[4..]))
}

#[cfg(test)]
mod tests {
    #[test]
    fn numbers_are_forgiven_as_codes_are() {
        assert_eq!(super::number(" abcd 12o4").as_deref(), Some("ABCD-1204"));
        assert_eq!(super::number("ABCD-123"), None);
        assert_eq!(super::number("ÄBCD-1234"), None);
    }
}
