//! Who is calling: the machine or lab behind a bearer token, and what of a studio's it may touch.

use axum::{
    extract::{FromRef, FromRequestParts},
    http::{header, request::Parts},
};
use domain::{
    Millis,
    gallery::{Gallery, GalleryState},
    id::{GalleryId, OrderId},
    order::{Delivery, Job, Order},
    studio::{Lab, Machine, Studio},
};
use http_edge::{Answer, Refusal};
use ports::Ports;

use crate::{
    problems::{suspended, unauthorised},
    token::{self, Bearer, TokenError},
};

/// How often a caller's last sign of life is written.
const SEEN_EVERY: i64 = Millis::MINUTE;

/// An enrolled machine of a studio in good standing.
pub struct MachineCaller {
    pub studio: Studio,
    pub machine: Machine,
}

/// An enrolled lab.
pub struct LabCaller {
    pub lab: Lab,
}

impl<S: Send + Sync> FromRequestParts<S> for MachineCaller
where
    Ports: FromRef<S>,
{
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let ports = Ports::from_ref(state);
        let Bearer::Machine { machine, studio } = bearer(parts, &ports)? else {
            return Err(unauthorised(
                "bad_session",
                "This is a lab's session; here a studio's machine calls.",
            ));
        };
        let gone = || {
            unauthorised("unknown_machine", "This machine is no longer enrolled at this host.")
                .hint("Enrol it again: darkslide login URL --token TOKEN")
        };
        let machine = ports.directory.machine(machine).await?.ok_or_else(gone)?;
        let studio = ports.directory.studio(studio).await?.ok_or_else(gone)?;
        if machine.studio != studio.id {
            return Err(gone());
        }
        if studio.suspended {
            return Err(suspended(&studio));
        }
        let now = ports.clock.now();
        if now.0 - machine.last_seen_at.0 > SEEN_EVERY {
            ports.directory.machine_seen(machine.id, now).await?;
        }
        Ok(Self { studio, machine })
    }
}

impl<S: Send + Sync> FromRequestParts<S> for LabCaller
where
    Ports: FromRef<S>,
{
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let ports = Ports::from_ref(state);
        let Bearer::Lab(lab) = bearer(parts, &ports)? else {
            return Err(unauthorised("bad_session", "This is a machine's session; here a lab calls."));
        };
        let lab = ports.directory.lab(lab).await?.ok_or_else(|| {
            unauthorised("unknown_lab", "This lab is no longer enrolled at this host.")
                .hint("Enrol it again with a token of the host's operator: darkslide-lab init --help")
        })?;
        let now = ports.clock.now();
        if now.0 - lab.last_seen_at.0 > SEEN_EVERY {
            ports.directory.lab_seen(lab.id, now).await?;
        }
        Ok(Self { lab })
    }
}

fn bearer(parts: &Parts, ports: &Ports) -> Answer<Bearer> {
    let header = parts.headers.get(header::AUTHORIZATION).and_then(|v| v.to_str().ok());
    let token = header.and_then(|v| v.strip_prefix("Bearer ")).ok_or_else(|| {
        unauthorised("no_session", "This request carries no session.").hint("Open a session first.")
    })?;
    token::read(&ports.secrets.session, token.trim(), ports.clock.now()).map_err(|error| match error {
        TokenError::Expired => {
            unauthorised("session_expired", "The session has ended.").hint("Open another.")
        }
        TokenError::Foreign => {
            unauthorised("bad_session", "The session is not one of this host's.").hint("Open another.")
        }
    })
}

impl MachineCaller {
    /// A gallery of this studio. Another studio's looks like one that is not there.
    pub async fn gallery(&self, ports: &Ports, id: GalleryId) -> Answer<Gallery> {
        let found = ports.galleries.gallery(id).await?;
        found.filter(|g| g.studio == self.studio.id).ok_or_else(|| Refusal::not_found("gallery"))
    }

    /// A gallery that takes changes of its people, codes and photos.
    pub async fn living_gallery(&self, ports: &Ports, id: GalleryId) -> Answer<Gallery> {
        let gallery = self.gallery(ports, id).await?;
        if gallery.state == GalleryState::Erased {
            return Err(Refusal::conflict("gallery_erased", "This gallery was erased.")
                .hint("Make another: darkslide gallery create NAME"));
        }
        Ok(gallery)
    }

    pub async fn order(&self, ports: &Ports, id: OrderId) -> Answer<Order> {
        let found = ports.orders.order(id).await?;
        found.filter(|o| o.studio == self.studio.id).ok_or_else(|| Refusal::not_found("order"))
    }

    /// This machine's share of an order.
    pub async fn job(&self, ports: &Ports, id: OrderId) -> Answer<(Order, Job)> {
        let order = self.order(ports, id).await?;
        let jobs = ports.orders.jobs(id).await?;
        let mine = jobs.into_iter().find(|j| j.machine == self.machine.id);
        Ok((order, mine.ok_or_else(|| Refusal::not_found("job"))?))
    }
}

impl LabCaller {
    /// An order that has lines for this lab.
    pub async fn order(&self, ports: &Ports, id: OrderId) -> Answer<Order> {
        let found = ports.orders.order(id).await?;
        let mine = |o: &Order| o.routes.values().any(|lab| *lab == self.lab.id);
        found.filter(mine).ok_or_else(|| Refusal::not_found("order"))
    }

    /// A delivery to this lab.
    pub async fn delivery(&self, ports: &Ports, order: OrderId, attempt: u32) -> Answer<Delivery> {
        let found = ports.orders.delivery(order, self.lab.id, attempt).await?;
        found.ok_or_else(|| Refusal::not_found("delivery"))
    }
}
