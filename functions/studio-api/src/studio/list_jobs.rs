//! Lists this machine's jobs that are not done: the truth behind the doorbell.

use axum::{Json, extract::State};
use http_edge::Answer;
use ports::Ports;
use wire::{Page, orders::JobInfo};

use crate::{
    access::MachineCaller,
    request::{Listing, PAGE, Params},
    views::job_info,
};

pub async fn handle(
    State(ports): State<Ports>,
    caller: MachineCaller,
    Params(listing): Params<Listing>,
) -> Answer<Json<Page<JobInfo>>> {
    let page = ports.orders.open_jobs(caller.machine.id, listing.cursor.as_deref(), PAGE).await?;
    let machine = [caller.machine];
    let mut items = Vec::with_capacity(page.items.len());
    for job in &page.items {
        let Some(order) = ports.orders.order(job.order).await? else {
            tracing::error!(order = %job.order, "a job names an order that is not there");
            continue;
        };
        let attempts = ports.orders.attempts(job.order).await?;
        items.push(job_info(job, &machine, order.state, attempts));
    }
    Ok(Json(Page { items, next: page.next }))
}
