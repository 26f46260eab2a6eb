//! Orders, jobs and the doorbell.

use axum::{
    Json, Router,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    routing::{get, post},
};
use domain::{
    Millis, fulfilment,
    id::{MachineId, OrderId},
    order::{OrderState, Stage},
};
use wire::{
    Page,
    orders::{AdjustOrder, Approve, Cancel, HoldOrder, JobInfo, JobProgress, OrderSummary, StudioOrder},
    queue::{Doorbell, QueueAccess, QueueMessage, QueueReceipts},
    route,
};

use super::{Refusal, Shared, State as HostState, accounts::machine, refuse};

pub fn routes() -> Router<Shared> {
    Router::new()
        .route(route::STUDIO_ORDERS, get(orders))
        .route(route::STUDIO_ORDER, get(order))
        .route(route::STUDIO_APPROVE, post(approve))
        .route(route::STUDIO_CANCEL, post(cancel))
        .route(route::STUDIO_MARK_PAID, post(mark_paid))
        .route(route::STUDIO_ADJUST, post(adjust))
        .route(route::STUDIO_HOLD, post(hold))
        .route(route::STUDIO_JOBS, get(jobs))
        .route(route::STUDIO_JOB_ACK, post(ack))
        .route(route::STUDIO_JOB_PROGRESS, post(progress))
        .route(route::STUDIO_QUEUE, get(queue))
        .route(route::STUDIO_QUEUE_DELETE, post(delete))
        .route(route::STUDIO_QUEUE_ACCESS, get(access))
}

fn info(state: &HostState, order: OrderId, machine: MachineId) -> JobInfo {
    let job = &state.jobs[&(order, machine)];
    JobInfo {
        order,
        machine,
        machine_name: state.machines.get(&machine).map_or_else(String::new, |m| m.machine_name.clone()),
        created_at: 0,
        acknowledged: job.acknowledged,
        done: job.done,
        waiting: job.waiting.clone(),
        order_state: state.orders[&order].state,
        attempts: job.attempts.clone(),
    }
}

fn document(state: &HostState, id: OrderId) -> Result<Json<StudioOrder>, Refusal> {
    let order = state.orders.get(&id).ok_or_else(|| refuse(404, "unknown_order", "no such order"))?.clone();
    let jobs = state.jobs.keys().filter(|(o, _)| *o == id).map(|(o, m)| info(state, *o, *m)).collect();
    Ok(Json(StudioOrder {
        number: order.id.number(),
        order,
        jobs,
        reports: state.reports.clone(),
        placed_with: None,
        customers_page: None,
    }))
}

async fn orders(
    State(shared): State<Shared>,
    headers: HeaderMap,
) -> Result<Json<Page<OrderSummary>>, Refusal> {
    let state = shared.lock().unwrap();
    machine(&state, &headers)?;
    let items = state.orders.values().map(|o| OrderSummary {
        order: o.id,
        number: o.id.number(),
        placed_at: o.placed_at.0,
        customer_name: o.customer.name.clone(),
        prints: o.prints(),
        total: o.total,
        state: o.state,
        paid: o.paid_at.is_some(),
        stage: o.lines.iter().map(|l| l.status.stage).min().unwrap_or(Stage::Placed),
        holds: 0,
        held: o.handling.hold.as_ref().map(|h| h.text.clone()),
    });
    Ok(Json(Page { items: items.collect(), next: None }))
}

async fn order(
    State(shared): State<Shared>,
    Path(id): Path<OrderId>,
    headers: HeaderMap,
) -> Result<Json<StudioOrder>, Refusal> {
    let state = shared.lock().unwrap();
    machine(&state, &headers)?;
    document(&state, id)
}

async fn approve(
    State(shared): State<Shared>,
    Path(id): Path<OrderId>,
    headers: HeaderMap,
    Json(ask): Json<Approve>,
) -> Result<Json<StudioOrder>, Refusal> {
    let mut state = shared.lock().unwrap();
    machine(&state, &headers)?;
    let order = state.orders.get(&id).ok_or_else(|| refuse(404, "unknown_order", "no such order"))?;
    let next = fulfilment::approve(order, &ask.routes, Millis(5))
        .map_err(|e| refuse(409, "not_approved", &e.to_string()))?;
    if let Some(next) = next {
        state.orders.insert(id, next);
        state.ring(id);
    }
    document(&state, id)
}

async fn cancel(
    State(shared): State<Shared>,
    Path(id): Path<OrderId>,
    headers: HeaderMap,
    Json(_): Json<Cancel>,
) -> Result<Json<StudioOrder>, Refusal> {
    let mut state = shared.lock().unwrap();
    machine(&state, &headers)?;
    let order = state.orders.get(&id).ok_or_else(|| refuse(404, "unknown_order", "no such order"))?;
    if let Some(next) =
        fulfilment::cancel(order, Millis(5)).map_err(|e| refuse(409, "not_cancelled", &e.to_string()))?
    {
        state.orders.insert(id, next);
        state.ring(id);
    }
    document(&state, id)
}

