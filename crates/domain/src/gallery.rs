//! Galleries: draft → open → closed → erased.

use serde::{Deserialize, Serialize};

use crate::{
    Millis,
    access::Scope,
    colour::Colour,
    hash::Sha256,
    id::{CodeId, GalleryId, PhotoId, PriceListId, StudioId, SubjectId},
};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GalleryState {
    /// Prepared by the studio; customers are told that it is not ready yet.
    Draft,
    Open,
    /// Nobody can look or order any more; open orders live on.
    Closed,
    /// Nothing is left but a tombstone.
    Erased,
}

impl GalleryState {
    /// Forward only, except that a closed gallery may be opened again.
    pub fn may_become(self, next: GalleryState) -> bool {
        use GalleryState::*;
        matches!(
            (self, next),
            (Draft, Draft | Open | Closed | Erased)
                | (Open, Open | Closed | Erased)
                | (Closed, Open | Closed | Erased)
                | (Erased, Erased)
        )
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gallery {
    pub id: GalleryId,
    pub studio: StudioId,
    pub name: String,
    pub state: GalleryState,
    pub welcome: Option<String>,
    /// Prints are for sale when there is a price list; always an immutable version of it.
    pub price_list: Option<(PriceListId, u32)>,
    /// How it looks, and how many photos customers may choose.
    #[serde(default)]
    pub settings: Settings,
    /// When set, the gallery closes by itself.
    pub expires_at: Option<Millis>,
    pub created_at: Millis,
    /// Grows with each change; writes are conditional on it.
    pub revision: u64,
}

/// A gallery in the studio's clothes. Nothing set is the site's own look.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// Shown instead of the name the studio is registered under.
    pub studio_name: Option<String>,
    /// As the studio chose it; customers see the tones that can be seen (`Colour::tones`).
    pub accent: Option<Colour>,
    pub logo: Option<Logo>,
    /// Shown large at the top to those who may see it; else the first picture that lies across.
    pub cover: Option<PhotoId>,
    /// How many photos a list may hold that is given to the studio ("choose 40").
    pub selection_limit: Option<u32>,
    /// Customers may move, zoom and turn a picture under a print's frame, but not tilt it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub no_straightening: bool,
}

/// The picture is an object of its own (`object_key::logo`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Logo {
    pub format: LogoFormat,
    pub sha256: Sha256,
    pub width: u32,
    pub height: u32,
}

/// Largest logo in bytes.
pub const MAX_LOGO_BYTES: usize = 128 * 1024;

/// Pixels only: an SVG could carry a script.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogoFormat {
    Png,
    Jpeg,
}

impl LogoFormat {
    /// By the first bytes: a PNG signature (ISO 15948, 5.2), or SOI and a marker (T.81, B.1).
    pub fn of(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [0x89, b'P', b'N', b'G', 0x0D, 0x0A, 0x1A, 0x0A, ..] => Some(Self::Png),
            [0xFF, 0xD8, 0xFF, ..] => Some(Self::Jpeg),
            _ => None,
        }
    }

    pub fn content_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
        }
    }
}

impl Gallery {
    /// What customers find at this moment.
    pub fn state_at(&self, now: Millis) -> GalleryState {
        match (self.state, self.expires_at) {
            (GalleryState::Open, Some(end)) if end <= now => GalleryState::Closed,
            (state, _) => state,
        }
    }
}

/// What an access code opens. The host knows the code only by its keyed hash.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodeGrant {
    pub id: CodeId,
    pub studio: StudioId,
    pub gallery: GalleryId,
    pub scope: Scope,
    pub revoked: bool,
    pub expires_at: Option<Millis>,
}

/// A person on a gallery's roster.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subject {
    pub id: SubjectId,
    pub name: String,
    /// Class, team or table.
    pub group: Option<String>,
}
