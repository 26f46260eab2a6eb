//! What the daemon's parts have in common.

use tokio::sync::Notify;

use crate::orders::Desk;

pub struct Shared {
    pub desk: Desk,
    /// Rings when there may be something to release or to send.
    pub work: Notify,
}
