//! Says that orders have come in: in the words of `darkslide run`, and on the studio's screen, where a click opens the
//! desk.
//!
//! Screens are seen by others, so no customer's name is on them. Where there is no desktop nothing is said there, and
//! the work goes on.

use std::{sync::Arc, time::Duration};

use domain::{
    order::{Order, OrderState},
    text::one_line,
};

use super::{component::Component, shared::Shared};
use crate::{
    AgentError, Context, clock, desk,
    folders::Folders,
    orders::journal::jobs::{self, Job},
    output::{Output, count, shown},
};

/// Orders that come within this time are told together.
const EVERY: Duration = Duration::from_secs(3);

pub struct Notices {
    shared: Arc<Shared>,
    folders: Folders,
    out: Output,
    on_screen: bool,
    /// What was journaled until then has been told, or was there before.
    told: i64,
}

impl Notices {
    pub fn new(shared: Arc<Shared>, ctx: &Context) -> Self {
        Self {
            shared,
            folders: ctx.folders.clone(),
            out: ctx.out.clone(),
            on_screen: ctx.config.desk.notify,
            told: clock::now().0,
        }
    }
}

impl Component for Notices {
    const NAME: &'static str = "notices";

    async fn event(&mut self) -> Result<(), AgentError> {
        tokio::select! {
            () = tokio::time::sleep(EVERY) => {}
            () = self.shared.desk.stop.wait() => return Ok(()),
        }
        let since = self.told;
        let new = self.shared.desk.catalog.read(|db| jobs::journaled_since(db, since))?;
        let Some(newest) = new.iter().map(|j| j.journaled_at).max() else { return Ok(()) };
        self.told = newest;
        for job in &new {
            self.tell(job);
        }
        if !self.on_screen {
            return Ok(());
        }
        let placed: Vec<&Job> = new.iter().filter(|j| j.order().state == OrderState::Placed).collect();
        if let Some((title, body)) = words(&placed) {
            let folders = self.folders.clone();
            // A thread of its own: it waits for the click for as long as the notice is there, also beyond a stop.
            std::thread::spawn(move || {
                if let Err(why) = say(&folders, &title, &body) {
                    tracing::info!("no notice on the screen: {why}");
                }
            });
        }
        Ok(())
    }
}

impl Notices {
    /// The worker has been woken with the order, and mostly knows by now what it waits for.
    fn tell(&self, job: &Job) {
        let (order, waiting) = (job.order(), job.problem.as_deref().or(job.waiting.as_deref()));
        let value = serde_json::json!({ "event": "order", "order": order.id, "number": order.id.number(),
                "prints": order.prints(), "total": order.total, "waiting": waiting });
        self.out.news(&value, || {
            let why = waiting.map_or_else(String::new, |why| format!("; {}", shown(why)));
            format!("order {}: {}{why}", order.id.number(), about(order))
        });
    }
}

fn about(order: &Order) -> String {
    format!("{} for {}", count(order.prints() as usize, "print"), order.total)
}

fn words(new: &[&Job]) -> Option<(String, String)> {
    match new {
        [] => None,
        [job] => Some((format!("New order {}", job.order().id.number()), about(job.order()))),
        all => {
            let numbers: Vec<String> = all.iter().map(|j| j.order().id.number()).collect();
            Some((format!("{} new orders", all.len()), one_line(&numbers.join(", "), 120)))
        }
    }
}

fn say(folders: &Folders, title: &str, body: &str) -> Result<(), notify_rust::error::Error> {
    let mut notice = notify_rust::Notification::new();
    notice.appname("Darkslide").summary(title).body(body);
    // Clicking the notice itself is the action "default" where desktops know of actions.
    #[cfg(all(unix, not(target_os = "macos")))]
    notice.action("default", "Open the desk").action("open", "Open the desk");
    let shown = notice.show()?;
    #[cfg(all(unix, not(target_os = "macos")))]
    shown.wait_for_action(|action| {
        if matches!(action, "default" | "open")
            && let Err(error) = open::that_detached(desk::link(folders))
        {
            tracing::info!("the desk could not be opened: {error}");
        }
    });
    #[cfg(not(all(unix, not(target_os = "macos"))))]
    let _ = (shown, folders, desk::link);
    Ok(())
}

#[cfg(test)]
mod tests {
    use domain::id::OrderId;
    use wire::orders::StudioOrder;

    use super::*;
    use crate::orders::sample;

    fn job(seed: u8) -> Job {
        let order = domain::order::Order { id: OrderId::from_bytes([seed; 16]), ..sample::order() };
        let number = order.id.number();
        let document = StudioOrder {
            order,
            number,
            jobs: Vec::new(),
            reports: Vec::new(),
            placed_with: None,
            customers_page: None,
        };
        Job { document, journaled_at: 1, acked_at: None, waiting: None, problem: None }
    }

    #[test]
    fn one_order_is_described_and_several_are_counted_and_nobody_is_named() {
        assert_eq!(words(&[]), None);
        let (one, two) = (job(9), job(8));
        let (title, body) = words(&[&one]).unwrap();
        assert_eq!(title, format!("New order {}", one.order().id.number()));
        assert_eq!(body, format!("4 prints for {}", one.order().total));
        let (title, body) = words(&[&one, &two]).unwrap();
        assert_eq!(title, "2 new orders");
        assert!(body.contains(&two.order().id.number()) && !body.contains(&two.order().customer.name));
    }
}