async fn mark_paid(
    State(shared): State<Shared>,
    Path(id): Path<OrderId>,
    headers: HeaderMap,
) -> Result<Json<StudioOrder>, Refusal> {
    let mut state = shared.lock().unwrap();
    machine(&state, &headers)?;
    state.orders.get_mut(&id).ok_or_else(|| refuse(404, "unknown_order", "no such order"))?.paid_at =
        Some(Millis(7));
    document(&state, id)
}

async fn adjust(
    State(shared): State<Shared>,
    Path(id): Path<OrderId>,
    headers: HeaderMap,
    Json(ask): Json<AdjustOrder>,
) -> Result<Json<StudioOrder>, Refusal> {
    let mut state = shared.lock().unwrap();
    let me = machine(&state, &headers)?;
    let key = state.machines[&me].device_key;
    let adjustment = ask.adjustment.open(&key).map_err(|e| refuse(400, "bad_signature", &e.to_string()))?;
    let envelope = serde_json::to_string(&ask).unwrap();
    let next = domain::handling::adjust(&state.orders[&id], &adjustment, &envelope)
        .map_err(|e| refuse(409, "changed_meanwhile", &e.to_string()))?;
    state.orders.insert(id, next);
    state.ring(id);
    document(&state, id)
}

async fn hold(
    State(shared): State<Shared>,
    Path(id): Path<OrderId>,
    headers: HeaderMap,
    Json(ask): Json<HoldOrder>,
) -> Result<Json<StudioOrder>, Refusal> {
    let mut state = shared.lock().unwrap();
    machine(&state, &headers)?;
    let order = state.orders.get_mut(&id).ok_or_else(|| refuse(404, "unknown_order", "no such order"))?;
    let by = ask.by.unwrap_or_default();
    order.handling.hold = ask.reason.map(|text| domain::handling::Note { at: Millis(9), by, text });
    order.revision += 1;
    document(&state, id)
}

async fn jobs(State(shared): State<Shared>, headers: HeaderMap) -> Result<Json<Page<JobInfo>>, Refusal> {
    let state = shared.lock().unwrap();
    let me = machine(&state, &headers)?;
    let open = state.jobs.iter().filter(|((order, machine), job)| {
        *machine == me && !job.done && state.orders[order].state != OrderState::Cancelled
    });
    Ok(Json(Page { items: open.map(|((o, m), _)| info(&state, *o, *m)).collect(), next: None }))
}

async fn ack(
    State(shared): State<Shared>,
    Path(id): Path<OrderId>,
    headers: HeaderMap,
) -> Result<StatusCode, Refusal> {
    let mut state = shared.lock().unwrap();
    let me = machine(&state, &headers)?;
    let job = state.jobs.get_mut(&(id, me)).ok_or_else(|| refuse(404, "no_job", "not your job"))?;
    job.acknowledged = true;
    Ok(StatusCode::NO_CONTENT)
}

async fn progress(
    State(shared): State<Shared>,
    Path(id): Path<OrderId>,
    headers: HeaderMap,
    Json(told): Json<JobProgress>,
) -> Result<StatusCode, Refusal> {
    let mut state = shared.lock().unwrap();
    let me = machine(&state, &headers)?;
    let job = state.jobs.get_mut(&(id, me)).ok_or_else(|| refuse(404, "no_job", "not your job"))?;
    if let Some(waiting) = &told.waiting {
        job.waiting = (!waiting.is_empty()).then(|| waiting.clone());
    }
    job.progress.push(told);
    Ok(StatusCode::NO_CONTENT)
}

async fn queue(State(shared): State<Shared>, headers: HeaderMap) -> Result<Json<Vec<QueueMessage>>, Refusal> {
    let me = machine(&shared.lock().unwrap(), &headers)?;
    for _ in 0..100 {
        {
            let state = shared.lock().unwrap();
            let mine = state.queue.iter().filter(|(_, machine, _)| *machine == me);
            let messages: Vec<QueueMessage> = mine
                .map(|(n, _, order)| QueueMessage {
                    receipt: n.to_string(),
                    body: serde_json::to_string(&Doorbell::Job { order: *order }).unwrap(),
                    receives: 1,
                })
                .collect();
            if !messages.is_empty() {
                return Ok(Json(messages));
            }
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    Ok(Json(Vec::new()))
}

async fn delete(
    State(shared): State<Shared>,
    headers: HeaderMap,
    Json(gone): Json<QueueReceipts>,
) -> Result<StatusCode, Refusal> {
    let mut state = shared.lock().unwrap();
    machine(&state, &headers)?;
    state.queue.retain(|(n, ..)| !gone.receipts.contains(&n.to_string()));
    Ok(StatusCode::NO_CONTENT)
}

async fn access(State(shared): State<Shared>, headers: HeaderMap) -> Result<Json<QueueAccess>, Refusal> {
    machine(&shared.lock().unwrap(), &headers)?;
    Ok(Json(QueueAccess::Http))
}
