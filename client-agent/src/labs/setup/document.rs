//! How one lab wants its files: what `darkslide lab setup LAB export` writes and `import` reads, as TOML.
//!
//! `[prints]` holds for everything that goes to the lab; `[product."8x10"]` says what is different for one
//! product. `docs/lab-setups.md` shows every key. Every value checks itself while it is read, so each mistake
//! is told with its line.

use std::{collections::BTreeMap, fmt, str::FromStr};

use darkslide_image::{Intent, Sharpen};
use domain::{hash::Sha256, text::one_line};
use serde::{Deserialize, Serialize};

use super::template::{BackPrint, FileNames};

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Setup {
    /// Prints go here unless a product has a lab of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub usual: Option<bool>,
    /// The products that go here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub products: Option<Vec<ProductName>>,
    #[serde(skip_serializing_if = "Asked::is_empty")]
    pub prints: Asked,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub product: BTreeMap<String, Asked>,
}

/// What is set, all of it optional.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Asked {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<FileKind>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profile: Option<ProfileRef>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub intent: Option<IntentName>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sharpen: Option<SharpenName>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub border_mm: Option<Millimetres>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bleed_mm: Option<Millimetres>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub back_print: Option<BackPrint>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file_name: Option<FileNames>,
}

impl Asked {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    fn or(&self, general: &Asked) -> Asked {
        let (a, b) = (self.clone(), general.clone());
        Asked {
            file: a.file.or(b.file),
            profile: a.profile.or(b.profile),
            intent: a.intent.or(b.intent),
            sharpen: a.sharpen.or(b.sharpen),
            border_mm: a.border_mm.or(b.border_mm),
            bleed_mm: a.bleed_mm.or(b.bleed_mm),
            back_print: a.back_print.or(b.back_print),
            file_name: a.file_name.or(b.file_name),
        }
    }
}

/// What holds for the prints of one product.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PrintSetup {
    pub untouched: bool,
    pub profile: Option<(Sha256, Intent)>,
    pub sharpen: SharpenName,
    pub border_mm: f64,
    pub bleed_mm: f64,
    pub back_print: BackPrint,
    pub file_name: Option<FileNames>,
}

impl Setup {
    /// With the line of each mistake.
    pub fn parse(text: &str) -> Result<Self, String> {
        let setup: Setup = toml::from_str(text).map_err(|e| e.to_string().trim_end().to_owned())?;
        for (product, asked) in setup.product.iter().map(|(p, a)| (Some(p), a)).chain([(None, &setup.prints)])
        {
            let whole = asked.or(&setup.prints);
            let spoilt = whole.border_mm.is_some_and(|b| b.0 > 0) || whole.bleed_mm.is_some_and(|b| b.0 > 0);
            if whole.file == Some(FileKind::Original) && spoilt {
                let place = product.map_or("[prints]".into(), |p| format!("[product.{p:?}]"));
                return Err(format!(
                    "{place}: an original is not touched, so it gets neither border nor bleed"
                ));
            }
        }
        Ok(setup)
    }

    pub fn text(&self) -> Result<String, toml::ser::Error> {
        toml::to_string(self)
    }

    /// The one file name rule and the rest, for a product. File names are a lab's, not a product's.
    pub fn of(&self, product: &str) -> PrintSetup {
        let asked = self.product.get(product).map_or_else(|| self.prints.clone(), |a| a.or(&self.prints));
        let intent = asked.intent.unwrap_or_default().0;
        PrintSetup {
            untouched: asked.file == Some(FileKind::Original),
            profile: match asked.profile {
                Some(ProfileRef::Kept(sha256)) => Some((sha256, intent)),
                _ => None,
            },
            sharpen: asked.sharpen.unwrap_or_default(),
            border_mm: asked.border_mm.unwrap_or_default().get(),
            bleed_mm: asked.bleed_mm.unwrap_or_default().get(),
            back_print: asked.back_print.unwrap_or_default(),
            file_name: self.prints.file_name.clone(),
        }
    }

    /// Every profile that is named, to be looked at and replaced.
    pub fn profiles(&mut self) -> impl Iterator<Item = &mut ProfileRef> {
        self.product.values_mut().chain([&mut self.prints]).filter_map(|asked| asked.profile.as_mut())
    }
}

/// One product of the price list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct ProductName(pub String);

