//! What can go wrong between a device and its host, with what to do next.

use std::{error::Error, time::Duration};

use wire::problem::Problem;

#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HostError {
    #[error("{host} cannot be reached: {why}")]
    Unreachable {
        host: String,
        why: String,
        #[source]
        source: reqwest::Error,
    },
    #[error("{host} did not answer within {} seconds", waited.as_secs())]
    Timeout { host: String, waited: Duration },
    /// The host's own words.
    #[error("{}", problem.message)]
    Problem { host: String, status: u16, problem: Box<Problem>, retry_after: Option<Duration> },
    /// An answer that is not from this API: another server, a proxy's page, storage's XML.
    #[error("{host} answered {what} with {status}, not in Darkslide's form: {detail}")]
    Unexpected { host: String, status: u16, what: String, detail: String },
    #[error("the clock of this computer is {} seconds {} the host's", seconds.abs(), if *seconds > 0 { "ahead of" } else { "behind" })]
    Clock { host: String, seconds: i64 },
    #[error("the address {text:?} cannot be used: {why}")]
    Address { text: String, why: String },
    #[error("{what} is larger than the {max} bytes that were expected")]
    TooLarge { what: String, max: u64 },
    #[error("{what} has {found} bytes, but {expected} were promised")]
    WrongLength { what: String, expected: u64, found: u64 },
    #[error("the certificate authority file cannot be used: {0}")]
    Authority(String),
    #[error("this request needs a signed-in device")]
    NotSignedIn,
    #[error("the host's queue is Amazon SQS, and this build has no SQS")]
    NoSqs,
    /// Amazon SQS, where the host's queue is one.
    #[error("the queue at Amazon SQS could not be {what}: {why}")]
    Sqs {
        what: &'static str,
        why: String,
        /// Throttled, unreachable or failing at Amazon's side.
        passing: bool,
        #[source]
        source: Option<Box<dyn Error + Send + Sync>>,
    },
    #[error("{0}")]
    Local(String),
}

impl HostError {
    /// Whether the same request may work later, without anybody doing anything.
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Unreachable { .. } | Self::Timeout { .. } => true,
            Self::Problem { status, .. } | Self::Unexpected { status, .. } => {
                matches!(status, 408 | 425 | 429 | 500..)
            }
            Self::Sqs { passing, .. } => *passing,
            _ => false,
        }
    }

    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Problem { status, .. } | Self::Unexpected { status, .. } => Some(*status),
            _ => None,
        }
    }

    /// The stable code of the host's refusal (`wire::problem::Problem::code`).
    pub fn code(&self) -> Option<&str> {
        match self {
            Self::Problem { problem, .. } => Some(&problem.code),
            _ => None,
        }
    }

    /// How long the host asks us to stay away.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Problem { retry_after, .. } => *retry_after,
            _ => None,
        }
    }

    /// What a person can do about it.
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Unreachable { host, why, .. } if why.contains("certificate") => format!(
                "the certificate of {host} is not trusted here; if the host made its own, name its authority file (ca) in the configuration"
            ),
            Self::Unreachable { host, .. } | Self::Timeout { host, .. } => {
                format!(
                    "check the network and that the host runs at {host}; what runs in the background tries again by itself"
                )
            }
            Self::Problem { problem, .. } => return problem.hint.clone(),
            Self::Unexpected { host, .. } => {
                format!(
                    "check that {host} is the address of a Darkslide host, and that no proxy answers in its place"
                )
            }
            Self::Clock { .. } => {
                "set this computer's clock (turn on automatic time), then try again".to_owned()
            }
            Self::Address { .. } => {
                "an address looks like https://prints.example or http://127.0.0.1:7070".to_owned()
            }
            Self::Authority(_) => "the file must hold certificates in PEM form".to_owned(),
            Self::NotSignedIn => "enrol this device first with its login command".to_owned(),
            Self::NoSqs => "use a build with SQS, or a host whose queue speaks HTTP".to_owned(),
            Self::Sqs { passing: true, .. } => {
                "check the network and that Amazon SQS can be reached; it is tried again by itself".to_owned()
            }
            Self::Sqs { .. } => {
                "tell whoever runs the host: its credentials for this queue were refused".to_owned()
            }
            Self::TooLarge { .. } | Self::WrongLength { .. } | Self::Local(_) => return None,
        })
    }

    pub(crate) fn from_reqwest(host: &str, error: reqwest::Error, waited: Duration) -> Self {
        if error.is_timeout() && !error.is_connect() {
            return Self::Timeout { host: host.to_owned(), waited };
        }
        // Signed addresses must not reach a log.
        let error = error.without_url();
        Self::Unreachable { host: host.to_owned(), why: innermost(&error), source: error }
    }
}

/// The cause that says most: "connection refused", not "error sending request".
pub(crate) fn innermost(error: &dyn Error) -> String {
    let mut deepest = error;
    while let Some(next) = deepest.source() {
        deepest = next;
    }
    deepest.to_string()
}
