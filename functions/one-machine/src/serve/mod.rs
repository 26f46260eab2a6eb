//! Serving: routes, guards in front of them, and the loops behind them.

mod files;
mod guard;
mod health;
mod image;
mod listen;
mod loops;
mod routes;
mod site;

use std::{
    future::Future,
    net::TcpListener,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use anyhow::{Context, Result};
use embedded::{SmtpMailer, Store};
use order_api::payment::stripe::Stripe;
use ports::{Clock, Mailer, clock::SystemClock};
use tokio::sync::watch;

pub use listen::{Tls, check as check_listen};
pub use routes::router;

use crate::data_folder::{ServeLock, mail_settings, secrets};

/// How long requests under way may still take after the host was told to stop.
const GRACE: Duration = Duration::from_secs(10);

pub struct Config {
    pub data: PathBuf,
    pub tls: Option<Tls>,
    /// A trusted proxy in front sets X-Forwarded-For, and nobody else reaches this port.
    pub behind_proxy: bool,
    pub clock: Arc<dyn Clock>,
    /// How often the timer functions run.
    pub timer: Duration,
    /// Where Stripe answers.
    pub stripe: String,
}

impl Config {
    pub fn new(data: impl Into<PathBuf>) -> Self {
        Self {
            data: data.into(),
            tls: None,
            behind_proxy: false,
            clock: Arc::new(SystemClock),
            timer: Duration::from_secs(5 * 60),
            stripe: Stripe::API.to_owned(),
        }
    }
}

/// Runs the host on `listener` until `stop` resolves and what was under way has ended.
pub async fn serve(
    config: Config,
    listener: TcpListener,
    stop: impl Future<Output = ()> + Send + 'static,
) -> Result<()> {
    let _lock = ServeLock::take(&config.data)?;
    let secrets = Arc::new(secrets(&config.data)?);
    let store = Store::open(&config.data, secrets.clone(), config.clock.clone())
        .with_context(|| format!("The host's data in {} cannot be opened", config.data.display()))?;
    let swept = store.sweep_uploads().context("Interrupted uploads cannot be removed")?;
    let parts = store.sweep_parts().await.context("Parts of unfinished uploads cannot be removed")?;
    let address = listener.local_addr().context("The listener has no address")?;
    tracing::info!(%address, site = %secrets.site, tls = config.tls.is_some(), interrupted_uploads = swept, abandoned_parts = parts, "serving");

    let (stopping, stopped) = watch::channel(false);
    let app = router(&store, &config, stopped.clone())?;
    let loops = loops::start(&store, config.timer, mailer(&config.data)?, &stopped);
    let handle = axum_server::Handle::new();
    tokio::spawn({
        let handle = handle.clone();
        async move {
            stop.await;
            tracing::info!("stopping");
            let _ = stopping.send(true);
            handle.graceful_shutdown(Some(GRACE));
        }
    });
    listen::run(app, listener, config.tls.as_ref(), handle).await?;
    for task in loops {
        // A loop ends after the row it works on.
        let _ = tokio::time::timeout(GRACE, task).await;
    }
    tracing::info!("stopped");
    Ok(())
}

fn mailer(data: &Path) -> Result<Option<Arc<dyn Mailer>>> {
    let Some(settings) = mail_settings(data)? else { return Ok(None) };
    let mailer = SmtpMailer::new(&settings)
        .context("The mail server in mail.json cannot be used; set it anew with `darkslide-host mail set`")?;
    Ok(Some(Arc::new(mailer)))
}
