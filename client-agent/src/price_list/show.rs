//! `darkslide pricelist show`: one list as customers pay it, or the names of all.

use domain::money::Money;
use serde::Serialize;
use wire::galleries::PriceListDocument;

use super::{
    cells,
    store::{self, Stored},
};
use crate::{
    context::Context,
    error::AgentError,
    exit::Exit,
    output::{count, shown},
};

#[derive(Serialize)]
struct Shown<'a> {
    list: domain::id::PriceListId,
    version: u32,
    at_host: bool,
    #[serde(flatten)]
    document: &'a PriceListDocument,
}

pub fn run(ctx: &Context, name: Option<&str>) -> Result<Exit, AgentError> {
    let catalog = ctx.catalog()?;
    let lists = match name {
        Some(name) => vec![store::newest(&catalog, name)?],
        None => store::newest_of_all(&catalog)?,
    };
    if lists.is_empty() {
        ctx.out.say("no price list yet; import one: `darkslide pricelist import FILE.toml`");
    }
    for list in &lists {
        let Stored { id, version, document, sent } = list;
        ctx.out.result(&Shown { list: *id, version: *version, at_host: *sent, document }, || {
            text(list, name.is_some())
        });
    }
    Ok(Exit::Ok)
}

fn text(list: &Stored, whole: bool) -> String {
    let document = &list.document;
    let money = |minor| Money::new(minor, document.currency).to_string();
    let head = format!(
        "{} (version {}): {}",
        shown(&document.name),
        list.version,
        count(document.products.len(), "product")
    );
    if !whole {
        return head;
    }
    let mut lines = vec![head];
    for product in &document.products {
        lines.push(format!(
            "  {:<24} {:<30} {:>12}",
            product.id,
            shown(&product.name),
            money(product.price_minor)
        ));
        for step in &product.breaks {
            lines.push(format!(
                "  {:<24} {:<30} {:>12}",
                "",
                format!("from {}", step.from),
                money(step.price_minor)
            ));
        }
        for group in &product.group_prices {
            let named = format!("price group {}", shown(&group.group));
            lines.push(format!("  {:<24} {named:<30} {:>12}", "", money(group.price_minor)));
        }
    }
    lines.extend(terms(document, &money));
    lines.join("\n")
}

/// Everything an order may cost besides its products.
fn terms(document: &PriceListDocument, money: &impl Fn(i64) -> String) -> Vec<String> {
    let shipping = &document.shipping;
    let mut post = shipping.flat_minor.map_or("no shipping".into(), |m| format!("shipping {}", money(m)));
    for class in &shipping.classes {
        post.push_str(&format!(", {} {}", shown(&class.name), money(class.minor)));
    }
    if let Some(from) = shipping.free_from_minor {
        post.push_str(&format!(", free from {}", money(from)));
    }
    if !shipping.countries.is_empty() {
        post.push_str(&format!(", only to {}", shipping.countries.join(" ")));
    }
    let pick_up = if shipping.pick_up { "pick-up" } else { "no pick-up" };
    let mut lines = vec![format!("  {post}, {pick_up}, smallest order {}", money(document.minimum_minor))];
    if let Some(school) = &shipping.school {
        let until = school.until.map(|u| format!(" until {}", cells::instant(u))).unwrap_or_default();
        lines.push(format!("  delivery at school {}{until}", money(school.minor)));
    }
    if let Some(fee) = &document.late_fee {
        lines.push(format!("  late fee {} after {}", money(fee.minor), cells::instant(fee.after)));
    }
    for rule in &document.tax.rules {
        let place = match &rule.country {
            Some(country) if rule.regions.is_empty() => country.clone(),
            Some(country) => format!("{country} {}", rule.regions.join("/")),
            None => "everywhere else".into(),
        };
        let how = if rule.inclusive { "in the prices" } else { "added" };
        lines.push(format!("  {} {} % {how}, {place}", shown(&rule.name), cells::percent(rule.basis_points)));
    }
    for discount in &document.discounts {
        let uses = discount.uses.map_or("any number of times".into(), |n| count(n as usize, "order"));
        lines.push(format!("  code {}: {} off, {uses}", discount.code, discount.words(document.currency)));
    }
    lines
}
