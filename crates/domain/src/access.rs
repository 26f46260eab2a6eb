//! Who may see what: access codes, scopes, and the gallery cookie that carries them.

pub mod code;
pub mod cookie;
pub mod link;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::id::{CodeId, GalleryId, SubjectId};

/// What a code opens within its gallery.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    All,
    /// Only photos in which one of these subjects is named.
    Subjects(BTreeSet<SubjectId>),
}

impl Scope {
    /// A visitor who opened a gallery with two codes sees what either shows (siblings).
    pub fn union(self, other: Scope) -> Scope {
        match (self, other) {
            (Scope::Subjects(mut a), Scope::Subjects(b)) => {
                a.extend(b);
                Scope::Subjects(a)
            }
            _ => Scope::All,
        }
    }

    pub fn permits(&self, subjects: &[SubjectId]) -> bool {
        match self {
            Scope::All => true,
            Scope::Subjects(set) => subjects.iter().any(|s| set.contains(s)),
        }
    }

    /// A stable text of the scope, so that image tokens bind to it.
    pub fn fingerprint(&self) -> String {
        match self {
            Scope::All => "*".to_owned(),
            Scope::Subjects(set) => set.iter().map(ToString::to_string).collect::<Vec<_>>().join(","),
        }
    }
}

/// One gallery a visitor holds open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    #[serde(rename = "g")]
    pub gallery: GalleryId,
    #[serde(rename = "s")]
    pub scope: Scope,
    /// The codes that opened it: renewing the cookie asks whether they still hold.
    #[serde(rename = "c")]
    pub codes: BTreeSet<CodeId>,
}
