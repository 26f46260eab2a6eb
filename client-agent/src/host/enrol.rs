//! The steps of a login that touch keys and the host.

use domain::{
    id::StudioId,
    studio::{PublicKey, Signature, machine_certificate_text},
};
use ed25519_dalek::SigningKey;
use queue_client::{HostClient, HostError};
use wire::{
    enrol::{EnrolMachine, InspectToken, MachineEnrolled, TokenInfo},
    route,
    signed::{public_key, sign_text},
};

use super::{
    client::problem,
    invitation::{self, InvitationError, TypedToken},
    keys::{KeyError, KeyRing},
    pending::Pending,
};
use crate::{AgentError, Context, clock, labs::pinned};

/// This machine's own key and the studio's.
pub struct Keys {
    device: SigningKey,
    studio: SigningKey,
}

impl Keys {
    pub fn of(ctx: &Context, studio: StudioId) -> Result<Self, AgentError> {
        let ring = KeyRing::new(&ctx.folders);
        let gone = || {
            AgentError::new("the studio's key is gone since the login began")
                .why(format!("{} has no key of {studio}", ring.folder().display()))
                .fix("ask for a new token and log in with it")
        };
        let device = ring.device_or_new().map_err(key_error)?;
        Ok(Self { device, studio: ring.studio(studio).map_err(key_error)?.ok_or_else(gone)? })
    }

    pub fn device_public(&self) -> PublicKey {
        public_key(&self.device)
    }

    pub fn studio_public(&self) -> PublicKey {
        public_key(&self.studio)
    }

    /// Ed25519 signs the same text to the same signature, so a repeat is the same request.
    pub fn certificate(&self, pending: &Pending) -> Signature {
        let text = machine_certificate_text(pending.studio, pending.machine, &self.device_public());
        sign_text(&text, &self.studio)
    }
}

pub async fn inspect(host: &HostClient, typed: &TypedToken) -> Result<TokenInfo, AgentError> {
    let ask = InspectToken { token: typed.token.clone() };
    host.post(route::STUDIO_TOKEN, &ask).await.map_err(|e| refused(host, e))
}

/// Has the studio's key on this disk afterwards. Returns whether an invitation brought it.
pub fn take_studio_key(ctx: &Context, info: &TokenInfo, typed: &TypedToken) -> Result<bool, AgentError> {
    let ring = KeyRing::new(&ctx.folders);
    let Some(expected) = info.studio_key else {
        ring.studio_or_new(info.studio).map_err(key_error)?;
        return Ok(false);
    };
    if let Some(key) = ring.studio(info.studio).map_err(key_error)? {
        return if public_key(&key) == expected {
            Ok(typed.secret.is_some())
        } else {
            Err(changed_key(info))
        };
    }
    let (Some(secret), Some(sealed)) = (&typed.secret, &info.sealed_studio_key) else {
        return Err(AgentError::new("this token cannot bring a further computer into the studio")
            .why("the studio has its key already, and the token has no second part that opens it")
            .fix(
                "run `darkslide machine invite` on a computer of the studio, and use what it prints, whole",
            ));
    };
    let unsealed = invitation::unseal(secret, info.studio, sealed).map_err(not_opened)?;
    if public_key(&unsealed.studio_key) != expected {
        return Err(changed_key(info));
    }
    ctx.catalog()?.write(|tx| pinned::pin_invited(tx, &unsealed.labs, clock::now().0))?;
    ring.keep_studio(info.studio, &unsealed.studio_key).map_err(key_error)?;
    Ok(true)
}

pub async fn enrol(
    host: &HostClient,
    typed: &TypedToken,
    pending: &Pending,
    keys: &Keys,
) -> Result<(), AgentError> {
    let ask = EnrolMachine {
        token: typed.token.clone(),
        machine: pending.machine,
        machine_name: pending.machine_name.clone(),
        device_key: keys.device_public(),
        studio_key: keys.studio_public(),
        certificate: keys.certificate(pending),
    };
    let enrolled: MachineEnrolled =
        host.post(route::STUDIO_ENROL, &ask).await.map_err(|e| refused(host, e))?;
    if enrolled.studio != pending.studio || enrolled.machine != pending.machine {
        return Err(AgentError::new(format!("{} enrolled another computer or studio", host.origin()))
            .why(format!(
                "asked for {} of {}, got {} of {}",
                pending.machine, pending.studio, enrolled.machine, enrolled.studio
            ))
            .fix("check the host's address and its version, then log in again"));
    }
    Ok(())
}

fn refused(host: &HostClient, error: HostError) -> AgentError {
    match error.status() {
        Some(400 | 401 | 403 | 404 | 409 | 410 | 422) if error.code().is_some() => {
            let hint = error.hint().unwrap_or_else(|| {
                "copy the whole token; it works once and for a limited time, so ask for a new one if in doubt".into()
            });
            problem(error, format!("{} does not accept this token", host.origin()))
                .fix(domain::text::one_line(&hint, 400))
        }
        _ => problem(error, format!("the login at {} did not work", host.origin())),
    }
}

fn not_opened(error: InvitationError) -> AgentError {
    AgentError::new("the invitation does not open the studio's key").why(error).fix(
        "copy the whole invitation, both parts with the dot between them; or make a new one with `darkslide machine invite`",
    )
}

fn changed_key(info: &TokenInfo) -> AgentError {
    AgentError::new("the host shows another studio key than the studio's computers hold")
        .why(format!(
            "for {} ({}) the key does not fit: the host was replaced or does not tell the truth",
            domain::text::one_line(&info.studio_name, 120),
            info.studio
        ))
        .fix("do not log in; ask the host's operator in person what happened")
}

pub fn key_error(error: KeyError) -> AgentError {
    AgentError::new("this computer's keys cannot be used")
        .why(crate::error::chain(&error))
        .fix("run `darkslide doctor`; restore the folder `keys` from a backup if it is damaged")
}
