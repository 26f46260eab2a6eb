//! The drawn files carry what they claim: EXIF in all orientations, captions, profiles, colours that match.
#![allow(clippy::unwrap_used)] // what cannot be unwrapped here has failed the test

use std::path::Path;

use darkslide_shoot::develop::Space;
use darkslide_shoot::shoot::{self, Order};
use darkslide_shoot::{exif as camera, patches, programme};
use exif::{In, Tag};
use moxcms::{ColorProfile, Layout, TransformOptions};

fn text(fields: &exif::Exif, tag: Tag) -> String {
    let field = fields.get_field(tag, In::PRIMARY).unwrap_or_else(|| panic!("no {tag}"));
    field.display_value().to_string().trim_matches('"').to_owned()
}

fn profile_of(bytes: &[u8]) -> Option<Vec<u8>> {
    use image::ImageDecoder;
    let mut decoder = image::codecs::jpeg::JpegDecoder::new(std::io::Cursor::new(bytes)).unwrap();
    decoder.icc_profile().unwrap()
}

#[test]
fn a_small_shoot_has_every_orientation_and_private_fields() {
    let folder = tempfile::tempdir().unwrap();
    let order = Order { folder: folder.path().to_owned(), count: 10, width: 240, height: 160, seed: 3 };
    assert_eq!(shoot::draw(&order, |_| {}).unwrap().files, 10);
    for (i, shot) in programme::shots(10, 3).iter().enumerate() {
        let bytes = std::fs::read(folder.path().join(&shot.path)).unwrap();
        let fields = exif::Reader::new().read_from_container(&mut std::io::Cursor::new(&bytes)).unwrap();
        let number = |tag| fields.get_field(tag, In::PRIMARY).and_then(|f| f.value.get_uint(0)).unwrap();
        assert_eq!(number(Tag::Orientation), (i % 8 + 1) as u32);
        assert_eq!(text(&fields, Tag::BodySerialNumber), camera::BODY_SERIAL);
        assert_eq!(text(&fields, Tag::CameraOwnerName), camera::OWNER);
        assert_eq!(text(&fields, Tag::OffsetTimeOriginal), "+02:00");
        assert!(text(&fields, Tag::DateTimeOriginal).starts_with("2026-06-13 "));
        assert_eq!(fields.get_field(Tag::GPSLatitude, In::PRIMARY).is_some(), i % 3 != 2);
        let size = image::load_from_memory(&bytes).unwrap();
        assert_eq!(
            (number(Tag::PixelXDimension), number(Tag::PixelYDimension)),
            (size.width(), size.height())
        );
        assert_eq!(profile_of(&bytes).is_some(), shot.space != Space::Srgb);
        let holds = |needle: &str| bytes.windows(needle.len()).any(|w| w == needle.as_bytes());
        assert_eq!(holds("dc:subject"), !shot.iptc);
        assert_eq!(holds("Photoshop 3.0\08BIM"), shot.iptc);
        assert!(holds("ceremony"));
    }
}

#[test]
fn the_same_seed_draws_the_same_bytes() {
    let draw = |seed| {
        let folder = tempfile::tempdir().unwrap();
        let order = Order { folder: folder.path().to_owned(), count: 2, width: 180, height: 120, seed };
        shoot::draw(&order, |_| {}).unwrap();
        std::fs::read(folder.path().join("Ceremony/DSL_0001.jpg")).unwrap()
    };
    assert!(draw(5) == draw(5));
    assert!(draw(5) != draw(6));
}

#[test]
fn patches_become_the_expected_srgb_through_their_own_profile() {
    let folder = tempfile::tempdir().unwrap();
    for space in [Space::AdobeRgb, Space::DisplayP3] {
        let path = folder.path().join(format!("{space:?}.jpg"));
        patches::write(&path, 480, 320, space).unwrap();
        assert_patches(&path);
    }
}

fn assert_patches(path: &Path) {
    let bytes = std::fs::read(path).unwrap();
    let source = ColorProfile::new_from_slice(&profile_of(&bytes).unwrap()).unwrap();
    let picture = image::load_from_memory(&bytes).unwrap().to_rgb8();
    let to_srgb = source
        .create_transform_8bit(
            Layout::Rgb,
            &ColorProfile::new_srgb(),
            Layout::Rgb,
            TransformOptions::default(),
        )
        .unwrap();
    for (i, expected) in patches::EXPECTED_SRGB.iter().enumerate() {
        let (x, y) = patches::middle(i, 480, 320);
        let mut got = [0u8; 3];
        to_srgb.transform(&picture.get_pixel(x as u32, y as u32).0, &mut got).unwrap();
        for c in 0..3 {
            // Near black a step of the wider space is several steps of sRGB.
            let allowed = if expected[c] < 20 { 8 } else { 4 };
            assert!(
                got[c].abs_diff(expected[c]) <= allowed,
                "{path:?} patch {i}: {got:?}, expected {expected:?}"
            );
        }
    }
}
