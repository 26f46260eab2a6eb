//! `darkslide pricelist show`: one list as customers pay it, or the names of all.

use domain::money::Money;
use serde::Serialize;

use super::store::{self, Stored};
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
    document: &'a wire::galleries::PriceListDocument,
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
    let shipping =
        document.shipping.flat_minor.map_or("no shipping".into(), |m| format!("shipping {}", money(m)));
    let pick_up = if document.shipping.pick_up { "pick-up" } else { "no pick-up" };
    lines.push(format!("  {shipping}, {pick_up}, smallest order {}", money(document.minimum_minor)));
    lines.join("\n")
}
