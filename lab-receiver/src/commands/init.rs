//! `init`: the data folder, and enrolment at once when a host is named.

use anyhow::Result;
use serde::Serialize;
use wire::signed::public_key;

use super::{Outcome, Setting, login};
use crate::{cli::Init, config, home::write_durably};

#[derive(Serialize)]
struct Made<'a> {
    data: &'a std::path::Path,
    key: String,
    config: std::path::PathBuf,
}

pub async fn run(cx: &Setting, args: Init) -> Result<Outcome> {
    let key = cx.home.create()?;
    if !cx.home.config().exists() {
        let name = args.name.as_deref().map(|n| domain::text::one_line(n, 120)).unwrap_or_default();
        let quoted = toml::Value::String(name).to_string();
        let text = config::TEMPLATE.replacen("name = \"\"", &format!("name = {quoted}"), 1);
        write_durably(&cx.home.config(), text.as_bytes(), 0o644)?;
    }
    cx.journal()?.receiver()?;
    if let (Some(host), Some(token)) = (&args.host, &args.token) {
        return login::run(cx, host, token).await;
    }
    let made = Made { data: &cx.home.dir, key: public_key(&key).to_string(), config: cx.home.config() };
    cx.print(&made, || {
        format!(
            "made the lab's folder {}\nnext: name your printers in {}\n      darkslide-lab login URL --token TOKEN   (the host's operator makes one: darkslide-host lab add NAME)\n      darkslide-lab pair                      (a code for each studio)\n      darkslide-lab run",
            made.data.display(),
            made.config.display()
        )
    })?;
    Ok(Outcome::Done)
}
