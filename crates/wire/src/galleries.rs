//! Galleries, rosters, codes and price lists, as the studio's agent writes them.

use domain::{
    discount::Discount,
    gallery::{GalleryState, LogoFormat, Settings},
    id::{GalleryId, MachineId, PriceListId, SubjectId},
    money::Currency,
    price_list::PriceList,
    product::Product,
    shipping::{LateFee, Shipping},
    tax::Tax,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Creates or changes a gallery. The id is the agent's, so a repeat meets itself.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PutGallery {
    pub name: String,
    pub state: GalleryState,
    pub welcome: Option<String>,
    pub price_list: Option<PriceListRef>,
    pub expires_at: Option<i64>,
    /// Absent: as they are (an older agent knows of none).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settings: Option<Settings>,
    /// The revision this change was made on; 0 creates.
    pub revision: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PriceListRef {
    pub list: PriceListId,
    pub version: u32,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct GalleryInfo {
    pub gallery: GalleryId,
    pub name: String,
    pub state: GalleryState,
    pub welcome: Option<String>,
    pub price_list: Option<PriceListRef>,
    pub expires_at: Option<i64>,
    #[serde(default)]
    pub settings: Settings,
    pub revision: u64,
    pub photos: u64,
}

/// A logo to be named in a gallery's settings afterwards.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PutLogo {
    pub format: LogoFormat,
    pub width: u32,
    pub height: u32,
    #[serde(with = "crate::base64")]
    pub bytes: Vec<u8>,
}

/// Adds or renames people of a gallery's roster; nobody is removed by leaving them out.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PutSubjects {
    pub subjects: Vec<SubjectInfo>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SubjectInfo {
    pub subject: SubjectId,
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PutCode {
    /// The code itself, once, over TLS; the host keeps only a keyed hash.
    pub code: String,
    /// Empty: the whole gallery.
    pub subjects: Vec<SubjectId>,
    pub expires_at: Option<i64>,
}

/// One immutable version of a price list (ids are in the path). Sending another content under the same
/// version is refused.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PriceListDocument {
    pub name: String,
    pub currency: Currency,
    pub products: Vec<Product>,
    pub shipping: Shipping,
    #[serde(default)]
    pub minimum_minor: i64,
    #[serde(default)]
    pub tax: Tax,
    #[serde(default)]
    pub discounts: Vec<Discount>,
    #[serde(default)]
    pub late_fee: Option<LateFee>,
}

impl PriceListDocument {
    /// The version it becomes under an id.
    pub fn into_list(self, id: PriceListId, version: u32) -> PriceList {
        PriceList {
            id,
            version,
            name: self.name,
            currency: self.currency,
            products: self.products,
            shipping: self.shipping,
            minimum_minor: self.minimum_minor,
            tax: self.tax,
            discounts: self.discounts,
            late_fee: self.late_fee,
        }
    }
}

/// Makes the calling machine the home of what `from` published in a gallery, and re-sends what is open.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AdoptGallery {
    pub from: MachineId,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Adopted {
    pub photos: u64,
    pub jobs: u64,
}
