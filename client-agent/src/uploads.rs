//! `darkslide uploads`: how fast this computer sends, and whether it sends at all for now.
//!
//! The bound of `darkslide.toml` holds until somebody sets another one here or at the desk. That is kept in
//! `uploads.json` in the profile and read again by the running daemon within seconds.

use queue_client::Throttle;
use serde::{Deserialize, Serialize};

use crate::{
    AgentError, Context, Exit, cli::daemon::UploadsArgs, config::Config, error::What, folders::Folders,
    host::keys::write_private,
};

pub const LEAST_KIB: u32 = 16;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Uploads {
    pub paused: bool,
    /// 0: no bound. `None`: as `darkslide.toml` says.
    pub kib_per_second: Option<u32>,
}

#[derive(Serialize)]
struct Shown {
    paused: bool,
    /// 0: no bound.
    kib_per_second: u32,
}

impl Uploads {
    pub fn read(folders: &Folders) -> Self {
        let text = std::fs::read(path(folders)).ok();
        text.and_then(|text| serde_json::from_slice(&text).ok()).unwrap_or_default()
    }

    fn save(&self, folders: &Folders) -> Result<(), AgentError> {
        let text = serde_json::to_vec(self).map_err(std::io::Error::other);
        text.and_then(|text| write_private(&path(folders), &text))
            .what("the choice could not be kept in the profile")
    }

    fn bound(&self, config: &Config) -> u32 {
        self.kib_per_second.unwrap_or(config.uploads.kib_per_second)
    }

    /// Makes the throttle what was chosen last.
    pub fn apply(&self, config: &Config, throttle: &Throttle) {
        let kib = self.bound(config);
        throttle.set((kib > 0).then(|| u64::from(kib) * 1024));
    }
}

pub fn run(ctx: &Context, args: &UploadsArgs) -> Result<Exit, AgentError> {
    if !ctx.folders.exists() {
        return Err(ctx.no_profile());
    }
    let before = Uploads::read(&ctx.folders);
    let mut uploads = before;
    if let Some(kib) = args.limit {
        if kib != 0 && kib < LEAST_KIB {
            return Err(AgentError::new(format!("{kib} KiB a second is too slow to finish anything"))
                .fix(format!(
                    "choose at least {LEAST_KIB}, 0 for no bound, or pause: `darkslide uploads --pause`"
                ))
                .usage());
        }
        uploads.kib_per_second = Some(kib);
    }
    uploads.paused = (before.paused || args.pause) && !args.resume;
    if uploads != before {
        uploads.save(&ctx.folders)?;
        uploads.apply(&ctx.config, &ctx.throttle);
    }
    let shown = Shown { paused: uploads.paused, kib_per_second: uploads.bound(&ctx.config) };
    ctx.out.result(&shown, || {
        let how = match shown.kib_per_second {
            0 => "as fast as the line allows".to_owned(),
            kib => format!("at most {kib} KiB a second"),
        };
        if shown.paused { format!("paused; then {how}") } else { how }
    });
    Ok(Exit::Ok)
}

fn path(folders: &Folders) -> std::path::PathBuf {
    folders.root().join("uploads.json")
}
