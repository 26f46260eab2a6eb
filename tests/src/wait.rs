//! Waiting for something to become true, with what was seen last when it does not.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};

/// Asks again until `probe` gives a value; its `Err` text is what was seen last.
pub async fn until<T, F>(what: &str, limit: Duration, mut probe: F) -> Result<T>
where
    F: AsyncFnMut() -> Result<Result<T, String>>,
{
    let end = Instant::now() + limit;
    loop {
        match probe().await? {
            Ok(value) => return Ok(value),
            Err(seen) if Instant::now() >= end => {
                bail!("{what} did not happen within {} s; seen last: {seen}", limit.as_secs())
            }
            Err(_) => tokio::time::sleep(Duration::from_millis(150)).await,
        }
    }
}
