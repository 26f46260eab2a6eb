//! Adds or renames people of a gallery's roster.

use std::collections::BTreeMap;

use axum::{extract::State, http::StatusCode};
use domain::{gallery::Subject, id::GalleryId, text::one_line};
use http_edge::{Answer, Json, Refusal};
use ports::Ports;
use wire::galleries::PutSubjects;

use crate::{access::MachineCaller, problems::at_most, request::Segments};

const MAX_SUBJECTS: usize = 1_000;
const MAX_NAME: usize = 120;
const MAX_GROUP: usize = 80;

pub async fn handle(
    State(ports): State<Ports>,
    caller: MachineCaller,
    Segments(gallery): Segments<GalleryId>,
    Json(put): Json<PutSubjects>,
) -> Answer<StatusCode> {
    let gallery = caller.living_gallery(&ports, gallery).await?;
    at_most("people", put.subjects.len(), MAX_SUBJECTS)?;
    // One entry a person: the last one counts, as if each had been sent alone.
    let mut subjects = BTreeMap::new();
    for (index, given) in put.subjects.iter().enumerate() {
        let name = one_line(&given.name, MAX_NAME);
        if name.is_empty() {
            return Err(Refusal::invalid(
                "no_name",
                format!("Person {} of the list has no name.", index + 1),
            )
            .hint("Fill in the name in the roster and send it again."));
        }
        let group = given.group.as_deref().map(|g| one_line(g, MAX_GROUP)).filter(|g| !g.is_empty());
        subjects.insert(given.subject, Subject { id: given.subject, name, group });
    }
    let subjects: Vec<Subject> = subjects.into_values().collect();
    if !subjects.is_empty() {
        ports.galleries.put_subjects(gallery.id, &subjects).await?;
    }
    Ok(StatusCode::NO_CONTENT)
}
