//! Says which studio a token is for, so that the new machine can certify itself before it enrols.
//!
//! A used token is answered until it expires: a machine whose first answer was lost asks again. What is
//! sealed in it opens only with the invitation's second part, which the host never sees.

use axum::{Json as Answered, extract::State};
use domain::studio::Enrolment;
use http_edge::{Answer, Json, Refusal};
use ports::Ports;
use wire::enrol::{InspectToken, TokenInfo};

use crate::{
    enrolment::{check_expiry, find_token},
    problems::{suspended, unauthorised},
};

pub async fn handle(
    State(ports): State<Ports>,
    Json(ask): Json<InspectToken>,
) -> Answer<Answered<TokenInfo>> {
    let token = find_token(&ports, &ask.token).await?;
    let Enrolment::Machine(studio) = token.enrolment else {
        return Err(Refusal::invalid("token_for_lab", "This token enrols a lab, not a studio's machine.")
            .hint("Use it with darkslide-lab, or ask for one made by `darkslide-host studio add`."));
    };
    check_expiry(&token, None, ports.clock.now())?;
    let studio =
        ports.directory.studio(studio).await?.ok_or_else(|| {
            unauthorised("wrong_token", "The studio of this token is no longer at this host.")
        })?;
    if studio.suspended {
        return Err(suspended(&studio));
    }
    Ok(Answered(TokenInfo {
        studio: studio.id,
        studio_name: studio.name,
        studio_key: studio.key,
        sealed_studio_key: token.sealed_studio_key,
    }))
}
