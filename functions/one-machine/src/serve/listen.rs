//! The port: loopback unless the way to it is protected, TLS when asked for, patience with limits.

use std::{
    net::{SocketAddr, TcpListener},
    path::PathBuf,
    sync::Arc,
    time::Duration,
};

use anyhow::{Context, Result, bail};
use axum::Router;
use axum_server::{Handle, Server, tls_rustls::RustlsConfig};

/// Somebody who takes longer than this to say what she wants is not a browser.
const HEADERS_WITHIN: Duration = Duration::from_secs(20);

#[derive(Clone, Debug)]
pub struct Tls {
    /// PEM: the certificate, then its chain.
    pub certificate: PathBuf,
    /// PEM.
    pub key: PathBuf,
}

/// Codes, sessions and photos must not cross a network in the clear.
pub fn check(listen: SocketAddr, tls: bool, behind_proxy: bool) -> Result<()> {
    if listen.ip().is_loopback() || tls || behind_proxy {
        return Ok(());
    }
    bail!(
        "{listen} can be reached from other machines, and without TLS everyone on the way could read access \
         codes and photos. Give one of:\n  \
         --tls CERT.pem KEY.pem   this host speaks HTTPS itself\n  \
         --behind-proxy           a proxy in front speaks HTTPS, sets X-Forwarded-For, and is the only one that can \
         reach this port\nor listen on 127.0.0.1."
    )
}

pub(super) async fn run(
    app: Router,
    listener: TcpListener,
    tls: Option<&Tls>,
    handle: Handle<SocketAddr>,
) -> Result<()> {
    let app = app.into_make_service_with_connect_info::<SocketAddr>();
    let served = match tls {
        None => {
            let mut server =
                axum_server::from_tcp(listener).context("The port cannot be used")?.handle(handle);
            patience(&mut server);
            server.first_request_timeout(HEADERS_WITHIN).serve(app).await
        }
        Some(tls) => {
            let config = rustls_config(tls).await?;
            let mut server = axum_server::from_tcp_rustls(listener, config)
                .context("The port cannot be used")?
                .handle(handle);
            patience(&mut server);
            server.first_request_timeout(HEADERS_WITHIN).serve(app).await
        }
    };
    served.context("The host stopped listening")
}

fn patience<A>(server: &mut Server<SocketAddr, A>) {
    server.http_builder().http1().header_read_timeout(HEADERS_WITHIN);
}

async fn rustls_config(tls: &Tls) -> Result<RustlsConfig> {
    let read =
        |path: &PathBuf| std::fs::read(path).with_context(|| format!("{} cannot be read", path.display()));
    let (certificate, key) = (read(&tls.certificate)?, read(&tls.key)?);
    // One provider in the process; a second call finds the first one's.
    let _ = rustls::crypto::CryptoProvider::install_default(rustls::crypto::ring::default_provider());
    let config = RustlsConfig::from_pem(certificate, key).await.with_context(|| {
        format!(
            "{} and {} are not a certificate and its key in PEM form",
            tls.certificate.display(),
            tls.key.display()
        )
    })?;
    let mut inner = Arc::unwrap_or_clone(config.get_inner());
    inner.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(RustlsConfig::from_config(Arc::new(inner)))
}

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    fn only_protected_ways_lead_in() {
        assert!(check("127.0.0.1:1".parse().unwrap(), false, false).is_ok());
        assert!(check("[::1]:1".parse().unwrap(), false, false).is_ok());
        assert!(check("0.0.0.0:1".parse().unwrap(), true, false).is_ok());
        assert!(check("0.0.0.0:1".parse().unwrap(), false, true).is_ok());
        let refused = check("192.168.1.4:8460".parse().unwrap(), false, false).unwrap_err().to_string();
        assert!(refused.contains("--tls") && refused.contains("--behind-proxy"), "{refused}");
    }
}
