//! Answers of the desk: what a command said, or its error in the same three parts the terminal shows.

use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

use crate::{AgentError, output::Said};

/// Why nothing was done: what, why, and what to do next.
pub struct Trouble(pub StatusCode, pub AgentError);

pub type Answer<T = Json<Value>> = Result<T, Trouble>;

impl From<AgentError> for Trouble {
    fn from(error: AgentError) -> Self {
        Self(StatusCode::UNPROCESSABLE_ENTITY, error)
    }
}

impl IntoResponse for Trouble {
    fn into_response(self) -> Response {
        let (what, why, fix) = self.1.parts();
        (self.0, Json(json!({ "error": what, "why": why, "fix": fix }))).into_response()
    }
}

pub fn refused(status: StatusCode, what: &str, fix: &str) -> Trouble {
    Trouble(status, AgentError::new(what).fix(fix))
}

/// Everything a command said.
pub fn all(said: Said) -> Json<Value> {
    Json(json!({ "results": said.results, "notes": said.notes }))
}

/// The one result of a command.
pub fn one(said: Said) -> Json<Value> {
    Json(said.results.into_iter().next().unwrap_or(Value::Null))
}
