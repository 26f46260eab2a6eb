//! Which bucket an object is in: by the first part of its key, and nowhere else.

use ports::{PortError, PortResult};

use crate::{Settings, objects::Objects};

/// Noted before a gallery is erased, outside the table's backups: a restore asks for it.
pub(crate) const ERASED_PREFIX: &str = "erased/";

/// `img/` and `look/` are shown to customers, `relay/` goes to labs and `digital/` to buyers, `batches/` and `erased/` are records.
fn bucket_of<'a>(settings: &'a Settings, key: &str) -> PortResult<&'a str> {
    match key.split_once('/').map(|(first, _)| first) {
        Some("img" | "look") => Ok(&settings.renditions_bucket),
        Some("relay" | "digital") => Ok(&settings.relay_bucket),
        Some("batches" | "erased") => Ok(&settings.records_bucket),
        _ => Err(PortError::invalid("the object key", "it begins with none of the host's prefixes")),
    }
}

impl Objects {
    pub(crate) fn bucket(&self, key: &str) -> PortResult<&str> {
        bucket_of(&self.settings, key)
    }
}
