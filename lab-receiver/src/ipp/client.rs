//! Requests to one IPP printer over HTTP.

use std::{
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use anyhow::{Context, Result, bail};
use bytes::Bytes;

use super::message::{Attribute, Group, Message, OPERATION_GROUP, Value, attribute};

#[derive(Clone, Copy, Debug)]
#[repr(u16)]
pub enum Operation {
    PrintJob = 0x0002,
    ValidateJob = 0x0004,
    CancelJob = 0x0008,
    GetJobAttributes = 0x0009,
    GetPrinterAttributes = 0x000B,
}

/// Whether the printer can have seen a request that failed.
#[derive(Debug, thiserror::Error)]
pub enum PrinterError {
    #[error("the printer cannot be reached: {0}")]
    NotSent(String),
    #[error("the connection to the printer broke: {0}")]
    PerhapsSent(String),
    /// It took nothing (server-error-busy): the same request may be sent again.
    #[error("the printer is busy with other jobs")]
    Busy,
    #[error("the printer's answer is not understood: {0}")]
    Answer(String),
}

pub struct IppClient {
    http: reqwest::Client,
    address: String,
    uri: String,
    requests: AtomicU32,
}

/// `ipp://host/ipp/print` speaks HTTP on port 631 (RFC 3510), `ipps://` HTTPS on the same (RFC 7472).
pub fn http_address(uri: &str) -> Result<String> {
    let (scheme, rest) = match uri.split_once("://") {
        Some(("ipp", rest)) => ("http", rest),
        Some(("ipps", rest)) => ("https", rest),
        _ => bail!("the printer's uri {uri:?} must begin with ipp:// or ipps://"),
    };
    if rest.is_empty() || rest.starts_with(['/', ':']) {
        bail!("the printer's uri {uri:?} names no host");
    }
    let mut url: reqwest::Url = format!("{scheme}://{rest}")
        .parse()
        .with_context(|| format!("the printer's uri {uri:?} is not an address"))?;
    let named_port = rest.split('/').next().is_some_and(|authority| {
        authority.rsplit_once(':').is_some_and(|(_, port)| port.parse::<u16>().is_ok())
    });
    if !named_port && url.set_port(Some(631)).is_err() {
        bail!("the printer's uri {uri:?} names no host");
    }
    Ok(url.into())
}

impl IppClient {
    pub fn new(uri: &str, ca_pem: Option<Vec<u8>>) -> Result<Self> {
        let address = http_address(uri)?;
        let url: reqwest::Url = address.parse()?;
        let options = queue_client::ClientOptions { ca_pem, ..crate::host::options(None) };
        let http = queue_client::http_client(&url, &options)?;
        Ok(Self { http, address, uri: uri.to_owned(), requests: AtomicU32::new(1) })
    }

    /// The first attributes of every request (RFC 8011 section 4.1.4), then `operation`, then the job's.
    pub fn message(
        &self,
        operation: Operation,
        more: Vec<Attribute>,
        job: Option<Vec<Attribute>>,
    ) -> Message {
        let mut attributes = vec![
            attribute("attributes-charset", Value::Charset("utf-8".into())),
            attribute("attributes-natural-language", Value::Language("en".into())),
            attribute("printer-uri", Value::Uri(self.uri.clone())),
        ];
        attributes.extend(more);
        let mut groups = vec![Group { tag: OPERATION_GROUP, attributes }];
        groups.extend(job.map(|attributes| Group { tag: super::message::JOB_GROUP, attributes }));
        let request_id = self.requests.fetch_add(1, Ordering::Relaxed);
        Message { code: operation as u16, request_id, groups }
    }

    pub async fn send(&self, message: &Message, document: Option<&[u8]>) -> Result<Message, PrinterError> {
        let mut body = message.encode();
        body.extend_from_slice(document.unwrap_or_default());
        // Printers take long to swallow a large picture.
        let timeout = Duration::from_secs(60 + body.len() as u64 / 100_000);
        let request =
            self.http.post(&self.address).header("content-type", "application/ipp").timeout(timeout);
        let response = request.body(Bytes::from(body)).send().await.map_err(|e| {
            let text = deepest(&e);
            if e.is_connect() { PrinterError::NotSent(text) } else { PrinterError::PerhapsSent(text) }
        })?;
        if !response.status().is_success() {
            return Err(PrinterError::Answer(format!("it answered HTTP {}", response.status())));
        }
        let bytes = response.bytes().await.map_err(|e| PrinterError::PerhapsSent(deepest(&e)))?;
        Message::decode(&bytes).map_err(|e| PrinterError::Answer(e.to_string()))
    }
}

fn deepest(error: &dyn std::error::Error) -> String {
    let mut deepest = error;
    while let Some(next) = deepest.source() {
        deepest = next;
    }
    deepest.to_string()
}

#[cfg(test)]
mod tests {
    use super::http_address;

    #[test]
    fn ipp_is_http_on_port_631_unless_named() {
        for (uri, address) in [
            ("ipp://printer/ipp/print", "http://printer:631/ipp/print"),
            ("ipp://printer:8631/ipp/print", "http://printer:8631/ipp/print"),
            ("ipp://printer:80/x", "http://printer/x"),
            ("ipps://printer/", "https://printer:631/"),
        ] {
            assert_eq!(http_address(uri).unwrap(), address);
        }
        for bad in ["http://printer", "printer", "ipp://", "ipp:///x"] {
            assert!(http_address(bad).is_err(), "{bad}");
        }
    }
}
