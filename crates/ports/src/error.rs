//! What can go wrong behind a port, by what the caller should do about it.

pub type PortResult<T> = Result<T, PortError>;

type Source = Box<dyn std::error::Error + Send + Sync>;

#[derive(Debug, thiserror::Error)]
pub enum PortError {
    /// A condition did not hold: somebody else was first, or the revision moved on. Read again and decide.
    #[error("{what} was changed by somebody else")]
    Conflict { what: String },
    /// Over a limit for now. Wait and try again.
    #[error("{what} is over its rate limit; try again in {retry_after_seconds} s")]
    Throttled { what: String, retry_after_seconds: u32 },
    /// The store cannot be reached or answers with an error of its own. Trying again may help.
    #[error("{what} is not available")]
    Unavailable {
        what: String,
        #[source]
        source: Source,
    },
    /// What is stored cannot be understood. Trying again does not help; a person must look.
    #[error("{what} holds something unreadable")]
    Corrupt {
        what: String,
        #[source]
        source: Source,
    },
    /// The request breaks a limit of the store (size, count, form).
    #[error("{what}: {why}")]
    Invalid { what: String, why: String },
}

impl PortError {
    pub fn conflict(what: impl Into<String>) -> Self {
        Self::Conflict { what: what.into() }
    }
    pub fn unavailable(what: impl Into<String>, source: impl Into<Source>) -> Self {
        Self::Unavailable { what: what.into(), source: source.into() }
    }
    pub fn corrupt(what: impl Into<String>, source: impl Into<Source>) -> Self {
        Self::Corrupt { what: what.into(), source: source.into() }
    }
    pub fn invalid(what: impl Into<String>, why: impl Into<String>) -> Self {
        Self::Invalid { what: what.into(), why: why.into() }
    }
    pub fn is_conflict(&self) -> bool {
        matches!(self, Self::Conflict { .. })
    }
}
