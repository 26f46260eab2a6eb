//! An HTTP function: the same router as on one machine, behind CloudFront and nobody else.

use std::any::Any;

use axum::{
    Router,
    extract::{DefaultBodyLimit, Request, State},
    http::{HeaderName, HeaderValue, StatusCode, header},
    middleware::{Next, from_fn, from_fn_with_state},
    response::{IntoResponse, Response},
};
use http_edge::Refusal;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use tower_http::{
    CompressionLevel,
    catch_panic::CatchPanicLayer,
    compression::{CompressionLayer, predicate::SizeAbove},
};

use crate::Ended;

/// CloudFront adds it to what it sends to the origin; the API's own address is public, and useless without.
const ORIGIN_HEADER: HeaderName = HeaderName::from_static("x-darkslide-origin");
/// The largest order (500 lines with their pictures) and the largest roster stay below this.
const MAX_BODY: usize = 4 * 1024 * 1024;

/// Answers API Gateway's requests with `router`, for as long as Lambda keeps this environment.
pub async fn serve(router: Router, origin_secret: &str) -> Result<(), Ended> {
    lambda_http::run(guarded(router, origin_secret)).await.map_err(Ended)
}

fn guarded(router: Router, origin_secret: &str) -> Router {
    router
        .fallback(async || Refusal::no_route())
        .layer(CompressionLayer::new().quality(CompressionLevel::Fastest).compress_when(SizeAbove::new(512)))
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn(not_kept))
        .layer(from_fn_with_state(Sha256::digest(origin_secret.as_bytes()).into(), from_cloudfront))
}

/// Digests are compared, because they have one length, and in a time that does not tell where they differ.
/// The viewer's address needs nothing here: the edge function overwrites its header on the way.
async fn from_cloudfront(State(secret): State<[u8; 32]>, mut request: Request, next: Next) -> Response {
    let shown = request.headers_mut().remove(ORIGIN_HEADER);
    let digest: [u8; 32] = Sha256::digest(shown.as_ref().map_or(&b""[..], HeaderValue::as_bytes)).into();
    if shown.is_some() && bool::from(digest.ct_eq(&secret)) {
        return next.run(request).await;
    }
    Refusal::new(StatusCode::FORBIDDEN, "wrong_door", "This address serves CloudFront only.")
        .hint("Use the address your photographer or your operator gave you.")
        .into_response()
}

/// What a handler does not say about caching is not for keeping.
async fn not_kept(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

/// A bug in one handler is one failed request with a cause in the log.
fn panicked(panic: Box<dyn Any + Send>) -> Response {
    let why = panic.downcast_ref::<&str>().map(|s| (*s).to_owned());
    let why = why.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default();
    tracing::error!(why, "a handler panicked");
    Refusal::new(
        StatusCode::INTERNAL_SERVER_ERROR,
        "internal",
        "Something went wrong on this host. It was logged.",
    )
    .hint("Try again; if it stays, tell whoever runs this host the time it happened.")
    .into_response()
}

#[cfg(test)]
mod tests {
    use axum::{body::Body, routing::get};
    use http_edge::CallerAddress;
    use tower::ServiceExt;

    use super::*;

    async fn ask(path: &str, secret: Option<&str>) -> Response {
        async fn panics() {
            panic!("a bug");
        }
        let router = Router::new()
            .route("/who", get(async |CallerAddress(who): CallerAddress| who))
            .route("/long", get(async || "x".repeat(2_000)))
            .route("/panic", get(panics));
        let mut request = Request::get(path)
            .header("x-darkslide-viewer-address", "192.0.2.7")
            .header("accept-encoding", "gzip");
        if let Some(secret) = secret {
            request = request.header(ORIGIN_HEADER, secret);
        }
        guarded(router, "right").oneshot(request.body(Body::empty()).unwrap()).await.unwrap()
    }

    async fn text(response: Response) -> String {
        let bytes = axum::body::to_bytes(response.into_body(), 10_000).await.unwrap();
        String::from_utf8(bytes.to_vec()).unwrap()
    }

    #[tokio::test]
    async fn whoever_comes_past_cloudfront_is_refused() {
        for wrong in [None, Some(""), Some("wrong"), Some("right "), Some("righ")] {
            let response = ask("/who", wrong).await;
            assert_eq!(response.status(), StatusCode::FORBIDDEN, "{wrong:?}");
            assert!(text(response).await.contains("wrong_door"));
        }
        let response = ask("/who", Some("right")).await;
        assert_eq!(response.headers()["cache-control"], "no-store");
        assert_eq!(text(response).await, "192.0.2.7");
    }

    #[tokio::test]
    async fn an_address_without_a_route_is_said_to_be_one() {
        let response = ask("/api/studio/of-tomorrow", Some("right")).await;
        assert_eq!(response.status(), StatusCode::NOT_FOUND);
        assert!(text(response).await.contains("no_route"));
    }

    #[tokio::test]
    async fn an_empty_secret_lets_nobody_in_without_the_header() {
        let router = guarded(Router::new().route("/", get(async || "in")), "");
        let response = router.oneshot(Request::get("/").body(Body::empty()).unwrap()).await.unwrap();
        assert_eq!(response.status(), StatusCode::FORBIDDEN);
    }

    #[tokio::test]
    async fn answers_are_compressed_and_a_panic_is_one_failed_request() {
        assert_eq!(ask("/long", Some("right")).await.headers()["content-encoding"], "gzip");
        let response = ask("/panic", Some("right")).await;
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
        assert!(text(response).await.contains("internal"));
    }
}
