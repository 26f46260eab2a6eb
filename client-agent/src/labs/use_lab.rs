//! `darkslide lab use NAME [--product P]`: who prints from now on.

use domain::text::one_line;

use super::{
    pinned::{self, PinnedLab},
    routes,
};
use crate::{AgentError, Context, Exit, catalog::Catalog, output::shown};

pub async fn run(ctx: &Context, name: &str, product: Option<&str>) -> Result<Exit, AgentError> {
    let catalog = ctx.catalog()?;
    let lab = find(&catalog, name)?;
    let product = product.map(str::trim).filter(|p| !p.is_empty());
    catalog.read(|db| routes::set(db, product, lab.lab))?;
    let value = serde_json::json!({ "lab": lab.lab, "name": lab.name, "product": product });
    ctx.out.result(&value, || match product {
        Some(product) => format!("{} goes to {}", shown(product), shown(&lab.name)),
        None => format!("prints go to {}", shown(&lab.name)),
    });
    Ok(Exit::Ok)
}

/// A lab by its id, its name, or the beginning of its name when that is enough.
pub fn find(catalog: &Catalog, name: &str) -> Result<PinnedLab, AgentError> {
    let labs = catalog.read(pinned::all)?;
    let wanted = name.trim().to_lowercase();
    let exact = |l: &&PinnedLab| l.name.to_lowercase() == wanted || l.lab.to_string() == wanted;
    let mut found: Vec<&PinnedLab> = labs.iter().filter(exact).collect();
    if found.is_empty() && !wanted.is_empty() {
        found = labs.iter().filter(|l| l.name.to_lowercase().starts_with(&wanted)).collect();
    }
    let list = |labs: &[&PinnedLab]| {
        labs.iter().map(|l| format!("{} ({})", one_line(&l.name, 60), l.lab)).collect::<Vec<_>>().join(", ")
    };
    match found.as_slice() {
        [lab] => Ok((*lab).clone()),
        [] if labs.is_empty() => Err(AgentError::new("no lab is paired with this studio yet").fix(
            "ask the lab for its pairing code (`darkslide-lab pair`), then run `darkslide lab pair CODE`",
        )),
        [] => Err(AgentError::new(format!("no paired lab is called {:?}", one_line(name, 60)))
            .why(format!("paired are: {}", list(&labs.iter().collect::<Vec<_>>())))
            .fix("name one of these, or pair another one with `darkslide lab pair CODE`")),
        several => Err(AgentError::new(format!("{:?} may mean several labs", one_line(name, 60)))
            .why(list(several))
            .fix("give the whole name or the id")),
    }
}
