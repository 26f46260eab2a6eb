//! What a crash may leave between the two commits, put right at each start.

use rusqlite::Connection;

use crate::{clock, error::AgentError};

/// Pixels of another command that runs now have no row yet; only old ones are left over.
const SETTLED: i64 = domain::Millis::HOUR;

pub fn run(connection: &mut Connection) -> Result<(), AgentError> {
    // `renditions.db` was removed or restored from an older copy: the rows lie, so the pixels are made again.
    connection.execute(
        "DELETE FROM rendition WHERE NOT EXISTS
           (SELECT 1 FROM renditions.pixels p WHERE p.sha256 = rendition.sha256)",
        [],
    )?;
    // A crash after the pixels and before the row: nobody knows what they are of.
    connection.execute(
        "DELETE FROM renditions.pixels WHERE made_at < ?1 AND NOT EXISTS
           (SELECT 1 FROM rendition r WHERE r.sha256 = pixels.sha256)",
        [clock::now().0 - SETTLED],
    )?;
    Ok(())
}
