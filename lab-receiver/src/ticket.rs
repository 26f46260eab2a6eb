//! The order ticket: what a stranger packs the order from, as JSON for software and as PDF for people.

pub mod folder;
pub mod order_json;
pub mod pdf;
