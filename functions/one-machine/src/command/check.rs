//! `check`: looks for damage, and says what to do about it. Nothing is changed.

use std::{collections::HashSet, path::Path};

use anyhow::{Context, Result};
use domain::{access::Scope, filter::PhotoFilter, object_key::rendition};
use embedded::{OBJECTS_FOLDER, Store, object_path};
use ports::{Ports, photo_index::PhotoRequest};
use serde::Serialize;

use super::backup_manifest::hash_file;
use crate::{
    data_folder::{ServeLock, mail_file, open, secrets_file},
    exit,
    output::Output,
};

/// Objects hashed when not all are.
const SAMPLE: usize = 200;
const LITTLE_SPACE: u64 = 2_000_000_000;

#[derive(Default, Serialize)]
struct Findings {
    problems: Vec<String>,
    objects: u64,
    bytes: u64,
    hashed: u64,
    photos: u64,
    free_bytes: Option<u64>,
}

pub async fn run(data: &Path, all: bool, out: Output) -> Result<u8> {
    let store = open(data)?;
    let ports = store.ports();
    let mut found = Findings::default();
    found.problems.extend(
        store
            .integrity()
            .await?
            .into_iter()
            .map(|p| format!("The database is damaged: {p}. Stop the host and restore a backup.")),
    );
    let keys = check_objects(data, &ports, all, &mut found).await?;
    check_files(data, &keys, &mut found)?;
    check_photos(&ports, &keys, &mut found).await?;
    check_permissions(data, &mut found)?;
    check_space(data, &mut found);
    check_failed(&store, &mut found).await?;
    out.show(&found, |f| {
        let summary = format!(
            "{} photos; {} objects ({} MB), {} of them hashed.",
            f.photos,
            f.objects,
            f.bytes / 1_000_000,
            f.hashed
        );
        if f.problems.is_empty() {
            return format!("All is well: {summary}");
        }
        format!("{summary}\n\n{} problems:\n  {}", f.problems.len(), f.problems.join("\n  "))
    })?;
    Ok(if found.problems.is_empty() { exit::OK } else { exit::FOUND_PROBLEMS })
}

/// Every record has its file.
async fn check_objects(
    data: &Path,
    ports: &Ports,
    all: bool,
    found: &mut Findings,
) -> Result<HashSet<String>> {
    let mut objects = Vec::new();
    let mut cursor = None;
    loop {
        let page = ports.blobs.list("", cursor.as_deref(), 1_000).await?;
        objects.extend(page.items);
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    let every = if all { 1 } else { objects.len().div_ceil(SAMPLE).max(1) };
    for (number, object) in objects.iter().enumerate() {
        found.objects += 1;
        found.bytes += object.length;
        let lost = |why: String| format!("{} {why}. Publish it again, or restore a backup.", object.key);
        let Some(path) = object_path(data, &object.key) else {
            found.problems.push(lost("has a key that cannot be a file".into()));
            continue;
        };
        match std::fs::metadata(&path) {
            Err(e) => found.problems.push(lost(format!("has a record but no readable file ({e})"))),
            Ok(meta) if meta.len() != object.length => {
                found.problems.push(lost(format!("has {} bytes instead of {}", meta.len(), object.length)));
            }
            Ok(_) if number % every == 0 => {
                found.hashed += 1;
                if hash_file(&path).ok() != object.sha256 {
                    found.problems.push(lost("has other bytes than were stored".into()));
                }
            }
            Ok(_) => {}
        }
    }
    Ok(objects.into_iter().map(|o| o.key).collect())
}

/// Every file has its record.
fn check_files(data: &Path, keys: &HashSet<String>, found: &mut Findings) -> Result<()> {
    let root = data.join(OBJECTS_FOLDER);
    // An upload between its rename and its record is nothing to report.
    let serving = ServeLock::is_taken(data);
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        let entries =
            std::fs::read_dir(&folder).with_context(|| format!("{} cannot be read", folder.display()))?;
        for entry in entries {
            let entry = entry?;
            if entry.file_type()?.is_dir() {
                folders.push(entry.path());
                continue;
            }
            let path = entry.path();
            let key = path.strip_prefix(&root).map(|p| p.to_string_lossy().replace('\\', "/"));
            let age = entry.metadata().and_then(|m| m.modified()).ok().and_then(|m| m.elapsed().ok());
            let fresh = serving && age.is_none_or(|a| a.as_secs() < 60);
            if !fresh && !key.is_ok_and(|k| keys.contains(&k)) {
                found.problems.push(format!(
                    "{} has no record: an interrupted upload. It can be deleted.",
                    path.display()
                ));
            }
        }
    }
    Ok(())
}

