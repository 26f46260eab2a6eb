//! The host's keys. A file of mode 0600 on one machine, SSM SecureStrings on AWS.

use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use data_encoding::BASE64;
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

    /// What is stored instead of a secret the host has to know again: sealed under a key that is made from
    /// the host's own and the purpose, so a copy of the database alone opens nothing. `about` has to be the
    /// same to open it: what was sealed for one studio is nothing to another.
    pub fn seal(&self, purpose: &str, about: &str, text: &str) -> Option<String> {
        let mut nonce = [0; 24];
        getrandom::fill(&mut nonce).ok()?;
        let sealed = self
            .cipher(purpose)
            .encrypt(&XNonce::from(nonce), Payload { msg: text.as_bytes(), aad: about.as_bytes() });
        Some(BASE64.encode(&[nonce.as_slice(), &sealed.ok()?].concat()))
    }

    /// `None`: it was sealed by another host, for another purpose or about something else, or is damaged.
    pub fn open(&self, purpose: &str, about: &str, sealed: &str) -> Option<String> {
        let bytes = BASE64.decode(sealed.as_bytes()).ok()?;
        let (nonce, sealed) = bytes.split_first_chunk::<24>()?;
        let payload = Payload { msg: sealed, aad: about.as_bytes() };
        let text = self.cipher(purpose).decrypt(&XNonce::from(*nonce), payload).ok()?;
        String::from_utf8(text).ok()
    }

    fn cipher(&self, purpose: &str) -> XChaCha20Poly1305 {
        let key = domain::hash::Sha256::of(
            &[self.session.as_slice(), b"\0seal\0", purpose.as_bytes(), b"\0", &self.code_hash].concat(),
        );
        XChaCha20Poly1305::new(&key.0.into())
    }

    /// How prepaid codes are stored: `PAY-XXXX-XXXX-XXXX`, read as forgivingly as access codes. `None`: it is
    /// no such code.
    pub fn prepaid_hash(&self, typed: &str) -> Option<String> {
        let plain = typed.trim();
        let rest = plain.get(..3).filter(|p| p.eq_ignore_ascii_case("PAY")).and_then(|_| plain.get(3..))?;
        let code = domain::access::code::AccessCode::parse(rest).ok()?;
        Some(self.hash("prepaid", &code.compact()))
    }

    /// How enrolment tokens are stored (`Directory::put_token`), whoever made them: the operator's
    /// command or a machine's invitation.
    pub fn enrolment_hash(&self, token: &str) -> String {
        self.hash("enrolment", token.trim())
    }
}
