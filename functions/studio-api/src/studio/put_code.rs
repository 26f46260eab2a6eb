//! Writes an access code, of which the host keeps only a keyed hash.

use axum::{extract::State, http::StatusCode};
use domain::{
    Millis,
    access::{Scope, code::AccessCode},
    gallery::CodeGrant,
    id::{CodeId, GalleryId},
};
use http_edge::{Answer, Json, Refusal};
use ports::Ports;
use wire::galleries::PutCode;

use crate::{access::MachineCaller, problems::at_most, request::Segments};

/// A family, a class or a team; the cookie has to hold them.
const MAX_SUBJECTS: usize = 60;

pub async fn handle(
    State(ports): State<Ports>,
    caller: MachineCaller,
    Segments((gallery, code)): Segments<(GalleryId, CodeId)>,
    Json(put): Json<PutCode>,
) -> Answer<StatusCode> {
    let gallery = caller.living_gallery(&ports, gallery).await?;
    // The code itself must not come back in an error.
    let secret = AccessCode::parse(&put.code).map_err(|e| {
        Refusal::invalid("bad_code", format!("The access code cannot be used: {e}."))
            .hint("Let the agent make the code: darkslide gallery share")
    })?;
    at_most("people in one code", put.subjects.len(), MAX_SUBJECTS)?;
    let known = ports.galleries.subjects_by_id(gallery.id, &put.subjects).await?;
    if let Some(stranger) = put.subjects.iter().find(|id| known.iter().all(|s| s.id != **id)) {
        return Err(Refusal::invalid(
            "unknown_subject",
            format!("{stranger} is not on this gallery's roster."),
        )
        .hint("Send the roster first."));
    }
    let scope = match put.subjects.as_slice() {
        [] => Scope::All,
        subjects => Scope::Subjects(subjects.iter().copied().collect()),
    };
    let grant = CodeGrant {
        id: code,
        studio: caller.studio.id,
        gallery: gallery.id,
        scope,
        revoked: false,
        expires_at: put.expires_at.map(Millis),
    };
    match ports.galleries.put_code(&secret.keyed_hash(&ports.secrets.code_hash), &grant).await {
        Err(e) if e.is_conflict() => Err(Refusal::conflict("code_taken", "This code is in use already.")
            .hint("Make another one: darkslide gallery share")),
        other => {
            other?;
            Ok(StatusCode::NO_CONTENT)
        }
    }
}
