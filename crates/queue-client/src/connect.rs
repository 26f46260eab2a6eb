//! Making the HTTP client: TLS by rustls with ring, no redirects, no proxy for this computer itself.

use std::{sync::Once, time::Duration};

use reqwest::{Certificate, Client, ClientBuilder, Url, redirect::Policy};

use crate::{HostError, Throttle, address::is_loopback};

#[derive(Clone, Debug)]
pub struct ClientOptions {
    /// Certificates in PEM trusted besides the system's, for a host that made its own.
    pub ca_pem: Option<Vec<u8>>,
    /// `darkslide/0.1.0`
    pub user_agent: String,
    /// For one request and its answer; a long poll and a transfer get more.
    pub timeout: Duration,
    /// A bound that uploads share; without it they go as fast as the line allows.
    pub throttle: Option<Throttle>,
}

impl Default for ClientOptions {
    fn default() -> Self {
        Self {
            ca_pem: None,
            user_agent: concat!("darkslide/", env!("CARGO_PKG_VERSION")).to_owned(),
            timeout: Duration::from_secs(30),
            throttle: None,
        }
    }
}

/// An HTTP client for `base` with this crate's TLS, also for what is not the host (an IPP printer).
pub fn http_client(base: &Url, options: &ClientOptions) -> Result<Client, HostError> {
    provide_tls();
    let authorities = match &options.ca_pem {
        None => Vec::new(),
        Some(pem) => {
            let list = Certificate::from_pem_bundle(pem).map_err(|e| HostError::Authority(e.to_string()))?;
            if list.is_empty() {
                return Err(HostError::Authority("it holds no certificate".to_owned()));
            }
            list
        }
    };
    let builder = || {
        let builder = ClientBuilder::new()
            .user_agent(&options.user_agent)
            .connect_timeout(Duration::from_secs(10))
            .tcp_keepalive(Duration::from_secs(30))
            // A bearer token is for the origin it was made for.
            .redirect(Policy::none());
        if is_loopback(base) { builder.no_proxy() } else { builder }
    };
    let full = builder().tls_certs_merge(authorities.clone()).build();
    full.or_else(|error| {
        // A computer without any certificate store can still use a host that needs none of it.
        if base.scheme() == "http" || !authorities.is_empty() {
            builder().tls_certs_only(authorities).build()
        } else {
            Err(error)
        }
    })
    .map_err(|e| HostError::Authority(e.to_string()))
}

fn provide_tls() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // Fails only when the process has chosen a provider already, which then serves us too.
        let _ = rustls::crypto::ring::default_provider().install_default();
    });
}
