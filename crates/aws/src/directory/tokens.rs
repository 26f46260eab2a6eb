//! Enrolment tokens, by keyed hash.

use domain::Millis;
use ports::{PortError, PortResult, directory::EnrolmentToken};

use super::missing;
use crate::{
    keys,
    table::{Change, Next, Row, Table, Write},
};

const TOKEN: &str = "the token";

pub(super) async fn put(table: &Table, hash: &str, token: &EnrolmentToken) -> PortResult<()> {
    table.commit(&[Write::put(TOKEN, &Row::new(keys::token(hash), token))?]).await.map(drop)
}

pub(super) async fn one(table: &Table, hash: &str) -> PortResult<Option<EnrolmentToken>> {
    table.doc(TOKEN, &keys::token(hash)).await
}

/// The token as it is afterwards.
pub(super) async fn spend(table: &Table, hash: &str, who: &str, now: Millis) -> PortResult<EnrolmentToken> {
    let decide = |held: Option<EnrolmentToken>| {
        let held = held.ok_or_else(|| missing(TOKEN))?;
        match held.used_by.as_deref() {
            Some(used_by) if used_by == who => Ok(Next::Keep(held)),
            None if held.expires_at > now => {
                let used = EnrolmentToken { used_by: Some(who.to_owned()), ..held };
                Ok(Next::Write(Change::to(used.clone()), used))
            }
            _ => Err(PortError::conflict(TOKEN)),
        }
    };
    table.change(TOKEN, &keys::token(hash), decide).await
}
