//! Orders against a restored host: those it lost come back from the journal, and what was decided of the others
//! since is decided again (`Desk::take_over`).

use std::collections::BTreeMap;

use domain::{
    fulfilment::GAP,
    id::OrderId,
    order::{Order, Stage},
};
use wire::{
    orders::{BringBack, JobProgress, StudioOrder},
    route,
};

use super::{Healed, looks};
use crate::{
    AgentError,
    error::chain,
    host::{HostWhat, problem},
    orders::{
        Desk,
        check::own_nodes,
        journal::{
            jobs::{self, Job},
            parts::{self, PartState},
        },
    },
};

pub(super) async fn compare(desk: &Desk, after: i64, said: &mut Healed) -> Result<(), AgentError> {
    let all = desk.catalog.read(jobs::all)?;
    for job in all.iter().filter(|job| is_recent(job.order(), after)) {
        if desk.stop.asked() {
            return Err(AgentError::new("the comparison with the host was stopped")
                .fix("it goes on with the next start"));
        }
        let path = route::fill(route::STUDIO_ORDER, &[&job.order().id]);
        let there = match desk.host.get::<StudioOrder>(&path).await {
            Ok(document) => document,
            Err(error) if error.status() == Some(404) && error.code().is_some() => {
                let Some(document) = bring_back(desk, job).await? else { continue };
                document
            }
            Err(error) => return Err(problem(error, "an order could not be compared with the host")),
        };
        said.orders += usize::from(there.order.state != job.order().state || there.order.revision == 1);
        settle(desk, job, &there).await?;
    }
    Ok(())
}

/// Whether anything of it happened after the moment: before that, the host knows as much as we do.
fn is_recent(order: &Order, after: i64) -> bool {
    let told = order.lines.iter().map(|l| l.status.updated_at);
    let last = told.chain([order.placed_at, order.state_at]).chain(order.paid_at).max();
    last.is_some_and(|at| at.0 >= after)
}

/// `None`: the host does not take it, for a reason that a person has to look at.
async fn bring_back(desk: &Desk, job: &Job) -> Result<Option<StudioOrder>, AgentError> {
    let order = job.order();
    let ask = BringBack { order: order.clone(), placed_with: job.document.placed_with.clone() };
    let path = route::fill(route::STUDIO_ORDER, &[&order.id]);
    match desk.host.put::<_, StudioOrder>(&path, &ask).await {
        Ok(document) => Ok(Some(document)),
        Err(error) if matches!(error.status(), Some(400 | 404 | 409 | 422)) && error.code().is_some() => {
            let hint = error.hint().unwrap_or_else(|| "ask the host's operator".into());
            let why = domain::text::one_line(
                &format!("the host was restored and does not take this order back: {} {hint}", chain(&error)),
                500,
            );
            tracing::warn!("order {}: {why}", order.id.number());
            desk.catalog.read(|db| jobs::set_problem(db, order.id, Some(&why)))?;
            Ok(None)
        }
        Err(error) => Err(problem(error, format!("order {} could not be brought back", order.id.number()))),
    }
}

async fn settle(desk: &Desk, job: &Job, there: &StudioOrder) -> Result<(), AgentError> {
    let id = job.order().id;
    // What it waits for is news to the host again.
    desk.catalog.read(|db| jobs::set_waiting(db, id, None))?;
    desk.take_over(id, there).await?;
    if job.order().paid_at.is_some() && there.order.paid_at.is_none() {
        let path = route::fill(route::STUDIO_MARK_PAID, &[&id]);
        let what = format!("order {} could not be marked as paid", id.number());
        let document: StudioOrder = desk.host.post(&path, &serde_json::json!({})).await.host(what)?;
        desk.take_over(id, &document).await?;
    }
    let sent: Vec<_> = desk.catalog.read(|db| parts::of_order(db, id))?;
    let sent: Vec<_> =
        sent.into_iter().filter(|part| part.state == PartState::Done).map(|p| p.key.lab).collect();
    let Some(known) = desk.catalog.read(|db| jobs::get(db, id))?.filter(|_| !sent.is_empty()) else {
        return Ok(());
    };
    let done = known.document.jobs.iter().any(|j| j.machine == desk.account.machine && j.done);
    if done || known.problem.is_some() {
        return Ok(());
    }
    hold_gaps(desk, id, known.order(), &sent).await?;
    // The lab says soon what it has; only what it does not have is sent again.
    looks::note(&desk.catalog, id)
}

/// Lines that went to a lab, and of which the host does not know it, are held until the lab says how far they are.
async fn hold_gaps(
    desk: &Desk,
    id: OrderId,
    order: &Order,
    sent: &[domain::id::LabId],
) -> Result<(), AgentError> {
    let holds: BTreeMap<u32, String> = own_nodes(order, desk.account.machine)
        .filter(|(line, ..)| order.routes.get(&line.no).is_some_and(|lab| sent.contains(lab)))
        .filter(|(line, ..)| line.status.stage < Stage::Sent && line.status.hold.is_none())
        .map(|(line, ..)| (line.no, GAP.to_owned()))
        .collect();
    if holds.is_empty() {
        return Ok(());
    }
    desk.progress(id, &JobProgress { holds, ..JobProgress::default() }).await
}
