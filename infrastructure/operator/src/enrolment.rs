//! Tokens that let a studio's first computer or a lab's receiver in.

use std::fmt;

use anyhow::{Context, Result};
use data_encoding::Specification;
use domain::{Millis, studio::Enrolment};
use ports::{Ports, directory::EnrolmentToken};
use serde::Serialize;

use crate::safe;

/// Long enough for a letter, short enough for a forgotten note.
const LIFETIME: i64 = 14 * Millis::DAY;

/// A token, the only time it is seen, and what is typed with it.
#[derive(Debug, Serialize)]
pub struct Invitation {
    /// Of the studio or the lab.
    pub id: String,
    pub name: String,
    pub token: String,
    pub command: String,
    #[serde(skip)]
    where_to: &'static str,
}

impl fmt::Display for Invitation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} ({})\n\n{}, within 14 days:\n  {}\n\n\
             The token works once and is shown only now. Send it over a way you trust.",
            safe(&self.name),
            self.id,
            self.where_to,
            self.command
        )
    }
}

/// Makes a token and stores its hash.
pub async fn invite(ports: &Ports, name: &str, enrolment: Enrolment) -> Result<Invitation> {
    let token = random_token()?;
    let stored = EnrolmentToken {
        enrolment,
        sealed_studio_key: None,
        expires_at: ports.clock.now().plus(LIFETIME),
        used_by: None,
    };
    let hash = ports.secrets.enrolment_hash(&token);
    ports.directory.put_token(&hash, &stored).await.context("The token cannot be stored")?;
    let (id, program, where_to) = match enrolment {
        Enrolment::Machine(id) => (id.to_string(), "darkslide", "On the photographer's computer"),
        Enrolment::Lab(id) => {
            (id.to_string(), "darkslide-lab", "On the lab's computer, after `darkslide-lab init`")
        }
    };
    let command = format!("{program} login {} --token {token}", ports.secrets.site);
    Ok(Invitation { id, name: name.to_owned(), token, command, where_to })
}

/// 160 bits in letters and digits that survive copying by hand.
fn random_token() -> Result<String> {
    let mut spec = Specification::new();
    spec.symbols.push_str("0123456789abcdefghjkmnpqrstvwxyz");
    let encoding = spec.encoding().context("The token's alphabet")?;
    Ok(encoding.encode(&random::<20>()?))
}

pub fn random<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|e| anyhow::anyhow!("The system gave no random bytes: {e}"))?;
    Ok(bytes)
}
