//! The header that the site puts before micro previews is this crate's, and the site joins as this crate does.
//! `DARKSLIDE_UPDATE_VECTORS=1 cargo test -p darkslide-jpeg --test micro_vectors` writes the site's files anew.
#![allow(clippy::unwrap_used)]

use std::path::Path;

use darkslide_jpeg::{Plane, encode_scan, header, join_header};
use data_encoding::BASE64;

/// A slope in each plane, so that every table of the header is needed.
fn scan(width: usize, height: usize) -> Vec<u8> {
    let plane = |w: usize, h: usize, steep: usize| -> Vec<u8> {
        (0..w * h).map(|i| ((i % w * steep + i / w * 3 + i * i % 7) % 256) as u8).collect()
    };
    let (cw, ch) = (width.div_ceil(2), height.div_ceil(2));
    let planes = [plane(width, height, 4), plane(cw, ch, 7), plane(cw, ch, 5)];
    let [y, cb, cr] = &planes;
    let views =
        [Plane { data: y, stride: width }, Plane { data: cb, stride: cw }, Plane { data: cr, stride: cw }];
    encode_scan(width as u32, height as u32, &views).unwrap()
}

/// As the host sends it.
fn sent(width: u16, height: u16, scan: &[u8]) -> String {
    BASE64.encode(&[&height.to_be_bytes(), &width.to_be_bytes(), scan].concat())
}

fn is_in_the_site(path: &str, wanted: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../site").join(path);
    if std::env::var_os("DARKSLIDE_UPDATE_VECTORS").is_some() {
        std::fs::write(&path, wanted).unwrap();
    }
    let there = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(there, wanted, "{} is not what this crate makes", path.display());
}

#[test]
fn the_site_has_this_header() {
    is_in_the_site("src/gallery/micro_header.json", &format!("\"{}\"\n", BASE64.encode(&header(0, 0))));
}

#[test]
fn the_site_has_todays_previews() {
    let previews: Vec<String> = [(64, 43), (43, 64), (64, 64), (7, 64)]
        .map(|(width, height)| {
            let scan = scan(width.into(), height.into());
            let jpeg = BASE64.encode(&join_header(&scan, width, height));
            let micro = sent(width, height, &scan);
            format!(
                "  {{ \"width\": {width}, \"height\": {height}, \"micro\": \"{micro}\",\n    \"jpeg\": \"{jpeg}\" }}"
            )
        })
        .into();
    is_in_the_site("tests/vectors/micro.json", &format!("[\n{}\n]\n", previews.join(",\n")));
}
