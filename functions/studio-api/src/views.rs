//! From the host's records to what agents and labs read.

use std::collections::BTreeMap;

use domain::{
    access::Scope,
    filter::PhotoFilter,
    gallery::Gallery,
    id::LabId,
    order::{Delivery, Job, Order, OrderState},
    studio::Machine,
};
use http_edge::Answer;
use ports::{Ports, blobs::SignedRequest, photo_index::PhotoRequest};
use wire::{
    galleries::{GalleryInfo, PriceListRef},
    lab::DeliveryInfo,
    orders::{JobInfo, OrderSummary, StudioOrder},
    publish::Grant,
    signed::Signed,
};

pub async fn gallery_info(ports: &Ports, gallery: Gallery) -> Answer<GalleryInfo> {
    let request = PhotoRequest {
        gallery: gallery.id,
        scope: &Scope::All,
        filter: &PhotoFilter::default(),
        favourites_of: None,
        cursor: None,
        limit: 1,
    };
    let photos = ports.photos.total(request).await?;
    let state = gallery.state_at(ports.clock.now());
    Ok(GalleryInfo {
        gallery: gallery.id,
        state,
        name: gallery.name,
        welcome: gallery.welcome,
        price_list: gallery.price_list.map(|(list, version)| PriceListRef { list, version }),
        expires_at: gallery.expires_at.map(|at| at.0),
        settings: gallery.settings,
        revision: gallery.revision,
        photos,
    })
}

pub fn summary(order: &Order) -> OrderSummary {
    let stages = order.lines.iter().map(|l| l.status.stage);
    let holds = order.lines.iter().filter(|l| l.status.hold.is_some()).count();
    OrderSummary {
        order: order.id,
        number: order.id.number(),
        placed_at: order.placed_at.0,
        customer_name: order.customer.name.clone(),
        prints: order.prints(),
        total: order.total,
        state: order.state,
        paid: order.paid_at.is_some(),
        stage: stages.min().unwrap_or(domain::order::Stage::Placed),
        holds: u32::try_from(holds).unwrap_or(u32::MAX),
        held: order.handling.hold.as_ref().map(|h| h.text.clone()),
    }
}

/// An order with everything the studio knows of it.
pub async fn studio_order(ports: &Ports, order: Order) -> Answer<StudioOrder> {
    let machines = ports.directory.machines(order.studio).await?;
    let attempts = ports.orders.attempts(order.id).await?;
    let jobs = ports.orders.jobs(order.id).await?;
    let jobs = jobs.iter().map(|job| job_info(job, &machines, order.state, attempts.clone())).collect();
    let kept = ports.orders.reports(order.id).await?;
    let reports = kept
        .iter()
        .filter_map(|report| match serde_json::from_str::<Signed>(&report.envelope) {
            Ok(signed) => Some(signed),
            Err(error) => {
                tracing::error!(order = %order.id, report = %report.report, %error, "a kept report is unreadable");
                None
            }
        })
        .collect();
    let placed_with = ports.orders.placed_with(order.id).await?;
    let placed_with = placed_with.and_then(|with| serde_json::to_string(&with).ok());
    let page = format!("{}/order/{}", ports.secrets.site, ports.secrets.order_status_secret(order.id));
    let customers_page = Some(page);
    Ok(StudioOrder { number: order.id.number(), order, jobs, reports, placed_with, customers_page })
}

pub fn job_info(
    job: &Job,
    machines: &[Machine],
    order_state: OrderState,
    attempts: BTreeMap<LabId, u32>,
) -> JobInfo {
    let name = machines.iter().find(|m| m.id == job.machine).map(|m| m.name.clone());
    JobInfo {
        order: job.order,
        machine: job.machine,
        machine_name: name.unwrap_or_else(|| job.machine.to_string()),
        created_at: job.created_at.0,
        acknowledged: job.acknowledged_at.is_some(),
        done: job.done_at.is_some(),
        waiting: job.waiting.clone(),
        order_state,
        attempts,
    }
}

pub fn delivery_info(delivery: &Delivery) -> DeliveryInfo {
    DeliveryInfo {
        order: delivery.order,
        lab: delivery.lab,
        attempt: delivery.attempt,
        studio: delivery.studio,
        created_at: delivery.created_at.0,
        acknowledged: delivery.acknowledged_at.is_some(),
    }
}

pub fn grant(key: String, signed: SignedRequest) -> Grant {
    Grant {
        key,
        method: signed.method,
        url: signed.url,
        headers: signed.headers,
        expires_at: signed.expires_at.0,
    }
}
