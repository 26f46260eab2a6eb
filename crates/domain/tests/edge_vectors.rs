//! Writes the vectors the edge function is held to, and fails when the file in the tree is another one.
//! `DARKSLIDE_UPDATE_VECTORS=1 cargo test -p darkslide-domain --test edge_vectors` writes it anew.

use darkslide_domain::{
    Millis,
    access::{
        Grant, Scope,
        cookie::{Claims, CookieKey, image_permitted, image_token, sign, verify},
    },
    id::{CodeId, GalleryId, SubjectId, VisitorId},
};
use data_encoding::BASE64;
use serde_json::json;

const NOW: i64 = 1_700_000_000_000;

struct Vector {
    name: &'static str,
    cookie: Option<String>,
    url: String,
    allowed: bool,
}

fn key(generation: u32) -> CookieKey {
    CookieKey { generation, secret: vec![generation as u8 + 40; 32] }
}

fn vectors(keys: &[CookieKey]) -> Vec<Vector> {
    let gallery = GalleryId::from_bytes([1; 16]);
    let other = GalleryId::from_bytes([2; 16]);
    let visitor = VisitorId::from_bytes([3; 16]);
    let children: Scope =
        Scope::Subjects([SubjectId::from_bytes([4; 16]), SubjectId::from_bytes([5; 16])].into());
    let claims = |gallery, scope, exp| Claims {
        visitor,
        grants: vec![Grant { gallery, scope, codes: [CodeId::from_bytes([6; 16])].into() }],
        exp,
    };
    let valid = NOW / 1000 + 600;
    let object = format!("img/{gallery}/{}", "a".repeat(26));
    let url =
        |scope: &Scope, key| format!("/{object}?t={}", image_token(key, visitor, gallery, scope, &object));
    let all = sign(&claims(gallery, Scope::All, valid), &keys[0]);
    let own = url(&Scope::All, &keys[0]);
    let tampered = {
        let (head, tail) = own.split_at(own.len() - 1);
        format!("{head}{}", if tail == "A" { "B" } else { "A" })
    };
    let stranger = Claims { visitor: VisitorId::from_bytes([7; 16]), ..claims(gallery, Scope::All, valid) };
    let retired = key(9);
    let cookie = |text: &str| Some(text.to_owned());
    let child = sign(&claims(gallery, children.clone(), valid), &keys[0]);
    vec![
        Vector { name: "valid", cookie: cookie(&all), url: own.clone(), allowed: true },
        Vector {
            name: "valid for two children",
            cookie: cookie(&child),
            url: url(&children, &keys[0]),
            allowed: true,
        },
        Vector {
            name: "valid, both signed with the older key",
            cookie: cookie(&sign(&claims(gallery, Scope::All, valid), &keys[1])),
            url: url(&Scope::All, &keys[1]),
            allowed: true,
        },
        Vector { name: "missing cookie", cookie: None, url: own.clone(), allowed: false },
        Vector { name: "missing token", cookie: cookie(&all), url: format!("/{object}"), allowed: false },
        Vector {
            name: "expired",
            cookie: cookie(&sign(&claims(gallery, Scope::All, NOW / 1000), &keys[0])),
            url: own.clone(),
            allowed: false,
        },
        Vector {
            name: "other gallery",
            cookie: cookie(&sign(&claims(other, Scope::All, valid), &keys[0])),
            url: own.clone(),
            allowed: false,
        },
        Vector { name: "tampered token", cookie: cookie(&all), url: tampered, allowed: false },
        Vector {
            name: "tampered cookie",
            cookie: Some(all.replacen('.', ".e", 1)),
            url: own.clone(),
            allowed: false,
        },
        Vector {
            name: "retired key",
            cookie: cookie(&sign(&claims(gallery, Scope::All, valid), &retired)),
            url: own.clone(),
            allowed: false,
        },
        Vector {
            name: "an address copied from a wider session",
            cookie: cookie(&child),
            url: own.clone(),
            allowed: false,
        },
        Vector {
            name: "an address copied from another visitor",
            cookie: cookie(&sign(&stranger, &keys[0])),
            url: own.clone(),
            allowed: false,
        },
        Vector { name: "not a cookie at all", cookie: cookie("a.b"), url: own, allowed: false },
    ]
}

#[test]
fn the_edge_function_has_todays_vectors() {
    let keys = [key(2), key(1)];
    let vectors = vectors(&keys);
    for v in &vectors {
        let (path, token) = v.url.split_once("?t=").unwrap_or((&v.url, ""));
        let claims = v.cookie.as_deref().and_then(|c| verify(c, &keys, Millis(NOW)).ok());
        let allowed = claims.is_some_and(|c| image_permitted(&c, &keys, &path[1..], token));
        assert_eq!(allowed, v.allowed, "{}", v.name);
    }
    let requests: Vec<_> = vectors
        .iter()
        .map(
            |v| json!({ "name": v.name, "now": NOW, "cookie": v.cookie, "url": v.url, "allowed": v.allowed }),
        )
        .collect();
    let keys: Vec<_> = keys
        .iter()
        .map(|k| json!({ "generation": k.generation, "secret": BASE64.encode(&k.secret) }))
        .collect();
    let text = serde_json::to_string_pretty(&json!({ "keys": keys, "requests": requests })).unwrap() + "\n";
    let file =
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../infrastructure/edge/vectors.json");
    if std::env::var_os("DARKSLIDE_UPDATE_VECTORS").is_some() {
        std::fs::write(&file, &text).unwrap();
    }
    let stored = std::fs::read_to_string(&file).unwrap_or_default();
    assert_eq!(stored, text, "write the file anew as this test's first lines say");
}
