//! `backup DEST`: a whole copy, while the host runs.
//!
//! The database first, as of one moment; then the objects that it names. Objects never change, so nothing
//! in the copy can be newer or older than its record; one that was deleted in between loses its record too.

use std::{io::Write, path::Path};

use anyhow::{Context, Result, bail};
use ports::Ports;
use serde::Serialize;

use super::backup_manifest::{MANIFEST, Manifest, database, hash_file, problems};
use crate::{
    data_folder::{create_private, mail_file, open, secrets_file},
    output::Output,
};

#[derive(Serialize)]
struct Made {
    backup: String,
    objects: u64,
    bytes: u64,
}

pub async fn run(data: &Path, dest: &Path, out: Output) -> Result<()> {
    let store = open(data)?;
    if dest.exists() {
        bail!("{} is there already. Name a folder that does not exist yet.", dest.display());
    }
    let name = dest.file_name().with_context(|| format!("{} is not a folder's name", dest.display()))?;
    // Under another name until it is whole: what is interrupted is never mistaken for a backup.
    let part = dest.with_file_name(format!("{}.part", name.to_string_lossy()));
    if part.exists() {
        std::fs::remove_dir_all(&part)
            .with_context(|| format!("The unfinished {} cannot be removed", part.display()))?;
    }
    create_private(&part).with_context(|| format!("{} cannot be made", part.display()))?;
    let records_at = store.ports().clock.now().0;
    store.snapshot(&database(&part)).await.context("The database cannot be copied")?;
    let (objects, bytes) = copy_objects(data, &part)?;
    std::fs::copy(secrets_file(data), secrets_file(&part)).context("secrets.json cannot be copied")?;
    if mail_file(data).exists() {
        std::fs::copy(mail_file(data), mail_file(&part)).context("mail.json cannot be copied")?;
    }
    let manifest = write_manifest(&part, &store.ports(), records_at, (objects, bytes))?;
    let wrong = problems(&part, &manifest)?;
    if let Some(first) = wrong.first() {
        bail!(
            "The copy in {} is not whole ({first}; {} in all). Run `darkslide-host check --all`, then try again.",
            part.display(),
            wrong.len()
        );
    }
    std::fs::rename(&part, dest).with_context(|| format!("{} cannot be named", dest.display()))?;
    let made = Made { backup: dest.display().to_string(), objects, bytes };
    out.show(&made, |made| {
        format!(
            "{}: database, secrets and {} objects ({} MB), every hash checked.\n\
             It holds this host's secrets: keep it as safe as the host. {}",
            made.backup,
            made.objects,
            made.bytes / 1_000_000,
            about_erased(data)
        )
    })
}

/// What was erased must stay erased when this copy is restored one day, so what says so is not to be lost with the host.
fn about_erased(data: &Path) -> String {
    let log = data.join(embedded::ERASED_FILE);
    if log.exists() {
        format!("Keep {} apart from it.", log.display())
    } else {
        format!("Once a gallery is erased there is a {}: keep that apart from backups.", log.display())
    }
}

fn copy_objects(data: &Path, part: &Path) -> Result<(u64, u64)> {
    let (mut count, mut bytes, mut gone) = (0, 0, Vec::new());
    for object in embedded::objects_of_snapshot(&database(part))? {
        let paths = embedded::object_path(data, &object.key).zip(embedded::object_path(part, &object.key));
        let (from, to) = paths.with_context(|| format!("{:?} is not a key", object.key))?;
        match super::restore::link_or_copy(&from, &to) {
            Ok(()) => {
                count += 1;
                bytes += object.length;
            }
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => gone.push(object.key),
            Err(e) => return Err(e).with_context(|| format!("{} cannot be copied", from.display())),
        }
    }
    embedded::forget_in_snapshot(&database(part), &gone)?;
    Ok((count, bytes))
}

fn write_manifest(part: &Path, ports: &Ports, records_at: i64, objects: (u64, u64)) -> Result<Manifest> {
    let hashes = [
        hash_file(&database(part)).context("The copied database cannot be read")?,
        hash_file(&secrets_file(part)).context("The copied secrets cannot be read")?,
    ];
    let site = ports.secrets.site.clone();
    let manifest = Manifest::new(records_at, ports.clock.now().0, site, hashes, objects);
    let mut file =
        std::fs::File::create_new(part.join(MANIFEST)).context("The manifest cannot be written")?;
    file.write_all(&serde_json::to_vec_pretty(&manifest)?)?;
    file.sync_all()?;
    Ok(manifest)
}
