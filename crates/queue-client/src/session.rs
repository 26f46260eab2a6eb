//! Opening a session with the device's key, and knowing when it must be renewed.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use domain::{
    Millis,
    id::{LabId, MachineId},
    studio::session_text,
};
use ed25519_dalek::SigningKey;
use wire::{
    enrol::{OpenSession, Session},
    route,
    signed::sign_text,
};

use crate::{HostError, backoff::fraction, client::Inner};

/// Whom the device's key speaks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    Machine(MachineId),
    Lab(LabId),
}

impl std::fmt::Display for Subject {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Machine(id) => id.fmt(f),
            Self::Lab(id) => id.fmt(f),
        }
    }
}

pub(crate) struct Identity {
    pub(crate) subject: Subject,
    pub(crate) key: SigningKey,
}

#[derive(Clone)]
pub(crate) struct Opened {
    pub(crate) token: String,
    renew_at: Instant,
}

/// How far the clocks may differ before the difference is named as the cause of a refusal.
const SKEW_TOLERANCE_SECONDS: i64 = 120;

impl Inner {
    /// A token for the next request. One opening at a time, however many requests wait.
    pub(crate) async fn token(&self) -> Result<String, HostError> {
        let identity = self.identity.as_ref().ok_or(HostError::NotSignedIn)?;
        let mut held = self.session.lock().await;
        if let Some(session) = held.as_ref().filter(|s| s.renew_at > Instant::now()) {
            return Ok(session.token.clone());
        }
        let opened = self.open(identity).await?;
        let token = opened.token.clone();
        *held = Some(opened);
        Ok(token)
    }

    /// Forgets a token the host no longer takes; another request may have renewed it meanwhile.
    pub(crate) async fn forget(&self, token: &str) {
        let mut held = self.session.lock().await;
        if held.as_ref().is_some_and(|s| s.token == token) {
            *held = None;
        }
    }

    async fn open(&self, identity: &Identity) -> Result<Opened, HostError> {
        let subject = identity.subject.to_string();
        let at = now_millis();
        let mut nonce = [0u8; 16];
        getrandom::fill(&mut nonce).map_err(|e| HostError::Local(format!("no randomness: {e}")))?;
        let nonce = data_encoding::BASE64URL_NOPAD.encode(&nonce);
        let text = session_text(&subject, &self.origin, Millis(at), &nonce);
        let signature = sign_text(&text, &identity.key);
        let ask = OpenSession { subject, at, nonce, host: self.origin.clone(), signature };
        let path = match identity.subject {
            Subject::Machine(_) => route::STUDIO_SESSION,
            Subject::Lab(_) => route::LAB_SESSION,
        };
        let request = self.request(reqwest::Method::POST, path)?.json(&ask);
        let response = self.send(request, self.timeout).await?;
        let host_time = response.headers().get("date").and_then(|d| d.to_str().ok()).and_then(http_date);
        let skew = host_time.map_or(0, |host| at / 1000 - host);
        let session: Session = match self.json(response, "opening a session").await {
            Err(HostError::Problem { status: 400..=403, .. }) if skew.abs() > SKEW_TOLERANCE_SECONDS => {
                return Err(HostError::Clock { host: self.origin.clone(), seconds: skew });
            }
            other => other?,
        };
        // By the host's own clock, so that a wrong clock here neither renews all the time nor never.
        let host_now = host_time.map_or(at, |s| s * 1000);
        let lifetime = Duration::from_millis(u64::try_from(session.expires_at - host_now).unwrap_or(0));
        let renew_at = Instant::now() + lifetime.mul_f64(0.75 + 0.15 * fraction());
        Ok(Opened { token: session.token, renew_at })
    }
}

pub(crate) fn now_millis() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// Seconds since 1970 of an IMF-fixdate (RFC 9110 section 5.6.7), the only form servers send today.
fn http_date(text: &str) -> Option<i64> {
    let (_, rest) = text.split_once(", ")?;
    let mut parts = rest.split(' ');
    let day: i64 = parts.next()?.parse().ok()?;
    let month = parts.next()?;
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let month = i64::try_from(months.iter().position(|m| *m == month)?).ok()? + 1;
    let year: i64 = parts.next()?.parse().ok().filter(|y| (1970..=9999).contains(y))?;
    let mut clock = parts.next()?.split(':').map(str::parse::<i64>);
    let (h, m, s) = (clock.next()?.ok()?, clock.next()?.ok()?, clock.next()?.ok()?);
    // Days from the civil date (Hinnant), with March as the first month.
    let (y, mo) = if month <= 2 { (year - 1, month + 9) } else { (year, month - 3) };
    let days = 365 * y + y / 4 - y / 100 + y / 400 + (mo * 153 + 2) / 5 + day - 1 - 719_468;
    Some(days * 86_400 + h * 3_600 + m * 60 + s)
}

#[cfg(test)]
mod tests {
    use super::http_date;

    #[test]
    fn reads_dates_of_headers() {
        assert_eq!(http_date("Sun, 06 Nov 1994 08:49:37 GMT"), Some(784_111_777));
        assert_eq!(http_date("Thu, 01 Jan 1970 00:00:00 GMT"), Some(0));
        assert_eq!(http_date("Thu, 29 Feb 2024 23:59:59 GMT"), Some(1_709_251_199));
        for bad in ["", "yesterday", "Sun, 06 Foo 1994 08:49:37 GMT", "Sun, 06 Nov 1994", "Sun, x y z"] {
            assert_eq!(http_date(bad), None, "{bad}");
        }
    }
}
