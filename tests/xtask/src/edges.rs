//! Dependencies point one way. The table says which of our crates may name which; nothing else is allowed.

use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::{Findings, tree};

/// (crate, the crates of ours it may depend on).
const ALLOWED: &[(&str, &[&str])] = &[
    // The rules and the wire.
    ("darkslide-domain", &[]),
    ("darkslide-wire", &["darkslide-domain"]),
    // Pictures know nothing of the trade.
    ("darkslide-jpeg", &[]),
    ("darkslide-image", &["darkslide-jpeg"]),
    // The host: ports know no wire, adapters know ports.
    ("darkslide-ports", &["darkslide-domain"]),
    ("darkslide-embedded", &["darkslide-domain", "darkslide-ports"]),
    ("darkslide-aws", &["darkslide-domain", "darkslide-ports"]),
    ("darkslide-http-edge", &["darkslide-domain", "darkslide-wire", "darkslide-ports"]),
    // What functions share where Lambda runs them: no adapter either.
    (
        "darkslide-lambda-edge",
        &["darkslide-domain", "darkslide-wire", "darkslide-ports", "darkslide-http-edge"],
    ),
    // Functions: no other function, and the AWS adapter only in their Lambda binary.
    ("darkslide-studio-api", HTTP_FUNCTION),
    ("darkslide-gallery-api", SHOWS_PICTURES),
    ("darkslide-order-api", SHOWS_PICTURES),
    // Checks that a scan it is given would join with a header.
    (
        "darkslide-index-photos",
        &[
            "darkslide-domain",
            "darkslide-wire",
            "darkslide-ports",
            "darkslide-jpeg",
            "darkslide-aws",
            "darkslide-lambda-edge",
        ],
    ),
    ("darkslide-dispatch-orders", EVENT_FUNCTION),
    ("darkslide-relay-lab-files", EVENT_FUNCTION),
    ("darkslide-expire-galleries", EVENT_FUNCTION),
    ("darkslide-send-mail", EVENT_FUNCTION),
    // The one place that names every function and the embedded adapter.
    (
        "darkslide-host",
        &[
            "darkslide-domain",
            "darkslide-wire",
            "darkslide-ports",
            "darkslide-http-edge",
            "darkslide-embedded",
            "darkslide-studio-api",
            "darkslide-gallery-api",
            "darkslide-order-api",
            "darkslide-index-photos",
            "darkslide-dispatch-orders",
            "darkslide-relay-lab-files",
            "darkslide-expire-galleries",
            "darkslide-send-mail",
        ],
    ),
    // The operator's hand on a host on AWS.
    ("darkslide-operator", &["darkslide-domain", "darkslide-ports", "darkslide-aws"]),
    // Studio and lab never depend on host code.
    ("darkslide-queue-client", &["darkslide-domain", "darkslide-wire"]),
    ("darkslide", OUTSIDE),
    ("darkslide-lab", OUTSIDE),
    // Tests and tools.
    ("darkslide-shoot", &[]),
    ("xtask", &[]),
];

const HTTP_FUNCTION: &[&str] = &[
    "darkslide-domain",
    "darkslide-wire",
    "darkslide-ports",
    "darkslide-http-edge",
    "darkslide-aws",
    "darkslide-lambda-edge",
];
/// Puts the JPEG header back before stored scans.
const SHOWS_PICTURES: &[&str] = &[
    "darkslide-domain",
    "darkslide-wire",
    "darkslide-ports",
    "darkslide-http-edge",
    "darkslide-jpeg",
    "darkslide-aws",
    "darkslide-lambda-edge",
];
const EVENT_FUNCTION: &[&str] =
    &["darkslide-domain", "darkslide-wire", "darkslide-ports", "darkslide-aws", "darkslide-lambda-edge"];
const OUTSIDE: &[&str] =
    &["darkslide-domain", "darkslide-wire", "darkslide-queue-client", "darkslide-image", "darkslide-jpeg"];

/// Whole-system tests may name anything.
const FREE: &[&str] = &["darkslide-tests"];

/// What a crate's own tests may use besides: a real adapter under a function, drawn pictures.
const FOR_TESTS: &[&str] = &["darkslide-embedded", "darkslide-shoot"];

/// The AWS SDKs are named here and nowhere else, so that the demo's binaries stay lean.
const SDK_OWNERS: &[&str] = &["darkslide-aws", "darkslide-queue-client"];

#[derive(Debug, PartialEq)]
struct Edge {
    from: String,
    to: String,
    /// Declared under `[dev-dependencies]`.
    dev: bool,
}

