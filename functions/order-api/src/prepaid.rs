//! A prepaid code as a customer typed it: what it pays of this order.

use domain::{money::Money, order::PrepaidShare, payment::PrepaidError, pricing::LineRequest};
use http_edge::{Answer, Refusal};
use ports::Ports;
use wire::checkout::CodeRefused;

use crate::prepare::Prepared;

pub async fn share(
    ports: &Ports,
    prepared: &Prepared,
    typed: &str,
) -> Answer<Result<PrepaidShare, PrepaidError>> {
    let Some(code_hash) = ports.secrets.prepaid_hash(typed) else { return Ok(Err(PrepaidError::Unknown)) };
    let Some(known) = ports.payments.prepaid(prepared.gallery.studio, &code_hash).await? else {
        return Ok(Err(PrepaidError::Unknown));
    };
    let line = |line: &crate::prepare::PreparedLine| LineRequest {
        product: line.product.id.clone(),
        quantity: line.quantity,
        groups: Vec::new(),
    };
    let lines: Vec<LineRequest> = prepared.lines.iter().map(line).collect();
    let amount = known.covers(&prepared.list, &lines, &prepared.quote, ports.clock.now());
    Ok(amount.map(|amount: Money| PrepaidShare { code_hash, hint: known.hint, amount }))
}

pub fn refusal(error: &PrepaidError) -> Refusal {
    let refused = refused(error);
    Refusal::invalid(&refused.code, refused.message).hint("Take the code out, or ask the studio.")
}

pub fn refused(error: &PrepaidError) -> CodeRefused {
    let code = match error {
        PrepaidError::Unknown => "prepaid_unknown",
        PrepaidError::Used => "prepaid_used",
        PrepaidError::Over => "prepaid_over",
        PrepaidError::Currency(_) | PrepaidError::NotInOrder(_) => "prepaid_not_here",
    };
    CodeRefused { code: code.to_owned(), message: format!("{error}.") }
}
