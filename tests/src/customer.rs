//! A customer's browser, as far as HTTP goes: a cookie, JSON, and every address it ever fetched.

use std::sync::Mutex;

use anyhow::{Context, Result, bail};
use domain::{geometry::Crop, id::GalleryId};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use wire::{
    checkout::{OrderPlaced, OrderView, QuoteView},
    customer::{GalleryView, Opened, PhotoListing, PhotoPage, PhotoView, Products},
    problem::Problem,
};

pub struct Customer {
    http: reqwest::Client,
    site: String,
    cookie: Mutex<Option<String>>,
    /// Paths of every GET, so that another customer can try them.
    pub visited: Mutex<Vec<String>>,
}

pub struct Reply {
    pub status: u16,
    pub headers: reqwest::header::HeaderMap,
    pub body: Vec<u8>,
}

impl Reply {
    pub fn json<T: DeserializeOwned>(&self) -> Result<T> {
        if self.status >= 400 {
            bail!("{}: {}", self.status, String::from_utf8_lossy(&self.body));
        }
        serde_json::from_slice(&self.body).with_context(|| String::from_utf8_lossy(&self.body).into_owned())
    }
    pub fn problem(&self) -> Result<Problem> {
        serde_json::from_slice(&self.body)
            .with_context(|| format!("{}: {}", self.status, String::from_utf8_lossy(&self.body)))
    }
}

impl Customer {
    pub fn new(site: &str) -> Result<Self> {
        let _ = rustls::crypto::ring::default_provider().install_default();
        Ok(Self {
            http: reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build()?,
            site: site.trim_end_matches('/').to_owned(),
            cookie: Mutex::new(None),
            visited: Mutex::default(),
        })
    }

    pub fn site(&self) -> &str {
        &self.site
    }

    pub async fn send(
        &self,
        method: &str,
        path: &str,
        body: Option<Value>,
        headers: &[(&str, &str)],
    ) -> Result<Reply> {
        let mut request = self.http.request(method.parse()?, format!("{}{path}", self.site));
        if let Some(cookie) = self.cookie.lock().expect("not poisoned").clone() {
            request = request.header("cookie", cookie);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(body) = body {
            request = request.json(&body);
        }
        let response = request.send().await?;
        for set in response.headers().get_all("set-cookie") {
            let pair = set.to_str()?.split(';').next().unwrap_or_default().to_owned();
            *self.cookie.lock().expect("not poisoned") = Some(pair);
        }
        if method == "GET" {
            self.visited.lock().expect("not poisoned").push(path.to_owned());
        }
        Ok(Reply {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            body: response.bytes().await?.to_vec(),
        })
    }

    /// POSTs a text as JSON that no JSON library would write.
    pub async fn send_text(&self, path: &str, body: String) -> Result<Reply> {
        let mut request = self.http.post(format!("{}{path}", self.site)).body(body);
        if let Some(cookie) = self.cookie.lock().expect("not poisoned").clone() {
            request = request.header("cookie", cookie);
        }
        let headers = [("content-type", "application/json"), ("idempotency-key", "a-text-that-is-no-json")];
        for (name, value) in headers {
            request = request.header(name, value);
        }
        let response = request.send().await?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Ok(Reply { status, headers, body: response.bytes().await?.to_vec() })
    }

    pub async fn get(&self, path: &str) -> Result<Reply> {
        self.send("GET", path, None, &[]).await
    }

    pub async fn try_open(&self, code: &str) -> Result<Reply> {
        self.send("POST", "/api/gallery/open", Some(json!({ "code": code })), &[]).await
    }

    pub async fn open(&self, code: &str) -> Result<GalleryId> {
        let opened: Opened = self.try_open(code).await?.json()?;
        Ok(opened.galleries.first().context("a gallery was opened")?.gallery)
    }

    pub async fn gallery(&self, gallery: GalleryId) -> Result<GalleryView> {
        self.get(&format!("/api/gallery/{gallery}")).await?.json()
    }

    pub async fn page(&self, gallery: GalleryId, query: &str) -> Result<PhotoPage> {
        Ok(self.get(&format!("/api/gallery/{gallery}/photos?{query}")).await?.json::<PhotoListing>()?.whole())
    }

    /// Every photo of a listing, page by page.
    pub async fn photos(&self, gallery: GalleryId, query: &str) -> Result<Vec<PhotoView>> {
        let mut photos = Vec::new();
        let mut cursor = String::new();
        loop {
            let page = self.page(gallery, &format!("{query}{cursor}")).await?;
            photos.extend(page.photos);
            match page.next {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return Ok(photos),
            }
        }
    }

    pub async fn products(&self, gallery: GalleryId) -> Result<Products> {
        self.get(&format!("/api/gallery/{gallery}/products")).await?.json()
    }

    pub async fn quote(&self, gallery: GalleryId, lines: &[Line]) -> Result<QuoteView> {
        let body = json!({ "lines": lines, "destination": { "kind": "pick_up" } });
        self.send("POST", &format!("/api/order/{gallery}/quote"), Some(body), &[]).await?.json()
    }

    pub async fn try_place(&self, gallery: GalleryId, body: Value, key: &str) -> Result<Reply> {
        let path = format!("/api/order/{gallery}/place");
        self.send("POST", &path, Some(body), &[("idempotency-key", key)]).await
    }

    /// Quotes and places an order for pick-up.
    pub async fn order(&self, gallery: GalleryId, lines: &[Line]) -> Result<OrderPlaced> {
        let quote = self.quote(gallery, lines).await?;
        let body = order_body(lines, &quote);
        let key = format!("test-key-{}", domain::hash::Sha256::of(body.to_string().as_bytes()).hex());
        self.try_place(gallery, body, &key[..60]).await?.json()
    }

    pub async fn status(&self, secret: &str) -> Result<OrderView> {
        self.get(&format!("/api/order/status/{secret}")).await?.json()
    }
}

pub fn order_body(lines: &[Line], quote: &QuoteView) -> Value {
    json!({
        "lines": lines,
        "customer": { "name": "Ada Beispiel", "email": "ada@example.org", "phone": null },
        "destination": { "kind": "pick_up" },
        "note": null,
        "total_shown": quote.total,
    })
}

/// A line of an order as a browser sends it.
#[derive(Clone, Debug, Serialize)]
pub struct Line {
    pub product: String,
    pub quantity: u32,
    pub nodes: Vec<wire::customer::CartNode>,
}

impl Line {
    pub fn of(product: &str, quantity: u32, photo: &PhotoView, crop: Crop) -> Self {
        let node = wire::customer::CartNode { photo: photo.id, version: photo.version, crop };
        Self { product: product.to_owned(), quantity, nodes: vec![node] }
    }

    /// The largest centred crop.
    pub fn centred(product: &str, quantity: u32, photo: &PhotoView, width: u32, height: u32) -> Self {
        let frame = domain::geometry::Size::new(photo.width, photo.height);
        Self::of(product, quantity, photo, domain::geometry::centred(frame, width, height))
    }
}
