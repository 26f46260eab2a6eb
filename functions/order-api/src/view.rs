//! Quotes and orders as the customer sees them. Reasons of holds stay with the studio and the lab.

use std::collections::BTreeMap;

use axum::http::HeaderMap;
use data_encoding::BASE64;
use domain::{
    access::{Scope, cookie::image_token},
    id::GalleryId,
    object_key,
    order::{ImageNode, Order, OrderState, PaymentMethod, PrepaidShare},
    payment::PrepaidError,
    photo::{Photo, RenditionKind},
};
use http_edge::{Answer, VisitorSession};
use ports::Ports;
use wire::{
    checkout::{CodeRefused, OrderLineView, OrderView, OrderedPicture, PackageView, QuoteView, QuotedLine},
    customer::ImageRef,
};

use crate::{
    files,
    prepaid::refused,
    prepare::{Prepared, code_of},
    settle::is_due,
};

pub fn quote(prepared: &Prepared, prepaid: Option<Result<PrepaidShare, PrepaidError>>) -> QuoteView {
    let (prepaid, prepaid_refused) = match prepaid {
        Some(Ok(share)) => (Some(share.amount), None),
        Some(Err(error)) => (None, Some(refused(&error))),
        None => (None, None),
    };
    let lines = prepared.lines.iter().zip(&prepared.quote.lines);
    QuoteView {
        lines: lines
            .map(|(line, priced)| QuotedLine {
                unit_price: priced.unit_price,
                total: priced.total,
                ppi: line.ppi().unwrap_or(0.0).clamp(0.0, 100_000.0) as u32,
                warning: line.warning(),
            })
            .collect(),
        subtotal: prepared.quote.subtotal,
        shipping: prepared.quote.shipping,
        discount: prepared.quote.charges.discount.clone(),
        code_refused: prepared
            .code_refused
            .as_ref()
            .map(|e| CodeRefused { code: code_of(e).to_owned(), message: format!("{e}.") }),
        late_fee: prepared.quote.charges.late_fee,
        tax: prepared.quote.charges.tax.clone(),
        total: prepared.quote.total,
        prepaid,
        prepaid_refused,
    }
}

pub async fn order(ports: &Ports, headers: &HeaderMap, order: &Order) -> Answer<OrderView> {
    let studio = ports.directory.studio(order.studio).await?;
    let pictures = Pictures::load(ports, headers, order).await?;
    let mut tracking: Vec<String> =
        ports.orders.reports(order.id).await?.into_iter().filter_map(|r| r.tracking).collect();
    tracking.sort();
    tracking.dedup();
    let mut lines = Vec::with_capacity(order.lines.len());
    for line in &order.lines {
        lines.push(OrderLineView {
            line: line.no,
            product_name: line.product_name.clone(),
            surface: line.surface,
            quantity: line.quantity,
            total: line.total,
            kind: (&line.kind).into(),
            package: line.package.as_ref().map(|p| PackageView {
                no: p.no,
                name: p.name.clone(),
                quantity: p.quantity,
            }),
            stage: line.status.stage,
            on_hold: line.status.hold.is_some(),
            updated_at: line.status.updated_at.0,
            adjusted_at: order.handling.adjusted_at(line.no).map(|at| at.0),
            pictures: line.nodes.iter().map(|n| pictures.show(n)).collect(),
            files: files::of(ports, order, line).await?,
        });
    }
    Ok(OrderView {
        number: order.id.number(),
        studio_name: studio.map(|s| s.name).unwrap_or_default(),
        placed_at: order.placed_at.0,
        state: order.state,
        paid: order.paid_at.is_some(),
        customer: order.customer.clone(),
        destination: order.destination.clone(),
        note: order.note.clone(),
        lines,
        subtotal: order.subtotal,
        shipping: order.shipping,
        discount: order.charges.discount.clone(),
        late_fee: order.charges.late_fee,
        tax: order.charges.tax.clone(),
        total: order.total,
        prepaid: order.settlement.prepaid.as_ref().map(|p| p.amount),
        payment: order.payment,
        can_pay: order.payment == PaymentMethod::Stripe && is_due(order, order.due()),
        can_cancel: order.state == OrderState::Placed,
        tracking,
        on_hold: order.handling.hold.is_some(),
        cancel_reason: order.handling.cancel_reason.clone(),
    })
}

/// The photos of an order as they are published now. The holder of the link ordered them, so she may see
/// their micro previews; larger renditions need the gallery cookie.
struct Pictures<'a> {
    ports: &'a Ports,
    photos: BTreeMap<domain::id::PhotoId, Photo>,
    session: Option<domain::access::cookie::Claims>,
}

impl<'a> Pictures<'a> {
    async fn load(ports: &'a Ports, headers: &HeaderMap, order: &Order) -> Answer<Pictures<'a>> {
        let mut by_gallery: BTreeMap<GalleryId, Vec<_>> = BTreeMap::new();
        for node in order.lines.iter().flat_map(|l| &l.nodes) {
            by_gallery.entry(node.gallery).or_default().push(node.photo);
        }
        let mut photos = BTreeMap::new();
        for (gallery, mut ids) in by_gallery {
            ids.sort_unstable();
            ids.dedup();
            let found = ports.photos.photos(gallery, &Scope::All, &ids).await?;
            photos.extend(found.into_iter().map(|p| (p.id, p)));
        }
        Ok(Self { ports, photos, session: VisitorSession::from_headers(headers, ports) })
    }

    fn show(&self, node: &ImageNode) -> OrderedPicture {
        let photo = self.photos.get(&node.photo);
        let micro = photo.map(|p| {
            BASE64.encode(&darkslide_jpeg::join_header(&p.micro.scan, p.micro.width, p.micro.height))
        });
        OrderedPicture {
            file_name: node.file_name.clone(),
            crop: node.crop,
            width: node.frame.width,
            height: node.frame.height,
            micro,
            thumbnail: photo.and_then(|p| self.thumbnail(p)),
        }
    }

    fn thumbnail(&self, photo: &Photo) -> Option<ImageRef> {
        let claims = self.session.as_ref()?;
        let scope = claims.scope_of(photo.gallery).filter(|s| s.permits(&photo.subjects))?;
        let rendition = photo.rendition(RenditionKind::Thumbnail)?;
        let secrets = &self.ports.secrets;
        let object = object_key::rendition(
            &secrets.object_key,
            photo.gallery,
            photo.id,
            rendition.kind,
            &rendition.sha256,
        );
        let token = image_token(secrets.cookie.first()?, claims.visitor, photo.gallery, scope, &object);
        Some(ImageRef {
            url: format!("/{object}?t={token}"),
            width: rendition.width,
            height: rendition.height,
        })
    }
}
