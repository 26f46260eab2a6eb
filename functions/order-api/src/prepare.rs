//! What a browser asked for, checked against the gallery, its photos and its price list, and priced.

use axum::http::StatusCode;
use domain::{
    access::Scope,
    discount::DiscountError,
    gallery::{Gallery, GalleryState},
    geometry::{
        Crop,
        border::{check_print, has_border},
        check_shape, effective_ppi,
    },
    id::{GalleryId, PhotoId},
    order::Discounted,
    photo::Photo,
    place::Destination,
    price_list::PriceList,
    pricing::{self, LineRequest, PricingError, Quote, Terms},
    product::{Kind, Product},
};
use http_edge::{Answer, Refusal, VisitorSession};
use ports::Ports;
use wire::{checkout::LineInput, customer::CartNode};

/// Lines that can be ordered, in the order they were asked for.
pub struct Prepared {
    pub gallery: Gallery,
    pub scope: Scope,
    pub list: PriceList,
    pub lines: Vec<PreparedLine>,
    pub quote: Quote,
    /// Why the discount code takes nothing off, where that was allowed to happen.
    pub code_refused: Option<DiscountError>,
}

pub struct PreparedLine {
    pub product: Product,
    pub quantity: u32,
    /// The product itself, or a package's items.
    pub parts: Vec<PreparedPart>,
}

pub struct PreparedPart {
    pub product: Product,
    /// Of one of the line.
    pub quantity: u32,
    pub nodes: Vec<PreparedNode>,
}

pub struct PreparedNode {
    pub photo: Photo,
    pub crop: Crop,
}

/// What to do about a discount code that is not valid: a quote goes on without it, an order does not.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Codes {
    Lenient,
    Strict,
}

impl PreparedPart {
    /// What the weakest picture gives on paper.
    fn ppi(&self) -> f64 {
        let (width, height) = (self.product.width_in, self.product.height_in);
        let of = |n: &PreparedNode| effective_ppi(&n.crop, n.photo.frame, width, height);
        self.nodes.iter().map(of).fold(f64::INFINITY, f64::min)
    }

    /// Under 200 ppi up to 11×14 in, under 100 ppi above: the trade's limits for a print that looks sharp.
    fn warning(&self) -> Option<String> {
        let (width, height) = (self.product.width_in, self.product.height_in);
        let needed = if width.max(height) <= 14.0 && width.min(height) <= 11.0 { 200.0 } else { 100.0 };
        let ppi = self.ppi();
        (ppi < needed).then(|| {
            // A picture with a border is shown whole already.
            let whole = self.nodes.iter().any(|n| has_border(&n.crop));
            let better = if whole { "A smaller print" } else { "A smaller print or a wider crop" };
            format!(
                "At this crop the picture has {ppi:.0} pixels per inch; below {needed:.0} a print of this \
                 size looks soft. {better} will be sharper."
            )
        })
    }
}

impl PreparedLine {
    fn papers(&self) -> impl Iterator<Item = &PreparedPart> {
        self.parts.iter().filter(|p| p.product.kind.has_paper())
    }
    /// `None`: nothing of it is printed.
    pub fn ppi(&self) -> Option<f64> {
        self.papers().map(PreparedPart::ppi).reduce(f64::min)
    }
    pub fn warning(&self) -> Option<String> {
        self.papers().find_map(PreparedPart::warning)
    }
}

