//! Addresses that permit exactly one thing, signed by this host: the same limits as presigned S3 addresses.

use std::{collections::BTreeMap, time::Duration};

use async_trait::async_trait;
use data_encoding::BASE64URL_NOPAD;
use domain::{Millis, hash::Sha256};
use hmac::{Hmac, KeyInit, Mac};
use percent_encoding::{PercentEncode, utf8_percent_encode};
use ports::{
    Grants, PortError, PortResult,
    blobs::{PartGrant, PutGrant, SignedRequest, StoredPart, UNRESERVED, WholeObject},
};
use serde::Deserialize;
use subtle::ConstantTimeEq;

use crate::{OpenObject, Store, Upload, parts};

/// Why the store does not do what an address asks, with the HTTP status S3 would give.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    #[error("the address is not one this host gave out")]
    BadSignature,
    #[error("the address has expired")]
    Expired,
    #[error("there is no such file")]
    Missing,
    #[error("the file is there already")]
    ThereAlready,
    #[error("another upload of the same file is under way")]
    UnderWay,
    #[error("{sent} bytes were sent where exactly {granted} are granted")]
    WrongLength { granted: u64, sent: u64 },
    #[error("the content type {sent:?} is not the granted {granted:?}")]
    WrongType { granted: String, sent: String },
    #[error("the bytes are not the ones that were granted: their SHA-256 differs")]
    WrongHash,
    #[error(transparent)]
    Port(#[from] PortError),
}

impl Refused {
    pub fn status(&self) -> u16 {
        match self {
            Refused::BadSignature | Refused::Expired => 403,
            Refused::Missing => 404,
            Refused::ThereAlready => 412,
            Refused::UnderWay => 409,
            Refused::WrongLength { granted, sent } if sent > granted => 413,
            Refused::WrongLength { .. } | Refused::WrongType { .. } | Refused::WrongHash => 400,
            Refused::Port(PortError::Invalid { .. }) => 400,
            Refused::Port(_) => 503,
        }
    }

    pub(crate) fn disk(why: &str) -> Self {
        PortError::unavailable("the host's disk", why.to_owned()).into()
    }
}

impl From<Refused> for PortError {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Port(error) => error,
            other => PortError::invalid("the object", other.to_string()),
        }
    }
}

/// The query of a `/files/…` address.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct GrantQuery {
    pub exp: i64,
    pub len: Option<u64>,
    #[serde(rename = "type")]
    pub content_type: Option<String>,
    pub sha: Option<String>,
    /// What a browser saves the object as.
    pub name: Option<String>,
    pub sig: String,
}

/// A checked permission to store one object.
#[derive(Clone, Debug)]
pub struct PutPermit {
    key: String,
    length: u64,
    content_type: String,
    sha256: Sha256,
}

/// A checked permission to fetch one object.
#[derive(Clone, Debug)]
pub struct GetPermit {
    key: String,
    /// What a browser saves it as.
    pub name: Option<String>,
}

fn signature(secret: &[u8], fields: &[&str]) -> PortResult<String> {
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(secret)
        .map_err(|e| PortError::invalid("the grant key", e.to_string()))?;
    for field in fields {
        mac.update(&(field.len() as u64).to_be_bytes());
        mac.update(field.as_bytes());
    }
    Ok(BASE64URL_NOPAD.encode(&mac.finalize().into_bytes()))
}

fn put_signature(
    secret: &[u8],
    key: &str,
    expires: i64,
    length: u64,
    content_type: &str,
    sha256: &str,
) -> PortResult<String> {
    signature(secret, &["PUT", key, &expires.to_string(), &length.to_string(), content_type, sha256])
}

fn expiry(now: Millis, lifetime: Duration) -> Millis {
    now.plus(i64::try_from(lifetime.as_millis()).unwrap_or(i64::MAX))
}

fn escape(text: &str) -> PercentEncode<'_> {
    utf8_percent_encode(text, UNRESERVED)
}

