//! `lab.toml`: outputs, rules and habits of this lab. Unknown keys are refused, with their line.

use std::{collections::BTreeMap, path::PathBuf};

use anyhow::{Context, Result, bail};
use domain::price_list::Surface;
use serde::Deserialize;

use crate::{
    home::Home,
    output::{Settings, darkroom::Darkroom, dpof::Dpof, hot_folder::HotFolder, json_ticket::JsonTicket},
};

/// What `init` writes: every setting with its default and its effect.
pub const TEMPLATE: &str = include_str!("lab.toml");

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    pub name: String,
    pub tickets: PathBuf,
    pub keep_days: u32,
    pub ca: Option<PathBuf>,
    pub lease_seconds: u32,
    pub printers: BTreeMap<String, Printer>,
    pub rules: Vec<Rule>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            name: String::new(),
            tickets: "tickets".into(),
            keep_days: 30,
            ca: None,
            lease_seconds: 60,
            printers: BTreeMap::new(),
            rules: Vec::new(),
        }
    }
}

#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Printer {
    HotFolder(HotFolder),
    Dpof(Dpof),
    Darkroom(Darkroom),
    JsonTicket(JsonTicket),
    Ipp(Ipp),
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ipp {
    pub uri: String,
    #[serde(default)]
    pub media_type: Option<String>,
    #[serde(default = "yes")]
    pub borderless: bool,
    #[serde(default = "ipp_minutes")]
    pub give_up_minutes: u32,
}

fn yes() -> bool {
    true
}
fn ipp_minutes() -> u32 {
    60
}

impl Printer {
    /// What lab.toml calls it.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::HotFolder(_) => "hot folder",
            Self::Dpof(_) => "dpof",
            Self::Darkroom(_) => "darkroom",
            Self::JsonTicket(_) => "json ticket",
            Self::Ipp(_) => "ipp",
        }
    }

    /// Settings of the printers that take files in folders.
    pub fn folders(&self) -> Option<&dyn Settings> {
        match self {
            Self::HotFolder(settings) => Some(settings),
            Self::Dpof(settings) => Some(settings),
            Self::Darkroom(settings) => Some(settings),
            Self::JsonTicket(settings) => Some(settings),
            Self::Ipp(_) => None,
        }
    }
}

/// Which printer takes which prints; the first rule that fits.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    pub printer: String,
    #[serde(default)]
    pub surface: Option<Surface>,
    /// As on price lists: `8x10`. Either way up.
    #[serde(default)]
    pub sizes: Vec<String>,
}

/// `8x10`, `4x5.5`: the smaller number first, whichever way the product names it.
pub fn size_name(width_in: f64, height_in: f64) -> String {
    let inches = |v: f64| {
        let text = format!("{v:.2}");
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    };
    format!("{}x{}", inches(width_in.min(height_in)), inches(width_in.max(height_in)))
}

pub fn parse_size(text: &str) -> Option<String> {
    let (a, b) = text.trim().split_once(['x', 'X', '×'])?;
    let (a, b): (f64, f64) = (a.trim().parse().ok()?, b.trim().parse().ok()?);
    (a > 0.0 && b > 0.0 && a.is_finite() && b.is_finite()).then(|| size_name(a, b))
}

impl Config {
    pub fn load(home: &Home) -> Result<Self> {
        let path = home.config();
        let text = std::fs::read_to_string(&path).with_context(|| {
            format!("cannot read {}\n`darkslide-lab init` writes a fresh one", path.display())
        })?;
        let config: Self = toml::from_str(&text)
            .with_context(|| format!("{} is not understood; mend the line it names", path.display()))?;
        config.check().with_context(|| format!("{} cannot be used", path.display()))?;
        Ok(config)
    }

    fn check(&self) -> Result<()> {
        for rule in &self.rules {
            if !self.printers.contains_key(&rule.printer) {
                bail!(
                    "a rule names the printer {:?}, but there is no [printers.{}]",
                    rule.printer,
                    rule.printer
                );
            }
            for size in &rule.sizes {
                if parse_size(size).is_none() {
                    bail!("{size:?} in a rule is not a size such as 8x10");
                }
            }
        }
        for (name, printer) in &self.printers {
            let checked = match (printer, printer.folders()) {
                (Printer::Ipp(ipp), _) => crate::ipp::client::http_address(&ipp.uri).map(drop),
                (_, Some(settings)) => settings.check(),
                (_, None) => Ok(()),
            };
            checked.with_context(|| format!("[printers.{name}]"))?;
        }
        if !(15..=120).contains(&self.lease_seconds) {
            bail!("lease_seconds is {}; it must be from 15 to 120", self.lease_seconds);
        }
        Ok(())
    }

    /// The printer for a print of this size and surface.
    pub fn printer_for(&self, width_in: f64, height_in: f64, surface: Surface) -> Option<(&str, &Printer)> {
        let size = size_name(width_in, height_in);
        let fits = |rule: &&Rule| {
            rule.surface.is_none_or(|s| s == surface)
                && (rule.sizes.is_empty()
                    || rule.sizes.iter().any(|s| parse_size(s).as_deref() == Some(size.as_str())))
        };
        let rule = self.rules.iter().find(fits)?;
        self.printers.get_key_value(&rule.printer).map(|(name, printer)| (name.as_str(), printer))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documented_file_is_understood_and_routes_everything() {
        let config: Config = toml::from_str(TEMPLATE).unwrap();
        config.check().unwrap();
        assert_eq!(config.printer_for(10.0, 8.0, Surface::Lustre).unwrap().0, "hot");
        assert_eq!(config.keep_days, Config::default().keep_days);
    }

    #[test]
    fn the_first_rule_that_fits_decides() {
        let config: Config = toml::from_str(
            r#"
            printers.big = { kind = "ipp", uri = "ipp://localhost/ipp/print" }
            printers.dye = { kind = "hot_folder", folder = "dye" }
            rules = [
                { printer = "big", surface = "matte", sizes = ["16x20", "20 x 30"] },
                { printer = "dye", sizes = ["8x10", "4x5.5"] },
            ]"#,
        )
        .unwrap();
        config.check().unwrap();
        let name = |w, h, s| config.printer_for(w, h, s).map(|p| p.0.to_owned());
        assert_eq!(name(30.0, 20.0, Surface::Matte).as_deref(), Some("big"));
        assert_eq!(name(30.0, 20.0, Surface::Glossy), None);
        assert_eq!(name(5.5, 4.0, Surface::Glossy).as_deref(), Some("dye"));
    }

    #[test]
    fn mistakes_are_named() {
        let bad = |text: &str| match toml::from_str::<Config>(text) {
            Err(e) => e.to_string(),
            Ok(c) => format!("{:#}", c.check().unwrap_err()),
        };
        assert!(bad("nmae = 'x'").contains("nmae"));
        assert!(bad("rules = [{ printer = 'x' }]").contains("[printers.x]"));
        assert!(
            bad("printers.a = { kind='hot_folder', folder='h', file_name='x.jpg' }").contains("{number}")
        );
        assert!(bad("printers.a = { kind='ipp', uri='lpd://x' }").contains("ipp://"));
        assert!(bad("lease_seconds = 5").contains("15 to 120"));
    }
}
