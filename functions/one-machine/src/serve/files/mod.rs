//! /files/<key>: objects by signed address, for agents and labs. The address is the permission.

mod get;
mod put;

use axum::{
    body::{Body, BodyDataStream},
    http::StatusCode,
};
use embedded::Refused;
use futures_util::StreamExt;
use http_edge::Refusal;

pub(super) use get::get;
pub(super) use put::put;

/// In one place, so that both directions say it alike.
fn refusal(refused: Refused) -> Refusal {
    let (code, hint) = match &refused {
        Refused::BadSignature => ("bad_grant", "Ask the host for a new grant."),
        Refused::Expired => ("grant_expired", "Ask the host for a new grant."),
        Refused::Missing => ("not_found", "It may have been removed after printing; ask for it again."),
        Refused::ThereAlready => ("there_already", "Nothing needs to be sent."),
        Refused::UnderWay => ("under_way", "Try again in a moment."),
        Refused::WrongLength { .. } => ("wrong_length", "Send exactly the bytes the grant was made for."),
        Refused::WrongType { .. } => ("wrong_type", "Send the headers the grant names."),
        Refused::WrongHash => ("wrong_hash", "Send exactly the bytes the grant was made for."),
        Refused::Port(_) => ("", ""),
    };
    match refused {
        Refused::Port(error) => error.into(),
        refused => {
            let status = StatusCode::from_u16(refused.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            Refusal::new(status, code, capital(&refused.to_string())).hint(hint)
        }
    }
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(chars).chain(['.']).collect()
}

/// Reads on for a while what an upload that was refused still sends: closing at once would reset the
/// connection, and the sender would never see why.
fn read_away(body: BodyDataStream) {
    const AT_MOST: usize = 64 * 1024 * 1024;
    const WITHIN: std::time::Duration = std::time::Duration::from_secs(15);
    tokio::spawn(async move {
        let mut body = body;
        let mut read = 0;
        let reading = async {
            while let Some(Ok(bytes)) = body.next().await {
                read += bytes.len();
                if read > AT_MOST {
                    break;
                }
            }
        };
        let _ = tokio::time::timeout(WITHIN, reading).await;
    });
}

fn stream(body: Body) -> BodyDataStream {
    body.into_data_stream()
}