#[async_trait]
impl Grants for Store {
    async fn put(&self, grant: PutGrant<'_>) -> PortResult<SignedRequest> {
        let expires_at = expiry(self.0.clock.now(), grant.lifetime);
        let (sha, kind) = (grant.sha256.hex(), grant.content_type);
        let sig = put_signature(&self.0.secrets.grant, grant.key, expires_at.0, grant.length, kind, &sha)?;
        Ok(SignedRequest {
            method: "PUT".into(),
            url: format!(
                "/files/{}?exp={}&len={}&type={}&sha={sha}&sig={sig}",
                grant.key,
                expires_at.0,
                grant.length,
                escape(kind)
            ),
            headers: BTreeMap::from([("content-type".into(), kind.to_owned())]),
            expires_at,
        })
    }

    async fn get(&self, key: &str, lifetime: Duration) -> PortResult<SignedRequest> {
        let expires_at = expiry(self.0.clock.now(), lifetime);
        let sig = signature(&self.0.secrets.grant, &["GET", key, &expires_at.0.to_string()])?;
        Ok(SignedRequest {
            method: "GET".into(),
            url: format!("/files/{key}?exp={}&sig={sig}", expires_at.0),
            headers: BTreeMap::new(),
            expires_at,
        })
    }

    async fn download(&self, key: &str, name: &str, lifetime: Duration) -> PortResult<SignedRequest> {
        let expires_at = expiry(self.0.clock.now(), lifetime);
        let sig = signature(&self.0.secrets.grant, &["GET", key, &expires_at.0.to_string(), name])?;
        Ok(SignedRequest {
            method: "GET".into(),
            url: format!("/files/{key}?exp={}&name={}&sig={sig}", expires_at.0, escape(name)),
            headers: BTreeMap::new(),
            expires_at,
        })
    }

    async fn begin_parts(&self, key: &str, _: &str) -> PortResult<String> {
        Ok(parts::name(key))
    }
    async fn put_part(&self, grant: PartGrant<'_>) -> PortResult<SignedRequest> {
        self.grant_part(grant).await
    }
    async fn parts(&self, key: &str, upload: &str) -> PortResult<Option<Vec<StoredPart>>> {
        self.stored_parts(key, upload).await
    }
    async fn finish_parts(&self, whole: WholeObject<'_>) -> PortResult<bool> {
        self.join_parts(whole).await
    }
}

impl Store {
    /// Checks an address to store under; nothing is touched yet.
    pub fn check_put(&self, key: &str, query: &GrantQuery) -> Result<PutPermit, Refused> {
        let (Some(length), Some(kind), Some(sha)) = (query.len, &query.content_type, &query.sha) else {
            return Err(Refused::BadSignature);
        };
        let expected = put_signature(&self.0.secrets.grant, key, query.exp, length, kind, sha)?;
        self.check(&expected, query)?;
        let sha256 = sha.parse().map_err(|_| Refused::BadSignature)?;
        Ok(PutPermit { key: key.to_owned(), length, content_type: kind.clone(), sha256 })
    }

    pub fn check_get(&self, key: &str, query: &GrantQuery) -> Result<GetPermit, Refused> {
        let expires = query.exp.to_string();
        let mut fields = vec!["GET", key, expires.as_str()];
        fields.extend(query.name.as_deref());
        let expected = signature(&self.0.secrets.grant, &fields)?;
        self.check(&expected, query)?;
        Ok(GetPermit { key: key.to_owned(), name: query.name.clone() })
    }

    fn check(&self, expected: &str, query: &GrantQuery) -> Result<(), Refused> {
        if !bool::from(expected.as_bytes().ct_eq(query.sig.as_bytes())) {
            return Err(Refused::BadSignature);
        }
        if query.exp <= self.0.clock.now().0 { Err(Refused::Expired) } else { Ok(()) }
    }

    /// Starts the upload. `length` is what the request says it will send, if it says so.
    pub async fn receive_upload(
        &self,
        permit: PutPermit,
        content_type: &str,
        length: Option<u64>,
    ) -> Result<Upload, Refused> {
        if let Some(sent) = length
            && sent != permit.length
        {
            return Err(Refused::WrongLength { granted: permit.length, sent });
        }
        if content_type != permit.content_type {
            return Err(Refused::WrongType { granted: permit.content_type, sent: content_type.to_owned() });
        }
        self.begin_upload(&permit.key, permit.length, &permit.content_type, Some(permit.sha256)).await
    }

    pub async fn send_object(&self, permit: GetPermit) -> Result<OpenObject, Refused> {
        self.open_object(&permit.key).await?.ok_or(Refused::Missing)
    }
}
