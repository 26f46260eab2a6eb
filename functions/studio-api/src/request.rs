//! Paths and queries whose errors are problems, like those of bodies.

use axum::{
    extract::{FromRequestParts, Path, Query},
    http::request::Parts,
};
use http_edge::Refusal;
use serde::{Deserialize, de::DeserializeOwned};

/// Largest page of a listing.
pub const PAGE: u32 = 50;

/// The `{names}` of the path.
pub struct Segments<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Segments<T> {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        match Path::<T>::from_request_parts(parts, state).await {
            Ok(Path(value)) => Ok(Self(value)),
            Err(e) => Err(Refusal::invalid("malformed_address", e.body_text())
                .hint("The address must hold ids as the host prints them.")),
        }
    }
}

/// What follows the `?`.
pub struct Params<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Params<T> {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        match Query::<T>::from_request_parts(parts, state).await {
            Ok(Query(value)) => Ok(Self(value)),
            Err(e) => Err(Refusal::invalid("malformed_query", e.body_text())),
        }
    }
}

#[derive(Deserialize)]
pub struct Listing {
    pub cursor: Option<String>,
}
