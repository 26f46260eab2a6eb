//! stub
use std::path::Path;
pub async fn run(_: &Path, _: &Path, _: crate::output::Output) -> anyhow::Result<()> {
    Ok(())
}
