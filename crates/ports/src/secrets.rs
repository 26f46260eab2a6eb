//! The host's keys. A file of mode 0600 on one machine, SSM SecureStrings on AWS.

use domain::{access::cookie::CookieKey, id::OrderId};

/// Each secret has one purpose: leaking one does not open the others.
#[derive(Clone)]
pub struct Secrets {
    /// Keyed hashes of access codes, enrolment tokens and order secrets.
    pub code_hash: Vec<u8>,
    /// Object keys of renditions.
    pub object_key: Vec<u8>,
    /// Bearer sessions of machines and labs.
    pub session: Vec<u8>,
    /// Addresses of files on one machine (unused on AWS).
    pub grant: Vec<u8>,
    /// Newest first; at most two.
    pub cookie: Vec<CookieKey>,
    /// The public address customers and agents use, without a trailing slash.
    pub site: String,
    /// Cookies are `__Host-` and Secure.
    pub https: bool,
}

impl Secrets {
    /// What is stored instead of a token or order secret.
    pub fn hash(&self, purpose: &str, text: &str) -> String {
        domain::hash::Sha256::of(
            [self.code_hash.as_slice(), b"\0", purpose.as_bytes(), b"\0", text.as_bytes()]
                .concat()
                .as_slice(),
        )
        .hex()
    }

    /// The secret in an order's status link, the same whenever it is asked for: a browser that lost the answer, a
    /// mail a week later. Only its hash is stored (`order_status_hash`).
    pub fn order_status_secret(&self, order: OrderId) -> String {
        domain::order::status_secret(&self.code_hash, order)
    }

    /// What is stored instead of the secret of a status link.
    pub fn order_status_hash(&self, secret: &str) -> String {
        self.hash("order status", &secret.to_ascii_lowercase())
    }

    /// How enrolment tokens are stored (`Directory::put_token`), whoever made them: the operator's
    /// command or a machine's invitation.
    pub fn enrolment_hash(&self, token: &str) -> String {
        self.hash("enrolment", token.trim())
    }
}
