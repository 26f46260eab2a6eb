//! From a queued mail to a letter: loads what it is about, decides whether anybody still wants it, and writes it.

use domain::{
    gallery::{Gallery, GalleryState},
    id::{GalleryId, OrderId},
    mail::{About, Language, Mail, StudioMail, customer_key, is_address},
    order::{Order, OrderState},
    studio::Studio,
};
use ports::{PortResult, Ports, mails::Letter};
use wire::device::Waiting;

use crate::{
    facts::{DigestFacts, FoundFacts, GalleryFacts, OrderFacts},
    letter::{self, Envelope},
    round,
};

/// Orders in one letter to a customer who lost her links, and how many of the studio's are looked through for them.
const FOUND: usize = 20;
const LOOKED_THROUGH: usize = 5_000;
const PAGE: u32 = 100;

/// The letter, or why nobody wants it.
type Written = Result<Letter, &'static str>;

pub(crate) async fn letter(ports: &Ports, mail: &Mail) -> PortResult<Written> {
    let Some(studio) = ports.directory.studio(mail.studio).await? else {
        return Ok(Err("the studio is gone"));
    };
    if studio.suspended {
        return Ok(Err("the studio is suspended"));
    }
    let Some(wanted) = ports.mails.studio_mail(studio.id).await? else {
        return Ok(Err("the studio wants no mails"));
    };
    let writer = Writer { ports, mail, studio, wanted };
    match &mail.about {
        About::OrderReceived { order } => {
            writer.to_customer("order_received", *order, OrderState::Placed).await
        }
        About::OrderApproved { order } => {
            writer.to_customer("order_approved", *order, OrderState::Approved).await
        }
        About::OrderShipped { order, .. } => {
            writer.to_customer("order_shipped", *order, OrderState::Approved).await
        }
        About::FilesReady { order, .. } => {
            writer.to_customer("files_ready", *order, OrderState::Approved).await
        }
        About::OrderCancelled { order } => {
            writer.to_customer("order_cancelled", *order, OrderState::Cancelled).await
        }
        About::FindOrders { customer, .. } => writer.orders_found(customer).await,
        About::NewOrder { order } => writer.new_order(*order).await,
        About::GalleryOpen { gallery, key } => writer.to_waiting("gallery_open", *gallery, key).await,
        About::GalleryExpiring { gallery, key } => writer.to_waiting("gallery_expiring", *gallery, key).await,
        About::Digest { .. } => writer.digest().await,
    }
}

struct Writer<'a> {
    ports: &'a Ports,
    mail: &'a Mail,
    studio: Studio,
    wanted: StudioMail,
}

