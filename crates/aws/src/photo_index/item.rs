//! A photo as an item, small: a page of 60 has to cost little. What has a fixed size is packed as bytes, and
//! what the sort key says is not said again.
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
    /// [`Head`]
    x: ByteBuf,
    /// file name, where the sort key does not say it
    #[serde(default, skip_serializing_if = "Option::is_none")]
    n: Option<String>,
    /// captured at, where the sort key does not say it
    #[serde(default, skip_serializing_if = "Option::is_none")]
    d: Option<String>,
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
    /// price group
    #[serde(default, skip_serializing_if = "Option::is_none")]
    g: Option<String>,
    /// subjects, 16 bytes each
    #[serde(default, skip_serializing_if = "Option::is_none")]
    p: Option<ByteBuf>,
    /// micro preview: scan
    m: ByteBuf,
    /// renditions, 49 bytes each: kind, width, height, length, SHA-256; big-endian
    #[serde(default, skip_serializing_if = "Option::is_none")]
    r: Option<ByteBuf>,
}

/// What every photo has and has the same size, big-endian one after the other.
struct Head {
    studio: StudioId,
    version: VersionHash,
    frame: Size,
    micro: (u16, u16),
    published_at: Millis,
}

impl Head {
    fn write(&self) -> ByteBuf {
        let mut out = self.studio.as_bytes().to_vec();
        out.extend(self.version.0);
        out.extend(self.frame.width.to_be_bytes());
        out.extend(self.frame.height.to_be_bytes());
        out.extend(self.micro.0.to_be_bytes());
        out.extend(self.micro.1.to_be_bytes());
        out.extend(self.published_at.0.to_be_bytes());
        ByteBuf::from(out)
    }

    fn read(mut bytes: &[u8]) -> PortResult<Self> {
        let head = Self {
            studio: StudioId::from_bytes(take(&mut bytes)?),
            version: VersionHash(take(&mut bytes)?),
            frame: Size::new(u32::from_be_bytes(take(&mut bytes)?), u32::from_be_bytes(take(&mut bytes)?)),
            micro: (u16::from_be_bytes(take(&mut bytes)?), u16::from_be_bytes(take(&mut bytes)?)),
            published_at: Millis(i64::from_be_bytes(take(&mut bytes)?)),
        };
        Ok(head)
    }
}

fn write_rendition(r: &Rendition) -> Vec<u8> {
    let kind = RenditionKind::ALL.iter().position(|kind| *kind == r.kind).unwrap_or_default();
    let mut out = vec![u8::try_from(kind).unwrap_or_default()];
    out.extend(r.width.to_be_bytes());
    out.extend(r.height.to_be_bytes());
    out.extend(r.length.to_be_bytes());
    out.extend(r.sha256.0);
    out
}

fn read_rendition(bytes: &mut &[u8]) -> PortResult<Rendition> {
    let [kind] = take(bytes)?;
    let kind = RenditionKind::ALL.get(usize::from(kind));
    Ok(Rendition {
        kind: *kind.ok_or_else(|| PortError::corrupt(PHOTO, "a rendition of an unknown kind"))?,
        width: u32::from_be_bytes(take(bytes)?),
        height: u32::from_be_bytes(take(bytes)?),
        length: u64::from_be_bytes(take(bytes)?),
        sha256: Sha256(take(bytes)?),
    })
}

/// The first bytes, which are taken off.
fn take<const N: usize>(bytes: &mut &[u8]) -> PortResult<[u8; N]> {
    let (first, rest) = bytes
        .split_first_chunk()
        .ok_or_else(|| PortError::corrupt(PHOTO, format!("{} bytes instead of {N}", bytes.len())))?;
    *bytes = rest;
    Ok(*first)
}

/// Time of capture and file name, as the sort key has them.
fn said_by(sort_key: &str) -> Option<(Option<&str>, &str)> {
    let mut parts = sort_key.split('\u{1}');
    let (captured, name) = (parts.next()?, parts.next()?);
    Some((Some(captured).filter(|c| *c != "~"), name))
}

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

