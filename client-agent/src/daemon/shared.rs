//! What the daemon's parts have in common.

use tokio::sync::Notify;

use crate::orders::Desk;

pub struct Shared {
    pub desk: Desk,
    /// Ring when there may be something to release or to send.
    pub prints: Notify,
    pub files: Notify,
}

impl Shared {
    pub fn new(desk: Desk) -> Self {
        Self { desk, prints: Notify::new(), files: Notify::new() }
    }

    pub fn ring(&self) {
        self.prints.notify_one();
        self.files.notify_one();
    }
}
