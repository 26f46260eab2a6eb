//! A host with one open gallery on the embedded store, for tests of the customers' functions.
#![allow(dead_code, reason = "each test binary uses a part")]

use std::sync::Arc;

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, Request, StatusCode},
};
use domain::{
    Millis,
    access::{Scope, code::AccessCode},
    gallery::{CodeGrant, Gallery, GalleryState, Subject},
    geometry::Size,
    hash::{Sha256, VersionHash},
    id::{CodeId, GalleryId, MachineId, PhotoId, PriceListId, StudioId, SubjectId},
    money::Currency,
    photo::{MicroPreview, Photo, PhotoChange, Rendition, RenditionKind},
    price_list::{GroupPrice, PriceList, Product, Surface},
    product::Kind,
    shipping::Shipping,
    studio::Studio,
    tax::Tax,
};
use ports::{Ports, clock::TestClock};
use serde_json::Value;
use tower::ServiceExt;

pub const NOW: i64 = 1_700_000_000_000;

pub struct Seed {
    pub ports: Ports,
    pub clock: Arc<TestClock>,
    pub gallery: GalleryId,
    pub photos: Vec<PhotoId>,
    pub subjects: [SubjectId; 2],
    _data: tempfile::TempDir,
}

pub const FULL_CODE: u64 = 0x0012_3456_789A_BCDE;
pub const CHILD_CODE: u64 = 0x00FE_DCBA_9876_5432;

pub fn code(bits: u64) -> String {
    AccessCode::from_random(bits).to_string()
}

impl Seed {
    /// Five photos; the second and third show Mia, the third Tom as well.
    pub async fn new() -> Self {
        let data = tempfile::tempdir().unwrap();
        let secrets = Arc::new(embedded::create_secrets(data.path(), "http://127.0.0.1:1").unwrap());
        let clock = Arc::new(TestClock::at(NOW));
        let store = embedded::Store::open(data.path(), secrets, clock.clone()).unwrap();
        let ports = store.ports();
        let studio = StudioId::from_bytes([1; 16]);
        let at = Millis(NOW);
        let who = Studio { id: studio, name: "Aurora".into(), suspended: false, key: None, created_at: at };
        ports.directory.put_studio(&who).await.unwrap();
        let list = price_list();
        ports.prices.put(studio, &list).await.unwrap();
        let gallery = GalleryId::from_bytes([2; 16]);
        let value = Gallery {
            id: gallery,
            studio,
            name: "Wedding".into(),
            state: GalleryState::Open,
            welcome: None,
            price_list: Some((list.id, 1)),
            settings: Default::default(),
            expires_at: None,
            created_at: at,
            revision: 0,
        };
        ports.galleries.put_gallery(&value, 0).await.unwrap();
        let subjects = [SubjectId::from_bytes([10; 16]), SubjectId::from_bytes([11; 16])];
        let people: Vec<_> = subjects
            .iter()
            .zip(["Mia Berg", "Tom Okafor"])
            .map(|(id, name)| Subject { id: *id, name: name.into(), group: Some("4b".into()) })
            .collect();
        ports.galleries.put_subjects(gallery, &people).await.unwrap();
        let in_photo: [&[SubjectId]; 5] = [&[], &subjects[..1], &subjects, &[], &[]];
        let photos: Vec<Photo> =
            (0..5u8).map(|n| photo(studio, gallery, n, in_photo[usize::from(n)].to_vec())).collect();
        let changes: Vec<_> = photos.iter().cloned().map(PhotoChange::Publish).collect();
        ports.photos.apply(gallery, &changes).await.unwrap();
        let seed = Self {
            ports,
            clock,
            gallery,
            photos: photos.iter().map(|p| p.id).collect(),
            subjects,
            _data: data,
        };
        seed.add_code(FULL_CODE, 1, Scope::All).await;
        seed.add_code(CHILD_CODE, 2, Scope::Subjects([subjects[0]].into())).await;
        seed
    }

    pub async fn add_code(&self, bits: u64, id: u8, scope: Scope) {
        let hash = AccessCode::from_random(bits).keyed_hash(&self.ports.secrets.code_hash);
        let grant = CodeGrant {
            id: CodeId::from_bytes([id; 16]),
            studio: StudioId::from_bytes([1; 16]),
            gallery: self.gallery,
            scope,
            revoked: false,
            expires_at: None,
        };
        self.ports.galleries.put_code(&hash, &grant).await.unwrap();
    }

