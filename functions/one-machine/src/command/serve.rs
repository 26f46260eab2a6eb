//! `serve`: runs the host until it is told to stop.

use std::{
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};

use crate::data_folder::secrets;
use crate::serve::{Config, Tls, check_listen, serve};

pub async fn run(
    data: &Path,
    listen: Option<SocketAddr>,
    tls: Option<Vec<PathBuf>>,
    behind_proxy: bool,
    stripe_stand_in: Option<String>,
) -> Result<()> {
    let tls = match tls.as_deref() {
        Some([certificate, key]) => Some(Tls { certificate: certificate.clone(), key: key.clone() }),
        _ => None,
    };
    let listen = match listen {
        Some(listen) => listen,
        None => usual(&secrets(data)?.site, tls.is_some()),
    };
    check_listen(listen, tls.is_some(), behind_proxy)?;
    let listener = std::net::TcpListener::bind(listen).with_context(|| {
        format!("{listen} cannot be listened on. Is another program using it? Choose another with --listen")
    })?;
    let config = Config { tls, behind_proxy, ..Config::new(data) };
    let stripe = match stripe_stand_in {
        // Keys of studios go there: to Stripe, or to nobody beyond this computer.
        Some(url) if url.starts_with("http://127.0.0.1:") => url,
        Some(url) => bail!("{url:?} is not an address of this computer such as http://127.0.0.1:12111"),
        None => config.stripe,
    };
    serve(Config { stripe, ..config }, listener, told_to_stop()).await
}

/// Where nothing stands between, people come to the very address that `init` was given; a proxy is told ours.
fn usual(site: &str, tls: bool) -> SocketAddr {
    if tls {
        // Whoever has a certificate is to be reached: at the address's own port.
        let port = site.rsplit_once(':').and_then(|(_, port)| port.trim_end_matches('/').parse().ok());
        return SocketAddr::new(Ipv4Addr::UNSPECIFIED.into(), port.unwrap_or(443));
    }
    const BEHIND_A_PROXY: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 8460);
    let own =
        site.strip_prefix("http://").map(|rest| rest.trim_end_matches('/').replace("localhost", "127.0.0.1"));
    own.and_then(|address| address.parse().ok())
        .filter(|address: &SocketAddr| address.ip().is_loopback())
        .unwrap_or(BEHIND_A_PROXY)
}

async fn told_to_stop() {
    let interrupt = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => drop(signal.recv().await),
            Err(_) => std::future::pending::<()>().await,
        }
    };
    #[cfg(not(unix))]
    let terminate = std::future::pending::<()>();
    tokio::select! {
        () = interrupt => {}
        () = terminate => {}
    }
}

#[cfg(test)]
mod tests {
    use super::usual;

    #[test]
    fn a_host_of_this_computer_alone_listens_where_it_said() {
        for (site, listen) in [
            ("http://127.0.0.1:8787", "127.0.0.1:8787"),
            ("http://localhost:8787/", "127.0.0.1:8787"),
            ("http://[::1]:9000", "[::1]:9000"),
            ("http://127.0.0.1", "127.0.0.1:8460"),
            ("https://photos.example.com", "127.0.0.1:8460"),
            ("https://photos.example.com:8443", "127.0.0.1:8460"),
        ] {
            assert_eq!(usual(site, false).to_string(), listen, "{site}");
        }
        assert_eq!(usual("https://photos.example.com:8443/", true).to_string(), "0.0.0.0:8443");
        assert_eq!(usual("https://photos.example.com", true).to_string(), "0.0.0.0:443");
    }
}