impl PhotoItem {
    pub(super) fn of(photo: &Photo) -> Self {
        let key = keys::photo(photo.gallery, photo.id);
        let sort_key = sort_key(photo);
        let said = (photo.captured_at.as_deref(), photo.file_name.as_str());
        let said = said_by(&sort_key) == Some(said);
        let head = Head {
            studio: photo.studio,
            version: photo.version,
            frame: photo.frame,
            micro: (photo.micro.width, photo.micro.height),
            published_at: photo.published_at,
        };
        let subjects: Vec<u8> = photo.subjects.iter().flat_map(|s| *s.as_bytes()).collect();
        let renditions: Vec<u8> = photo.renditions.iter().flat_map(write_rendition).collect();
        let some = |bytes: Vec<u8>| (!bytes.is_empty()).then(|| ByteBuf::from(bytes));
        Self {
            gsi2pk: Some(key.pk.clone()),
            gsi2sk: Some(sort_key),
            pk: key.pk,
            sk: photo.id,
            q: photo.seq,
            h: Some(ByteBuf::from(photo.home.as_bytes().to_vec())),
            b: Some(Body {
                x: head.write(),
                n: (!said).then(|| photo.file_name.clone()),
                d: photo.captured_at.clone().filter(|_| !said),
                t: photo.title.clone(),
                c: photo.caption.clone(),
                k: photo.keywords.clone(),
                s: photo.section.clone(),
                g: photo.price_group.clone(),
                p: some(subjects),
                m: ByteBuf::from(photo.micro.scan.clone()),
                r: some(renditions),
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
        let head = Head::read(&body.x)?;
        let (captured_at, file_name) = match body.n {
            Some(name) => (body.d, name),
            None => self
                .gsi2sk
                .as_deref()
                .and_then(said_by)
                .map(|(captured, name)| (captured.map(str::to_owned), name.to_owned()))
                .ok_or_else(|| PortError::corrupt(PHOTO, "neither it nor its sort key has a file name"))?,
        };
        let (mut subjects, mut renditions) = (Vec::new(), Vec::new());
        let packed = body.p.unwrap_or_default();
        let mut bytes = packed.as_slice();
        while !bytes.is_empty() {
            subjects.push(SubjectId::from_bytes(take(&mut bytes)?));
        }
        let packed = body.r.unwrap_or_default();
        let mut bytes = packed.as_slice();
        while !bytes.is_empty() {
            renditions.push(read_rendition(&mut bytes)?);
        }
        Ok(Some(Photo {
            id: self.sk,
            gallery,
            studio: head.studio,
            home: MachineId::from_bytes(take(&mut home.as_slice())?),
            version: head.version,
            seq: self.q,
            frame: head.frame,
            file_name,
            title: body.t,
            caption: body.c,
            keywords: body.k,
            section: body.s,
            captured_at,
            price_group: body.g,
            subjects,
            micro: MicroPreview { width: head.micro.0, height: head.micro.1, scan: body.m.into_vec() },
            renditions,
            published_at: head.published_at,
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
        let odd = ["~", "a\u{1}b.jpg", "\u{1}", "", &"ä".repeat(600)];
        let odd = odd.iter().flat_map(|text| {
            let name = Photo { file_name: (*text).to_owned(), ..photo() };
            [
                Photo { captured_at: Some((*text).to_owned()), ..photo() },
                Photo { captured_at: None, ..name.clone() },
                name,
            ]
        });
        let bare = Photo { renditions: vec![], subjects: vec![], captured_at: None, ..photo() };
        for photo in odd.chain([photo(), bare]) {
            let item: crate::table::Item = serde_dynamo::to_item(PhotoItem::of(&photo)).unwrap();
            let read: PhotoItem = serde_dynamo::from_item(item).unwrap();
            assert_eq!(read.photo(photo.gallery).unwrap(), Some(photo));
        }
        let tomb = PhotoItem::tombstone(photo().gallery, photo().id, 9);
        assert_eq!(tomb.photo(photo().gallery).unwrap(), None);
    }

    #[test]
    fn a_thousand_photos_are_read_for_a_hundred_units() {
        let item: crate::table::Item = serde_dynamo::to_item(PhotoItem::of(&photo())).unwrap();
        let size = crate::table::size(&item);
        // Half a unit for 4 kB: what scrolling through 1,000 photos reads from the index.
        assert!(size * 1_000 / 8_192 <= 100, "{size} bytes");
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
