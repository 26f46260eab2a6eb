//! `darkslide custody ORDER`: what became of every print, step by step, each step signed by who did it.
//!
//! Verified from this computer's catalog alone; the host is only asked for newer reports, and believed in nothing.

mod again;
mod chain;
mod document;
#[cfg(test)]
mod tests;

use std::path::Path;

use domain::{studio::PublicKey, text::one_line};
use serde::Serialize;
use wire::manifest::Recipe;

use self::{
    again::Again,
    chain::{Chain, Print},
    document::Document,
};
use crate::{
    AgentError, Context, Exit,
    cli::orders::CustodyArgs,
    error::What,
    orders::{Desk, day},
    paths,
};

#[derive(Serialize)]
struct Shown<'a> {
    number: &'a str,
    studio: String,
    studio_key: PublicKey,
    labs: Vec<(String, PublicKey)>,
    #[serde(flatten)]
    chain: &'a Chain,
    again: &'a [Again],
}

pub async fn run(ctx: &Context, args: CustodyArgs) -> Result<Exit, AgentError> {
    if let Some(file) = &args.verify {
        let path = paths::shown(file);
        let bytes = std::fs::read(file).what(format!("{path} cannot be read"))?;
        let document = Document::parse(&bytes)?;
        let chain = chain::verify(&document);
        return Ok(show(ctx, &document, &chain, &[]));
    }
    let typed = args.order.as_deref().ok_or_else(|| {
        AgentError::new("which order?").fix("`darkslide custody ORDER`, or `--verify FILE`").usage()
    })?;
    let desk = Desk::open(ctx)?;
    let id = desk.find(typed).await?;
    if let Err(error) = desk.fetch(id).await {
        tracing::info!("no newer reports: {error}");
        ctx.out.note("the host was not asked for newer reports: it does not answer");
    }
    let document = desk.catalog.read(|db| Document::of(db, &desk.account, id))?.ok_or_else(|| {
        AgentError::new(format!("order {} never came to this computer", id.number()))
            .fix("run it on the computer that holds the pictures")
    })?;
    let chain = chain::verify(&document);
    if let Some(file) = &args.export {
        return export(ctx, &document, file);
    }
    let mut again = Vec::new();
    if args.render {
        for print in &chain.prints {
            again.push(again::make(&desk, print).await?);
        }
    }
    Ok(show(ctx, &document, &chain, &again))
}

fn export(ctx: &Context, document: &Document, file: &Path) -> Result<Exit, AgentError> {
    let path = paths::shown(file);
    let bytes = serde_json::to_vec_pretty(document).what("the chain could not be written")?;
    std::fs::write(file, bytes)
        .what(format!("{path} cannot be written"))
        .map_err(|e| e.fix("choose a file in a folder that exists and that you may write to"))?;
    let value = serde_json::json!({ "number": document.number, "file": path });
    ctx.out
        .result(&value, || format!("written to {path}; who has it runs `darkslide custody --verify FILE`"));
    Ok(Exit::Ok)
}

fn show(ctx: &Context, document: &Document, chain: &Chain, again: &[Again]) -> Exit {
    let shown = Shown {
        number: &document.number,
        studio: one_line(&document.studio_name, 120),
        studio_key: document.studio_key,
        labs: labs(document, chain),
        chain,
        again,
    };
    ctx.out.result(&shown, || text(&shown));
    let holds = chain.faults.is_empty() && again.iter().all(|a| a.same);
    if holds { Exit::Ok } else { Exit::Partly }
}

/// Those that had something to do with it.
fn labs(document: &Document, chain: &Chain) -> Vec<(String, PublicKey)> {
    let used = |lab: &&document::Lab| chain.prints.iter().any(|p| p.lab == lab.lab);
    document.labs.iter().filter(used).map(|l| (one_line(&l.name, 60), l.key)).collect()
}

fn text(shown: &Shown<'_>) -> String {
    let mut out = vec![format!("order {}", shown.number)];
    if shown.chain.prints.is_empty() {
        out.push("nothing was sent from this computer yet".into());
    }
    for print in &shown.chain.prints {
        out.extend(print_text(print));
        let made = |a: &&Again| (a.line, a.picture, a.attempt) == (print.line, print.picture, print.attempt);
        out.extend(shown.again.iter().find(made).map(|a| format!("      made again {}", a.found)));
    }
    out.push("held to these keys (compare them with whoever they belong to):".into());
    out.push(format!("  {}  {}", shown.studio_key, shown.studio));
    out.extend(shown.labs.iter().map(|(name, key)| format!("  {key}  {name}")));
    match shown.chain.faults.as_slice() {
        [] => out.push("every signature holds".into()),
        faults => out.extend(faults.iter().map(|f| format!("DOES NOT HOLD: {f}"))),
    }
    out.join("\n")
}

fn print_text(print: &Print) -> Vec<String> {
    let attempt = if print.attempt > 1 { format!(", attempt {}", print.attempt) } else { String::new() };
    let step = |name: &str, text: String| format!("      {name:<10} {text}");
    let reached = |at: Option<i64>| match at {
        Some(at) if print.without_hash => format!("{} (the lab did not name the file)", day(at)),
        Some(at) => format!("{}, signed by {}", day(at), print.lab_name),
        None => "not yet".into(),
    };
    let recipe = match &print.recipe {
        Some(Recipe::Untouched) => "untouched".into(),
        Some(Recipe::Rendered(made)) => {
            let profile = made
                .profile
                .as_ref()
                .map_or("sRGB".into(), |p| format!("profile {}", short(&p.sha256.hex())));
            format!(
                "{} × {} pixels at {} ppi, {profile}, by {}",
                made.width,
                made.height,
                made.ppi,
                one_line(&made.program, 40)
            )
        }
        None => "not kept".into(),
    };
    vec![
        format!(
            "  line {}, picture {}{attempt}: {} to {}",
            print.line, print.picture, print.file_name, print.lab_name
        ),
        step("original", short(&print.original.hex())),
        step("recipe", recipe),
        step(
            "sent",
            format!("{} on {}, signed by the studio", short(&print.file.hex()), day(print.signed_at)),
        ),
        step("received", reached(print.received_at)),
        step("printed", reached(print.printed_at)),
        step("shipped", reached(print.shipped_at)),
    ]
}

fn short(hex: &str) -> String {
    hex.chars().take(16).collect()
}