impl Writer<'_> {
    async fn to_customer(&self, kind: &str, id: OrderId, state: OrderState) -> PortResult<Written> {
        if !self.wanted.to_customers {
            return Ok(Err("the studio sends customers no mails"));
        }
        let Some(order) = self.ports.orders.order(id).await? else { return Ok(Err("the order is gone")) };
        // Whoever placed and cancelled within a minute hears of the cancellation alone.
        if state != order.state && !(state == OrderState::Placed && order.state == OrderState::Approved) {
            return Ok(Err("the order has moved on"));
        }
        let Some(to) = order.customer.email.clone().filter(|e| is_address(e)) else {
            return Ok(Err("the customer left no e-mail address"));
        };
        let language = order.language.clone().unwrap_or_else(|| self.wanted.language.clone());
        let facts = self.order_facts(&order, &language).await?;
        Ok(Ok(letter::write(kind, &language, &facts, self.customers(to))))
    }

    /// To the address that the orders have, which is the one that was asked for.
    async fn orders_found(&self, customer: &str) -> PortResult<Written> {
        if !self.wanted.to_customers {
            return Ok(Err("the studio sends customers no mails"));
        }
        let found = self.orders_of(customer).await?;
        let newest = found.first().and_then(|order| Some((order, order.customer.email.clone()?)));
        let Some((newest, to)) = newest else { return Ok(Err("no order has this address")) };
        let language = newest.language.clone().unwrap_or_else(|| self.wanted.language.clone());
        let links = found.iter().map(|order| (order, self.link(order)));
        let facts = FoundFacts::of(links, &self.studio.name, &language);
        Ok(Ok(letter::write("orders_found", &language, &facts, self.customers(to))))
    }

    /// Newest first.
    async fn orders_of(&self, customer: &str) -> PortResult<Vec<Order>> {
        let (mut found, mut seen, mut cursor) = (Vec::new(), 0, None);
        loop {
            let page = self.ports.orders.orders(self.studio.id, cursor.as_deref(), PAGE).await?;
            seen += page.items.len();
            let hers = |order: &Order| {
                order.customer.email.as_deref().is_some_and(|e| is_address(e) && customer_key(e) == customer)
            };
            found.extend(page.items.into_iter().filter(hers));
            cursor = page.next;
            if cursor.is_none() || found.len() >= FOUND || seen >= LOOKED_THROUGH {
                found.truncate(FOUND);
                return Ok(found);
            }
        }
    }

    fn link(&self, order: &Order) -> String {
        format!("{}/order/{}", self.ports.secrets.site, self.ports.secrets.order_status_secret(order.id))
    }

    async fn order_facts(&self, order: &Order, language: &Language) -> PortResult<OrderFacts> {
        let reports = self.ports.orders.reports(order.id).await?;
        let link = self.link(order);
        let tracking = reports.into_iter().filter_map(|r| r.tracking).collect();
        Ok(OrderFacts::of(order, &self.studio.name, link, tracking, language))
    }

    async fn new_order(&self, id: OrderId) -> PortResult<Written> {
        if !self.wanted.new_orders {
            return Ok(Err("the studio wants no mail for each order"));
        }
        let Some(order) = self.ports.orders.order(id).await? else { return Ok(Err("the order is gone")) };
        if order.state == OrderState::Cancelled {
            return Ok(Err("the order was cancelled"));
        }
        let language = self.wanted.language.clone();
        let facts = self.order_facts(&order, &language).await?.without_link();
        Ok(Ok(letter::write("new_order", &language, &facts, self.to_studio())))
    }

    async fn to_waiting(&self, kind: &str, id: GalleryId, key: &str) -> PortResult<Written> {
        if !self.wanted.to_customers {
            return Ok(Err("the studio sends customers no mails"));
        }
        let gallery = self.ports.galleries.gallery(id).await?;
        let Some(gallery) = gallery.filter(|g| g.state_at(self.ports.clock.now()) == GalleryState::Open)
        else {
            return Ok(Err("the gallery is not open"));
        };
        let Some(to) = self.waiting(&gallery, key).await? else { return Ok(Err("nobody waits any more")) };
        let language = self.wanted.language.clone();
        let name = gallery.settings.studio_name.clone().unwrap_or_else(|| self.studio.name.clone());
        let facts = GalleryFacts::of(&gallery, name, &self.ports.secrets.site, &language);
        Ok(Ok(letter::write(kind, &language, &facts, self.customers(to))))
    }

    async fn waiting(&self, gallery: &Gallery, key: &str) -> PortResult<Option<String>> {
        let mut cursor = None;
        loop {
            let page = self
                .ports
                .visitors
                .handed_in(gallery.id, wire::device::WAITING, cursor.as_deref(), 500)
                .await?;
            if let Some(found) = page.items.iter().find(|h| h.key == key) {
                let waiting: Option<Waiting> = serde_json::from_str(&found.json).ok();
                return Ok(waiting.map(|w| w.email).filter(|e| is_address(e)));
            }
            cursor = page.next;
            if cursor.is_none() {
                return Ok(None);
            }
        }
    }

    async fn digest(&self) -> PortResult<Written> {
        let language = self.wanted.language.clone();
        let waits = round::what_waits(self.ports, self.studio.id).await?;
        if !self.wanted.digest || waits.is_empty() {
            return Ok(Err("nothing waits"));
        }
        let facts = DigestFacts::of(&waits, &self.studio.name, &language);
        Ok(Ok(letter::write("digest", &language, &facts, self.to_studio())))
    }

    fn customers(&self, to: String) -> Envelope {
        Envelope {
            id: self.mail.id.clone(),
            to,
            from_name: self.studio.name.clone(),
            reply_to: Some(self.wanted.address.clone()),
        }
    }

    fn to_studio(&self) -> Envelope {
        Envelope {
            id: self.mail.id.clone(),
            to: self.wanted.address.clone(),
            from_name: "Darkslide".into(),
            reply_to: None,
        }
    }
}
