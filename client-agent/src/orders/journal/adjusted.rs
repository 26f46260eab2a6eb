//! Whether an order that looks otherwise than before was changed by this studio: each change signed by one of
//! its computers, and nothing else changed.

use domain::{
    handling::{Adjustment, KeptAdjustment, changed},
    order::Order,
    studio::PublicKey,
};
use serde_json::Value;
use wire::orders::AdjustOrder;

/// `known` with the studio's newer adjustments is `shown`.
pub fn explains(known: &Order, shown: &Order, studio_key: &PublicKey) -> bool {
    let (before, now) = (&known.handling.adjustments, &shown.handling.adjustments);
    if now.len() <= before.len() || now.iter().zip(before).any(|(n, b)| n.envelope != b.envelope) {
        return false;
    }
    let mut order = known.clone();
    for kept in &now[before.len()..] {
        let Some(adjustment) = genuine(kept, shown, studio_key) else { return false };
        match changed(&order, &adjustment.changes, adjustment.at) {
            Ok(next) => order = next,
            Err(_) => return false,
        }
    }
    content(&order) == content(shown)
}

fn genuine(kept: &KeptAdjustment, order: &Order, studio_key: &PublicKey) -> Option<Adjustment> {
    let envelope: AdjustOrder = serde_json::from_str(&kept.envelope).ok()?;
    let certificate = &envelope.certificate;
    let ours =
        certificate.studio_key == *studio_key && certificate.studio == order.studio && certificate.is_valid();
    let adjustment: Adjustment = envelope.adjustment.open(&certificate.device_key).ok().filter(|_| ours)?;
    (adjustment.order == order.id && adjustment.machine == certificate.machine).then_some(adjustment)
}

/// What may never change, with numbers as exact as they have to be: they are read and written several times.
fn content(order: &Order) -> Option<Value> {
    let mut value = serde_json::to_value(super::jobs::content(order)).ok()?;
    round(&mut value);
    Some(value)
}

fn round(value: &mut Value) {
    match value {
        Value::Number(n) => {
            let rounded = n.as_f64().filter(|_| n.is_f64()).map(|f| (f * 1e8).round() / 1e8);
            if let Some(rounded) = rounded.and_then(serde_json::Number::from_f64) {
                *n = rounded;
            }
        }
        Value::Array(items) => items.iter_mut().for_each(round),
        Value::Object(fields) => fields.values_mut().for_each(round),
        _ => {}
    }
}
