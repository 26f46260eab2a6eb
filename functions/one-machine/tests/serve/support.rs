//! A host in this process, on a port of its own.

use std::{
    net::{SocketAddr, TcpListener},
    sync::Arc,
};

use embedded::Store;
use one_machine::{Config, serve};
use ports::{Clock, Ports, clock::SystemClock};
use tokio::{sync::oneshot, task::JoinHandle};

pub struct Running {
    pub folder: tempfile::TempDir,
    pub address: SocketAddr,
    pub http: reqwest::Client,
    /// A second view of the same data, as an operator's command has.
    pub ports: Ports,
    stop: Option<oneshot::Sender<()>>,
    served: Option<JoinHandle<anyhow::Result<()>>>,
}

impl Running {
    pub async fn start() -> Self {
        Self::start_with(|config| config).await
    }

    pub async fn start_with(change: impl FnOnce(Config) -> Config) -> Self {
        let folder = tempfile::tempdir().unwrap();
        embedded::create_secrets(folder.path(), "http://127.0.0.1").unwrap();
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let secrets = Arc::new(embedded::load_secrets(folder.path()).unwrap());
        let store = Store::open(folder.path(), secrets, clock).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let config = change(Config::new(folder.path()));
        let served = tokio::spawn(serve(config, listener, async {
            let _ = stopped.await;
        }));
        // The provider the client needs; the server may have installed it already.
        let _ = rustls::crypto::CryptoProvider::install_default(rustls::crypto::ring::default_provider());
        let http = reqwest::Client::builder().no_gzip().build().unwrap();
        let running =
            Self { folder, address, http, ports: store.ports(), stop: Some(stop), served: Some(served) };
        assert_eq!(running.get("/healthz").await.status(), 200);
        running
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub async fn get(&self, path: &str) -> reqwest::Response {
        self.http.get(self.url(path)).send().await.unwrap()
    }

    /// Stops it as Ctrl-C does and waits for its end.
    pub async fn stop(&mut self) {
        self.stop.take().unwrap().send(()).unwrap();
        self.served.take().unwrap().await.unwrap().unwrap();
    }
}
