//! Limits, colours, watermarks, metadata policy: what a caller relies on, without any corpus.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use darkslide_image::{
    ImageError, Limits, MetadataPolicy, RenderRequest, RenditionSpec, Sharpen, Watermark, WatermarkContent,
    WatermarkPosition, metadata, probe, render,
};
use std::io::Cursor;

fn encode(
    w: u32,
    h: u32,
    colour: image::ExtendedColorType,
    px: &[u8],
    format: image::ImageFormat,
) -> Vec<u8> {
    let mut out = Vec::new();
    image::write_buffer_with_format(&mut Cursor::new(&mut out), px, w, h, colour, format).unwrap();
    out
}

fn spec(long_edge: u32, watermark: Option<Watermark>) -> RenditionSpec {
    RenditionSpec { name: "proof".into(), long_edge, quality: 92, watermark, sharpen: Sharpen::None }
}

fn request(specs: Vec<RenditionSpec>) -> RenderRequest {
    RenderRequest { edit: None, renditions: specs, micro: true, keep: MetadataPolicy::default() }
}

fn flat(w: u32, h: u32, rgb: [u8; 3]) -> Vec<u8> {
    let px: Vec<u8> = std::iter::repeat_n(rgb, (w * h) as usize).flatten().collect();
    encode(w, h, image::ExtendedColorType::Rgb8, &px, image::ImageFormat::Png)
}

fn rgb(jpeg: &[u8]) -> image::RgbImage {
    image::load_from_memory(jpeg).unwrap().into_rgb8()
}

#[test]
fn renditions_and_micro_in_one_go() {
    let file = flat(900, 600, [200, 100, 50]);
    let r = render(&file, &request(vec![spec(400, None), spec(100, None)]), &Limits::default()).unwrap();
    let sizes: Vec<_> = r.renditions.iter().map(|r| (r.width, r.height)).collect();
    assert_eq!(sizes, [(400, 267), (100, 67)]);
    for x in &r.renditions {
        let p = *rgb(&x.jpeg).get_pixel(20, 20);
        assert!(p.0.iter().zip([200u8, 100, 50]).all(|(a, b)| a.abs_diff(b) <= 2), "{p:?}");
        assert!(x.jpeg.windows(11).any(|w| w == b"ICC_PROFILE"));
    }
    let m = r.micro.unwrap();
    assert_eq!((m.width, m.height), (64, 43));
    let whole = darkslide_jpeg::join_header(&m.scan, m.width, m.height);
    let p = *rgb(&whole).get_pixel(30, 20);
    assert!(p.0.iter().zip([200u8, 100, 50]).all(|(a, b)| a.abs_diff(b) <= 12), "{p:?}");
}

#[test]
fn a_small_picture_is_not_enlarged() {
    let r = render(&flat(50, 30, [9, 9, 9]), &request(vec![spec(2048, None)]), &Limits::default()).unwrap();
    assert_eq!((r.renditions[0].width, r.renditions[0].height), (50, 30));
}

#[test]
fn a_bomb_is_refused_by_its_header() {
    // A PNG header of 30,000 x 30,000 with nothing behind it.
    let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
    let ihdr: Vec<u8> = [30_000u32.to_be_bytes(), 30_000u32.to_be_bytes()].concat();
    png.extend(&ihdr);
    png.extend([8, 6, 0, 0, 0]);
    let mut crc = 0xFFFF_FFFFu32;
    for b in &png[12..] {
        crc ^= u32::from(*b);
        for _ in 0..8 {
            crc = if crc & 1 == 1 { crc >> 1 ^ 0xEDB8_8320 } else { crc >> 1 };
        }
    }
    png.extend((!crc).to_be_bytes());
    png.extend(b"\0\0\0\0IDAT\x35\xaf\x06\x1e");
    let e = probe(&png, &Limits::default()).unwrap_err();
    assert!(matches!(e, ImageError::TooLarge { width: 30_000, height: 30_000, .. }), "{e:?}");
    let tight = Limits { max_bytes: 1 << 20, ..Limits::default() };
    let e = render(&flat(1000, 1000, [0; 3]), &request(vec![spec(100, None)]), &tight).unwrap_err();
    assert!(matches!(e, ImageError::OutOfMemory { .. }), "{e:?}");
}

