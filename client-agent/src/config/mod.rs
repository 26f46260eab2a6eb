//! `darkslide.toml`: one struct per concern, every default in words, unknown keys refused.

mod preferences;
mod template;

use serde::Deserialize;

pub use self::preferences::{
    DeskPreferences, Format, Metadata, Position, RenditionChoice, Renditions, Sharpen, Subset, Uploads,
    Watermark, WatermarkOn, Workers,
};
pub use self::template::TEMPLATE;
pub use crate::orders::release::Orders;
use crate::{error::AgentError, folders::Folders};

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    pub renditions: Renditions,
    pub watermark: Watermark,
    pub metadata: Metadata,
    pub subset: Subset,
    pub workers: Workers,
    pub uploads: Uploads,
    pub orders: Orders,
    pub desk: DeskPreferences,
}

impl Config {
    /// A missing file means the defaults: `render` and `--help` need no profile.
    pub fn load(folders: &Folders) -> Result<Self, AgentError> {
        let path = folders.config_file();
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(e) => {
                return Err(AgentError::new(format!("{} cannot be read", path.display()))
                    .why(e)
                    .fix("make it readable for this user"));
            }
        };
        Self::parse(&text).map_err(|why| {
            AgentError::new(format!("{} cannot be used", path.display())).why(why).fix(
                "correct that line; `darkslide init` writes a new file with every key explained where none is",
            )
        })
    }

    pub fn parse(text: &str) -> Result<Self, String> {
        let config: Config = toml::from_str(text).map_err(|e| e.to_string().trim_end().to_owned())?;
        config.check()?;
        Ok(config)
    }

    fn check(&self) -> Result<(), String> {
        self.renditions.check()?;
        self.watermark.check()?;
        self.workers.check()?;
        self.uploads.check()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_template_is_the_defaults() {
        assert_eq!(Config::parse(TEMPLATE).unwrap(), Config::default());
    }

    #[test]
    fn every_key_of_the_template_can_be_switched_on() {
        let on: String = TEMPLATE
            .lines()
            .map(|line| match line.strip_prefix('#') {
                Some(rest) if !rest.starts_with(' ') => format!("{rest}\n"),
                _ => format!("{line}\n"),
            })
            .collect();
        Config::parse(&on).unwrap();
    }

    #[test]
    fn an_unknown_key_is_refused_and_named() {
        let why = Config::parse("[watermark]\nopacty = 0.5\n").unwrap_err();
        assert!(why.contains("opacty") && why.contains("opacity"), "{why}");
    }

    #[test]
    fn values_outside_their_range_are_refused() {
        for text in [
            "[watermark]\nopacity = 1.5",
            "[watermark]\nopacity = nan",
            "[renditions.proof]\nlong_edge = 4096",
            "[renditions.thumbnail]\nquality = 0",
            "[workers]\nseconds = 0",
            "[uploads]\nparallel = 0",
        ] {
            assert!(Config::parse(text).is_err(), "{text}");
        }
    }
}
