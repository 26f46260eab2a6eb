//! Erases what a studio asked to erase: tombstones first, so that a redelivered batch brings nothing back,
//! then objects. Grants given before the erasure may still store something: every run looks again.

use domain::{
    gallery::{Gallery, GalleryState, Settings, Subject},
    object_key::{gallery_prefix, look_prefix},
};
use ports::{PortResult, Ports};

use crate::{SweepReport, studios::galleries_in};

const PAGE: u32 = 1_000;
/// What stands where a person's name was.
const ERASED_NAME: &str = "erased";

pub(crate) async fn erase(ports: &Ports, report: &mut SweepReport) -> PortResult<()> {
    let mut forget = Vec::new();
    for gallery in galleries_in(GalleryState::Erased, ports).await? {
        report.photos_erased += ports.photos.erase(gallery.id).await?;
        let removed = remove_objects(&gallery, ports).await?;
        report.objects_erased += removed;
        if removed > 0 {
            forget.push(gallery.id);
        }
        forget_people(&gallery, ports).await?;
        ports.visitors.forget_handed_in(gallery.id).await?;
        forget_words(gallery, ports).await?;
    }
    // Now that there is nothing left to take up again.
    ports.edge.forget(&forget, &format!("erased at {}", ports.clock.now().0)).await
}

async fn remove_objects(gallery: &Gallery, ports: &Ports) -> PortResult<u64> {
    let mut prefixes = vec![gallery_prefix(gallery.id), look_prefix(gallery.id)];
    for machine in ports.directory.machines(gallery.studio).await? {
        prefixes.push(format!(
            "{}{}/{}/{}/",
            domain::object_key::BATCH_PREFIX,
            gallery.studio,
            machine.id,
            gallery.id
        ));
    }
    let mut removed = 0;
    for prefix in prefixes {
        loop {
            let page = ports.blobs.list(&prefix, None, PAGE).await?;
            let keys: Vec<String> = page.items.into_iter().map(|o| o.key).collect();
            if keys.is_empty() {
                break;
            }
            ports.blobs.delete(&keys).await?;
            removed += keys.len() as u64;
        }
    }
    Ok(removed)
}

async fn forget_people(gallery: &Gallery, ports: &Ports) -> PortResult<()> {
    let named = ports.galleries.subjects(gallery.id).await?;
    let blank: Vec<Subject> = named
        .into_iter()
        .filter(|s| s.name != ERASED_NAME || s.group.is_some())
        .map(|s| Subject { id: s.id, name: ERASED_NAME.to_owned(), group: None })
        .collect();
    if blank.is_empty() { Ok(()) } else { ports.galleries.put_subjects(gallery.id, &blank).await }
}

async fn forget_words(gallery: Gallery, ports: &Ports) -> PortResult<()> {
    let settings = Settings::default();
    if gallery.name == ERASED_NAME && gallery.welcome.is_none() && gallery.settings == settings {
        return Ok(());
    }
    let revision = gallery.revision;
    let blank = Gallery { name: ERASED_NAME.to_owned(), welcome: None, settings, ..gallery };
    match ports.galleries.put_gallery(&blank, revision).await {
        Err(e) if e.is_conflict() => Ok(()),
        other => other.map(|_| ()),
    }
}
