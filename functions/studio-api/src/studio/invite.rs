//! Makes a token for one more machine of the studio. The studio's key travels sealed; the host cannot open it.

use axum::{Json as Answered, extract::State};
use data_encoding::BASE32_NOPAD;
use domain::{Millis, studio::Enrolment};
use http_edge::{Answer, Json, Refusal};
use ports::{Ports, directory::EnrolmentToken};
use wire::enrol::{Invite, Invited};

use crate::{access::MachineCaller, problems::misconfigured};

const LIFETIME: i64 = Millis::DAY;
/// The key, and the labs the studio has pinned.
const MAX_SEALED_CHARACTERS: usize = 64 * 1024;

pub async fn handle(
    State(ports): State<Ports>,
    caller: MachineCaller,
    Json(ask): Json<Invite>,
) -> Answer<Answered<Invited>> {
    let sealed = ask.sealed_studio_key;
    let base64 = |b: u8| b.is_ascii_alphanumeric() || b"+/=-_".contains(&b);
    if sealed.is_empty() || sealed.len() > MAX_SEALED_CHARACTERS || !sealed.bytes().all(base64) {
        return Err(Refusal::invalid(
            "bad_sealed_key",
            format!("The sealed key must be base64 of at most {MAX_SEALED_CHARACTERS} characters."),
        ));
    }
    let mut random = [0; 16];
    getrandom::fill(&mut random).map_err(|e| misconfigured("no randomness", e))?;
    let token = BASE32_NOPAD.encode(&random).to_ascii_lowercase();
    let expires_at = ports.clock.now().plus(LIFETIME);
    let stored = EnrolmentToken {
        enrolment: Enrolment::Machine(caller.studio.id),
        sealed_studio_key: Some(sealed),
        expires_at,
        used_by: None,
    };
    ports.directory.put_token(&ports.secrets.enrolment_hash(&token), &stored).await?;
    Ok(Answered(Invited { token, expires_at: expires_at.0 }))
}
