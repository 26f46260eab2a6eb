//! Events between the host's functions.

use serde::{Deserialize, Serialize};

/// An object was stored: a batch record or a manifest. On AWS this is taken from the S3 notification.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObjectStored {
    pub key: String,
}