/// Every rendition a photo names is there.
async fn check_photos(ports: &Ports, keys: &HashSet<String>, found: &mut Findings) -> Result<()> {
    let mut studios = None;
    loop {
        let page = ports.directory.studios(studios.as_deref(), 100).await?;
        for studio in &page.items {
            let mut galleries = None;
            loop {
                let page = ports.galleries.galleries(studio.id, galleries.as_deref(), 100).await?;
                for gallery in &page.items {
                    check_gallery(ports, gallery.id, keys, found).await?;
                }
                galleries = page.next;
                if galleries.is_none() {
                    break;
                }
            }
        }
        studios = page.next;
        if studios.is_none() {
            return Ok(());
        }
    }
}

async fn check_gallery(
    ports: &Ports,
    gallery: domain::id::GalleryId,
    keys: &HashSet<String>,
    found: &mut Findings,
) -> Result<()> {
    let filter = PhotoFilter::default();
    let mut cursor: Option<String> = None;
    loop {
        let request = PhotoRequest {
            gallery,
            scope: &Scope::All,
            filter: &filter,
            favourites_of: None,
            cursor: cursor.as_deref(),
            limit: 500,
        };
        let page = ports.photos.page(request).await?;
        for photo in &page.items {
            found.photos += 1;
            for r in &photo.renditions {
                let key = rendition(&ports.secrets.object_key, gallery, photo.id, r.kind, &r.sha256);
                if !keys.contains(&key) {
                    found.problems.push(format!(
                        "The {} of photo {} in gallery {gallery} is missing. Publish the photo again.",
                        r.kind.as_str(),
                        photo.id
                    ));
                }
            }
        }
        cursor = page.next;
        if cursor.is_none() {
            return Ok(());
        }
    }
}

fn check_permissions(data: &Path, found: &mut Findings) -> Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let files = [(data.to_owned(), 0o700), (secrets_file(data), 0o600), (mail_file(data), 0o600)];
        for (path, allowed) in files.into_iter().filter(|(path, _)| path.exists()) {
            let mode = std::fs::metadata(&path)
                .with_context(|| format!("{} cannot be looked at", path.display()))?
                .permissions()
                .mode()
                & 0o777;
            if mode & !allowed != 0 {
                found.problems.push(format!(
                    "{} can be read by others (mode {mode:o}). Run: chmod {allowed:o} {0}",
                    path.display()
                ));
            }
        }
    }
    Ok(())
}

fn check_space(data: &Path, found: &mut Findings) {
    #[cfg(unix)]
    if let Ok(disk) = rustix::fs::statvfs(data) {
        let free = disk.f_bavail.saturating_mul(disk.f_frsize);
        found.free_bytes = Some(free);
        if free < LITTLE_SPACE {
            found.problems.push(format!(
                "Only {} MB are free on this disk. Uploads are refused when it is full; make room.",
                free / 1_000_000
            ));
        }
    }
}

async fn check_failed(store: &Store, found: &mut Findings) -> Result<()> {
    let failed = store.dead_letters(1_000).await?.len();
    if failed > 0 {
        found.problems.push(format!("{failed} tasks failed for good. See `darkslide-host queue list`."));
    }
    Ok(())
}
