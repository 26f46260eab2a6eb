//! `serve`: runs the host until it is told to stop.

use std::{net::SocketAddr, path::Path, path::PathBuf};

use anyhow::{Context, Result, bail};

use crate::serve::{Config, Tls, check_listen, serve};

pub async fn run(
    data: &Path,
    listen: SocketAddr,
    tls: Option<Vec<PathBuf>>,
    behind_proxy: bool,
    stripe_stand_in: Option<String>,
) -> Result<()> {
    let tls = match tls.as_deref() {
        Some([certificate, key]) => Some(Tls { certificate: certificate.clone(), key: key.clone() }),
        _ => None,
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