#[test]
fn damaged_files_are_named_errors() {
    let jpeg = {
        let px: Vec<u8> =
            (0..400 * 300 * 3u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
        encode(400, 300, image::ExtendedColorType::Rgb8, &px, image::ImageFormat::Jpeg)
    };
    let go = |b: &[u8]| render(b, &request(vec![spec(100, None)]), &Limits::default());
    assert!(go(&jpeg).is_ok());
    for cut in [2, 20, 300, jpeg.len() / 2, jpeg.len() * 9 / 10] {
        assert!(go(&jpeg[..cut]).is_err(), "cut at {cut}");
    }
    assert!(matches!(go(b"").unwrap_err(), ImageError::Truncated { .. }));
    assert!(matches!(go(b"Dear customer, ...").unwrap_err(), ImageError::Unsupported { .. }));
}

#[test]
fn transparency_becomes_paper_and_grey_stays_grey() {
    let px: Vec<u8> = std::iter::repeat_n([255u8, 0, 0, 128], 100 * 100).flatten().collect();
    let file = encode(100, 100, image::ExtendedColorType::Rgba8, &px, image::ImageFormat::Png);
    let r = render(&file, &request(vec![spec(64, None)]), &Limits::default()).unwrap();
    let p = *rgb(&r.renditions[0].jpeg).get_pixel(30, 30);
    assert!(p[0] > 250 && p[1].abs_diff(127) < 4, "{p:?}");
    let px: Vec<u8> = std::iter::repeat_n(40_000u16.to_ne_bytes(), 100 * 80).flatten().collect();
    for format in [image::ImageFormat::Png, image::ImageFormat::Tiff] {
        let file = encode(100, 80, image::ExtendedColorType::L16, &px, format);
        assert_eq!(probe(&file, &Limits::default()).unwrap().bit_depth, 16);
        let r = render(&file, &request(vec![spec(64, None)]), &Limits::default()).unwrap();
        let p = *rgb(&r.renditions[0].jpeg).get_pixel(10, 10);
        assert!(p.0.iter().all(|v| v.abs_diff(156) <= 1), "{p:?}");
    }
}

#[test]
fn watermarks_show_and_never_panic() {
    let file = flat(600, 400, [120, 120, 120]);
    let positions = [
        WatermarkPosition::Center,
        WatermarkPosition::Tiled,
        WatermarkPosition::TopLeft,
        WatermarkPosition::TopRight,
        WatermarkPosition::BottomLeft,
        WatermarkPosition::BottomRight,
    ];
    let texts = ["PROOF", "© Müller & Søn 2026", "日本語 🎉 \u{202e}\u{0}\n", "", " ", &"x".repeat(5000)];
    for position in positions {
        for text in texts {
            let content = WatermarkContent::Text(text.into());
            let w = Watermark { content, position, opacity: 0.5, relative_size: 0.4 };
            let r = render(&file, &request(vec![spec(600, Some(w))]), &Limits::default()).unwrap();
            let marked = rgb(&r.renditions[0].jpeg).pixels().filter(|p| p[0] > 130).count();
            assert_eq!(
                marked > 100,
                text.chars().any(|c| c.is_ascii_alphanumeric()) || text.contains('日'),
                "{text:?} {position:?}: {marked}"
            );
        }
    }
    let mark = flat(40, 20, [255, 0, 0]);
    let w = Watermark {
        content: WatermarkContent::Png(mark),
        position: WatermarkPosition::BottomRight,
        opacity: 1.0,
        relative_size: 0.2,
    };
    let r = render(&file, &request(vec![spec(600, Some(w))]), &Limits::default()).unwrap();
    let px = rgb(&r.renditions[0].jpeg);
    assert!(px.get_pixel(560, 370)[0] > 230 && px.get_pixel(100, 100)[0] < 130);
    let broken = Watermark {
        content: WatermarkContent::Png(vec![1, 2, 3]),
        position: WatermarkPosition::Center,
        opacity: 1.0,
        relative_size: 0.2,
    };
    let e = render(&file, &request(vec![spec(600, Some(broken))]), &Limits::default()).unwrap_err();
    assert!(matches!(e, ImageError::BadRequest { .. }), "{e:?}");
}

/// EXIF with a caption, an artist and a copyright, as `exif` in the encoder would write it.
fn jpeg_with_words() -> Vec<u8> {
    let px: Vec<u8> = vec![90; 80 * 60 * 3];
    let jpeg = encode(80, 60, image::ExtendedColorType::Rgb8, &px, image::ImageFormat::Jpeg);
    let xmp = br#"<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
      <rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:Rating="4" xmp:Label="Red">
      <dc:description><rdf:Alt><rdf:li xml:lang="x-default">Bride &amp; groom</rdf:li></rdf:Alt></dc:description>
      <dc:creator><rdf:Seq><rdf:li>J&#xF6;rg</rdf:li></rdf:Seq></dc:creator>
      <dc:rights><rdf:Alt><rdf:li xml:lang="x-default">(c) 2026</rdf:li></rdf:Alt></dc:rights>
      <dc:subject><rdf:Bag><rdf:li>dance</rdf:li><rdf:li>night</rdf:li></rdf:Bag></dc:subject>
      </rdf:Description></rdf:RDF></x:xmpmeta>"#;
    let mut data = b"http://ns.adobe.com/xap/1.0/\0".to_vec();
    data.extend_from_slice(xmp);
    let mut out = jpeg[..2].to_vec();
    out.extend([0xFF, 0xE1]);
    out.extend(((data.len() + 2) as u16).to_be_bytes());
    out.extend(data);
    out.extend_from_slice(&jpeg[2..]);
    out
}

#[test]
fn words_are_read_and_kept_by_policy() {
    let file = jpeg_with_words();
    let m = metadata(&file, None);
    assert_eq!(m.rating.as_ref().map(|v| v.value), Some(4));
    assert_eq!(m.label.as_ref().map(|v| v.value.as_str()), Some("Red"));
    assert_eq!(m.keywords.as_ref().map(|v| v.value.join(",")).as_deref(), Some("dance,night"));
    let mut r = request(vec![spec(64, None)]);
    r.keep = MetadataPolicy { copyright: true, caption: false, creator: true };
    let out = render(&file, &r, &Limits::default()).unwrap();
    let kept = metadata(&out.renditions[0].jpeg, None);
    assert_eq!(kept.creator.map(|v| v.value).as_deref(), Some("Jörg"));
    assert_eq!(kept.copyright.map(|v| v.value).as_deref(), Some("(c) 2026"));
    assert_eq!(kept.caption, None);
    r.keep.caption = true;
    let out = render(&file, &r, &Limits::default()).unwrap();
    assert_eq!(
        metadata(&out.renditions[0].jpeg, None).caption.map(|v| v.value).as_deref(),
        Some("Bride & groom")
    );
}
