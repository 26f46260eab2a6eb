//! Why a function ended, in words: what `main` returns is printed by its `Debug`, and an operator reads that in the log.

use std::{error::Error, fmt};

use crate::logs::chain;

pub struct Ended(pub(crate) lambda_runtime::Error);

impl<E: Error + Send + Sync + 'static> From<E> for Ended {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl fmt::Debug for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&chain(self.0.as_ref()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("the settings cannot be used")]
    struct Outer(#[from] std::num::ParseIntError);

    #[test]
    fn the_end_is_told_in_words_with_its_causes() {
        let fails = || -> Result<u32, Ended> { Ok("x".parse().map_err(Outer)?) };
        let said = format!("{:?}", fails().unwrap_err());
        assert_eq!(said, "the settings cannot be used: invalid digit found in string");
    }
}
