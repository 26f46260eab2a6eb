//! The next step of sending a file that a customer bought: only of an approved order, only of a line of files that
//! this machine still owes, each under the name of its content. In parts, whatever its size.

use axum::{Json as Answered, extract::State};
use domain::{
    digital::{MAX_FILE_BYTES, content_type, is_owed, is_withdrawn},
    id::OrderId,
    object_key::DigitalPart,
    order::Order,
};
use http_edge::{Answer, Json, Refusal};
use ports::Ports;
use wire::orders::{AskDigitalParts, RelayParts};

use crate::{
    access::MachineCaller,
    in_parts::{InParts, named_parts, next_step},
    problems::must_be_approved,
    request::Segments,
};

pub async fn handle(
    State(ports): State<Ports>,
    caller: MachineCaller,
    Segments(order): Segments<OrderId>,
    Json(ask): Json<AskDigitalParts>,
) -> Answer<Answered<RelayParts>> {
    let (order, _) = caller.job(&ports, order).await?;
    let place = must_bring(&order, &caller, ask.line, ask.attempt)?;
    if ask.length == 0 || ask.length > MAX_FILE_BYTES {
        return Err(Refusal::invalid(
            "bad_length",
            format!("The file has {} bytes; 1 to {MAX_FILE_BYTES} are taken.", ask.length),
        ));
    }
    let parts = named_parts(ask.length, &ask.parts, ask.upload.as_deref())?;
    let key = place.file(&ask.sha256);
    let file = InParts {
        key: &key,
        content_type: content_type(&ask.name),
        length: ask.length,
        sha256: &ask.sha256,
        parts,
    };
    Ok(Answered(next_step(&ports, &file, ask.upload).await?))
}

/// Where this machine's files of a line go, if it is to bring them now.
pub fn must_bring(order: &Order, caller: &MachineCaller, line: u32, attempt: u32) -> Answer<DigitalPart> {
    must_be_approved(order)?;
    let machine = caller.machine.id;
    let number = order.id.number();
    let look = format!("See how it stands: darkslide orders show {number}");
    if is_withdrawn(order) {
        return Err(Refusal::conflict(
            "withdrawn",
            format!("The payment of order {number} went back or is looked at, so no files are given out."),
        )
        .hint(look));
    }
    match order.line(line) {
        Some(of) if of.status.attempt != attempt => Err(Refusal::conflict(
            "other_attempt",
            format!("Attempt {} of line {line} is wanted now, not {attempt}.", of.status.attempt),
        )
        .hint("Read the job again and send that attempt.")),
        Some(of) if is_owed(order, of, machine) => {
            Ok(DigitalPart { order: order.id, line, attempt, machine })
        }
        _ => Err(Refusal::conflict(
            "no_files_wanted",
            format!("This machine owes no files of line {line} of order {number}."),
        )
        .hint(look)),
    }
}
