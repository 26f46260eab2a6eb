//! Addresses: the host's origin as people type it, and the addresses grants name.

use reqwest::Url;

use crate::HostError;

/// The host's origin, `https://prints.example` or `http://127.0.0.1:7070`, from what a person typed.
/// A path, a query or a user name in it is refused, because the host is the whole origin.
pub fn origin(text: &str) -> Result<Url, HostError> {
    let refuse =
        |why: &str| HostError::Address { text: text.chars().take(200).collect(), why: why.to_owned() };
    let typed = text.trim();
    let url = if typed.contains("://") { Url::parse(typed) } else { Url::parse(&format!("https://{typed}")) };
    let url = url.map_err(|e| refuse(&e.to_string()))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(refuse("it must begin with https:// or http://"));
    }
    if url.host_str().is_none_or(str::is_empty) {
        return Err(refuse("it names no host"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(refuse("it must not hold a user name or password"));
    }
    if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
        return Err(refuse("it must end after the host and port, without a path"));
    }
    Ok(url)
}

/// The address as sessions are signed for: scheme, host and port, no slash at the end.
pub(crate) fn origin_text(base: &Url) -> String {
    base.origin().ascii_serialization()
}

pub(crate) fn is_loopback(base: &Url) -> bool {
    let Some(host) = base.host_str() else { return false };
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || bare.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// A path of the host's own API. The caller's path begins with a slash and cannot leave the origin.
pub(crate) fn api(base: &Url, path: &str) -> Result<Url, HostError> {
    let refuse =
        |why: &str| HostError::Address { text: path.chars().take(200).collect(), why: why.to_owned() };
    if !path.starts_with('/') || path.starts_with("//") {
        return Err(refuse("a path of the host begins with one slash"));
    }
    let url = base.join(path).map_err(|e| refuse(&e.to_string()))?;
    if url.origin() != base.origin() { Err(refuse("it leads away from the host")) } else { Ok(url) }
}

/// Where a grant or a delivery sends us: relative to the host, or absolute (object storage).
pub(crate) fn granted(base: &Url, address: &str) -> Result<Url, HostError> {
    // Grants are signed addresses: an error must not print one.
    let refuse = |why: &str| HostError::Address { text: "(a granted address)".into(), why: why.to_owned() };
    let url = base.join(address).map_err(|e| refuse(&e.to_string()))?;
    match (base.scheme(), url.scheme()) {
        (_, "https") | ("http", "http") => Ok(url),
        (_, "http") => Err(refuse("the host uses TLS, but sends us to an address without it")),
        _ => Err(refuse("it is neither http nor https")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_people_type_and_refuses_the_rest() {
        for (typed, meant) in [
            ("https://prints.example", "https://prints.example"),
            (" prints.example ", "https://prints.example"),
            ("http://127.0.0.1:7070/", "http://127.0.0.1:7070"),
            ("HTTPS://Prints.Example:443", "https://prints.example"),
        ] {
            assert_eq!(origin_text(&origin(typed).unwrap()), meant);
        }
        for bad in ["", "ftp://x", "https://x/y", "https://u:p@x", "https://", "https://x?y", "not a host"] {
            assert!(origin(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn granted_addresses_stay_encrypted_and_api_paths_stay_home() {
        let tls = origin("https://prints.example").unwrap();
        let plain = origin("http://127.0.0.1:1").unwrap();
        assert_eq!(granted(&plain, "/files/a?b=c").unwrap().as_str(), "http://127.0.0.1:1/files/a?b=c");
        assert!(granted(&tls, "https://bucket.s3.example/k").is_ok());
        assert!(granted(&tls, "http://bucket.s3.example/k").is_err());
        assert!(granted(&tls, "file:///etc/passwd").is_err());
        assert!(api(&tls, "//elsewhere.example/x").is_err());
        assert!(api(&tls, "x").is_err());
        assert!(is_loopback(&plain) && !is_loopback(&tls));
        assert!(is_loopback(&origin("http://[::1]:5").unwrap()));
    }
}
