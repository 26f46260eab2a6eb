//! What the customers' gallery site reads and writes.

use domain::{
    address_rule::{ADDRESS_RULES, AddressRule},
    colour::Tones,
    geometry::Crop,
    hash::VersionHash,
    id::{GalleryId, PhotoId, SubjectId, VisitorId},
    money::Currency,
    order::PaymentMethod,
    product::Product,
    shipping::{LateFee, Shipping},
    tax::TaxRule,
};
use serde::{Deserialize, Deserializer, Serialize, de::IgnoredAny};
use utoipa::ToSchema;

use crate::galleries::SubjectInfo;

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct OpenGallery {
    pub code: String,
    /// How many pictures the answer shall bring along, so that the first screen needs no second question.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first: Option<u32>,
}

/// The galleries this browser now holds open; the first is the one just opened.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Opened {
    pub visitor: VisitorId,
    pub galleries: Vec<OpenedGallery>,
    /// When the cookie ends unless it is renewed.
    pub expires_at: i64,
    /// Of the gallery just opened, when it was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first: Option<FirstScreen>,
}

/// What the two questions after opening would be answered with.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct FirstScreen {
    pub view: GalleryView,
    pub page: PhotoPage,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct OpenedGallery {
    pub gallery: GalleryId,
    pub name: String,
    pub studio_name: String,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct GalleryView {
    pub gallery: GalleryId,
    pub name: String,
    pub studio_name: String,
    #[schema(required)]
    pub welcome: Option<String>,
    pub sells_prints: bool,
    #[schema(required)]
    pub expires_at: Option<i64>,
    /// All counts are of what this visitor may see.
    pub photos: u64,
    pub favourites: u64,
    /// Only those that occur among photos this visitor may see.
    pub sections: Vec<Facet>,
    pub keywords: Vec<Facet>,
    pub subjects: Vec<SubjectFacet>,
    /// `2026-06-20`, in order.
    #[serde(default)]
    #[schema(required)]
    pub days: Vec<Facet>,
    #[serde(default)]
    #[schema(required)]
    pub look: Look,
    /// The largest list that may be given to the studio.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub selection_limit: Option<u32>,
}

/// The studio's own clothes, where it has chosen any.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
pub struct Look {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accent: Option<Tones>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logo: Option<ImageRef>,
    /// Only when this visitor may see it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cover: Option<PhotoView>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Facet {
    pub value: String,
    pub photos: u64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SubjectFacet {
    #[serde(flatten)]
    pub subject: SubjectInfo,
    pub photos: u64,
}

/// Query of the news: what the browser knows already.
#[derive(Clone, Debug, Default, Serialize, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct NewsQuery {
    /// The mark of the last answer. Without it the answer comes at once.
    pub known: Option<String>,
}

/// Where a gallery stands, as far as this visitor may see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct News {
    /// Another one after each change; it says nothing else.
    pub mark: String,
    pub photos: u64,
}

/// Query of the photo listing.
#[derive(Clone, Debug, Default, Serialize, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PhotoQuery {
    pub cursor: Option<String>,
    /// 1 to 1,000; 60 when absent.
    pub limit: Option<u32>,
    pub q: Option<String>,
    pub keyword: Option<String>,
    pub section: Option<String>,
    pub subject: Option<SubjectId>,
    pub day: Option<String>,
    /// One of the visitor's own lists, by its id.
    pub list: Option<String>,
    #[serde(default)]
    pub favourites: Option<bool>,
}

/// A page of a listing: first what is alike for everybody who sees these photos, so that a host may keep it made,
/// then what is this visitor's own. `whole` joins the two.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct PhotoListing {
    /// Addresses of images have no tokens yet, and nothing is marked as a favourite.
    pub photos: Vec<PhotoView>,
    /// One for each image in the order of the photos, a thumbnail's before a proof's: an address ends in `?t=` and its token.
    pub tokens: Vec<String>,
    /// Which of the photos are favourites, counted from 0.
    pub favourites: Vec<u32>,
    /// Of the whole filtered listing, within this visitor's scope.
    pub total: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

impl PhotoListing {
    pub fn whole(mut self) -> PhotoPage {
        let mut tokens = self.tokens.into_iter();
        for photo in &mut self.photos {
            for image in [&mut photo.thumbnail, &mut photo.proof].into_iter().flatten() {
                if let Some(token) = tokens.next() {
                    image.url = format!("{}?t={token}", image.url);
                }
            }
        }
        for at in self.favourites {
            if let Some(photo) = self.photos.get_mut(at as usize) {
                photo.favourite = true;
            }
        }
        PhotoPage { photos: self.photos, total: self.total, next: self.next }
    }
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct PhotoPage {
    pub photos: Vec<PhotoView>,
    /// Of the whole filtered listing, within this visitor's scope.
    pub total: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct PhotoView {
    pub id: PhotoId,
    pub version: VersionHash,
    /// Edited frame in full-resolution pixels: crops and ppi refer to it.
    pub width: u32,
    pub height: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caption: Option<String>,
    pub file_name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub section: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub captured_at: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub keywords: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price_group: Option<String>,
    pub favourite: bool,
    /// A whole JPEG in base64: the host put the header back before the stored scan (T.81 B.5).
    pub micro: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thumbnail: Option<ImageRef>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proof: Option<ImageRef>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ImageRef {
    /// Address on the same site, token included.
    pub url: String,
    pub width: u32,
    pub height: u32,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Products {
    pub currency: Currency,
    pub products: Vec<Product>,
    pub shipping: Shipping,
    pub minimum_minor: i64,
    /// The tax at the studio's place, until a destination is chosen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tax: Option<TaxRule>,
    /// Whether there are discount codes; which ones, customers know who have one.
    #[serde(default)]
    pub has_discounts: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub late_fee: Option<LateFee>,
    /// Whether a picture may be tilted under a print's frame.
    #[serde(default = "yes")]
    #[schema(required)]
    pub straighten: bool,
    /// How customers may pay; never empty.
    #[serde(default)]
    pub payments: Vec<PaymentMethod>,
    /// Countries whose addresses the host checks.
    #[serde(default, deserialize_with = "the_hosts_own")]
    pub addresses: &'static [AddressRule],
}

/// The table is compiled in; only the site needs to be told.
fn the_hosts_own<'de, D: Deserializer<'de>>(said: D) -> Result<&'static [AddressRule], D::Error> {
    IgnoredAny::deserialize(said).map(|_| ADDRESS_RULES)
}

/// A host from before the studio could say no.
fn yes() -> bool {
    true
}

/// The visitor's cart in one gallery, kept on the host.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
pub struct Cart {
    pub lines: Vec<CartLine>,
    pub revision: u64,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct PutCart {
    pub lines: Vec<CartLine>,
    /// The revision the change was made on; another one is refused with 409 and the present cart.
    pub revision: u64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct CartLine {
    /// Chosen by the browser, so that edits survive reordering.
    pub id: String,
    pub product: String,
    pub quantity: u32,
    pub nodes: Vec<CartNode>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct CartNode {
    pub photo: PhotoId,
    pub version: VersionHash,
    pub crop: Crop,
}
