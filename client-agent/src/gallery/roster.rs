//! The people of a studio's pictures, by name.

use domain::id::SubjectId;
use rusqlite::Row;
use wire::galleries::SubjectInfo;

use crate::{
    catalog::{Catalog, photos::unreadable},
    error::AgentError,
    output::shown,
};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    pub id: SubjectId,
    pub name: String,
    /// Class, team or table; empty for none.
    pub class: String,
}

impl Subject {
    pub fn info(&self) -> SubjectInfo {
        let group = Some(self.class.clone()).filter(|c| !c.is_empty());
        SubjectInfo { subject: self.id, name: self.name.clone(), group }
    }
}

fn subject(row: &Row<'_>) -> rusqlite::Result<Subject> {
    let id = row.get::<_, String>(0)?.parse().map_err(|e| unreadable(0, e))?;
    Ok(Subject { id, name: row.get(1)?, class: row.get(2)? })
}

pub fn all(catalog: &Catalog) -> Result<Vec<Subject>, AgentError> {
    catalog.read(|c| {
        let mut statement = c.prepare("SELECT id, name, class FROM subject ORDER BY class, name")?;
        statement.query_map([], subject)?.collect()
    })
}

/// Everybody of that name (there are two Annas in many schools), or the one of `Name / class` or an id.
pub fn find(catalog: &Catalog, wanted: &str) -> Result<Vec<Subject>, AgentError> {
    let all = all(catalog)?;
    let same = |a: &str, b: &str| a.trim().to_lowercase() == b.trim().to_lowercase();
    let is_meant = |s: &&Subject| {
        let in_class = wanted.rsplit_once('/').is_some_and(|(n, c)| same(n, &s.name) && same(c, &s.class));
        same(&s.name, wanted) || s.id.to_string() == wanted || in_class
    };
    let found: Vec<Subject> = all.iter().filter(is_meant).cloned().collect();
    if !found.is_empty() {
        return Ok(found);
    }
    let names: Vec<String> = all.iter().take(8).map(|s| shown(&s.name)).collect();
    let why = match names.len() {
        0 => "the roster is empty".to_owned(),
        8 => format!("the roster has {} people: {} …", all.len(), names.join(", ")),
        _ => format!("the roster has: {}", names.join(", ")),
    };
    Err(AgentError::new(format!("nobody on the roster is called {:?}", shown(wanted)))
        .why(why)
        .fix("import a roster with the columns file, subject, group: `darkslide import-metadata FILE.csv`"))
}
