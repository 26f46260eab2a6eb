//! Guesses of codes.

use super::{Host, sample};

pub async fn mistyping_is_free_and_guessing_is_slow(host: &Host) {
    let (source, now) = (sample::text("10.0.0.1"), host.now());
    let mut delays = Vec::new();
    for _ in 0..40 {
        delays.push(host.ports.guesses.wrong_guess(&source, now).await.unwrap());
    }
    assert_eq!(delays[..3], [0, 0, 0], "people mistype");
    assert!(delays.is_sorted(), "{delays:?}");
    assert!((500..=10_000).contains(&delays[39]), "{delays:?}");
    assert_eq!(delays[39], delays[38], "it is capped: {delays:?}");
}

pub async fn sources_do_not_slow_each_other(host: &Host) {
    let (attacker, family, now) = (sample::text("a"), sample::text("f"), host.now());
    for _ in 0..40 {
        host.ports.guesses.wrong_guess(&attacker, now).await.unwrap();
    }
    assert_eq!(host.ports.guesses.wrong_guess(&family, now).await.unwrap(), 0);
}