    pub async fn change_gallery(&self, change: impl FnOnce(&mut Gallery)) {
        let mut gallery = self.ports.galleries.gallery(self.gallery).await.unwrap().unwrap();
        let revision = gallery.revision;
        change(&mut gallery);
        self.ports.galleries.put_gallery(&gallery, revision).await.unwrap();
    }
}

fn price_list() -> PriceList {
    PriceList {
        id: PriceListId::from_bytes([5; 16]),
        version: 1,
        name: "Prints".into(),
        currency: Currency::EUR,
        products: vec![Product {
            id: "8x10-lustre".into(),
            name: "8 × 10 in".into(),
            width_in: 8.0,
            height_in: 10.0,
            surface: Surface::Lustre,
            nodes: 1,
            price_minor: 1500,
            group_prices: vec![GroupPrice { group: "gift".into(), price_minor: 0 }],
            breaks: vec![],
            kind: Kind::Print,
            weight: None,
        }],
        shipping: Shipping { flat_minor: Some(490), pick_up: true, ..Shipping::default() },
        minimum_minor: 0,
        tax: Tax::default(),
        discounts: vec![],
        late_fee: None,
    }
}

pub fn photo(studio: StudioId, gallery: GalleryId, n: u8, subjects: Vec<SubjectId>) -> Photo {
    let rendition = |kind, edge: u32| Rendition {
        kind,
        width: edge,
        height: edge * 2 / 3,
        length: 10,
        sha256: Sha256::of(&[n, edge as u8]),
    };
    Photo {
        id: PhotoId::from_bytes([100 + n; 16]),
        gallery,
        studio,
        home: MachineId::from_bytes([7; 16]),
        version: VersionHash([n; 32]),
        seq: 1,
        frame: Size::new(6000, 4000),
        file_name: format!("DSL_{n:04}.jpg"),
        title: (n == 0).then(|| "First dance".to_owned()),
        caption: None,
        keywords: vec![if n < 3 { "ceremony" } else { "party" }.to_owned()],
        section: Some(if n < 3 { "Ceremony" } else { "Party" }.to_owned()),
        captured_at: Some(format!("2026-06-0{}T12:00:00", n + 1)),
        price_group: None,
        subjects,
        micro: MicroPreview { width: 64, height: 43, scan: vec![1, 2, 3, n] },
        renditions: vec![rendition(RenditionKind::Thumbnail, 400), rendition(RenditionKind::Proof, 2048)],
        published_at: Millis(NOW),
    }
}

/// A browser: keeps its cookie.
pub struct Browser {
    pub app: Router,
    pub cookie: Option<String>,
}

pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub json: Value,
}

impl Browser {
    pub fn new(app: &Router) -> Self {
        Self { app: app.clone(), cookie: None }
    }

    pub async fn ask(&mut self, method: &str, path: &str, body: Option<Value>) -> Reply {
        self.ask_with(method, path, body, &[]).await
    }

    pub async fn ask_with(
        &mut self,
        method: &str,
        path: &str,
        body: Option<Value>,
        headers: &[(&str, &str)],
    ) -> Reply {
        let mut request = Request::builder().method(method).uri(path);
        if let Some(cookie) = &self.cookie {
            request = request.header("cookie", cookie);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let body = match body {
            Some(json) => {
                request = request.header("content-type", "application/json");
                Body::from(json.to_string())
            }
            None => Body::empty(),
        };
        let response = self.app.clone().oneshot(request.body(body).unwrap()).await.unwrap();
        if let Some(set) = response.headers().get("set-cookie") {
            self.cookie = Some(set.to_str().unwrap().split(';').next().unwrap().to_owned());
        }
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, 10_000_000).await.unwrap();
        let json = if bytes.is_empty() { Value::Null } else { serde_json::from_slice(&bytes).unwrap() };
        Reply { status: parts.status, headers: parts.headers, json }
    }

    pub async fn get(&mut self, path: &str) -> Reply {
        self.ask("GET", path, None).await
    }

    pub async fn open(&mut self, bits: u64) -> Reply {
        self.ask("POST", "/api/gallery/open", Some(serde_json::json!({ "code": code(bits) }))).await
    }
}
