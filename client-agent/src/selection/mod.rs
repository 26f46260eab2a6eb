//! Which photos are meant: a folder, stars, keywords, labels, people, files. Pure, so that plans can be tested.

mod explain;

use std::path::PathBuf;

use domain::{
    filter::fold,
    id::{PhotoId, SubjectId},
};
use serde::{Deserialize, Serialize};

pub use self::explain::nothing_matched;
use crate::{
    catalog::{
        Catalog,
        photos::{self, PhotoRow},
    },
    cli::photo::SelectionArgs,
    config::Subset,
    error::AgentError,
    paths,
};

/// Several conditions must all be met; several values of one condition are alternatives. Empty: everything.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Selection {
    #[serde(with = "path_list")]
    pub folders: Vec<Vec<u8>>,
    pub min_rating: u8,
    pub keywords: Vec<String>,
    pub labels: Vec<String>,
    pub subjects: Vec<SubjectId>,
    /// Files named one by one.
    #[serde(with = "path_list")]
    pub files: Vec<Vec<u8>>,
    /// Taken out by hand with `gallery unpublish`.
    pub except: Vec<PhotoId>,
}

impl Selection {
    /// From a command line; names of people are looked up on the roster.
    pub fn from_args(catalog: &Catalog, args: &SelectionArgs) -> Result<Self, AgentError> {
        let list = |paths: &[PathBuf]| paths.iter().map(|p| paths::to_bytes(&paths::real(p))).collect();
        let mut subjects = Vec::new();
        for name in &args.subject {
            subjects.extend(crate::gallery::roster::find(catalog, name)?.into_iter().map(|s| s.id));
        }
        Ok(Self {
            folders: list(&args.from),
            min_rating: args.min_rating.unwrap_or(0),
            keywords: args.keyword.clone(),
            labels: args.label.clone(),
            subjects,
            files: list(&args.files),
            except: Vec::new(),
        })
    }

    pub fn from_preferences(subset: &Subset) -> Self {
        Self {
            folders: subset.folders.iter().map(|p| paths::to_bytes(&paths::real(p))).collect(),
            min_rating: subset.min_rating,
            keywords: subset.keywords.clone(),
            labels: subset.labels.clone(),
            ..Self::default()
        }
    }

    /// No condition at all: a gallery without a selection has no photos, rather than all of them.
    pub fn is_empty(&self) -> bool {
        Self { except: Vec::new(), ..self.clone() } == Self::default()
    }

    pub fn matches(&self, photo: &PhotoRow) -> bool {
        let within = |folders: &[Vec<u8>]| {
            photo.places.iter().any(|p| folders.iter().any(|f| paths::is_within(&p.path, f)))
        };
        let any = |wanted: &[String], there: &[&str]| {
            wanted.is_empty() || wanted.iter().any(|w| there.iter().any(|t| fold(t) == fold(w)))
        };
        let keywords: Vec<&str> = photo.keywords.iter().map(String::as_str).collect();
        let label: Vec<&str> = photo.label.as_deref().into_iter().collect();
        (self.folders.is_empty() || within(&self.folders))
            && (self.files.is_empty() || photo.places.iter().any(|p| self.files.contains(&p.path)))
            && (self.min_rating == 0
                || photo.rating.is_some_and(|r| i16::from(r) >= i16::from(self.min_rating)))
            && any(&self.keywords, &keywords)
            && any(&self.labels, &label)
            && (self.subjects.is_empty() || photo.subjects.iter().any(|s| self.subjects.contains(s)))
            && !self.except.contains(&photo.id)
    }

    /// The selected photos, in the order of capture.
    pub fn photos(&self, catalog: &Catalog) -> Result<Vec<PhotoRow>, AgentError> {
        let all = catalog.read(photos::all)?;
        Ok(all.into_iter().filter(|p| self.matches(p)).collect())
    }
}

/// Paths in JSON: as text where they are Unicode, as a list of bytes where they are not.
mod path_list {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    #[derive(Serialize, Deserialize)]
    #[serde(untagged)]
    enum One {
        Text(String),
        Bytes(Vec<u8>),
    }

    pub fn serialize<S: Serializer>(paths: &[Vec<u8>], s: S) -> Result<S::Ok, S::Error> {
        s.collect_seq(paths.iter().map(|bytes| match std::str::from_utf8(bytes) {
            Ok(text) => One::Text(text.to_owned()),
            Err(_) => One::Bytes(bytes.clone()),
        }))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<Vec<Vec<u8>>, D::Error> {
        let list = Vec::<One>::deserialize(d)?;
        Ok(list
            .into_iter()
            .map(|one| match one {
                One::Text(text) => text.into_bytes(),
                One::Bytes(bytes) => bytes,
            })
            .collect())
    }
}

#[cfg(test)]
pub mod tests;
