//! A photo as an item, small: a page of 60 has to cost little. Ids and hashes are bytes, names are letters.
//!
//! | attribute | holds |
//! |---|---|
//! | `q` | sequence number; all that a tombstone keeps |
//! | `h` | home machine |
//! | `b` | everything else, see [`Body`] |

use domain::{
    Millis,
    geometry::Size,
    hash::{Sha256, VersionHash},
    id::{GalleryId, MachineId, PhotoId, StudioId, SubjectId},
    photo::{MicroPreview, Photo, Rendition, RenditionKind},
};
use ports::{PortError, PortResult};
use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;

use crate::keys;

const PHOTO: &str = "a photo's record";
/// The longest sort key DynamoDB takes is 1,024 bytes.
const MAX_SORT_KEY: usize = 1_024;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct PhotoItem {
    pub pk: String,
    pub sk: PhotoId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gsi2pk: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gsi2sk: Option<String>,
    pub q: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub h: Option<ByteBuf>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub b: Option<Body>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Body {
    /// studio
    u: ByteBuf,
    /// version
    v: ByteBuf,
    /// frame: width, height
    f: (u32, u32),
    /// file name
    n: String,
    /// title
    #[serde(default, skip_serializing_if = "Option::is_none")]
    t: Option<String>,
    /// caption
    #[serde(default, skip_serializing_if = "Option::is_none")]
    c: Option<String>,
    /// keywords
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    k: Vec<String>,
    /// section
    #[serde(default, skip_serializing_if = "Option::is_none")]
    s: Option<String>,
    /// captured at
    #[serde(default, skip_serializing_if = "Option::is_none")]
    d: Option<String>,
    /// price group
    #[serde(default, skip_serializing_if = "Option::is_none")]
    g: Option<String>,
    /// subjects, 16 bytes each
    #[serde(default, skip_serializing_if = "Option::is_none")]
    p: Option<ByteBuf>,
    /// micro preview: width, height
    w: (u16, u16),
    /// micro preview: scan
    m: ByteBuf,
    /// renditions
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    r: Vec<StoredRendition>,
    /// published at
    a: i64,
}

/// kind, width, height, length, SHA-256
#[derive(Clone, Debug, Serialize, Deserialize)]
struct StoredRendition(RenditionKind, u32, u32, u64, ByteBuf);

/// Where a photo stands in its gallery. A name too long for a key is cut; the id keeps it apart.
pub(super) fn sort_key(photo: &Photo) -> String {
    let whole = photo.sort_key();
    if whole.len() <= MAX_SORT_KEY {
        return whole;
    }
    let id = photo.id.to_string();
    let mut end = MAX_SORT_KEY - id.len() - 1;
    while !whole.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}\u{1}{id}", &whole[..end])
}

fn fixed<const N: usize>(bytes: &[u8]) -> PortResult<[u8; N]> {
    bytes.try_into().map_err(|_| PortError::corrupt(PHOTO, format!("{} bytes instead of {N}", bytes.len())))
}

fn bytes(bytes: &[u8]) -> ByteBuf {
    ByteBuf::from(bytes.to_vec())
}

impl PhotoItem {
    pub(super) fn of(photo: &Photo) -> Self {
        let key = keys::photo(photo.gallery, photo.id);
        let subjects: Vec<u8> = photo.subjects.iter().flat_map(|s| *s.as_bytes()).collect();
        let rendition =
            |r: &Rendition| StoredRendition(r.kind, r.width, r.height, r.length, bytes(&r.sha256.0));
        Self {
            gsi2pk: Some(key.pk.clone()),
            gsi2sk: Some(sort_key(photo)),
            pk: key.pk,
            sk: photo.id,
            q: photo.seq,
            h: Some(bytes(photo.home.as_bytes())),
            b: Some(Body {
                u: bytes(photo.studio.as_bytes()),
                v: bytes(&photo.version.0),
                f: (photo.frame.width, photo.frame.height),
                n: photo.file_name.clone(),
                t: photo.title.clone(),
                c: photo.caption.clone(),
                k: photo.keywords.clone(),
                s: photo.section.clone(),
                d: photo.captured_at.clone(),
                g: photo.price_group.clone(),
                p: (!subjects.is_empty()).then(|| ByteBuf::from(subjects)),
                w: (photo.micro.width, photo.micro.height),
                m: bytes(&photo.micro.scan),
                r: photo.renditions.iter().map(rendition).collect(),
                a: photo.published_at.0,
            }),
        }
    }

