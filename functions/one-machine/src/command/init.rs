//! `init`: a new host in an empty folder.

use std::path::Path;

use anyhow::{Context, Result, bail};
use serde::Serialize;

use crate::{
    data_folder::{create_private, open},
    output::Output,
};

#[derive(Serialize)]
struct Made {
    data: String,
    url: String,
}

pub async fn run(data: &Path, url: &str, out: Output) -> Result<()> {
    let url = check_url(url)?;
    create_private(data).with_context(|| format!("{} cannot be made", data.display()))?;
    restrict(data)?;
    embedded::create_secrets(data, &url).map_err(|error| match error {
        embedded::SecretsError::Exists { .. } => anyhow::anyhow!(
            "There is a host in {} already. Start it with `darkslide-host --data {0} serve`, or name another \
             folder with --data.",
            data.display()
        ),
        other => anyhow::Error::new(other).context("The host's secrets cannot be written"),
    })?;
    drop(open(data)?);
    let made = Made { data: data.display().to_string(), url };
    out.show(&made, |made| {
        let host = format!("darkslide-host --data {}", made.data);
        let way = if made.url.starts_with("https://") { " --behind-proxy" } else { "" };
        format!(
            "A new host for {} in {}\n\nNext:\n  {host} studio add \"NAME\"\n  {host} lab add \"NAME\"\n  {host} serve{way}\n\n\
             Keep a backup of this folder: secrets.json cannot be made again.",
            made.url, made.data
        )
    })
}

fn restrict(data: &Path) -> Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(data, std::fs::Permissions::from_mode(0o700))
            .with_context(|| format!("{} cannot be made private", data.display()))?;
    }
    Ok(())
}

/// `https://name[:port]`, or `http://` for trying it out; nothing behind it.
fn check_url(text: &str) -> Result<String> {
    let text = text.trim().trim_end_matches('/');
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let well_formed = rest.is_some_and(|rest| {
        !rest.is_empty()
            && rest.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':' | '[' | ']'))
    });
    if !well_formed {
        bail!(
            "{:?} is not an address of a host. Give it like https://photos.example.com, without a path.",
            crate::output::safe(text)
        );
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::check_url;

    #[test]
    fn takes_addresses_and_nothing_else() {
        assert_eq!(check_url("https://a.example/").unwrap(), "https://a.example");
        assert!(check_url("http://127.0.0.1:8460").is_ok());
        for bad in ["", "a.example", "ftp://a", "https://", "https://a/b", "https://a?b", "https://u@a"] {
            assert!(check_url(bad).is_err(), "{bad}");
        }
    }
}
