//! `darkslide gallery unpublish`: takes photos out, or closes the gallery. Open orders live on.

use std::collections::BTreeSet;

use domain::{gallery::GalleryState, id::PhotoId};
use serde::Serialize;

use super::{
    at_host::{self, Tell},
    book, publish,
};
use crate::{
    catalog::photos, cli::gallery::UnpublishArgs, context::Context, error::AgentError, exit::Exit, host,
    output::shown, photo, selection::Selection,
};

#[derive(Serialize)]
struct Closed<'a> {
    gallery: &'a str,
    state: &'static str,
}

pub async fn run(ctx: &Context, args: &UnpublishArgs) -> Result<Exit, AgentError> {
    let catalog = ctx.catalog()?;
    let mut gallery = book::find(&catalog, &args.gallery)?;
    if args.photos.is_empty() {
        let question = format!("Customers will not see {:?} any more. Close it?", shown(&gallery.name));
        if !ctx.confirm(&question)? {
            return Err(AgentError::new("the gallery stays open"));
        }
        gallery = book::change(&catalog, gallery.id, |gallery| gallery.set_state(GalleryState::Closed))?;
        if gallery.revision > 0 {
            at_host::ensure(&catalog, &host::client(ctx)?, &mut gallery, Tell::All).await?;
        }
        ctx.out.result(&Closed { gallery: &gallery.name, state: "closed" }, || {
            format!(
                "{} is closed; its open orders go on. Open it again: `darkslide gallery publish {:?} --open`",
                shown(&gallery.name),
                gallery.name
            )
        });
        return Ok(Exit::Ok);
    }
    let all = catalog.read(photos::all)?;
    // What is in the gallery, or was before it was taken out.
    let whole = Selection { except: Vec::new(), ..gallery.selection.clone() };
    let mut named: BTreeSet<PhotoId> = BTreeSet::new();
    for wanted in &args.photos {
        named.insert(photo::find_rather(&all, wanted, |photo| whole.matches(photo))?.id);
    }
    gallery = book::change(&catalog, gallery.id, |gallery| {
        let except = &mut gallery.selection.except;
        except.retain(|photo| !named.contains(photo));
        if !args.undo {
            except.extend(named);
        }
        except.sort();
    })?;
    let report = publish::publish(ctx, &catalog, gallery, false).await?;
    ctx.out.result(&report, || report.text());
    Ok(report.exit())
}
