//! Everything the work on orders needs, opened once: catalog, host, keys, workers.

use ed25519_dalek::SigningKey;
use queue_client::HostClient;

use super::prints::Prints;
use crate::{
    AgentError, Context,
    catalog::Catalog,
    config::Config,
    host::{self, account::Account, keys::KeyRing},
    render::Pool,
    stop::Stop,
};

pub struct Desk {
    pub account: Account,
    pub catalog: Catalog,
    pub host: HostClient,
    pub device: SigningKey,
    pub config: Config,
    pub pool: Pool,
    pub prints: Prints,
    pub stop: Stop,
}

impl Desk {
    pub fn open(ctx: &Context) -> Result<Self, AgentError> {
        let account = host::account::required(ctx)?;
        let host = host::client_for(ctx, &account)?;
        let device = KeyRing::new(&ctx.folders).device_or_new().map_err(host::key_error)?;
        Ok(Self {
            catalog: ctx.catalog()?,
            host,
            device,
            config: ctx.config.clone(),
            pool: ctx.pool(),
            prints: Prints::new(&ctx.folders),
            stop: ctx.stop.clone(),
            account,
        })
    }
}
