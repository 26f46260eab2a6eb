//! The schema's versions. A released step never changes; a change is a new step.

use std::path::Path;

use rusqlite::{Connection, TransactionBehavior};

use crate::OpenError;

const STEPS: &[&str] = &[
    include_str!("schema_1.sql"),
    include_str!("schema_2.sql"),
    include_str!("schema_3.sql"),
    include_str!("schema_4.sql"),
    include_str!("schema_5.sql"),
    include_str!("schema_6.sql"),
];

/// The version this program writes.
pub const SCHEMA_VERSION: usize = STEPS.len();

pub(crate) fn run(connection: &mut Connection, path: &Path) -> Result<(), OpenError> {
    let failed = |source| OpenError::Database { path: path.into(), source };
    // Taken before looking, so that two programs starting together do not both migrate.
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(failed)?;
    let found: i64 = transaction.pragma_query_value(None, "user_version", |r| r.get(0)).map_err(failed)?;
    let found = usize::try_from(found).unwrap_or(usize::MAX);
    if found > STEPS.len() {
        return Err(OpenError::Newer { path: path.into(), found, known: STEPS.len() });
    }
    for step in &STEPS[found..] {
        transaction.execute_batch(step).map_err(failed)?;
    }
    if found < STEPS.len() {
        transaction.pragma_update(None, "user_version", STEPS.len() as i64).map_err(failed)?;
    }
    transaction.commit().map_err(failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_once_and_refuses_a_newer_database() {
        let mut db = Connection::open_in_memory().unwrap();
        run(&mut db, Path::new("x")).unwrap();
        run(&mut db, Path::new("x")).unwrap();
        db.pragma_update(None, "user_version", 99).unwrap();
        assert!(matches!(run(&mut db, Path::new("x")), Err(OpenError::Newer { found: 99, .. })));
    }
}
