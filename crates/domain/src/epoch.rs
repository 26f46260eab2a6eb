//! Which life of the host's records this is. A restore begins another one: what was written after `since`
//! may be missing from it, so agents and labs that see a new epoch say again what they know.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::Millis;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Epoch {
    /// Another number is another life; larger ones came later.
    pub number: u64,
    /// The earliest moment that any restore went back to, by the host's clock; `None`: there never was one.
    pub since: Option<Millis>,
}

impl Epoch {
    /// After one more restore, to `moment`. Who was away for several of them has to go back to the earliest.
    #[must_use]
    pub fn restored(self, moment: Millis, now: Millis) -> Self {
        // Larger than every number that was given after the backup was made, which is not known here.
        let seconds = u64::try_from(now.0 / Millis::SECOND).unwrap_or(0);
        Self {
            number: seconds.max(self.number.saturating_add(1)),
            since: Some(self.since.map_or(moment, |before| before.min(moment))),
        }
    }
}

/// `7` or `7 since=1790000000000`.
impl fmt::Display for Epoch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.since {
            None => write!(f, "{}", self.number),
            Some(since) => write!(f, "{} since={}", self.number, since.0),
        }
    }
}

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("an epoch is a number, or a number and since=MILLISECONDS")]
pub struct EpochError;

impl FromStr for Epoch {
    type Err = EpochError;

    fn from_str(text: &str) -> Result<Self, EpochError> {
        let (number, since) = match text.trim().split_once(' ') {
            None => (text.trim(), None),
            Some((number, rest)) => (number, Some(rest.trim())),
        };
        let since = since
            .map(|rest| rest.strip_prefix("since=").and_then(|at| at.parse().ok()).ok_or(EpochError))
            .transpose()?;
        Ok(Self { number: number.parse().map_err(|_| EpochError)?, since: since.map(Millis) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_read_back_as_it_was_written() {
        for epoch in [Epoch::default(), Epoch { number: 7, since: Some(Millis(1_790_000_000_000)) }] {
            assert_eq!(epoch.to_string().parse(), Ok(epoch));
        }
        for bad in ["", "x", "-1", "1 since", "1 since=", "1 until=2", "1 since=x"] {
            assert_eq!(bad.parse::<Epoch>(), Err(EpochError), "{bad}");
        }
    }

    #[test]
    fn a_restore_is_never_an_epoch_that_was_before() {
        let first = Epoch::default().restored(Millis(500_000), Millis(900_000));
        assert_eq!(first, Epoch { number: 900, since: Some(Millis(500_000)) });
        // The same backup again, later: another number.
        assert_ne!(Epoch::default().restored(Millis(500_000), Millis(950_000)).number, first.number);
        // A wrong clock does not go back, and who was away for both begins with the earlier moment.
        let second = first.restored(Millis(600_000), Millis(0));
        assert_eq!(second, Epoch { number: 901, since: Some(Millis(500_000)) });
    }
}
