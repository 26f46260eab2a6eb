//! `darkslide lab setup LAB`: what holds, with the defaults, in words.

use domain::{hash::Sha256, text::one_line};
use serde::Serialize;

use super::{
    document::{Asked, IntentName, PrintSetup},
    store, whole,
};
use crate::{AgentError, Context, Exit, catalog::Catalog, labs::pinned::PinnedLab, output};

/// A lab's set-up as the command and the desk show it.
#[derive(Serialize)]
struct Shown {
    lab: domain::id::LabId,
    name: String,
    usual: bool,
    products: Vec<String>,
    /// First the general rows, then each product's that are different.
    rules: Vec<Rules>,
}

#[derive(Serialize)]
struct Rules {
    /// `None`: every product.
    product: Option<String>,
    rows: Vec<(&'static str, String)>,
}

pub fn run(ctx: &Context, catalog: &Catalog, lab: &PinnedLab) -> Result<Exit, AgentError> {
    let shown = shown(catalog, lab)?;
    ctx.out.result(&shown, || text(&shown));
    Ok(Exit::Ok)
}

fn shown(catalog: &Catalog, lab: &PinnedLab) -> Result<Shown, AgentError> {
    let setup = whole(catalog, lab)?;
    let name_of = |sha256: &Sha256| -> Result<String, AgentError> {
        let known = catalog.read(|db| store::profile(db, sha256))?;
        Ok(known.map_or_else(|| "missing".into(), |(name, _)| one_line(&name, 80)))
    };
    let general = setup.of("");
    let mut rules = vec![Rules { product: None, rows: rows(&general, &name_of)? }];
    for (product, asked) in &setup.product {
        let all = rows(&setup.of(product), &name_of)?;
        let rows = all.into_iter().filter(|(key, _)| says(asked, key)).collect();
        rules.push(Rules { product: Some(one_line(product, 60)), rows });
    }
    Ok(Shown {
        lab: lab.lab,
        name: one_line(&lab.name, 120),
        usual: setup.usual == Some(true),
        products: setup.products.unwrap_or_default().into_iter().map(|p| one_line(&p.0, 60)).collect(),
        rules,
    })
}

fn says(asked: &Asked, key: &str) -> bool {
    match key {
        "file" => asked.file.is_some(),
        "profile" => asked.profile.is_some() || asked.intent.is_some(),
        "sharpen" => asked.sharpen.is_some(),
        "border" => asked.border_mm.is_some(),
        "bleed" => asked.bleed_mm.is_some(),
        "back print" => asked.back_print.is_some(),
        _ => false,
    }
}

fn rows(
    setup: &PrintSetup,
    name_of: &impl Fn(&Sha256) -> Result<String, AgentError>,
) -> Result<Vec<(&'static str, String)>, AgentError> {
    let file = if setup.untouched { "the untouched original; the lab cuts it" } else { "rendered" };
    let mut rows = vec![("file", file.to_owned())];
    if !setup.untouched {
        rows.push(match &setup.profile {
            Some((sha256, intent)) => ("profile", format!("{}, {}", name_of(sha256)?, IntentName(*intent))),
            None => ("profile", "sRGB".into()),
        });
        rows.push(("sharpen", setup.sharpen.to_string()));
        rows.push(("border", format!("{} mm", setup.border_mm)));
        rows.push(("bleed", format!("{} mm", setup.bleed_mm)));
    }
    rows.push(("back print", one_line(&setup.back_print.to_string(), 200)));
    let names = setup.file_name.as_ref().map_or_else(|| "the lab's own".into(), ToString::to_string);
    rows.push(("file name", one_line(&names, 200)));
    Ok(rows)
}

fn text(shown: &Shown) -> String {
    let mut out = vec![output::shown(&shown.name)];
    let mut prints = shown.products.clone();
    if shown.usual {
        prints.insert(0, "everything without a lab of its own".into());
    }
    let prints =
        if prints.is_empty() { "nothing yet (`darkslide lab use`)".into() } else { prints.join(", ") };
    out.push(format!("  {:<11} {prints}", "prints"));
    for rules in &shown.rules {
        out.extend(rules.product.as_ref().map(|p| format!("  only {p}:")));
        let indent = if rules.product.is_some() { "    " } else { "  " };
        out.extend(rules.rows.iter().map(|(key, value)| format!("{indent}{key:<11} {value}")));
    }
    out.join("\n")
}
