//! Opening a session: a device proves with its key who it is, to this host, now.

use axum::http::StatusCode;
use domain::{
    Millis,
    studio::{PublicKey, session_text},
};
use http_edge::{Answer, Refusal};
use ports::Ports;
use wire::{
    enrol::{OpenSession, Session},
    signed::verify_text,
};

use crate::{
    problems::unauthorised,
    token::{self, Bearer},
};

const CLOCK_TOLERANCE: i64 = 5 * Millis::MINUTE;

/// Checks what was signed; `key` is the one enrolled for the subject.
pub fn check(ask: &OpenSession, key: &PublicKey, ports: &Ports) -> Answer<()> {
    if !(8..=128).contains(&ask.nonce.len()) || !ask.nonce.bytes().all(|b| b.is_ascii_graphic()) {
        return Err(Refusal::invalid("bad_nonce", "The nonce must be 8 to 128 visible ASCII characters."));
    }
    let text = session_text(&ask.subject, &ask.host, Millis(ask.at), &ask.nonce);
    if !verify_text(&text, &ask.signature, key) {
        return Err(unauthorised("bad_signature", "The signature does not fit the key enrolled here.").hint(
            "Was the profile copied or restored from a backup? Enrol again with a new token if its key is lost.",
        ));
    }
    if origin(&ask.host) != origin(&ports.secrets.site) {
        let shown = domain::text::one_line(&ask.host, 200);
        return Err(Refusal::new(
            StatusCode::FORBIDDEN,
            "other_host",
            format!("The session was signed for {shown}, but this host is {}.", ports.secrets.site),
        )
        .hint(format!("Log in to {} instead.", ports.secrets.site)));
    }
    let skew = ask.at.saturating_sub(ports.clock.now().0);
    if skew.saturating_abs() > CLOCK_TOLERANCE {
        return Err(Refusal::new(
            StatusCode::FORBIDDEN,
            "clock_skew",
            format!("This computer's clock is {} the host's.", skew_words(skew)),
        )
        .hint("Set the clock, best by the system's automatic time, and try again."));
    }
    Ok(())
}

pub fn open(who: Bearer, ports: &Ports) -> Session {
    let (token, expires_at) = token::issue(&ports.secrets.session, who, ports.clock.now());
    Session { token, expires_at: expires_at.0 }
}

/// Scheme, host and port, as people and libraries write them differently.
fn origin(address: &str) -> String {
    let lower = address.trim().to_ascii_lowercase();
    let bare = lower.trim_end_matches('/');
    let default_port = match bare.split_once("://") {
        Some(("https", _)) => ":443",
        Some(("http", _)) => ":80",
        _ => return bare.to_owned(),
    };
    bare.strip_suffix(default_port).unwrap_or(bare).to_owned()
}

fn skew_words(skew: i64) -> String {
    let seconds = skew.unsigned_abs() / 1000;
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3_600 % 24, seconds / 60 % 60);
    let amount = match (days, hours) {
        (0, 0) => format!("{minutes} min {} s", seconds % 60),
        (0, _) => format!("{hours} h {minutes} min"),
        _ => format!("{days} d {hours} h"),
    };
    format!("{amount} {}", if skew > 0 { "ahead of" } else { "behind" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_address_in_other_words_is_the_same_host() {
        for same in ["https://Prints.Example/", " https://prints.example:443", "https://prints.example"] {
            assert_eq!(origin(same), "https://prints.example");
        }
        assert_ne!(origin("http://prints.example"), origin("https://prints.example"));
        assert_ne!(origin("http://prints.example:8080"), origin("http://prints.example"));
    }

    #[test]
    fn says_by_how_much_a_clock_is_wrong() {
        assert_eq!(skew_words(-423_000), "7 min 3 s behind");
        assert_eq!(skew_words(2 * Millis::HOUR + Millis::MINUTE), "2 h 1 min ahead of");
        assert_eq!(skew_words(i64::MIN).split(' ').next(), Some("106751991167"));
    }
}
