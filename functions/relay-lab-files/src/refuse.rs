//! A part that does not count: the job says why, and the way is free for a right one.

use domain::{object_key::RelayPart, order::Order, text::one_line};
use ports::{PortError, Ports, order_book::OutboxEvent};

const MAX_WHY: usize = 300;

/// `ring`: the machine can mend it by itself when it looks at its job again.
pub(crate) async fn refuse(
    part: &RelayPart,
    order: &Order,
    why: &str,
    ring: bool,
    ports: &Ports,
) -> Result<(), PortError> {
    let why = one_line(why, MAX_WHY);
    tracing::warn!(order = %part.order, lab = %part.lab, attempt = part.attempt, machine = %part.machine, %why, "a part was refused");
    if order.homes().contains(&part.machine) {
        let lab = ports.directory.lab(part.lab).await?;
        let lab = lab.map_or_else(|| part.lab.to_string(), |l| l.name);
        let waiting = format!("the host refused what was sent for {lab}: {why}");
        ports.orders.set_waiting(part.order, part.machine, Some(&waiting)).await?;
    }
    // The first manifest wins, so a bad one must not stay.
    ports.blobs.delete(&[part.manifest()]).await?;
    if ring {
        let event = OutboxEvent::Job { order: part.order, machine: part.machine };
        ports.orders.ring(&event, ports.clock.now()).await?;
    }
    Ok(())
}
