//! What is alike in everybody's answer of a page, made once and kept for as long as the store keeps the page: hundreds of
//! people open a gallery and begin with the same photos.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError, Weak},
};

use axum::http::StatusCode;
use domain::{object_key::RenditionKeys, photo::Photo};
use http_edge::{Answer, CommonStart, Refusal};
use ports::Page;
use wire::customer::{ImageRef, PhotoView};

use crate::view;

/// A page's photos as everybody gets them.
pub struct Alike {
    /// `{"photos":[…]`, to be gone on with.
    pub start: CommonStart,
    /// Every image, in the order tokens are given in.
    pub images: Vec<ImageRef>,
}

impl Alike {
    fn of(keys: &RenditionKeys, photos: &[Photo]) -> Answer<Arc<Self>> {
        let views: Vec<PhotoView> = photos.iter().map(|photo| view::alike(keys, photo)).collect();
        let mut plain = br#"{"photos":"#.to_vec();
        serde_json::to_writer(&mut plain, &views).map_err(unwritable)?;
        let images = views.into_iter().flat_map(|v| [v.thumbnail, v.proof]).flatten().collect();
        Ok(Arc::new(Self { start: CommonStart::new(plain), images }))
    }
}

pub fn unwritable(error: serde_json::Error) -> Refusal {
    tracing::error!(%error, "photos could not be written as JSON");
    Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, "unwritable", "These photos could not be shown.")
        .hint("Tell the studio.")
}

/// By the page's place in memory. The weak reference keeps that place from being given to another page.
#[derive(Clone, Default)]
pub struct Kept(Arc<Mutex<HashMap<usize, Made>>>);

type Made = (Weak<Page<Photo>>, Arc<Alike>);

impl Kept {
    pub fn of(&self, keys: &RenditionKeys, page: &Arc<Page<Photo>>) -> Answer<Arc<Alike>> {
        let place = Arc::as_ptr(page) as usize;
        if let Some((_, alike)) = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&place) {
            return Ok(alike.clone());
        }
        let alike = Alike::of(keys, &page.items)?;
        // A store that keeps no pages would have this grow for nothing.
        if Arc::strong_count(page) > 1 {
            let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            kept.retain(|_, (page, _)| page.strong_count() > 0);
            kept.insert(place, (Arc::downgrade(page), alike.clone()));
        }
        Ok(alike)
    }
}
