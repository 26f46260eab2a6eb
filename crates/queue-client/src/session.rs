//! Opening a session with the device's key, and knowing when it must be renewed.

use std::time::{Duration, Instant};

use domain::{
    Millis,
    id::{LabId, MachineId},
    studio::session_text,
};
use ed25519_dalek::SigningKey;
use wire::{
    enrol::{OpenSession, Session},
    route,
    signed::sign_text,
};

use crate::{HostError, backoff::fraction, client::Inner};

/// Whom the device's key speaks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    Machine(MachineId),
    Lab(LabId),
}

impl std::fmt::Display for Subject {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Machine(id) => id.fmt(f),
            Self::Lab(id) => id.fmt(f),
        }
    }
}

pub(crate) struct Identity {
    pub(crate) subject: Subject,
    pub(crate) key: SigningKey,
}

#[derive(Clone)]
pub(crate) struct Opened {
    pub(crate) token: String,
    renew_at: Instant,
}

impl Inner {
    /// A token for the next request. One opening at a time, however many requests wait.
    pub(crate) async fn token(&self) -> Result<String, HostError> {
        let identity = self.identity.as_ref().ok_or(HostError::NotSignedIn)?;
        let mut held = self.session.lock().await;
        if let Some(session) = held.as_ref().filter(|s| s.renew_at > Instant::now()) {
            return Ok(session.token.clone());
        }
        let opened = self.open(identity).await?;
        let token = opened.token.clone();
        *held = Some(opened);
        Ok(token)
    }

    /// Forgets a token the host no longer takes; another request may have renewed it meanwhile.
    pub(crate) async fn forget(&self, token: &str) {
        let mut held = self.session.lock().await;
        if held.as_ref().is_some_and(|s| s.token == token) {
            *held = None;
        }
    }

    /// Signs with this computer's time. Where the host refuses and its clock is another, once again with
    /// the host's: a wrong clock in the studio must not keep orders away.
    async fn open(&self, identity: &Identity) -> Result<Opened, HostError> {
        let known = self.clock.offset();
        match self.open_at(identity, self.clock.now()).await {
            Err(HostError::Problem { status: 400..=403, .. }) if self.clock.offset() != known => {
                let again = self.open_at(identity, self.clock.now()).await;
                again.map_err(|error| match error {
                    HostError::Problem { status: 400..=403, .. } => {
                        let seconds = -self.clock.offset() / 1000;
                        HostError::Clock { host: self.origin.clone(), seconds }
                    }
                    other => other,
                })
            }
            other => other,
        }
    }

    async fn open_at(&self, identity: &Identity, at: i64) -> Result<Opened, HostError> {
        let subject = identity.subject.to_string();
        let mut nonce = [0u8; 16];
        getrandom::fill(&mut nonce).map_err(|e| HostError::Local(format!("no randomness: {e}")))?;
        let nonce = data_encoding::BASE64URL_NOPAD.encode(&nonce);
        let text = session_text(&subject, &self.origin, Millis(at), &nonce);
        let signature = sign_text(&text, &identity.key);
        let ask = OpenSession { subject, at, nonce, host: self.origin.clone(), signature };
        let path = match identity.subject {
            Subject::Machine(_) => route::STUDIO_SESSION,
            Subject::Lab(_) => route::LAB_SESSION,
        };
        let request = self.request(reqwest::Method::POST, path)?.json(&ask);
        let response = self.send(request, self.timeout).await?;
        self.note(&response);
        let session: Session = self.json(response, "opening a session").await?;
        // By the host's own clock, so that a wrong clock here neither renews all the time nor never.
        Ok(Opened { token: session.token, renew_at: renewal(session.expires_at, self.clock.now()) })
    }
}

/// Well before the end, and not at the same moment for everybody.
pub(crate) fn renewal(expires_at: i64, now: i64) -> Instant {
    let lifetime = Duration::from_millis(u64::try_from(expires_at.saturating_sub(now)).unwrap_or(0));
    Instant::now() + lifetime.mul_f64(0.75 + 0.15 * fraction())
}
