//! The host as this machine sees it, and the host's errors in the words of a command.

use queue_client::{ClientOptions, HostClient, HostError, Subject};

use super::{account, account::Account, keys::KeyRing};
use crate::{
    AgentError, Context,
    error::{What, chain},
};

/// A client that signs in as this machine. Nothing is sent before the first request.
pub fn client(ctx: &Context) -> Result<HostClient, AgentError> {
    let account = account::required(ctx)?;
    client_for(ctx, &account)
}

pub fn client_for(ctx: &Context, account: &Account) -> Result<HostClient, AgentError> {
    let key =
        KeyRing::new(&ctx.folders).device().what("this machine's key cannot be used").map_err(lost_key)?;
    let key = key.ok_or_else(|| lost_key(AgentError::new("this machine's key is gone")))?;
    let options =
        ClientOptions { throttle: Some(ctx.throttle.clone()), ..options(account.ca_pem.as_deref()) };
    HostClient::new(&account.url, Subject::Machine(account.machine), key, &options)
        .map_err(|e| problem(e, "the host cannot be used"))
}

pub(super) fn options(ca_pem: Option<&str>) -> ClientOptions {
    ClientOptions { ca_pem: ca_pem.map(|pem| pem.as_bytes().to_vec()), ..ClientOptions::default() }
}

fn lost_key(error: AgentError) -> AgentError {
    error.fix(
        "restore the folder `keys` from a backup; or run `darkslide logout`, then log in with a new token",
    )
}

/// A failed request in words: the host's own reason and hint where it gave them.
pub fn problem(error: HostError, what: impl Into<String>) -> AgentError {
    let made = AgentError::new(what).why(domain::text::one_line(&chain(&error), 600));
    match error.hint() {
        Some(hint) => made.fix(domain::text::one_line(&hint, 400)),
        None if error.status() == Some(401) => {
            made.fix("run `darkslide doctor`; if the host forgot this machine, log in again with a new token")
        }
        // The host has understood and said no: what it said is all there is to know.
        None if error.code().is_some()
            && error.status().is_some_and(|status| (400..500).contains(&status)) =>
        {
            made
        }
        None => made.fix("run `darkslide doctor`"),
    }
}

/// `client.get(…).await.host("the orders could not be listed")?`
pub trait HostWhat<T> {
    fn host(self, what: impl Into<String>) -> Result<T, AgentError>;
}

impl<T> HostWhat<T> for Result<T, HostError> {
    fn host(self, what: impl Into<String>) -> Result<T, AgentError> {
        self.map_err(|e| problem(e, what))
    }
}
