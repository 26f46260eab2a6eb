//! Creates or changes a gallery, on the revision the agent last saw.

use axum::{Json as Answered, extract::State};
use domain::{
    Millis,
    gallery::{Gallery, GalleryState, Settings},
    id::GalleryId,
    mail::{About, Mail},
    object_key,
    text::{one_line, paragraph},
};
use http_edge::{Answer, Json, Refusal};
use ports::Ports;
use wire::{
    device::WAITING,
    galleries::{GalleryInfo, PriceListRef, PutGallery},
};

use crate::{access::MachineCaller, request::Segments, views::gallery_info};

const MAX_NAME: usize = 120;
const MAX_WELCOME: usize = 2_000;
const MAX_SELECTION: u32 = 1_000;

pub async fn handle(
    State(ports): State<Ports>,
    caller: MachineCaller,
    Segments(id): Segments<GalleryId>,
    Json(put): Json<PutGallery>,
) -> Answer<Answered<GalleryInfo>> {
    let stored = ports.galleries.gallery(id).await?;
    if stored.as_ref().is_some_and(|g| g.studio != caller.studio.id) {
        return Err(Refusal::not_found("gallery"));
    }
    let now = ports.clock.now();
    let wanted = wanted(id, &caller, &put, stored.as_ref(), now)?;
    if let Some(stored) = &stored {
        // The answer to the first request was lost, or somebody made the same change.
        if same_content(stored, &wanted) {
            tell_who_waits(&ports, stored).await?;
            return Ok(Answered(gallery_info(&ports, stored.clone()).await?));
        }
        if stored.revision != put.revision {
            return Err(moved_on(stored.revision, put.revision));
        }
        if !stored.state.may_become(wanted.state) || stored.state == GalleryState::Erased {
            return Err(bad_transition(stored.state, wanted.state));
        }
    } else {
        if put.revision != 0 {
            return Err(Refusal::not_found("gallery"));
        }
        if !matches!(wanted.state, GalleryState::Draft | GalleryState::Open) {
            return Err(bad_transition(GalleryState::Draft, wanted.state));
        }
    }
    if wanted.state == GalleryState::Open && wanted.expires_at.is_some_and(|end| end <= now) {
        return Err(Refusal::invalid("expiry_past", "The gallery would be open, but its last day is over.")
            .hint("Give a later day, or none."));
    }
    if let Some(logo) = &wanted.settings.logo
        && ports.blobs.head(&object_key::logo(id, &logo.sha256)).await?.is_none()
    {
        return Err(Refusal::invalid("unknown_logo", "The logo these settings name was not sent.")
            .hint("Send it again: darkslide gallery look GALLERY --logo FILE"));
    }
    if let Some(PriceListRef { list, version }) = put.price_list {
        let known = ports.prices.get(caller.studio.id, list, version).await?;
        if known.is_none() {
            return Err(Refusal::invalid(
                "unknown_price_list",
                format!("This studio has no price list {list} in version {version}."),
            )
            .hint("Send the price list first: darkslide pricelist import FILE"));
        }
    }
    match ports.galleries.put_gallery(&wanted, put.revision).await {
        Ok(written) => {
            forget_pictures(&ports, stored.as_ref(), &written).await;
            tell_who_waits(&ports, &written).await?;
            Ok(Answered(gallery_info(&ports, written).await?))
        }
        Err(e) if e.is_conflict() => {
            let present = ports.galleries.gallery(id).await?.map_or(0, |g| g.revision);
            Err(moved_on(present, put.revision))
        }
        Err(e) => Err(e.into()),
    }
}