pub async fn prepare(
    ports: &Ports,
    session: &VisitorSession,
    gallery: &str,
    lines: &[LineInput],
    destination: Option<&Destination>,
    (code, codes): (Option<&str>, Codes),
) -> Answer<Prepared> {
    let id: GalleryId = gallery.parse().map_err(|_| Refusal::not_found("gallery"))?;
    let scope = session.scope(id)?.clone();
    let gallery = ports.galleries.gallery(id).await?.ok_or_else(|| Refusal::not_found("gallery"))?;
    let now = ports.clock.now();
    if gallery.state_at(now) != GalleryState::Open {
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
        return Err(refuse_pricing(&PricingError::TooManyLines(lines.len())));
    }
    let photos = load(ports, id, &scope, lines).await?;
    let mut prepared = Vec::with_capacity(lines.len());
    let mut requests = Vec::with_capacity(lines.len());
    for (index, line) in lines.iter().enumerate() {
        let (line, request) = prepare_line(&list, index + 1, line, &photos)?;
        let tilted = line.parts.iter().flat_map(|p| &p.nodes).any(|n| n.crop.angle != 0.0);
        if gallery.settings.no_straightening && tilted {
            return Err(Refusal::invalid(
                "no_straightening",
                format!("The picture of line {} is straightened; the studio does not print that.", index + 1),
            )
            .hint("Open the crop again and start over."));
        }
        prepared.push(line);
        requests.push(request);
    }
    let terms = Terms { to: destination, code, now };
    let (quote, code_refused) = match pricing::quote(&list, &requests, terms) {
        Err(PricingError::Discount(why)) if codes == Codes::Lenient => {
            (pricing::quote(&list, &requests, Terms { code: None, ..terms }), Some(why))
        }
        other => (other, None),
    };
    let mut quote = quote.map_err(|e| refuse_pricing(&e))?;
    let mut code_refused = code_refused;
    // Used up: known here only for a quote; an order is told by the conditional write that counts.
    if let Some(Discounted { code, uses: Some(most), .. }) = &quote.charges.discount
        && codes == Codes::Lenient
        && ports.payments.code_uses(list.id, code).await? >= *most
    {
        code_refused = Some(DiscountError::UsedUp(code.clone()));
        let plain = pricing::quote(&list, &requests, Terms { code: None, ..terms });
        quote = plain.map_err(|e| refuse_pricing(&e))?;
    }
    Ok(Prepared { gallery, scope, list, lines: prepared, quote, code_refused })
}

fn prepare_line(
    list: &PriceList,
    no: usize,
    line: &LineInput,
    photos: &[Photo],
) -> Answer<(PreparedLine, LineRequest)> {
    let product = list.product(&line.product).ok_or_else(|| {
        refuse_pricing(&PricingError::UnknownProduct {
            line: no,
            product: domain::text::one_line(&line.product, 60),
        })
    })?;
    if line.nodes.len() != product.nodes as usize {
        return Err(refuse_pricing(&PricingError::Pictures {
            line: no,
            product: product.name.clone(),
            needed: product.nodes,
            given: line.nodes.len(),
        }));
    }
    let (mut nodes, mut parts) = (line.nodes.iter(), Vec::new());
    for part in list.parts(product) {
        let own = nodes.by_ref().take(part.product.nodes as usize);
        let own = own.map(|node| prepare_node(no, part.product, node, photos)).collect::<Answer<Vec<_>>>()?;
        parts.push(PreparedPart { product: part.product.clone(), quantity: part.quantity, nodes: own });
    }
    let groups = parts.iter().flat_map(|p| &p.nodes).map(|n| n.photo.price_group.clone()).collect();
    let request = LineRequest { product: line.product.clone(), quantity: line.quantity, groups };
    Ok((PreparedLine { product: product.clone(), quantity: line.quantity, parts }, request))
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
    // A digital is the whole picture; an item has no shape of its own.
    if let Kind::Digital { .. } = product.kind {
        return Ok(PreparedNode { photo: photo.clone(), crop: Crop::FULL });
    }
    check_print(&node.crop, photo.frame).map_err(|e| {
        Refusal::invalid("bad_crop", format!("Line {line}, {}: {e}.", photo.file_name))
            .hint("Open the crop again and set it anew.")
    })?;
    if !product.kind.has_paper() {
        return Ok(PreparedNode { photo: photo.clone(), crop: node.crop });
    }
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

pub fn refuse_pricing(error: &PricingError) -> Refusal {
    use PricingError as E;
    let code = match error {
        E::Empty => "empty_order",
        E::TooManyLines(_) => "too_many_lines",
        E::UnknownProduct { .. } => "unknown_product",
        E::Quantity { .. } => "bad_quantity",
        E::Pictures { .. } => "wrong_picture_count",
        E::Shipping(_) => "no_such_delivery",
        E::Discount(e) => code_of(e),
        E::BelowMinimum { .. } => "below_minimum",
        E::Money(_) => "too_expensive",
    };
    Refusal::invalid(code, format!("{error}."))
}

/// Stable names of what is wrong with a discount code, for the site.
pub fn code_of(error: &DiscountError) -> &'static str {
    match error {
        DiscountError::TooEarly(_) => "code_too_early",
        DiscountError::Over(_) => "code_over",
        DiscountError::UsedUp(_) => "code_used_up",
        DiscountError::BelowMinimum { .. } => "code_below_minimum",
        _ => "unknown_code",
    }
}
