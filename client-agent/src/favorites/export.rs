//! `darkslide favorites export`: a list as text for a search field, or as XMP sidecars in a folder.
//!
//! Originals and what lies beside them are the photographer's: a sidecar goes there only when asked to, and
//! never over one that is there.

use std::{collections::HashMap, path::PathBuf};

use domain::id::PhotoId;
use serde::Serialize;
use wire::lists::{SubmittedList, SubmittedPhoto};

use super::{fetch, names, sidecar};
use crate::{
    catalog::{Catalog, photos},
    cli::favorites::{ExportArgs, Format},
    context::Context,
    error::{AgentError, What},
    exit::Exit,
    gallery::book,
    init::write_whole,
    output::{count, shown},
    paths,
};

#[derive(Serialize)]
struct Exported<'a> {
    list: &'a str,
    customer: &'a str,
    photos: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    names: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    files: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    left: Vec<String>,
}

pub async fn run(ctx: &Context, args: &ExportArgs) -> Result<Exit, AgentError> {
    if args.format == Format::Xmp && args.to.is_none() && !args.beside_originals {
        return Err(AgentError::new("it is not said where the sidecars shall go")
            .fix("name a folder with --to DIR, or ask for --beside-originals")
            .usage());
    }
    let catalog = ctx.catalog()?;
    let gallery = book::find(&catalog, &args.gallery)?;
    let lists = fetch(ctx, &gallery).await?;
    let list = choose(&lists, args.list.as_deref(), &gallery.name)?;
    if args.format == Format::Xmp {
        return sidecars(ctx, &catalog, list, args);
    }
    let names: Vec<String> =
        list.photos.iter().map(|p| names::searched(&p.file_name, args.extensions)).collect();
    let (text, cut) = names::joined(&names, args.format);
    for name in cut {
        ctx.out.note(format!("{name:?} would be read as several names; search for it by hand"));
    }
    let result = Exported {
        list: &list.name,
        customer: &list.customer,
        photos: list.photos.len(),
        names: Some(&text),
        files: Vec::new(),
        left: Vec::new(),
    };
    ctx.out.result(&result, || text.clone());
    Ok(Exit::Ok)
}

/// By its name, its customer's, or "customer/name"; the only one when none is named.
fn choose<'a>(
    lists: &'a [SubmittedList],
    wanted: Option<&str>,
    gallery: &str,
) -> Result<&'a SubmittedList, AgentError> {
    let same = |a: &str, b: &str| a.trim().to_lowercase() == b.trim().to_lowercase();
    let is_meant = |l: &&SubmittedList| {
        wanted.is_none_or(|w| {
            same(w, &l.name) || same(w, &l.customer) || same(w, &format!("{}/{}", l.customer, l.name))
        })
    };
    let meant: Vec<_> = lists.iter().filter(is_meant).collect();
    if let [one] = meant.as_slice() {
        return Ok(one);
    }
    let called = |l: &SubmittedList| format!("{:?}", format!("{}/{}", shown(&l.customer), shown(&l.name)));
    let there: Vec<String> = lists.iter().take(12).map(called).collect();
    let what = match (wanted, meant.is_empty()) {
        (None, true) => {
            return Err(AgentError::new(format!("nobody has sent a list from {:?} yet", shown(gallery)))
                .fix("customers send one with “Send to the studio” above their favourites"));
        }
        (Some(wanted), true) => format!("there is no list {:?}", shown(wanted)),
        (_, false) => format!("{} lists are meant", meant.len()),
    };
    Err(AgentError::new(what)
        .why(format!("there are: {}", there.join(", ")))
        .fix("name one as customer/list: --list \"Ada/Favourites\""))
}

fn sidecars(
    ctx: &Context,
    catalog: &Catalog,
    list: &SubmittedList,
    args: &ExportArgs,
) -> Result<Exit, AgentError> {
    let mut originals: HashMap<PhotoId, PathBuf> = HashMap::new();
    if args.beside_originals {
        for photo in catalog.read(photos::all)? {
            if let Some(place) = photo.places.iter().find(|p| !p.offline) {
                originals.insert(photo.id, paths::from_bytes(&place.path));
            }
        }
    }
    if let Some(folder) = &args.to {
        std::fs::create_dir_all(folder)
            .what(format!("the folder {} cannot be made", paths::shown(folder)))?;
    }
    let (mut files, mut left) = (Vec::new(), Vec::new());
    for photo in &list.photos {
        match write(photo, args, &originals) {
            Ok(path) => files.push(paths::shown(&path)),
            Err(why) => left.push(why),
        }
    }
    let result = Exported {
        list: &list.name,
        customer: &list.customer,
        photos: list.photos.len(),
        names: None,
        files,
        left,
    };
    for why in &result.left {
        ctx.out.note(why);
    }
    ctx.out.result(&result, || format!("{} written", count(result.files.len(), "sidecar")));
    Ok(if result.left.is_empty() { Exit::Ok } else { Exit::Partly })
}

fn write(
    photo: &SubmittedPhoto,
    args: &ExportArgs,
    originals: &HashMap<PhotoId, PathBuf>,
) -> Result<PathBuf, String> {
    let name = shown(&photo.file_name);
    let path = match &args.to {
        Some(folder) => folder.join(sidecar::file_name(&names::searched(&photo.file_name, false))),
        None => originals
            .get(&photo.photo)
            .map(|p| p.with_extension("xmp"))
            .ok_or_else(|| format!("{name}: its original is not within reach of this computer"))?,
    };
    if path.exists() {
        return Err(format!("{name}: {} is there already and was left alone", paths::shown(&path)));
    }
    let text = sidecar::xmp(args.rating, photo.note.as_deref());
    write_whole(&path, text.as_bytes())
        .map_err(|e| format!("{name}: {} cannot be written: {e}", paths::shown(&path)))?;
    Ok(path)
}
