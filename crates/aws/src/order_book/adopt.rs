//! Moving open work from a machine that was replaced to the one that took its place.

use domain::{
    Millis,
    id::{GalleryId, MachineId, StudioId},
    order::OrderState,
};
use ports::PortResult;

use super::{
    aggregate::{self, Aggregate},
    lists,
};
use crate::table::Table;

pub(super) async fn adopt(
    table: &Table,
    studio: StudioId,
    gallery: GalleryId,
    from: MachineId,
    to: MachineId,
    now: Millis,
) -> PortResult<u64> {
    if from == to {
        return Ok(0);
    }
    let mut moved = 0;
    for id in lists::orders_with_open_job(table, from).await? {
        let change = |a: &mut Aggregate| {
            if a.order.studio == studio { take_over(a, gallery, from, to, now) } else { Ok(false) }
        };
        moved += u64::from(aggregate::change(table, id, change).await?.unwrap_or(false));
    }
    Ok(moved)
}

fn take_over(
    a: &mut Aggregate,
    gallery: GalleryId,
    from: MachineId,
    to: MachineId,
    now: Millis,
) -> PortResult<bool> {
    let open = a.jobs.get(&from).is_some_and(|stored| stored.job.done_at.is_none());
    if !open || a.order.state == OrderState::Cancelled {
        return Ok(false);
    }
    let mut order = a.order.clone();
    let mut changed = false;
    for node in order.lines.iter_mut().flat_map(|l| &mut l.nodes) {
        if node.gallery == gallery && node.home == from {
            node.home = to;
            changed = true;
        }
    }
    for line in order.lines.iter_mut().filter(|l| l.is_of_gallery(gallery)) {
        changed |= line.homes.remove(&from) && line.homes.insert(to);
    }
    if !changed {
        return Ok(false);
    }
    order.revision += 1;
    let left = !order.homes().contains(&from);
    a.write_order(order)?;
    if left {
        a.remove_job(from);
    }
    a.open_job(to, now)?;
    Ok(true)
}
