//! Tokens that let a studio's first computer or a lab's receiver in.

use anyhow::{Context, Result};
use data_encoding::Specification;
use domain::{Millis, studio::Enrolment};
use ports::{Ports, directory::EnrolmentToken};

/// Long enough for a letter, short enough for a forgotten note.
const LIFETIME: i64 = 14 * Millis::DAY;

/// Makes a token, stores its hash, and returns it: this is the only time it is seen.
pub(super) async fn issue(ports: &Ports, enrolment: Enrolment) -> Result<String> {
    let token = random_token()?;
    let stored = EnrolmentToken {
        enrolment,
        sealed_studio_key: None,
        expires_at: ports.clock.now().plus(LIFETIME),
        used_by: None,
    };
    ports
        .directory
        .put_token(&ports.secrets.enrolment_hash(&token), &stored)
        .await
        .context("The token cannot be stored")?;
    Ok(token)
}

/// 160 bits in letters and digits that survive copying by hand.
fn random_token() -> Result<String> {
    let mut spec = Specification::new();
    spec.symbols.push_str("0123456789abcdefghjkmnpqrstvwxyz");
    let encoding = spec.encoding().context("The token's alphabet")?;
    Ok(encoding.encode(&random::<20>()?))
}

pub(super) fn random<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|e| anyhow::anyhow!("The system gave no random bytes: {e}"))?;
    Ok(bytes)
}