pub fn check() -> Result<Findings> {
    let output = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["metadata", "--format-version", "1", "--no-deps"])
        .current_dir(tree::root())
        .output()
        .context("cannot run cargo metadata")?;
    if !output.status.success() {
        bail!("cargo metadata failed: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    let (members, edges) =
        read(&serde_json::from_slice(&output.stdout).context("cargo metadata is no JSON")?)?;
    Ok(judge(&members, &edges))
}

fn read(metadata: &Value) -> Result<(Vec<String>, Vec<Edge>)> {
    let packages = metadata["packages"].as_array().context("cargo metadata lists no packages")?;
    let text = |v: &Value| v.as_str().map(str::to_owned).context("cargo metadata has a nameless package");
    let (mut members, mut edges) = (Vec::new(), Vec::new());
    for package in packages {
        let from = text(&package["name"])?;
        for dependency in package["dependencies"].as_array().into_iter().flatten() {
            let dev = dependency["kind"] == "dev";
            edges.push(Edge { from: from.clone(), to: text(&dependency["name"])?, dev });
        }
        members.push(from);
    }
    Ok((members, edges))
}

fn judge(members: &[String], edges: &[Edge]) -> Findings {
    let row = |name: &str| ALLOWED.iter().find(|(from, _)| *from == name).map(|(_, to)| *to);
    let free = |name: &str| FREE.contains(&name);
    let mut findings: Findings = members
        .iter()
        .filter(|m| row(m).is_none() && !free(m))
        .map(|m| format!("{m} has no row in the table of allowed edges; add one to tests/xtask/src/edges.rs"))
        .collect();
    for Edge { from, to, dev } in edges.iter().filter(|e| !free(&e.from)) {
        if is_sdk(to) && !SDK_OWNERS.contains(&from.as_str()) {
            findings.push(format!(
                "{from} must not depend on {to}; only {} may name an AWS SDK",
                SDK_OWNERS.join(" and ")
            ));
        }
        let allowed = row(from).unwrap_or_default();
        let for_tests = *dev && (FOR_TESTS.contains(&to.as_str()) || to == from);
        if members.contains(to) && row(from).is_some() && !allowed.contains(&to.as_str()) && !for_tests {
            let may = if allowed.is_empty() { "no crate of ours".to_owned() } else { allowed.join(", ") };
            findings.push(format!("{from} must not depend on {to}; it may depend on {may}"));
        }
    }
    findings
}

fn is_sdk(name: &str) -> bool {
    name.starts_with("aws-sdk-") || name.starts_with("aws-config") || name.starts_with("aws-smithy-")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(edges: &[(&str, &str, bool)]) -> Findings {
        let members: Vec<String> = ALLOWED.iter().map(|(name, _)| (*name).to_owned()).collect();
        let edges: Vec<Edge> = edges
            .iter()
            .map(|(from, to, dev)| Edge { from: (*from).into(), to: (*to).into(), dev: *dev })
            .collect();
        judge(&members, &edges)
    }

    #[test]
    fn a_forbidden_edge_is_named_with_what_is_allowed() {
        assert_eq!(
            found(&[("darkslide-ports", "darkslide-wire", false)]),
            ["darkslide-ports must not depend on darkslide-wire; it may depend on darkslide-domain"]
        );
    }

    #[test]
    fn each_rule_of_the_design_holds() {
        for (from, to) in [
            ("darkslide-domain", "darkslide-wire"),
            ("darkslide-gallery-api", "darkslide-order-api"),
            ("darkslide-gallery-api", "darkslide-embedded"),
            ("darkslide-dispatch-orders", "darkslide-jpeg"),
            ("darkslide", "darkslide-ports"),
            ("darkslide-lab", "darkslide-embedded"),
            ("darkslide-image", "darkslide-domain"),
            ("darkslide-queue-client", "darkslide-ports"),
            ("darkslide-host", "aws-sdk-s3"),
        ] {
            assert_eq!(found(&[(from, to, false)]).len(), 1, "{from} → {to}");
        }
    }

    #[test]
    fn allowed_edges_pass() {
        assert_eq!(
            found(&[
                ("darkslide-gallery-api", "darkslide-jpeg", false),
                ("darkslide-host", "darkslide-embedded", false),
                ("darkslide-queue-client", "aws-sdk-sqs", false),
                ("darkslide", "serde", false),
            ]),
            Vec::<String>::new()
        );
    }

    #[test]
    fn an_adapter_may_be_used_by_a_functions_tests_only() {
        assert!(found(&[("darkslide-order-api", "darkslide-embedded", true)]).is_empty());
        assert_eq!(found(&[("darkslide-order-api", "darkslide-embedded", false)]).len(), 1);
        assert_eq!(found(&[("darkslide-order-api", "darkslide-gallery-api", true)]).len(), 1);
    }

    #[test]
    fn a_crate_without_a_row_is_found() {
        let findings = judge(&["darkslide-new".to_owned()], &[]);
        assert!(findings[0].contains("darkslide-new has no row"), "{findings:?}");
    }

    #[test]
    fn metadata_is_read_with_the_kind_of_each_edge() {
        let metadata = serde_json::json!({"packages": [{"name": "a", "dependencies": [
            {"name": "b", "kind": null}, {"name": "c", "kind": "dev"}]}]});
        let (members, edges) = read(&metadata).unwrap();
        assert_eq!(members, ["a"]);
        assert_eq!(edges[1], Edge { from: "a".into(), to: "c".into(), dev: true });
        assert!(read(&serde_json::json!({})).is_err());
    }
}
