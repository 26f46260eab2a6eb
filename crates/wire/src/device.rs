//! Coming back on another device, and being told when a gallery is ready.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Everything after `#d.` of the link; never in a request line.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct DeviceLink {
    pub link: String,
    /// Until then it opens the gallery by itself; afterwards it needs the access code beside it.
    pub opens_until: i64,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct OpenLink {
    pub link: String,
    /// The access code, for a link that no longer opens by itself.
    #[serde(default)]
    pub code: Option<String>,
    /// This browser has favourites or a cart of its own: bring both together. Without it such a browser is
    /// refused with 409 `other_visitor`, so that nobody's hearts go into a stranger's link unasked.
    #[serde(default)]
    pub merge: bool,
}

/// For a gallery that is not ready yet.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct AskToBeTold {
    pub code: String,
    pub email: String,
}

/// What a waiting address is handed in as.
pub const WAITING: &str = "waiting";

/// Somebody who waits for a gallery, as its studio reads it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiting {
    pub email: String,
    pub asked_at: i64,
}
