//! Where a request came from, for slowing down whoever guesses codes.

use std::{convert::Infallible, net::IpAddr};

use axum::{extract::FromRequestParts, http::request::Parts};

/// Set by whoever terminates the connection and overwritten there, so a client cannot choose it: the edge
/// function on AWS, `one-machine` from the socket (or from its trusted proxy).
pub const ADDRESS_HEADER: &str = "x-darkslide-viewer-address";

/// IPv6 callers are counted by their /64, because one household or attacker holds all of it.
#[derive(Clone, Debug)]
pub struct CallerAddress(pub String);

impl<S: Send + Sync> FromRequestParts<S> for CallerAddress {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let text = parts.headers.get(ADDRESS_HEADER).and_then(|v| v.to_str().ok()).unwrap_or("unknown");
        Ok(Self(source(text)))
    }
}

fn source(text: &str) -> String {
    match text.trim().parse::<IpAddr>() {
        Ok(IpAddr::V4(v4)) => v4.to_string(),
        Ok(IpAddr::V6(v6)) => match v6.to_ipv4_mapped() {
            Some(v4) => v4.to_string(),
            None => {
                let [a, b, c, d, ..] = v6.segments();
                format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
            }
        },
        Err(_) => "unknown".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::source;

    #[test]
    fn one_household_is_one_source() {
        assert_eq!(source("2001:db8:1:2:3::4"), source("2001:db8:1:2:ffff::9"));
        assert_eq!(source("::ffff:10.0.0.1"), "10.0.0.1");
        assert_eq!(source("<script>"), "unknown");
    }
}
