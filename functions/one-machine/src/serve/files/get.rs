//! GET: a granted object, streamed; from the middle when a download goes on (RFC 9110, section 14).

use std::{
    fs::File,
    io::{Read, Seek, SeekFrom},
};

use axum::{
    body::{Body, Bytes},
    extract::{Path, Query, State, rejection::QueryRejection},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use embedded::{GrantQuery, OpenObject, Refused};
use futures_util::stream;
use http_edge::{Answer, Refusal};

use super::refusal;
use crate::serve::routes::Host;

const CHUNK: usize = 256 * 1024;

pub(in crate::serve) async fn get(
    State(host): State<Host>,
    Path(key): Path<String>,
    query: Result<Query<GrantQuery>, QueryRejection>,
    headers: HeaderMap,
) -> Answer<Response> {
    let Query(query) = query.map_err(|_| refusal(Refused::BadSignature))?;
    let permit = host.store.check_get(&key, &query).map_err(refusal)?;
    let name = permit.name.clone();
    let OpenObject { info, mut file } = host.store.send_object(permit).await.map_err(refusal)?;
    let from = start(&headers, info.length)?;
    if from > 0 {
        let broken = |e| refusal(ports::PortError::unavailable("the host's disk", e).into());
        file.seek(SeekFrom::Start(from)).map_err(broken)?;
    }
    let status = if from > 0 { StatusCode::PARTIAL_CONTENT } else { StatusCode::OK };
    let mut response = (status, Body::from_stream(chunks(file))).into_response();
    let out = response.headers_mut();
    out.insert(header::CONTENT_LENGTH, HeaderValue::from(info.length - from));
    out.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    out.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let mut text = |name, text: String| {
        if let Ok(value) = HeaderValue::from_str(&text) {
            out.insert(name, value);
        }
    };
    if from > 0 {
        text(header::CONTENT_RANGE, format!("bytes {from}-{}/{}", info.length - 1, info.length));
    }
    if let Some(sha256) = info.sha256 {
        text(header::ETAG, format!("\"{}\"", sha256.hex()));
    }
    if let Some(name) = name {
        text(header::CONTENT_DISPOSITION, ports::blobs::attachment(&name));
    }
    text(header::CONTENT_TYPE, info.content_type);
    Ok(response)
}

/// Only `bytes=N-` is of use to a download that goes on; any other range gets the whole.
fn start(headers: &HeaderMap, length: u64) -> Answer<u64> {
    let asked = headers
        .get(header::RANGE)
        .and_then(|v| v.to_str().ok())
        .and_then(|v| v.strip_prefix("bytes="))
        .and_then(|v| v.strip_suffix('-'))
        .and_then(|v| v.parse::<u64>().ok());
    match asked {
        Some(from) if from >= length && length > 0 => Err(Refusal::new(
            StatusCode::RANGE_NOT_SATISFIABLE,
            "range",
            format!("The file has only {length} bytes."),
        )),
        Some(from) => Ok(from),
        None => Ok(0),
    }
}

fn chunks(file: File) -> impl futures_util::Stream<Item = std::io::Result<Bytes>> + Send {
    stream::try_unfold(file, |mut file| async move {
        let read = tokio::task::spawn_blocking(move || {
            let mut chunk = vec![0; CHUNK];
            let length = file.read(&mut chunk)?;
            chunk.truncate(length);
            Ok::<_, std::io::Error>((Bytes::from(chunk), file))
        });
        let (chunk, file) = read.await.map_err(std::io::Error::other)??;
        Ok(if chunk.is_empty() { None } else { Some((chunk, file)) })
    })
}
