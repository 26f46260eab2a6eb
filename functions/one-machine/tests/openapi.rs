//! The committed API document is the one the routers produce: `site/openapi/document.json`, from which the site's
//! types are generated.

use std::path::Path;

#[test]
fn the_committed_document_is_what_the_routers_say() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../site/openapi/document.json");
    let committed = std::fs::read_to_string(&path).expect("site/openapi/document.json");
    let now = one_machine::command::openapi::document().expect("a document");
    assert!(
        committed == now,
        "site/openapi/document.json is stale: cargo run -p darkslide-host -- openapi > site/openapi/document.json, \
         then in site/openapi: npm run generate"
    );
}

#[test]
fn every_route_of_customers_is_in_it() {
    let document: serde_json::Value =
        serde_json::from_str(&one_machine::command::openapi::document().expect("a document")).expect("JSON");
    let source = include_str!("../../../crates/wire/src/route.rs");
    let routes = source
        .lines()
        .filter_map(|line| line.strip_prefix("pub const ")?.split('"').nth(1))
        .filter(|path| path.starts_with("/api/gallery/") || path.starts_with("/api/order/"))
        // What the payment provider says is not a customer's question.
        .filter(|path| !path.starts_with("/api/order/stripe/"));
    let missing: Vec<&str> = routes
        .filter(|path| document.pointer(&format!("/paths/{}", path.replace('/', "~1"))).is_none())
        .collect();
    assert!(missing.is_empty(), "not in the document: {missing:?}");
    assert!(document["paths"].as_object().is_some_and(|paths| paths.len() > 10));
}
