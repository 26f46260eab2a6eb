//! `restore SRC`: a backup becomes a host again. What was erased since the backup is erased again.

use std::path::Path;

use anyhow::{Context, Result, bail};
use domain::{Millis, fulfilment::gaps, gallery::GalleryState, id::GalleryId, object_key::gallery_prefix};
use ports::Ports;
use serde::Serialize;

use super::backup_manifest::{self, database, problems};
use crate::{
    data_folder::{create_private, mail_file, open_with, secrets, secrets_file},
    exit,
    output::Output,
};

#[derive(Serialize)]
struct Verified {
    backup: String,
    made_at: i64,
    site: String,
    objects: u64,
    problems: Vec<String>,
}

#[derive(Serialize)]
struct Restored {
    data: String,
    objects: u64,
    /// Galleries that were erased after the backup, and are again.
    erased_again: u64,
    /// Lines that were with a lab, on hold until the lab or a person says how far they are.
    held: u64,
}

pub fn verify(src: &Path, out: Output) -> Result<u8> {
    let manifest = backup_manifest::read(src)?;
    let problems = problems(src, &manifest)?;
    let code = if problems.is_empty() { exit::OK } else { exit::FOUND_PROBLEMS };
    let verified = Verified {
        backup: src.display().to_string(),
        made_at: manifest.made_at,
        site: manifest.site,
        objects: manifest.objects,
        problems,
    };
    out.show(&verified, |v| {
        if v.problems.is_empty() {
            return format!("{} is whole: a backup of {} with {} objects.", v.backup, v.site, v.objects);
        }
        format!("{} is not whole; use another backup:\n  {}", v.backup, v.problems.join("\n  "))
    })?;
    Ok(code)
}

pub async fn run(data: &Path, src: &Path, erased: Option<&Path>, out: Output) -> Result<u8> {
    if database(data).exists() && !secrets_file(data).exists() {
        bail!(
            "A restore into {} did not come to its end. Move that folder away and restore again; keep its erased.log, if it \
             has one, and name it with --erased.",
            data.display()
        );
    }
    if secrets_file(data).exists() {
        bail!(
            "There is a host in {} already, and a restore never writes over one. Move it away, or name another \
             folder with --data.",
            data.display()
        );
    }
    let manifest = backup_manifest::read(src)?;
    let wrong = problems(src, &manifest)?;
    if !wrong.is_empty() {
        bail!("{} is not whole; use another backup:\n  {}", src.display(), wrong.join("\n  "));
    }
    let log = erased.map_or_else(|| data.join(embedded::ERASED_FILE), Path::to_owned);
    if erased.is_some() && !log.exists() {
        bail!("{} is not there. Name the lost host's erased.log, or leave --erased out.", log.display());
    }
    let gone = embedded::read_erased(&log).with_context(|| format!("{} cannot be read", log.display()))?;
    create_private(data).with_context(|| format!("{} cannot be made", data.display()))?;
    for object in embedded::objects_of_snapshot(&database(src))? {
        let paths = embedded::object_path(src, &object.key).zip(embedded::object_path(data, &object.key));
        let (from, to) = paths.with_context(|| format!("{:?} is not a key", object.key))?;
        link_or_copy(&from, &to).with_context(|| format!("{} cannot be copied", from.display()))?;
    }
    std::fs::copy(database(src), database(data)).context("The database cannot be copied")?;
    let store = open_with(data, secrets(src)?)?;
    let ports = store.ports();
    let mut erased_again = 0;
    for gallery in gone {
        erased_again += u64::from(erase(&ports, gallery).await?);
    }
    // After this the folder is another life of the records: agents and labs that see it say again what they know.
    let held = hold_gaps(&ports).await?;
    store.begin_epoch(Millis(manifest.records_at())).await?;
    if mail_file(src).exists() {
        std::fs::copy(mail_file(src), mail_file(data)).context("mail.json cannot be copied")?;
    }
    // Last: without it the folder is not a host, and nothing serves records that were restored by half.
    std::fs::copy(secrets_file(src), secrets_file(data)).context("secrets.json cannot be copied")?;
    let restored =
        Restored { held, data: data.display().to_string(), objects: manifest.objects, erased_again };
    out.show(&restored, |r| {
        format!(
            "{} holds the host again: {} objects; {} galleries erased again; {} lines on hold until their labs have \
             reported again.\nAgents and labs see by themselves that it was restored, and say again what is missing. \
             Studios whose computers joined since then log in with new tokens.\n\
             Next: darkslide-host --data {0} check",
            r.data, r.objects, r.erased_again, r.held
        )
    })?;
    Ok(exit::OK)
}

/// What was with a lab at the moment of the backup may have been printed since.
async fn hold_gaps(ports: &Ports) -> Result<u64> {
    const PAGE: u32 = 100;
    let (mut held, now, mut studios) = (0, ports.clock.now(), None);
    loop {
        let some = ports.directory.studios(studios.as_deref(), PAGE).await?;
        for studio in some.items {
            let mut cursor = None;
            loop {
                let page = ports.orders.orders(studio.id, cursor.as_deref(), PAGE).await?;
                for order in page.items {
                    let reports = gaps(&order);
                    if !reports.is_empty() {
                        ports.orders.report_lines(order.id, &reports, now).await?;
                        held += reports.len() as u64;
                    }
                }
                cursor = page.next;
                if cursor.is_none() {
                    break;
                }
            }
        }
        studios = some.next;
        if studios.is_none() {
            return Ok(held);
        }
    }
}

/// True when there was something to erase.
async fn erase(ports: &Ports, id: GalleryId) -> Result<bool> {
    let Some(mut gallery) = ports.galleries.gallery(id).await? else { return Ok(false) };
    let new = gallery.state != GalleryState::Erased;
    if new {
        gallery.state = GalleryState::Erased;
        let revision = gallery.revision;
        ports.galleries.put_gallery(&gallery, revision).await?;
    }
    ports.photos.erase(id).await?;
    loop {
        let page = ports.blobs.list(&gallery_prefix(id), None, 500).await?;
        if page.items.is_empty() {
            return Ok(new);
        }
        let keys: Vec<String> = page.items.into_iter().map(|o| o.key).collect();
        ports.blobs.delete(&keys).await?;
    }
}

/// Objects never change, so the same file may be in two places; across disks it is copied.
pub(super) fn link_or_copy(from: &Path, to: &Path) -> std::io::Result<()> {
    if let Some(folder) = to.parent() {
        create_private(folder)?;
    }
    match std::fs::hard_link(from, to) {
        Ok(()) => Ok(()),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Err(e),
        Err(_) => {
            std::fs::copy(from, to)?;
            std::fs::File::open(to)?.sync_all()
        }
    }
}