impl TryFrom<String> for ProductName {
    type Error = &'static str;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        let name = one_line(&text, 60);
        if name.is_empty() { Err("a product needs its name of the price list") } else { Ok(Self(name)) }
    }
}
impl From<ProductName> for String {
    fn from(name: ProductName) -> String {
        name.0
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FileKind {
    /// Cropped, sharpened, in the lab's colours.
    Rendered,
    /// The photographer's file, byte for byte; the lab cuts it by the ticket.
    Original,
}

/// A file to read, or one that was read and is kept in the catalog.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum ProfileRef {
    File(String),
    Kept(Sha256),
}

const KEPT: &str = "sha256:";

impl TryFrom<String> for ProfileRef {
    type Error = &'static str;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        match text.strip_prefix(KEPT) {
            Some(hex) => hex.parse().map(Self::Kept).map_err(|_| "after sha256: come 64 hexadecimal digits"),
            None if text.trim().is_empty() => Err("the profile is a file: \"lab.icc\""),
            None => Ok(Self::File(text)),
        }
    }
}
impl From<ProfileRef> for String {
    fn from(profile: ProfileRef) -> String {
        match profile {
            ProfileRef::File(path) => path,
            ProfileRef::Kept(sha256) => format!("{KEPT}{}", sha256.hex()),
        }
    }
}

/// In hundredths, up to 100 mm.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "f64", try_from = "Number")]
pub struct Millimetres(u32);

impl Millimetres {
    fn get(self) -> f64 {
        f64::from(self.0) / 100.0
    }
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Number {
    Whole(i64),
    Part(f64),
}

impl TryFrom<Number> for Millimetres {
    type Error = &'static str;
    fn try_from(number: Number) -> Result<Self, Self::Error> {
        let mm = match number {
            Number::Whole(n) => n as f64,
            Number::Part(n) => n,
        };
        match mm {
            mm if (0.0..=100.0).contains(&mm) => Ok(Self((mm * 100.0).round() as u32)),
            _ => Err("millimetres from 0 to 100 are expected"),
        }
    }
}
impl From<Millimetres> for f64 {
    fn from(mm: Millimetres) -> f64 {
        mm.get()
    }
}

macro_rules! named {
    ($name:ident, $value:ident, $default:ident, $error:literal, $($text:literal => $is:ident),+) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(into = "String", try_from = "String")]
        pub struct $name(pub $value);
        impl Default for $name {
            fn default() -> Self {
                Self($value::$default)
            }
        }
        impl FromStr for $name {
            type Err = &'static str;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text {
                    $($text => Ok(Self($value::$is)),)+
                    _ => Err($error),
                }
            }
        }
        impl TryFrom<String> for $name {
            type Error = &'static str;
            fn try_from(text: String) -> Result<Self, Self::Error> {
                text.parse()
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(match self.0 {
                    $($value::$is => $text,)+
                })
            }
        }
        impl From<$name> for String {
            fn from(name: $name) -> String {
                name.to_string()
            }
        }
    };
}

named!(IntentName, Intent, Perceptual,
    "an intent is \"perceptual\", \"relative\", \"saturation\" or \"absolute\"",
    "perceptual" => Perceptual, "relative" => RelativeColorimetric,
    "saturation" => Saturation, "absolute" => AbsoluteColorimetric);
named!(SharpenName, Sharpen, Standard,
    "sharpening is \"none\", \"low\", \"standard\" or \"high\"",
    "none" => None, "low" => Low, "standard" => Standard, "high" => High);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_product_is_as_the_rest_but_for_what_it_says() {
        let setup = Setup::parse(
            "products = [\"8x10\", \"wallet\"]\n[prints]\nsharpen = \"high\"\nbleed_mm = 3\n\
             back_print = \"{order}-{line}\"\n[product.wallet]\nbleed_mm = 1.5\nintent = \"relative\"\n",
        )
        .unwrap();
        let (print, wallet) = (setup.of("8x10"), setup.of("wallet"));
        assert_eq!((print.bleed_mm, wallet.bleed_mm), (3.0, 1.5));
        assert_eq!(wallet.sharpen, SharpenName(Sharpen::High));
        assert_eq!(wallet.back_print.to_string(), "{order}-{line}");
        assert_eq!(Setup::parse(&setup.text().unwrap()).unwrap(), setup);
        assert_eq!(Setup::default().of("x"), PrintSetup::default());
    }

    #[test]
    fn every_mistake_is_told_with_its_line() {
        for (text, line, expected) in [
            ("[prints]\nsharpness = 3\n", "line 2", "sharpness"),
            ("[prints]\nfile = \"raw\"\n", "line 2", "original"),
            ("usual = true\n[prints]\nintent = \"colorimetric\"\n", "line 3", "relative"),
            ("[prints]\n\nbleed_mm = 400\n", "line 3", "0 to 100"),
            ("[prints]\nbleed_mm = nan\n", "line 2", "0 to 100"),
            ("[prints]\nback_print = \"{studio}\"\n", "line 2", "{number}"),
            ("[product.\"8x10\"]\nfile_name = \"a/b\"\n", "line 2", "'/'"),
            ("products = [\"a\",\n\"\"]\n", "line 1", "price list"),
            ("[prints]\nprofile = \"sha256:12\"\n", "line 2", "64"),
            ("[prints]\nfile = \"original\"\nborder_mm = 5\n", "[prints]", "not touched"),
        ] {
            let why = Setup::parse(text).unwrap_err();
            assert!(why.contains(line) && why.contains(expected), "{text}: {why}");
        }
    }
}
