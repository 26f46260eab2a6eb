//! What goes wrong inside a database step, before it becomes a port's error.

use ports::PortError;
use rusqlite::ErrorCode;

pub(crate) type Step<T> = Result<T, Fault>;

#[derive(Debug, thiserror::Error)]
pub(crate) enum Fault {
    #[error(transparent)]
    Sql(#[from] rusqlite::Error),
    #[error(transparent)]
    Port(#[from] PortError),
}

impl From<Fault> for PortError {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Port(error) => error,
            Fault::Sql(error) => match error.sqlite_error_code() {
                Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
                    PortError::corrupt("the host's database", error)
                }
                _ => PortError::unavailable("the host's database", error),
            },
        }
    }
}
