//! Favourite lists: as the visitor keeps them, and as the studio gets them.

use std::collections::BTreeMap;

use domain::id::{PhotoId, VisitorId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The hearts, as a list that can be given to the studio.
pub const HEARTS: &str = "favourites";

/// What a visitor keeps in one gallery beside the hearts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FavouriteLists {
    pub lists: Vec<FavouriteList>,
    /// What she wrote on photos, whichever list they are in.
    pub notes: BTreeMap<PhotoId, String>,
    /// When a list was given to the studio last; the hearts under [`HEARTS`].
    pub submitted: BTreeMap<String, i64>,
    pub revision: u64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FavouriteList {
    /// Chosen by the browser: 1 to 32 of `a-z 0-9`.
    pub id: String,
    pub name: String,
    /// In the order they were added.
    pub photos: Vec<PhotoId>,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct PutFavouriteLists {
    pub lists: Vec<FavouriteList>,
    pub notes: BTreeMap<PhotoId, String>,
    /// The revision the change was made on; another one is refused with 409 `lists_changed`.
    pub revision: u64,
}

/// Gives a list to the studio; again replaces what was given before.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct SubmitList {
    pub customer: String,
    #[serde(default)]
    pub email: Option<String>,
    #[serde(default)]
    pub message: Option<String>,
}

/// A list as it was when it was given, for the studio.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SubmittedList {
    pub visitor: VisitorId,
    pub list: String,
    pub name: String,
    pub customer: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    pub submitted_at: i64,
    pub photos: Vec<SubmittedPhoto>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SubmittedPhoto {
    pub photo: PhotoId,
    pub file_name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}
