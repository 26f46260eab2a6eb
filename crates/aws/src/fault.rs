//! The SDKs' errors as the ports' errors.

use aws_sdk_dynamodb::error::{DisplayErrorContext, ProvideErrorMetadata, SdkError};
use ports::PortError;

/// Codes by which AWS says "too much for now".
const THROTTLED: [&str; 10] = [
    "ProvisionedThroughputExceededException",
    "ThrottlingException",
    "ThrottledException",
    "Throttling",
    "RequestLimitExceeded",
    "RequestThrottled",
    "TooManyRequestsException",
    "SlowDown",
    "TooManyInvalidationsInProgress",
    "LimitExceededException",
];

/// The error with all its sources in one line, for logs.
pub(crate) fn explained<E, R>(error: &SdkError<E, R>) -> String
where
    E: std::error::Error + 'static,
    R: std::fmt::Debug,
{
    DisplayErrorContext(error).to_string()
}

/// The service's own code of the error, such as `NoSuchKey`.
pub(crate) fn code<E: ProvideErrorMetadata, R>(error: &SdkError<E, R>) -> Option<&str> {
    error.as_service_error().and_then(ProvideErrorMetadata::code)
}

pub(crate) fn port<E, R>(what: &str, error: &SdkError<E, R>) -> PortError
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
    R: std::fmt::Debug,
{
    if code(error).is_some_and(|code| THROTTLED.contains(&code)) {
        return PortError::Throttled { what: what.to_owned(), retry_after_seconds: 1 };
    }
    PortError::unavailable(what, explained(error))
}
