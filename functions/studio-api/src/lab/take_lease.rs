//! Takes or renews the lease that makes one receiver of a lab the active one.

use axum::{Json as Answered, extract::State};
use domain::Millis;
use http_edge::{Answer, Json, Refusal};
use ports::Ports;
use wire::lab::{LeaseInfo, TakeLease};

use crate::access::LabCaller;

const MAX_SECONDS: u32 = 120;

pub async fn handle(
    State(ports): State<Ports>,
    caller: LabCaller,
    Json(ask): Json<TakeLease>,
) -> Answer<Answered<LeaseInfo>> {
    if !(1..=MAX_SECONDS).contains(&ask.seconds) {
        return Err(Refusal::invalid(
            "bad_lease",
            format!("A lease lasts 1 to {MAX_SECONDS} s; {} were asked for.", ask.seconds),
        ));
    }
    let now = ports.clock.now();
    let ttl = i64::from(ask.seconds) * Millis::SECOND;
    let info = match ports.directory.take_lease(caller.lab.id, ask.receiver, now, ttl).await? {
        Some(lease) => LeaseInfo { held: true, fence: lease.fence, expires_at: lease.expires_at.0 },
        None => {
            let other = ports.directory.lease(caller.lab.id).await?;
            let (fence, expires_at) = other.map_or((0, now), |l| (l.fence, l.expires_at));
            LeaseInfo { held: false, fence, expires_at: expires_at.0 }
        }
    };
    Ok(Answered(info))
}
