//! How far this computer's clock is from the host's, by the Date header of the host's answers. Signatures
//! with a time in them (sessions, SQS) are made with the host's time where the clocks differ too much.

use std::{
    sync::atomic::{AtomicI64, Ordering},
    time::{SystemTime, UNIX_EPOCH},
};

use reqwest::{Response, header::DATE};

/// How far the clocks may differ before it matters: less than any receiver of our signatures allows.
const TOLERANCE_MILLIS: i64 = 120_000;

/// Zero while the clocks agree well enough; otherwise what to add to this computer's time.
#[derive(Default)]
pub(crate) struct HostClock(AtomicI64);

impl HostClock {
    /// The time by the host's clock, in milliseconds since 1970.
    pub(crate) fn now(&self) -> i64 {
        local().saturating_add(self.offset())
    }

    pub(crate) fn offset(&self) -> i64 {
        self.0.load(Ordering::Relaxed)
    }

    /// Compares the clocks by an answer that came just now. Warns when the difference begins to matter.
    pub(crate) fn compare(&self, response: &Response, host: &str) {
        let date = response.headers().get(DATE).and_then(|d| d.to_str().ok()).and_then(http_date);
        let Some(date) = date else { return };
        let offset = date.saturating_mul(1000).saturating_sub(local());
        let offset = if offset.saturating_abs() > TOLERANCE_MILLIS { offset } else { 0 };
        let before = self.0.swap(offset, Ordering::Relaxed);
        if offset != 0 && offset.saturating_sub(before).saturating_abs() > TOLERANCE_MILLIS {
            let (seconds, side) =
                (offset.unsigned_abs() / 1000, if offset > 0 { "behind" } else { "ahead of" });
            tracing::warn!(
                "the clock of this computer is {seconds} s {side} the one of {host}; signing with the host's time. \
                 Set the clock, best by the system's automatic time."
            );
        }
    }
}

fn local() -> i64 {
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