/// Whoever left an address while the gallery was a draft gets a mail, once. Agents repeat what they said of a gallery,
/// so an interruption between the two writes is made good by the next one.
async fn tell_who_waits(ports: &Ports, gallery: &Gallery) -> Answer<()> {
    if gallery.state != GalleryState::Open || ports.mails.studio_mail(gallery.studio).await?.is_none() {
        return Ok(());
    }
    let mut cursor = None;
    loop {
        let page = ports.visitors.handed_in(gallery.id, WAITING, cursor.as_deref(), 500).await?;
        for waiting in page.items {
            let about = About::GalleryOpen { gallery: gallery.id, key: waiting.key };
            ports.mails.queue(&Mail::new(gallery.studio, about, ports.clock.now())).await?;
        }
        cursor = page.next;
        if cursor.is_none() {
            return Ok(());
        }
    }
}

/// Customers cannot open a gallery any more that was closed or erased; what edges keep of it ends with the
/// cookies that are out, within the hour, should they not hear of it.
async fn forget_pictures(ports: &Ports, before: Option<&Gallery>, now: &Gallery) {
    let ended = |state| matches!(state, GalleryState::Closed | GalleryState::Erased);
    if !ended(now.state) || before.is_none_or(|before| before.state == now.state) {
        return;
    }
    let reason = format!("gallery {} revision {}", now.id, now.revision);
    if let Err(error) = ports.edge.forget(&[now.id], &reason).await {
        tracing::error!(gallery = %now.id, %error, "the edges could not be told to forget its pictures");
    }
}

fn wanted(
    id: GalleryId,
    caller: &MachineCaller,
    put: &PutGallery,
    stored: Option<&Gallery>,
    now: Millis,
) -> Answer<Gallery> {
    let name = one_line(&put.name, MAX_NAME);
    if name.is_empty() {
        return Err(Refusal::invalid("no_name", "The gallery has no name.")
            .hint("Give it the name customers shall read, such as: Anna & Ben, 14 June"));
    }
    Ok(Gallery {
        id,
        studio: caller.studio.id,
        name,
        state: put.state,
        welcome: put.welcome.as_deref().map(|w| paragraph(w, MAX_WELCOME)).filter(|w| !w.is_empty()),
        price_list: put.price_list.map(|p| (p.list, p.version)),
        settings: settings(put, stored)?,
        expires_at: put.expires_at.map(Millis),
        created_at: stored.map_or(now, |g| g.created_at),
        revision: stored.map_or(0, |g| g.revision),
    })
}

/// What was sent, bounded; or what is there, for an agent that sends none.
fn settings(put: &PutGallery, stored: Option<&Gallery>) -> Answer<Settings> {
    let Some(sent) = &put.settings else {
        return Ok(stored.map(|g| g.settings.clone()).unwrap_or_default());
    };
    if sent.selection_limit.is_some_and(|most| most == 0 || most > MAX_SELECTION) {
        return Err(Refusal::invalid(
            "bad_limit",
            format!("A selection may be limited to 1 to {MAX_SELECTION} photos."),
        ));
    }
    let name = sent.studio_name.as_deref().map(|n| one_line(n, MAX_NAME)).filter(|n| !n.is_empty());
    Ok(Settings { studio_name: name, ..sent.clone() })
}

fn same_content(a: &Gallery, b: &Gallery) -> bool {
    *a == Gallery { revision: a.revision, ..b.clone() }
}

fn moved_on(present: u64, given: u64) -> Refusal {
    Refusal::conflict(
        "changed_meanwhile",
        format!("The gallery is at revision {present}; this change was made on {given}."),
    )
    .hint("Read it again and repeat the change.")
}

fn bad_transition(from: GalleryState, to: GalleryState) -> Refusal {
    let word = |s| match s {
        GalleryState::Draft => "a draft",
        GalleryState::Open => "open",
        GalleryState::Closed => "closed",
        GalleryState::Erased => "erased",
    };
    Refusal::conflict(
        "gallery_state",
        format!("A gallery that is {} cannot become {}.", word(from), word(to)),
    )
    .hint("Galleries go from draft to open to closed to erased; only a closed one may be opened again.")
}
