//! A function on AWS is linked with the adapters its main.rs asks for: with each it uses, and with none besides.
//!
//! One that is missing refuses when it is asked, which no test of the function on one machine would see.

use anyhow::{Result, bail};

use crate::{Findings, tree};

/// (what main.rs asks for, what uses it).
const ADAPTERS: &[(&str, &[&str])] = &[
    // Erasing a gallery's photos notes it among the objects.
    ("with_objects", &[".blobs", ".grants", ".photos.erase("]),
    ("with_queues", &[".queues"]),
    ("with_edge", &[".edge"]),
];
const ALL: &str = "with_all";
/// Every HTTP function calls what is in there.
const SHARED: &str = "crates/http-edge/src/";

pub fn check() -> Result<Findings> {
    let files = tree::sources(&["rs"])?;
    let text = |folder: &str| -> String {
        files.iter().filter(|f| f.path.starts_with(folder)).map(|f| code(&f.text)).collect()
    };
    let mut findings = Findings::new();
    let mut functions = 0;
    for main in files.iter().filter(|f| f.path.starts_with("functions/") && f.path.ends_with("/src/main.rs"))
    {
        if !main.text.contains("darkslide_aws::connect(") {
            continue;
        }
        functions += 1;
        let folder = main.path.trim_end_matches("main.rs");
        let shared = if main.text.contains("lambda_edge::serve(") { text(SHARED) } else { String::new() };
        findings.extend(judge(&main.path, &main.text, &(text(folder) + &shared)));
    }
    if functions == 0 {
        bail!("no function asks for its adapters with darkslide_aws::connect; this check looks for nothing");
    }
    Ok(findings)
}

/// Without comments and line breaks, so that a chain of calls is found however it is broken.
fn code(text: &str) -> String {
    let lines = text.lines().map(str::trim).filter(|line| !line.starts_with("//"));
    lines.collect::<String>() + "\n"
}

fn judge(path: &str, main: &str, code: &str) -> Findings {
    let mut findings = Findings::new();
    for (asked_for, uses) in ADAPTERS {
        let asks = [asked_for, &ALL].iter().any(|name| main.contains(&format!(".{name}()")));
        let used = uses.iter().find(|name| has(code, name));
        match (asks, used) {
            (false, Some(used)) => findings.push(format!(
                "{path} is linked without what {used} needs; it has to ask for .{asked_for}() after connect"
            )),
            (true, None) => findings.push(format!(
                "{path} is linked with what nothing in it uses; leave .{asked_for}() out (or name what is used instead of .{ALL}())"
            )),
            _ => {}
        }
    }
    findings
}

/// Whether the name is there as a whole word.
fn has(code: &str, name: &str) -> bool {
    let ends =
        |rest: &str| name.ends_with('(') || !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_');
    code.match_indices(name).any(|(at, _)| ends(&code[at + name.len()..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(asks: &str, uses: &str) -> Findings {
        judge("main.rs", &format!("darkslide_aws::connect(settings).await?{asks}"), &code(uses))
    }

    #[test]
    fn what_is_used_has_to_be_asked_for_and_nothing_else() {
        assert!(found("", "ports.orders.order(id)").is_empty());
        assert!(found(".with_queues()", "ports\n    .queues\n    .send(queue, body)").is_empty());
        assert!(found("", "// ports.queues.send\nports.edged").is_empty());
        assert_eq!(found("", "ports.queues.send(queue, body)").len(), 1);
        assert_eq!(found("", "ports.photos.erase(gallery)").len(), 1);
        assert_eq!(found("", "ports.photos.erased").len(), 0);
        assert_eq!(found(".with_edge()", "ports.blobs.get(key)").len(), 2);
        assert!(found(".with_all()", "p.grants.put(g); p.queues.send(q); p.edge.forget(g)").is_empty());
        let wrong = found(".with_all()", "p.grants.put(g); p.edge.forget(g)");
        assert_eq!(wrong.len(), 1);
        assert!(wrong[0].contains("with_queues"), "{wrong:?}");
    }
}
