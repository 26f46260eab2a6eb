//! The host's secrets as SSM parameters under one path; all but `site` are SecureStrings.
//!
//! | parameter    | form                                                                              |
//! |--------------|-----------------------------------------------------------------------------------|
//! | `code-hash`  | 32 random bytes, base64 (RFC 4648 section 4): keyed hashes of codes and tokens     |
//! | `object-key` | 32 random bytes, base64: object keys of renditions                                 |
//! | `session`    | 32 random bytes, base64: bearer sessions of machines and labs                      |
//! | `cookie`     | JSON, newest first, at most two: `[{"generation":2,"secret":"<base64>"}, …]`       |
//! | `origin`     | text: what CloudFront sends in `x-darkslide-origin`                                |
//! | `site`       | String: the public address, `https://…`; written once the distribution has a name |
//! | `distribution` | String: CloudFront's id of it; without one nothing is cached at an edge           |
//!
//! [`generate`] makes the first five for a new host; [`rotate_cookie`] adds a generation.

use aws_sdk_ssm::Client;
use data_encoding::{BASE64, BASE64URL_NOPAD};
use domain::access::cookie::CookieKey;
use ports::Secrets;
use serde::{Deserialize, Serialize};

#[derive(Debug, thiserror::Error)]
pub enum SecretsError {
    #[error("the secrets under {path} cannot be read from SSM")]
    Unreadable {
        path: String,
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    #[error("SSM has no parameter {name}; infrastructure/deploy writes it")]
    Missing { name: String },
    /// The value is not shown: it is a secret.
    #[error("the SSM parameter {name} is not {expected}")]
    Form { name: String, expected: &'static str },
    #[error("the operating system gives no random bytes: {0}")]
    NoRandomness(String),
}

/// A generation of the cookie key as stored.
#[derive(Serialize, Deserialize)]
struct StoredKey {
    generation: u32,
    secret: String,
}

const NAMES: [&str; 7] = ["code-hash", "object-key", "session", "cookie", "origin", "site", "distribution"];
const KEY_BYTES: usize = 32;

/// What [`load`] gives: the ports' secrets, and what CloudFront must say.
pub(crate) struct Loaded {
    pub secrets: Secrets,
    pub origin: String,
    pub distribution: Option<String>,
}

pub(crate) async fn load(client: &Client, path: &str, site: Option<&str>) -> Result<Loaded, SecretsError> {
    let answer = client
        .get_parameters()
        .set_names(Some(NAMES.iter().map(|name| format!("{path}/{name}")).collect()))
        .with_decryption(true)
        .send()
        .await
        .map_err(|e| SecretsError::Unreadable {
            path: path.to_owned(),
            source: crate::fault::explained(&e).into(),
        })?;
    let value = |name: &str| {
        let full = format!("{path}/{name}");
        let parameters = answer.parameters.iter().flatten();
        let found =
            parameters.filter(|p| p.name.as_deref() == Some(full.as_str())).find_map(|p| p.value.clone());
        found.ok_or(SecretsError::Missing { name: full })
    };
    let site = match site {
        Some(site) => site.to_owned(),
        None => value("site")?.trim().trim_end_matches('/').to_owned(),
    };
    parse(path, value, site)
}

fn parse(
    path: &str,
    value: impl Fn(&str) -> Result<String, SecretsError>,
    site: String,
) -> Result<Loaded, SecretsError> {
    let form = |name: &str, expected| SecretsError::Form { name: format!("{path}/{name}"), expected };
    let bytes =
        |name: &str| decode(value(name)?.trim()).ok_or_else(|| form(name, "at least 32 bytes in base64"));
    let stored: Vec<StoredKey> =
        serde_json::from_str(&value("cookie")?).map_err(|_| form("cookie", "a JSON list of cookie keys"))?;
    let cookie: Option<Vec<CookieKey>> = stored
        .iter()
        .map(|k| Some(CookieKey { generation: k.generation, secret: decode(&k.secret)? }))
        .collect();
    let cookie = cookie
        .filter(|keys| matches!(keys.len(), 1 | 2))
        .ok_or_else(|| form("cookie", "one or two keys of at least 32 bytes in base64"))?;
    let origin = value("origin")?.trim().to_owned();
    if origin.len() < 16 {
        return Err(form("origin", "at least 16 characters"));
    }
    // Nothing on AWS is signed with it; random, so that nothing signed with it elsewhere is good here.
    let grant = random()?;
    let secrets = Secrets {
        code_hash: bytes("code-hash")?,
        object_key: bytes("object-key")?,
        session: bytes("session")?,
        grant,
        cookie,
        https: site.starts_with("https://"),
        site,
    };
    let distribution = value("distribution").ok().map(|id| id.trim().to_owned()).filter(|id| !id.is_empty());
    Ok(Loaded { secrets, origin, distribution })
}

fn decode(text: &str) -> Option<Vec<u8>> {
    BASE64.decode(text.as_bytes()).ok().filter(|bytes| bytes.len() >= KEY_BYTES)
}

fn random() -> Result<Vec<u8>, SecretsError> {
    let mut bytes = vec![0; KEY_BYTES];
    getrandom::fill(&mut bytes).map_err(|e| SecretsError::NoRandomness(e.to_string()))?;
    Ok(bytes)
}

/// Names (without the path) and values for a new host, in the stored form.
pub fn generate() -> Result<Vec<(&'static str, String)>, SecretsError> {
    Ok(vec![
        ("code-hash", BASE64.encode(&random()?)),
        ("object-key", BASE64.encode(&random()?)),
        ("session", BASE64.encode(&random()?)),
        ("cookie", rotate_cookie("[]")?),
        ("origin", BASE64URL_NOPAD.encode(&random()?)),
    ])
}

/// The value of `cookie` with a new generation in front, and the newest of the old ones behind it.
pub fn rotate_cookie(stored: &str) -> Result<String, SecretsError> {
    let form = || SecretsError::Form { name: "cookie".into(), expected: "a JSON list of cookie keys" };
    let mut keys: Vec<StoredKey> = serde_json::from_str(stored).map_err(|_| form())?;
    let generation = keys.iter().map(|k| k.generation).max().unwrap_or(0) + 1;
    keys.insert(0, StoredKey { generation, secret: BASE64.encode(&random()?) });
    keys.truncate(2);
    serde_json::to_string(&keys).map_err(|_| form())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(values: &[(&'static str, String)]) -> Result<Loaded, SecretsError> {
        let value = |name: &str| {
            let found = values.iter().find(|(n, _)| *n == name).map(|(_, v)| v.clone());
            found.ok_or(SecretsError::Missing { name: name.into() })
        };
        parse("/p", value, "https://photos.example".into())
    }

    #[test]
    fn what_is_generated_is_read_back() {
        let mut values = generate().unwrap();
        let first = read(&values).unwrap();
        assert!(first.secrets.https && first.secrets.cookie.len() == 1);
        assert_ne!(first.secrets.code_hash, first.secrets.session);
        for (_, value) in values.iter_mut().filter(|(n, _)| *n == "cookie") {
            for _ in 0..2 {
                *value = rotate_cookie(value).unwrap();
            }
        }
        let rotated = read(&values).unwrap().secrets.cookie;
        assert_eq!(rotated.iter().map(|k| k.generation).collect::<Vec<_>>(), [3, 2]);
    }

    #[test]
    fn a_wrong_form_is_named_and_not_shown() {
        let mut values = generate().unwrap();
        values[1].1 = "c2hvcnQ=".into();
        let error = read(&values).err().unwrap().to_string();
        assert!(error.contains("/p/object-key") && !error.contains("c2hvcnQ="), "{error}");
        assert!(matches!(read(&values[..1]), Err(SecretsError::Missing { .. })));
    }
}
