//! `darkslide gallery look`: the studio's name, colour, logo and cover on a gallery, and how many photos
//! customers may choose. The host keeps them, so every computer of the studio sees the same.

use std::path::Path;

use domain::{
    colour::Colour,
    gallery::{Logo, LogoFormat, MAX_LOGO_BYTES, Settings},
    id::GalleryId,
    text,
};
use queue_client::HostClient;
use serde::Serialize;
use wire::{
    galleries::{GalleryInfo, PutGallery, PutLogo},
    route,
};

use super::{
    at_host::{self, Tell},
    book,
};
use crate::{
    cli::gallery::LookArgs,
    context::Context,
    error::{AgentError, What},
    exit::Exit,
    host::{self, HostWhat},
    output::shown,
    paths, photo,
};

#[derive(Serialize)]
struct Look<'a> {
    gallery: GalleryId,
    welcome: Option<&'a str>,
    #[serde(flatten)]
    settings: &'a Settings,
}

pub async fn run(ctx: &Context, args: &LookArgs) -> Result<Exit, AgentError> {
    let catalog = ctx.catalog()?;
    let mut gallery = book::find(&catalog, &args.gallery)?;
    let client = host::client(ctx)?;
    if let Some(welcome) = &args.welcome {
        let welcome = Some(text::paragraph(welcome, 2_000)).filter(|w| !w.is_empty());
        gallery = book::change(&catalog, gallery.id, |gallery| gallery.set_welcome(welcome))?;
    }
    if gallery.revision == 0 {
        at_host::ensure(&catalog, &client, &mut gallery, Tell::ButOpening).await?;
    }
    let path = route::fill(route::STUDIO_GALLERY, &[&gallery.id]);
    let there: GalleryInfo = client.get(&path).await.host("the host did not show the gallery")?;
    let mut settings = there.settings.clone();
    change(ctx, &client, gallery.id, args, &mut settings).await?;
    let welcome = if args.welcome.is_some() { gallery.welcome.clone() } else { there.welcome.clone() };
    let info = if settings == there.settings && welcome == there.welcome {
        there
    } else {
        let put = PutGallery {
            name: there.name,
            state: there.state,
            welcome,
            price_list: there.price_list,
            expires_at: there.expires_at,
            settings: Some(settings),
            revision: there.revision,
        };
        let info: GalleryInfo =
            client.put(&path, &put).await.host("the host did not take the gallery's look")?;
        book::taken(&catalog, &info)?;
        info
    };
    let look = Look { gallery: info.gallery, welcome: info.welcome.as_deref(), settings: &info.settings };
    ctx.out.result(&look, || words(&info));
    Ok(Exit::Ok)
}

/// Empty text takes a setting away.
async fn change(
    ctx: &Context,
    client: &HostClient,
    gallery: GalleryId,
    args: &LookArgs,
    settings: &mut Settings,
) -> Result<(), AgentError> {
    if let Some(name) = &args.studio_name {
        settings.studio_name = Some(text::one_line(name, 120)).filter(|n| !n.is_empty());
    }
    if let Some(accent) = &args.accent {
        settings.accent = if accent.is_empty() { None } else { Some(colour(ctx, accent)?) };
    }
    if let Some(limit) = args.selection_limit {
        settings.selection_limit = (limit > 0).then_some(limit);
    }
    if let Some(straighten) = args.straighten {
        settings.no_straightening = !straighten;
    }
    if let Some(cover) = &args.cover {
        settings.cover = if cover.is_empty() {
            None
        } else {
            let all = ctx.catalog()?.read(crate::catalog::photos::all)?;
            Some(photo::find(&all, cover)?.id)
        };
    }
    if let Some(file) = &args.logo {
        settings.logo =
            if file.is_empty() { None } else { Some(send_logo(client, gallery, Path::new(file)).await?) };
    }
    Ok(())
}

fn colour(ctx: &Context, written: &str) -> Result<Colour, AgentError> {
    let accent: Colour = written.parse().map_err(|e| {
        AgentError::new("the accent is no colour").why(e).fix("such as --accent '#7a3b2e'").usage()
    })?;
    let tones = accent.tones();
    for (when, tone) in [("in the light", tones.light), ("in the dark", tones.dark)] {
        if tone.fill != accent {
            ctx.out.note(format!(
                "{accent} would hardly be seen on the page {when}; there customers see {}",
                tone.fill
            ));
        }
    }
    Ok(accent)
}

async fn send_logo(client: &HostClient, gallery: GalleryId, file: &Path) -> Result<Logo, AgentError> {
    let name = paths::shown(file);
    let bytes = std::fs::read(file).what(format!("the logo {name} cannot be read"))?;
    let refused = |why: String| {
        AgentError::new(format!("{name} cannot be the logo"))
            .why(why)
            .fix("save it as PNG or JPEG, about 600 pixels wide")
    };
    let format = LogoFormat::of(&bytes).ok_or_else(|| refused("it is neither PNG nor JPEG".into()))?;
    if bytes.len() > MAX_LOGO_BYTES {
        return Err(refused(format!(
            "it has {} kB; at most {} are taken",
            bytes.len() / 1024,
            MAX_LOGO_BYTES / 1024
        )));
    }
    let probed = darkslide_image::probe(&bytes, &darkslide_image::Limits::default())
        .map_err(|e| refused(e.to_string()))?;
    let put = PutLogo { format, width: probed.upright.width, height: probed.upright.height, bytes };
    let path = route::fill(route::STUDIO_LOGO, &[&gallery]);
    client.put(&path, &put).await.host("the host did not take the logo")
}

fn words(info: &GalleryInfo) -> String {
    let s = &info.settings;
    let or_none = |text: Option<String>| text.unwrap_or_else(|| "–".to_owned());
    let rows = [
        ("studio name", or_none(s.studio_name.as_deref().map(shown))),
        ("accent", or_none(s.accent.map(|a| a.to_string()))),
        ("logo", or_none(s.logo.map(|l| format!("{} × {} pixels", l.width, l.height)))),
        ("cover", or_none(s.cover.map(|c| c.to_string()))),
        ("welcome", or_none(info.welcome.as_deref().map(shown))),
        ("selection limit", or_none(s.selection_limit.map(|l| l.to_string()))),
        ("straightening", if s.no_straightening { "off" } else { "on" }.to_owned()),
    ];
    rows.map(|(name, value)| format!("{name:<16} {value}")).join("\n")
}
