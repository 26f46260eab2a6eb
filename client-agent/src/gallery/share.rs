//! `darkslide gallery share`: the codes of a gallery, to read out, to scan, to print on cards.

use std::io::IsTerminal;

use domain::id::SubjectId;
use qrcode::{EcLevel, QrCode, render::unicode::Dense1x2};
use serde::Serialize;
use wire::{enrol::Account, route};

use super::{
    at_host::{self, Tell},
    book,
    cards::{self, Card},
    codes::{self, Code},
    roster::{self, Subject},
};
use crate::{
    cli::gallery::ShareArgs,
    context::Context,
    error::{AgentError, What},
    exit::Exit,
    host::{self, HostWhat},
    init::write_whole,
    output::{count, shown},
};

#[derive(Serialize)]
struct Shared {
    gallery: domain::id::GalleryId,
    code: String,
    /// Opens the gallery without typing; the code is in the fragment, which no server logs.
    link: String,
    address: String,
    subjects: Vec<String>,
}

pub async fn run(ctx: &Context, args: &ShareArgs) -> Result<Exit, AgentError> {
    let catalog = ctx.catalog()?;
    let mut gallery = book::find(&catalog, &args.gallery)?;
    let client = host::client(ctx)?;
    let account: Account =
        client.get(route::STUDIO_ACCOUNT).await.host("the host did not say its address")?;
    if gallery.revision == 0 {
        at_host::ensure(&catalog, &client, &mut gallery, Tell::ButOpening).await?;
    }
    let people = roster::all(&catalog)?;
    let scopes = match args.there {
        true => codes::of(&catalog, gallery.id)?.into_iter().map(|c| c.subjects).collect(),
        false => scopes(args, &catalog, &people)?,
    };
    let everybody: Vec<SubjectId> = scopes.iter().flatten().copied().collect();
    at_host::ensure_subjects(&catalog, &client, &gallery, &everybody).await?;

    let site = account.site.trim_end_matches('/').to_owned();
    let mut shared = Vec::new();
    for scope in &scopes {
        let code = codes::get(&catalog, gallery.id, scope, args.new)?;
        codes::send(&catalog, &client, gallery.id, &code).await?;
        shared.push(one(&gallery, &site, &code, &people));
    }
    for one in &shared {
        ctx.out.result(one, || text(one, args.no_qr || args.all_subjects));
    }
    if let Some(path) = &args.cards {
        let cards: Vec<Card> = shared.iter().map(|s| card(&account.studio_name, &gallery.name, s)).collect();
        write_whole(path, &cards::sheet(&cards))
            .what(format!("the cards {} cannot be written", crate::paths::shown(path)))
            .map_err(|e| e.fix("choose a folder you may write to: --cards FILE.pdf"))?;
        ctx.out.note(format!("{} in {}", count(cards.len(), "card"), crate::paths::shown(path)));
    }
    Ok(Exit::Ok)
}

/// Whom each code is for; an empty list is the whole gallery.
fn scopes(
    args: &ShareArgs,
    catalog: &crate::catalog::Catalog,
    people: &[Subject],
) -> Result<Vec<Vec<SubjectId>>, AgentError> {
    if args.all_subjects {
        if people.is_empty() {
            return Err(AgentError::new("there is nobody to make codes for").why("the roster is empty").fix(
                "import one with the columns file, subject, group: `darkslide import-metadata FILE.csv`",
            ));
        }
        return Ok(people.iter().map(|s| vec![s.id]).collect());
    }
    let mut ids = Vec::new();
    for name in &args.subject {
        let found = roster::find(catalog, name)?;
        // Two children of one name must never share a code by accident.
        if let [first, second, ..] = found.as_slice() {
            return Err(AgentError::new(format!(
                "{} people on the roster are called {:?}",
                found.len(),
                shown(name)
            ))
            .why(format!("one is in {:?}, another in {:?}", shown(&first.class), shown(&second.class)))
            .fix(format!("say which: --subject {:?}", format!("{name}/{}", first.class))));
        }
        ids.extend(found.into_iter().map(|s| s.id));
    }
    Ok(vec![ids])
}

fn one(gallery: &book::Gallery, site: &str, code: &Code, people: &[Subject]) -> Shared {
    let names = code.subjects.iter().filter_map(|id| people.iter().find(|s| s.id == *id));
    Shared {
        gallery: gallery.id,
        code: code.code.to_string(),
        link: format!("{site}/#{}", code.code.compact()),
        address: site.to_owned(),
        subjects: names.map(|s| s.name.clone()).collect(),
    }
}

fn card(studio: &str, gallery: &str, shared: &Shared) -> Card {
    Card {
        studio: studio.to_owned(),
        gallery: gallery.to_owned(),
        names: shared.subjects.join(", "),
        code: shared.code.clone(),
        address: shared.address.clone(),
        link: shared.link.clone(),
    }
}

fn text(shared: &Shared, no_qr: bool) -> String {
    let who = match shared.subjects.as_slice() {
        [] => "the whole gallery".to_owned(),
        names => shown(&names.join(", ")),
    };
    let mut text = format!("{}  {who}\n  {}", shared.code, shared.link);
    if !no_qr && let Some(code) = qr(&shared.link) {
        text.push('\n');
        text.push_str(&code);
    }
    text
}

/// Black on white whatever the terminal's colours, because phones read inverted codes badly. In a pipe there
/// are no colours, and blocks are dark as on paper.
pub fn qr(link: &str) -> Option<String> {
    let code = QrCode::with_error_correction_level(link, EcLevel::M).ok()?;
    let drawn = code.render::<Dense1x2>().dark_color(Dense1x2::Dark).light_color(Dense1x2::Light).build();
    if !std::io::stdout().is_terminal() {
        return Some(drawn);
    }
    Some(drawn.lines().map(|line| format!("\x1b[30;107m{line}\x1b[0m")).collect::<Vec<_>>().join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_square_holds_the_link() {
        let drawn = qr("http://127.0.0.1:8460/#0123456789AB").unwrap();
        // Version 3 is 29 modules, with 4 of quiet zone on each side, two modules a line.
        assert_eq!(drawn.lines().count(), 37usize.div_ceil(2));
        assert!(drawn.lines().all(|l| l.chars().count() == 37));
        assert!(drawn.lines().nth(2).unwrap().starts_with("    █▀▀▀▀▀█ "));
    }
}
