//! A part that does not count: the job says why, and the way is free for a right one, because the first
//! manifest under a key wins and a bad one must not stay.

use domain::{object_key::RelayPart, text::one_line};
use ports::{PortError, Ports, order_book::OutboxEvent};

const MAX_WHY: usize = 300;
/// How such a reason begins: what the agent itself waits for is not ours to clear.
const REFUSED: &str = "the host refused what was sent for";

/// `ring`: the machine can mend it by itself when it looks at its job again. Refused for the same reason
/// twice running, it evidently cannot, and is not rung again: a person reads what the job waits for.
pub(crate) async fn refuse(part: &RelayPart, why: &str, ring: bool, ports: &Ports) -> Result<(), PortError> {
    let why = one_line(why, MAX_WHY);
    tracing::warn!(order = %part.order, lab = %part.lab, attempt = part.attempt, machine = %part.machine, %why, "a part was refused");
    let lab = ports.directory.lab(part.lab).await?;
    let lab = lab.map_or_else(|| part.lab.to_string(), |l| l.name);
    let waiting = format!("{REFUSED} {lab}: {why}");
    let jobs = ports.orders.jobs(part.order).await?;
    let job = jobs.iter().find(|j| j.machine == part.machine);
    let again = job.is_some_and(|j| j.waiting.as_deref() == Some(waiting.as_str()));
    // In this order: after a crash the reason stands, and nobody is rung while the way is not free.
    if job.is_some() {
        ports.orders.set_waiting(part.order, part.machine, Some(&waiting)).await?;
    }
    ports.blobs.delete(&[part.manifest()]).await?;
    if ring && job.is_some() && !again {
        let event = OutboxEvent::Job { order: part.order, machine: part.machine };
        ports.orders.ring(&event, ports.clock.now()).await?;
    }
    Ok(())
}

/// A right part has come after all: the job says nothing of the refused one any more.
pub(crate) async fn withdraw(part: &RelayPart, ports: &Ports) -> Result<(), PortError> {
    let jobs = ports.orders.jobs(part.order).await?;
    let ours = |waiting: &str| waiting.starts_with(REFUSED);
    if jobs.iter().any(|j| j.machine == part.machine && j.waiting.as_deref().is_some_and(ours)) {
        ports.orders.set_waiting(part.order, part.machine, None).await?;
    }
    Ok(())
}