    pub(super) fn tombstone(gallery: GalleryId, photo: PhotoId, seq: u64) -> Self {
        let pk = keys::photos_of(gallery);
        Self { pk, sk: photo, gsi2pk: None, gsi2sk: None, q: seq, h: None, b: None }
    }

    /// `None`: a tombstone.
    pub(super) fn photo(self, gallery: GalleryId) -> PortResult<Option<Photo>> {
        let (Some(home), Some(body)) = (self.h, self.b) else { return Ok(None) };
        let subjects = body.p.unwrap_or_default();
        let subjects = subjects.chunks(16).map(|s| Ok(SubjectId::from_bytes(fixed(s)?)));
        let renditions = body.r.into_iter().map(|StoredRendition(kind, width, height, length, sha256)| {
            Ok(Rendition { kind, width, height, length, sha256: Sha256(fixed(&sha256)?) })
        });
        Ok(Some(Photo {
            id: self.sk,
            gallery,
            studio: StudioId::from_bytes(fixed(&body.u)?),
            home: MachineId::from_bytes(fixed(&home)?),
            version: VersionHash(fixed(&body.v)?),
            seq: self.q,
            frame: Size::new(body.f.0, body.f.1),
            file_name: body.n,
            title: body.t,
            caption: body.c,
            keywords: body.k,
            section: body.s,
            captured_at: body.d,
            price_group: body.g,
            subjects: subjects.collect::<PortResult<_>>()?,
            micro: MicroPreview { width: body.w.0, height: body.w.1, scan: body.m.into_vec() },
            renditions: renditions.collect::<PortResult<_>>()?,
            published_at: Millis(body.a),
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn photo() -> Photo {
        Photo {
            id: PhotoId::from_bytes([1; 16]),
            gallery: GalleryId::from_bytes([2; 16]),
            studio: StudioId::from_bytes([3; 16]),
            home: MachineId::from_bytes([4; 16]),
            version: VersionHash([5; 32]),
            seq: 1_234,
            frame: Size::new(6000, 4000),
            file_name: "DSC_0001.jpg".into(),
            title: Some("Anna & Ben".into()),
            caption: None,
            keywords: vec!["ceremony".into(), "church".into()],
            section: Some("Ceremony".into()),
            captured_at: Some("2026-06-20T14:03:11".into()),
            price_group: None,
            subjects: vec![SubjectId::from_bytes([6; 16])],
            micro: MicroPreview { width: 64, height: 43, scan: vec![0; 350] },
            renditions: RenditionKind::ALL
                .map(|kind| Rendition {
                    kind,
                    width: 2048,
                    height: 1365,
                    length: 400_000,
                    sha256: Sha256([7; 32]),
                })
                .into(),
            published_at: Millis(1_790_000_000_000),
        }
    }

    #[test]
    fn a_photo_comes_back_as_it_was() {
        let item: crate::table::Item = serde_dynamo::to_item(PhotoItem::of(&photo())).unwrap();
        let read: PhotoItem = serde_dynamo::from_item(item).unwrap();
        assert_eq!(read.photo(photo().gallery).unwrap(), Some(photo()));
        let tomb = PhotoItem::tombstone(photo().gallery, photo().id, 9);
        assert_eq!(tomb.photo(photo().gallery).unwrap(), None);
    }

    #[test]
    fn a_thousand_photos_are_read_for_a_hundred_and_ten_units() {
        let item: crate::table::Item = serde_dynamo::to_item(PhotoItem::of(&photo())).unwrap();
        let size = crate::table::size(&item);
        // Half a unit for 4 kB: what scrolling through 1,000 photos reads from the index.
        assert!(size * 1_000 / 8_192 <= 110, "{size} bytes");
    }

    #[test]
    fn the_longest_names_still_make_a_key() {
        let mut long = photo();
        long.file_name = "ä".repeat(600);
        let key = sort_key(&long);
        assert!(key.len() <= MAX_SORT_KEY && key.ends_with(&long.id.to_string()));
        assert_eq!(sort_key(&photo()), photo().sort_key());
    }
}
