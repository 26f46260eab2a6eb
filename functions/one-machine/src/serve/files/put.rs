//! PUT: exactly the granted bytes, hashed on their way to the disk, stored once.

use std::time::Duration;

use axum::{
    body::{Body, BodyDataStream},
    extract::{Path, Query, State, rejection::QueryRejection},
    http::{HeaderMap, StatusCode, header},
};
use embedded::{GrantQuery, Refused, Upload};
use futures_util::StreamExt;
use http_edge::{Answer, Refusal};

use super::{read_away, refusal, stream};
use crate::serve::routes::Host;

/// A sender that is silent for so long has gone.
const SILENCE: Duration = Duration::from_secs(60);

pub(in crate::serve) async fn put(
    State(host): State<Host>,
    Path(key): Path<String>,
    query: Result<Query<GrantQuery>, QueryRejection>,
    headers: HeaderMap,
    body: Body,
) -> Answer<StatusCode> {
    let mut body = stream(body);
    let upload = match begin(&host, &key, query, &headers).await {
        Ok(upload) => upload,
        Err(refused) => {
            read_away(body);
            return Err(refusal(refused));
        }
    };
    match receive(upload, &mut body).await {
        Ok(status) => Ok(status),
        Err(refused) => {
            read_away(body);
            Err(refused)
        }
    }
}

async fn begin(
    host: &Host,
    key: &str,
    query: Result<Query<GrantQuery>, QueryRejection>,
    headers: &HeaderMap,
) -> Result<Upload, Refused> {
    let Query(query) = query.map_err(|_| Refused::BadSignature)?;
    let permit = host.store.check_put(key, &query)?;
    let text = |name| headers.get(name).and_then(|v| v.to_str().ok());
    let length = text(header::CONTENT_LENGTH).and_then(|l| l.parse().ok());
    host.store.receive_upload(permit, text(header::CONTENT_TYPE).unwrap_or_default(), length).await
}

async fn receive(mut upload: Upload, body: &mut BodyDataStream) -> Answer<StatusCode> {
    let cut_off = |why: &str| {
        Refusal::invalid("cut_off", format!("The upload ended early: {why}."))
            .hint("Send it again; nothing of it was kept.")
    };
    loop {
        let next = tokio::time::timeout(SILENCE, body.next());
        match next.await.map_err(|_| cut_off("nothing came for a minute"))? {
            Some(Ok(bytes)) => upload.write(&bytes).await.map_err(refusal)?,
            Some(Err(_)) => return Err(cut_off("the connection broke")),
            None => break,
        }
    }
    match upload.finish().await.map_err(refusal)? {
        true => Ok(StatusCode::CREATED),
        false => Err(refusal(Refused::ThereAlready)),
    }
}
