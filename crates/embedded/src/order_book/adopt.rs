//! Moving open work from a machine that was replaced to the one that took its place.

use domain::{
    Millis,
    id::{GalleryId, MachineId, OrderId, StudioId},
    order::OrderState,
};
use rusqlite::Connection;

use super::{jobs, orders};
use crate::{document, fault::Step};

pub(super) fn adopt(
    db: &Connection,
    studio: StudioId,
    gallery: GalleryId,
    from: MachineId,
    to: MachineId,
    now: Millis,
) -> Step<u64> {
    if from == to {
        return Ok(0);
    }
    let mut moved = 0;
    for id in open_orders(db, studio, from)? {
        let Some(mut order) = orders::read(db, id)? else { continue };
        if order.state == OrderState::Cancelled {
            continue;
        }
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
            continue;
        }
        order.revision += 1;
        orders::write(db, &order)?;
        if !order.homes().contains(&from) {
            db.prepare_cached("DELETE FROM jobs WHERE order_id = ?1 AND machine = ?2")?
                .execute([id.to_string(), from.to_string()])?;
        }
        jobs::open_for(db, &order, to, now)?;
        moved += 1;
    }
    Ok(moved)
}

fn open_orders(db: &Connection, studio: StudioId, machine: MachineId) -> Step<Vec<OrderId>> {
    let mut statement = db.prepare_cached(
        "SELECT order_id FROM jobs WHERE machine = ?1 AND studio = ?2 AND done_at IS NULL ORDER BY n",
    )?;
    let mut rows = statement.query([machine.to_string(), studio.to_string()])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(document::id(row, "order_id")?);
    }
    Ok(found)
}
