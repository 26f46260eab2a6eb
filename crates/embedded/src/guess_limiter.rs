//! Wrong guesses by source, in memory: they matter for minutes, and a restart forgives.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use async_trait::async_trait;
use domain::Millis;
use ports::{GuessLimiter, PortResult};

use crate::Store;

/// People mistype a code a few times; that must not feel slow.
const FREE: u32 = 5;
const FIRST_DELAY_MS: u64 = 100;
const MAX_DELAY_MS: u64 = 2_000;
/// A source that has been quiet for this long starts anew.
const FORGOTTEN_AFTER: i64 = 15 * Millis::MINUTE;
/// Sources remembered at a time, so that an attacker with many addresses cannot fill the memory.
const SOURCES: usize = 100_000;

#[derive(Default)]
pub(crate) struct Guesses(Mutex<HashMap<String, (u32, Millis)>>);

impl Guesses {
    fn note(&self, source: &str, now: Millis) -> u64 {
        let mut sources = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if sources.len() >= SOURCES && !sources.contains_key(source) {
            sources.retain(|_, (_, last)| last.plus(FORGOTTEN_AFTER) > now);
            if sources.len() >= SOURCES {
                sources.clear();
            }
        }
        let (count, last) = sources.entry(source.to_owned()).or_insert((0, now));
        *count = if last.plus(FORGOTTEN_AFTER) <= now { 1 } else { count.saturating_add(1) };
        *last = now;
        match count.checked_sub(FREE + 1) {
            None => 0,
            Some(over) => (FIRST_DELAY_MS << over.min(16)).min(MAX_DELAY_MS),
        }
    }
}

#[async_trait]
impl GuessLimiter for Store {
    async fn wrong_guess(&self, source: &str, now: Millis) -> PortResult<u64> {
        Ok(self.0.guesses.note(source, now))
    }
}
