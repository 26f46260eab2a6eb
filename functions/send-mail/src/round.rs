//! The hourly round: galleries that close soon, and a digest a day for studios where something waits.

use domain::{
    Millis,
    gallery::Gallery,
    id::StudioId,
    mail::{About, Mail},
    order::OrderState,
};
use ports::{PortResult, Ports};

const PAGE: u32 = 100;
/// Said a week before, which leaves a weekend.
const BEFORE_CLOSING: i64 = 7 * Millis::DAY;
/// An order of today is in the studio's mailbox already.
const WAITS_SINCE: i64 = Millis::DAY;
/// Orders looked through for a digest, newest first.
const ORDERS: usize = 500;

/// What a studio's digest tells of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Waits {
    /// Numbers of orders that wait for approval for a day or longer.
    pub waiting: Vec<String>,
    /// Numbers of orders with a line on hold.
    pub held: Vec<String>,
    pub closing: Vec<(String, Millis)>,
}

impl Waits {
    pub(crate) fn is_empty(&self) -> bool {
        self.waiting.is_empty() && self.held.is_empty() && self.closing.is_empty()
    }
}

/// Queues what the passing of time owes; how many mails.
pub async fn queue_round(ports: &Ports) -> PortResult<u64> {
    let mut queued = 0;
    for gallery in closing_soon(ports).await? {
        queued += expiring(ports, &gallery).await?;
    }
    let day = day(ports.clock.now());
    let mut cursor = None;
    loop {
        let page = ports.directory.studios(cursor.as_deref(), PAGE).await?;
        for studio in page.items.iter().filter(|s| !s.suspended) {
            let wanted = ports.mails.studio_mail(studio.id).await?;
            if wanted.is_some_and(|w| w.digest) && !what_waits(ports, studio.id).await?.is_empty() {
                let about = About::Digest { day: day.clone() };
                queued +=
                    u64::from(ports.mails.queue(&Mail::new(studio.id, about, ports.clock.now())).await?);
            }
        }
        cursor = page.next;
        if cursor.is_none() {
            return Ok(queued);
        }
    }
}

async fn closing_soon(ports: &Ports) -> PortResult<Vec<Gallery>> {
    let now = ports.clock.now();
    let found = ports.galleries.expired(now.plus(BEFORE_CLOSING), 1_000).await?;
    Ok(found.into_iter().filter(|g| g.expires_at.is_some_and(|end| end > now)).collect())
}

async fn expiring(ports: &Ports, gallery: &Gallery) -> PortResult<u64> {
    let (mut queued, mut cursor) = (0, None);
    loop {
        let page =
            ports.visitors.handed_in(gallery.id, wire::device::WAITING, cursor.as_deref(), PAGE).await?;
        for waiting in page.items {
            let about = About::GalleryExpiring { gallery: gallery.id, key: waiting.key };
            queued +=
                u64::from(ports.mails.queue(&Mail::new(gallery.studio, about, ports.clock.now())).await?);
        }
        cursor = page.next;
        if cursor.is_none() {
            return Ok(queued);
        }
    }
}

pub(crate) async fn what_waits(ports: &Ports, studio: StudioId) -> PortResult<Waits> {
    let now = ports.clock.now();
    let mut waits = Waits::default();
    let (mut seen, mut cursor) = (0, None);
    loop {
        let page = ports.orders.orders(studio, cursor.as_deref(), PAGE).await?;
        seen += page.items.len();
        for order in &page.items {
            if order.state == OrderState::Placed && order.placed_at <= now.plus(-WAITS_SINCE) {
                waits.waiting.push(order.id.number());
            }
            if order.state != OrderState::Cancelled && order.lines.iter().any(|l| l.status.hold.is_some()) {
                waits.held.push(order.id.number());
            }
        }
        cursor = page.next;
        if cursor.is_none() || seen >= ORDERS {
            break;
        }
    }
    let closing = closing_soon(ports).await?.into_iter().filter(|g| g.studio == studio);
    waits.closing = closing.filter_map(|g| Some((g.name, g.expires_at?))).collect();
    Ok(waits)
}

fn day(now: Millis) -> String {
    jiff::Timestamp::from_millisecond(now.0).map(|t| t.strftime("%Y-%m-%d").to_string()).unwrap_or_default()
}
