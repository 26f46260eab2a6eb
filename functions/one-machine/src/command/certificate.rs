//! `certificate`: a self-signed one, so that phones in the same network can try the host over HTTPS.

use std::{io::Write, path::Path};

use anyhow::{Context, Result};
use serde::Serialize;

use crate::{data_folder::create_private, output::Output};

#[derive(Serialize)]
struct Made {
    certificate: String,
    key: String,
}

pub fn run(names: &[String], folder: &Path, out: Output) -> Result<()> {
    let made = rcgen::generate_simple_self_signed(names.to_vec())
        .context("No certificate can be made for these names")?;
    create_private(folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    let (certificate, key) = (folder.join("cert.pem"), folder.join("key.pem"));
    write_private(&key, &made.signing_key.serialize_pem())?;
    write_private(&certificate, &made.cert.pem())?;
    let made = Made { certificate: certificate.display().to_string(), key: key.display().to_string() };
    out.show(&made, |made| {
        format!(
            "{}\n{}\n\nNext: darkslide-host serve --tls {0} {1}\n\
             Browsers will warn once, because nobody vouches for this certificate.",
            made.certificate, made.key
        )
    })
}

fn write_private(path: &Path, text: &str) -> Result<()> {
    let mut options = std::fs::File::options();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(path).and_then(|mut file| file.write_all(text.as_bytes()));
    written.with_context(|| format!("{} cannot be written", path.display()))
}
