//! From photos in the catalog to the records a host stores.

use domain::{photo::RenditionKind, text};
use wire::publish::{MicroRecord, PhotoRecord, RenditionRecord};

use crate::{
    catalog::{Catalog, photos::PhotoRow, renditions::MICRO},
    error::AgentError,
    paths,
    process::recipe::Look,
    selection::Selection,
};

/// `None` if a rendition is missing: it could not be made.
pub fn record(
    catalog: &Catalog,
    photo: &PhotoRow,
    look: &Look,
    selection: &Selection,
) -> Result<Option<PhotoRecord>, AgentError> {
    let mut micro = None;
    let mut renditions = Vec::new();
    for wanted in look.wanted(photo, true) {
        let Some(made) = catalog.made(photo.version, wanted.kind, &wanted.recipe)? else { return Ok(None) };
        if wanted.kind == MICRO {
            let Some(scan) = catalog.pixels(&made.sha256)? else { return Ok(None) };
            let side = |n: u32| u16::try_from(n).unwrap_or(u16::MAX);
            micro =
                Some(MicroRecord { width: side(made.width), height: side(made.height), scan: scan.to_vec() });
        } else if let Some(kind) = RenditionKind::ALL.into_iter().find(|k| k.as_str() == wanted.kind) {
            let (width, height, length) = (made.width, made.height, made.length);
            renditions.push(RenditionRecord { kind, width, height, length, sha256: made.sha256 });
        }
    }
    let Some(micro) = micro else { return Ok(None) };
    Ok(Some(PhotoRecord {
        id: photo.id,
        version: photo.version,
        frame: photo.frame(),
        file_name: photo.file_name().to_owned(),
        title: photo.title.clone(),
        caption: photo.caption.clone(),
        keywords: photo.keywords.iter().take(100).cloned().collect(),
        section: section(photo, selection),
        captured_at: photo.captured_at.clone(),
        price_group: photo.price_group.clone(),
        subjects: photo.subjects.iter().take(200).copied().collect(),
        micro,
        renditions,
    }))
}

/// The sub-folder of the published folder a photo lies in: "Ceremony", "Party".
fn section(photo: &PhotoRow, selection: &Selection) -> Option<String> {
    photo.places.iter().find_map(|place| {
        let folder = selection.folders.iter().find(|f| paths::is_within(&place.path, f))?;
        let path = paths::from_bytes(&place.path);
        let below = path.strip_prefix(paths::from_bytes(folder)).ok()?;
        let mut parts = below.components();
        let first = parts.next()?;
        // The last part is the file itself.
        parts.next()?;
        let name = text::one_line(&first.as_os_str().to_string_lossy(), 120);
        (!name.is_empty()).then_some(name)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::selection::tests::photo;

    #[test]
    fn the_first_folder_below_the_published_one_is_the_section() {
        let selection = Selection { folders: vec![b"/a".to_vec()], ..Selection::default() };
        let of = |path: &str| section(&photo(1, path, None, &[]), &selection);
        assert_eq!(of("/a/Party/late/1.jpg").as_deref(), Some("Party"));
        assert_eq!(of("/a/1.jpg"), None);
        assert_eq!(of("/b/Party/1.jpg"), None);
    }
}
