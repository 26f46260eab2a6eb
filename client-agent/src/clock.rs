//! The time and the randomness of this process, in one place.

use domain::Millis;

pub fn now() -> Millis {
    Millis(jiff::Timestamp::now().as_millisecond())
}

/// For what is told as it happens.
pub fn time_of_day() -> String {
    jiff::Zoned::now().strftime("%H:%M:%S").to_string()
}

/// Random bytes of the operating system. Without them no id and no code can be made, so it does not return.
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    #[expect(clippy::expect_used, reason = "an operating system without randomness cannot make ids or keys")]
    getrandom::fill(&mut bytes).expect("the operating system's random numbers are available");
    bytes
}
