//! The desk's server: loopback only, every route behind the guard.

use std::{net::Ipv4Addr, sync::Arc};

use axum::{Router, middleware::from_fn_with_state};
use tokio::net::TcpListener;

use super::{address::Address, answer::Answer, changes::Changes, files, guard, routes, secret::UsedLinks};
use crate::{AgentError, Context, Exit, error::What, output::Said};

/// What the routes share.
pub struct Page {
    pub ctx: Context,
    pub address: Address,
    pub used_links: UsedLinks,
    pub changes: Changes,
}

pub struct Listening {
    pub address: Address,
    listener: TcpListener,
}

impl Page {
    /// Runs one of the agent's commands on a thread of its own, and brings back what it said.
    pub async fn command(
        &self,
        work: impl AsyncFnOnce(&Context) -> Result<Exit, AgentError> + Send + 'static,
    ) -> Answer<Said> {
        let (ctx, kept) = self.ctx.kept();
        let run = move || tokio::runtime::Handle::current().block_on(work(&ctx));
        tokio::task::spawn_blocking(run).await.what("the command was cut off")??;
        Ok(kept.take())
    }
}

/// Takes the port that was asked for, else the one of last time, else any.
pub async fn listen(ctx: &Context, port: Option<u16>) -> Result<Listening, AgentError> {
    let mut address = Address::load(&ctx.folders);
    let bind = async |port: u16| TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await;
    let listener = match port {
        Some(port) => bind(port)
            .await
            .what(format!("the desk cannot use port {port}"))
            .map_err(|e| e.fix("choose another: `darkslide desk --port PORT`"))?,
        None => match bind(address.port).await {
            Ok(listener) => listener,
            Err(_) => bind(0).await.what("the desk found no free port on this computer")?,
        },
    };
    address.port = listener.local_addr().what("the desk's port cannot be read")?.port();
    address.save(&ctx.folders)?;
    Ok(Listening { address, listener })
}

/// Serves until a stop is asked for.
pub async fn serve(ctx: &Context, listening: Listening) -> Result<(), AgentError> {
    let (own, _) = ctx.kept();
    let changes = Changes::new();
    let page =
        Arc::new(Page { ctx: own, address: listening.address, used_links: UsedLinks::default(), changes });
    let app = Router::new()
        .merge(routes::routes())
        .fallback(files::get)
        .layer(from_fn_with_state(page.clone(), guard::guard))
        .with_state(page.clone());
    let server = axum::serve(listening.listener, app).into_future();
    tokio::select! {
        ended = server => ended.what("the desk stopped working"),
        () = super::changes::watch(page.clone()) => Ok(()),
        () = ctx.stop.wait() => Ok(()),
    }
}
