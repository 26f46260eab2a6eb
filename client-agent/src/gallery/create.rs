//! `darkslide gallery create`: a gallery and its selection on this computer. The host learns of it at publish.

use domain::{gallery::GalleryState, id::GalleryId, text};
use serde::Serialize;

use super::book::{self, Decided, Gallery, state_text};
use crate::{
    cli::gallery::CreateArgs,
    clock,
    context::Context,
    error::AgentError,
    exit::Exit,
    output::{count, shown},
    price_list, scan,
    selection::{Selection, nothing_matched},
};

#[derive(Serialize)]
struct Created<'a> {
    gallery: GalleryId,
    name: &'a str,
    state: &'static str,
    photos: usize,
    price_list: Option<wire::galleries::PriceListRef>,
}

pub fn run(ctx: &Context, args: &CreateArgs) -> Result<Exit, AgentError> {
    let catalog = ctx.catalog()?;
    let name = text::one_line(&args.name, 120);
    if name.is_empty() {
        return Err(AgentError::new("the gallery has no name")
            .fix(
                "give it the name customers shall read: `darkslide gallery create \"Anna & Ben\" --from DIR`",
            )
            .usage());
    }
    if let Some(there) =
        book::all(&catalog)?.into_iter().find(|g| g.name.to_lowercase() == name.to_lowercase())
    {
        return Err(AgentError::new(format!("there is a gallery {:?} already", there.name))
            .why(format!("it is {}", there.id))
            .fix(format!("publish more into it: `darkslide gallery publish {:?} --from DIR`", there.name)));
    }
    let price_list = match &args.price_list {
        Some(list) => Some(price_list::store::newest(&catalog, list)?.reference()),
        None => None,
    };
    let expires_at = args.expires.as_deref().map(last_day).transpose()?;
    let mut exit = Exit::Ok;
    for report in scan::folders(ctx, &catalog, &args.selection.from)? {
        if report.offline || report.stopped || !report.unreadable.is_empty() {
            exit = Exit::Partly;
        }
        for one in &report.unreadable {
            ctx.out.note(format!("cannot read {}: {}", one.file, one.reason));
        }
    }
    let selection = Selection::from_args(&catalog, &args.selection)?;
    let photos = if selection.is_empty() { Vec::new() } else { selection.photos(&catalog)? };
    if photos.is_empty() && !selection.is_empty() {
        let all = catalog.read(crate::catalog::photos::all)?;
        return Err(nothing_matched(&selection, &all, &format!("darkslide gallery create {name:?}")));
    }
    let gallery = Gallery {
        id: GalleryId::from_bytes(clock::random()),
        name,
        welcome: args.welcome.as_deref().map(|w| text::paragraph(w, 2000)).filter(|w| !w.is_empty()),
        state: if args.draft { GalleryState::Draft } else { GalleryState::Open },
        expires_at,
        price_list,
        selection,
        revision: 0,
        decided: Decided { welcome: true, state: true, price_list: true },
    };
    book::keep(&catalog, &gallery)?;
    let created = Created {
        gallery: gallery.id,
        name: &gallery.name,
        state: state_text(gallery.state),
        photos: photos.len(),
        price_list,
    };
    ctx.out.result(&created, || {
        format!(
            "gallery {:?}: {} selected\nnext: `darkslide gallery publish {:?}`, then `darkslide gallery share {:?}`",
            shown(&gallery.name),
            count(photos.len(), "photo"),
            gallery.name,
            gallery.name,
        )
    });
    Ok(exit)
}

/// The end of a day, in the time zone of this computer.
fn last_day(text: &str) -> Result<i64, AgentError> {
    let parsed = text.parse::<jiff::civil::Date>();
    let end =
        parsed.and_then(|day| day.tomorrow()).and_then(|next| next.to_zoned(jiff::tz::TimeZone::system()));
    let end = end.map_err(|e| {
        AgentError::new(format!("{:?} is no day", shown(text)))
            .why(e)
            .fix("write it as year-month-day: --expires 2027-01-31")
            .usage()
    })?;
    let at = end.timestamp().as_millisecond();
    if at <= clock::now().0 {
        return Err(AgentError::new(format!("{text} is over")).fix("give a later day, or none").usage());
    }
    Ok(at)
}
