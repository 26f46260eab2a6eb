//! The time and the randomness of this process, in one place.

use domain::Millis;

pub fn now() -> Millis {
    Millis(jiff::Timestamp::now().as_millisecond())
}

/// Random bytes of the operating system. Without them no id and no code can be made, so it does not return.
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    #[expect(clippy::expect_used, reason = "an operating system without randomness cannot make ids or keys")]
    getrandom::fill(&mut bytes).expect("the operating system's random numbers are available");
    bytes
}
