//! What a browser asked for, checked against the gallery, its photos and its price list, and priced.

use axum::http::StatusCode;
use domain::{
    access::Scope,
    gallery::{Gallery, GalleryState},
    geometry::{Crop, check_crop, check_shape, effective_ppi},
    id::{GalleryId, PhotoId},
    photo::Photo,
    place::Destination,
    price_list::{PriceList, Product},
    pricing::{self, LineRequest, Quote},
};
use http_edge::{Answer, Refusal, VisitorSession};
use ports::Ports;
use wire::{checkout::LineInput, customer::CartNode};

/// Lines that can be ordered, in the order they were asked for.
pub struct Prepared {
    pub gallery: Gallery,
    pub list: PriceList,
    pub lines: Vec<PreparedLine>,
    pub quote: Quote,
}

pub struct PreparedLine {
    pub product: Product,
    pub quantity: u32,
    pub nodes: Vec<PreparedNode>,
}

pub struct PreparedNode {
    pub photo: Photo,
    pub crop: Crop,
}

impl PreparedLine {
    /// What the weakest picture of the line gives on paper.
    pub fn ppi(&self) -> f64 {
        let of = |n: &PreparedNode| {
            effective_ppi(&n.crop, n.photo.frame, self.product.width_in, self.product.height_in)
        };
        self.nodes.iter().map(of).fold(f64::INFINITY, f64::min)
    }

    /// Under 200 ppi up to 11×14 in, under 100 ppi above: the trade's limits for a print that looks sharp.
    pub fn warning(&self) -> Option<String> {
        let (long, short) = (
            self.product.width_in.max(self.product.height_in),
            self.product.width_in.min(self.product.height_in),
        );
        let needed = if long <= 14.0 && short <= 11.0 { 200.0 } else { 100.0 };
        let ppi = self.ppi();
        (ppi < needed).then(|| {
            format!(
                "At this crop the picture has {ppi:.0} pixels per inch; below {needed:.0} a print of this \
                 size looks soft. A smaller print or a wider crop will be sharper."
            )
        })
    }
}

pub async fn prepare(
    ports: &Ports,
    session: &VisitorSession,
    gallery: &str,
    lines: &[LineInput],
    destination: Option<&Destination>,
) -> Answer<Prepared> {
    let id: GalleryId = gallery.parse().map_err(|_| Refusal::not_found("gallery"))?;
    let scope = session.scope(id)?.clone();
    let gallery = ports.galleries.gallery(id).await?.ok_or_else(|| Refusal::not_found("gallery"))?;
    if gallery.state_at(ports.clock.now()) != GalleryState::Open {
        return Err(Refusal::new(
            StatusCode::GONE,
            "gallery_closed",
            format!("“{}” is closed, so nothing more can be ordered.", gallery.name),
        )
        .hint("Ask the studio to open it again."));
    }
    let (list_id, version) = gallery.price_list.ok_or_else(|| {
        Refusal::conflict("no_prints", "This gallery is for looking; no prints are for sale.")
    })?;
    let list = ports
        .prices
        .get(gallery.studio, list_id, version)
        .await?
        .ok_or_else(|| Refusal::not_found("price list"))?;

    // Counts and quantities first: an order of a million lines must not read a million photos.
    if lines.len() > domain::order::MAX_LINES {
        return Err(refuse_pricing(&pricing::PricingError::TooManyLines(lines.len())));
    }
    let photos = load(ports, id, &scope, lines).await?;
    let mut prepared = Vec::with_capacity(lines.len());
    let mut requests = Vec::with_capacity(lines.len());
    for (index, line) in lines.iter().enumerate() {
        let no = index + 1;
        let product = list.product(&line.product).ok_or_else(|| {
            refuse_pricing(&pricing::PricingError::UnknownProduct {
                line: no,
                product: domain::text::one_line(&line.product, 60),
            })
        })?;
        let nodes = line
            .nodes
            .iter()
            .map(|node| prepare_node(no, product, node, &photos))
            .collect::<Answer<Vec<_>>>()?;
        requests.push(LineRequest {
            product: line.product.clone(),
            quantity: line.quantity,
            nodes: u32::try_from(nodes.len()).unwrap_or(u32::MAX),
            price_group: nodes.first().and_then(|n| n.photo.price_group.clone()),
        });
        prepared.push(PreparedLine { product: product.clone(), quantity: line.quantity, nodes });
    }
    let quote = pricing::quote(&list, &requests, destination).map_err(|e| refuse_pricing(&e))?;
    Ok(Prepared { gallery, list, lines: prepared, quote })
}

async fn load(ports: &Ports, gallery: GalleryId, scope: &Scope, lines: &[LineInput]) -> Answer<Vec<Photo>> {
    let mut ids: Vec<PhotoId> = lines.iter().flat_map(|l| l.nodes.iter().map(|n| n.photo)).collect();
    ids.sort_unstable();
    ids.dedup();
    if ids.len() > 2_000 {
        return Err(Refusal::invalid(
            "too_many_pictures",
            "One order holds at most 2,000 different pictures.",
        )
        .hint("Please place two orders."));
    }
    Ok(ports.photos.photos(gallery, scope, &ids).await?)
}

fn prepare_node(line: usize, product: &Product, node: &CartNode, photos: &[Photo]) -> Answer<PreparedNode> {
    let photo = photos.iter().find(|p| p.id == node.photo).ok_or_else(|| {
        Refusal::conflict("photo_gone", format!("The picture of line {line} is no longer in the gallery."))
            .hint("Take the line out of the cart, or ask the studio.")
    })?;
    check_crop(&node.crop, photo.frame).map_err(|e| {
        Refusal::invalid("bad_crop", format!("Line {line}, {}: {e}.", photo.file_name))
            .hint("Open the crop again and set it anew.")
    })?;
    let hundredths = |inches: f64| (inches * 100.0).round() as u32;
    let shape = (hundredths(product.width_in), hundredths(product.height_in));
    let fits = check_shape(&node.crop, photo.frame, shape.0, shape.1);
    // A new version of the same shape keeps its crops, because they are normalised: a crop made for this
    // product on the old frame still has the product's shape on the new one.
    if node.version != photo.version && fits.is_err() {
        return Err(Refusal::conflict(
            "photo_changed",
            format!("The studio has replaced {} (line {line}) with a new version.", photo.file_name),
        )
        .hint("Please look at the crop again; the rest of your cart is as it was."));
    }
    fits.map_err(|e| {
        Refusal::invalid("bad_crop", format!("Line {line}, {}: {e}.", photo.file_name))
            .hint("Open the crop again and set it anew.")
    })?;
    Ok(PreparedNode { photo: photo.clone(), crop: node.crop })
}

fn refuse_pricing(error: &pricing::PricingError) -> Refusal {
    use pricing::PricingError as E;
    let code = match error {
        E::Empty => "empty_order",
        E::TooManyLines(_) => "too_many_lines",
        E::UnknownProduct { .. } => "unknown_product",
        E::Quantity { .. } => "bad_quantity",
        E::Pictures { .. } => "wrong_picture_count",
        E::NoShipping | E::NoPickUp => "no_such_delivery",
        E::BelowMinimum { .. } => "below_minimum",
        E::Money(_) => "too_expensive",
    };
    Refusal::invalid(code, format!("{error}."))
}
