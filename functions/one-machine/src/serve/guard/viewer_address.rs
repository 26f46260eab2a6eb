//! Whom the guess limiter counts: the socket's address, or the last hop the trusted proxy wrote down.

use std::net::{IpAddr, SocketAddr};

use axum::{
    extract::{ConnectInfo, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue},
    middleware::Next,
    response::Response,
};
use http_edge::caller::ADDRESS_HEADER;

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

pub(in crate::serve) async fn viewer_address(
    State(behind_proxy): State<bool>,
    mut request: Request,
    next: Next,
) -> Response {
    let socket = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
    let forwarded = if behind_proxy { last_hop(request.headers()) } else { None };
    let address = forwarded.or(socket);
    let headers = request.headers_mut();
    // Whatever the client sent under this name goes.
    headers.remove(ADDRESS_HEADER);
    if let Some(value) = address.and_then(|a| HeaderValue::from_str(&a.to_string()).ok()) {
        headers.insert(HeaderName::from_static(ADDRESS_HEADER), value);
    }
    next.run(request).await
}

/// Earlier hops are what the client claims; the last one is what the proxy saw.
fn last_hop(headers: &HeaderMap) -> Option<IpAddr> {
    let last = headers.get_all(FORWARDED_FOR).iter().next_back()?.to_str().ok()?;
    last.rsplit(',').next()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_last_hop_counts() {
        let mut headers = HeaderMap::new();
        headers.append(FORWARDED_FOR, HeaderValue::from_static("1.1.1.1, 2.2.2.2"));
        headers.append(FORWARDED_FOR, HeaderValue::from_static("3.3.3.3, 4.4.4.4"));
        assert_eq!(last_hop(&headers), Some("4.4.4.4".parse().unwrap()));
        headers.append(FORWARDED_FOR, HeaderValue::from_static("nonsense"));
        assert_eq!(last_hop(&headers), None);
    }
}
