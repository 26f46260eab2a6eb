//! Coming to the desk: the link's secret becomes a cookie.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Query, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    clock,
    desk::{
        answer::{Answer, refused},
        guard::cookie_name,
        serve::Page,
    },
};

#[derive(Deserialize)]
pub struct Begin {
    link: String,
}

/// POST /api/session: the secret of a link, once.
pub async fn begin(
    State(page): State<Arc<Page>>,
    Json(begin): Json<Begin>,
) -> Answer<(StatusCode, HeaderMap)> {
    let now = clock::now();
    if !page.used_links.redeem(&page.address.secret, &begin.link, now) {
        let fix = "run `darkslide desk` again; each link opens the desk once, within ten minutes";
        return Err(refused(StatusCode::FORBIDDEN, "this link does not open the desk any more", fix));
    }
    let cookie = format!(
        "{}={}; Path=/; HttpOnly; SameSite=Strict; Max-Age=604800",
        cookie_name(page.address.port),
        page.address.secret.cookie(now)
    );
    let mut headers = HeaderMap::new();
    if let Ok(value) = HeaderValue::from_str(&cookie) {
        headers.insert(header::SET_COOKIE, value);
    }
    Ok((StatusCode::NO_CONTENT, headers))
}

#[derive(Deserialize)]
pub struct Nonce {
    nonce: String,
}

/// GET /api/hello?nonce: proof for another process of this profile.
pub async fn hello(State(page): State<Arc<Page>>, Query(asked): Query<Nonce>) -> Json<Value> {
    Json(json!({ "proof": page.address.secret.hello(&asked.nonce) }))
}
