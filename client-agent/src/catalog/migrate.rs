//! Versioned migrations: each runs once, in a transaction with its number. Released ones never change.

use rusqlite::{Connection, TransactionBehavior};

use crate::error::AgentError;

const CATALOG: &[&str] = &[
    include_str!("migrations/0001_catalog.sql"),
    include_str!("migrations/0002_orders.sql"),
    include_str!("migrations/0003_restored.sql"),
    include_str!("migrations/0004_lab_setups.sql"),
    include_str!("migrations/0005_sold_files.sql"),
    include_str!("migrations/0006_decided.sql"),
    include_str!("migrations/0007_part_waits.sql"),
];
const RENDITIONS: &[&str] = &[include_str!("migrations/renditions_0001.sql")];

pub fn run(connection: &mut Connection) -> Result<(), AgentError> {
    migrate(connection, "main", "catalog.db", CATALOG)?;
    migrate(connection, "renditions", "renditions.db", RENDITIONS)
}

fn migrate(connection: &mut Connection, schema: &str, file: &str, steps: &[&str]) -> Result<(), AgentError> {
    let version = |c: &Connection| {
        c.query_row(&format!("PRAGMA {schema}.user_version"), [], |row| row.get::<_, i64>(0))
    };
    let newest = steps.len() as i64;
    if version(connection)? == newest {
        return Ok(());
    }
    // Looked at again under the write lock: another command may be migrating at this moment.
    let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let done = version(&tx)?;
    let Some(due) = usize::try_from(done).ok().and_then(|done| steps.get(done..)) else {
        return Err(AgentError::new(format!("{file} was made by a newer darkslide"))
            .why(format!("its version is {done}; this program knows versions up to {}", steps.len()))
            .fix("install the newer darkslide on this computer too"));
    };
    for step in due {
        tx.execute_batch(step)?;
    }
    tx.execute_batch(&format!("PRAGMA {schema}.user_version = {}", steps.len()))?;
    tx.commit()?;
    Ok(())
}
