//! What the photographer reads when something fails: what happened, why, and the command that mends it.

use std::fmt;

use crate::exit::Exit;

/// Built in the words of the command that failed; library errors become its `why`.
#[derive(Debug)]
pub struct AgentError {
    what: String,
    why: Option<String>,
    fix: Option<String>,
    exit: Exit,
}

impl AgentError {
    pub fn new(what: impl Into<String>) -> Self {
        Self { what: what.into(), why: None, fix: None, exit: Exit::Failed }
    }
    pub fn why(mut self, why: impl fmt::Display) -> Self {
        self.why = Some(why.to_string());
        self
    }
    /// What to do next; name the command.
    pub fn fix(mut self, fix: impl Into<String>) -> Self {
        self.fix = Some(fix.into());
        self
    }
    pub fn exit(mut self, exit: Exit) -> Self {
        self.exit = exit;
        self
    }
    pub fn usage(self) -> Self {
        self.exit(Exit::Usage)
    }
    pub fn code(&self) -> Exit {
        self.exit
    }
    pub fn parts(&self) -> (&str, Option<&str>, Option<&str>) {
        (&self.what, self.why.as_deref(), self.fix.as_deref())
    }
}

impl fmt::Display for AgentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)?;
        if let Some(why) = &self.why {
            write!(f, "\n  why: {why}")?;
        }
        if let Some(fix) = &self.fix {
            write!(f, "\n  fix: {fix}")?;
        }
        Ok(())
    }
}

impl std::error::Error for AgentError {}

/// `file.read().what("photo.jpg cannot be read")?`
pub trait What<T> {
    fn what(self, what: impl Into<String>) -> Result<T, AgentError>;
}

impl<T, E: std::error::Error> What<T> for Result<T, E> {
    fn what(self, what: impl Into<String>) -> Result<T, AgentError> {
        self.map_err(|e| AgentError::new(what).why(chain(&e)))
    }
}

/// An error with its sources on one line, without saying the same thing twice: once the deepest cause has
/// been named, what lies between is plumbing.
pub fn chain(error: &dyn std::error::Error) -> String {
    let deepest = std::iter::successors(Some(error), |e| e.source()).last().map(ToString::to_string);
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(source) = next
        && !deepest.as_ref().is_some_and(|cause| text.contains(cause))
    {
        let more = source.to_string();
        if !text.contains(&more) {
            text.push_str(": ");
            text.push_str(&more);
        }
        next = source.source();
    }
    text
}

impl From<rusqlite::Error> for AgentError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode::{DatabaseBusy, DatabaseCorrupt, DiskFull, NotADatabase, ReadOnly};
        let fix = match error.sqlite_error_code() {
            Some(DiskFull) => {
                "free some space on the disk that holds the catalog, then run the same command again"
            }
            Some(DatabaseBusy) => "wait until the other darkslide command has ended, then run this one again",
            Some(DatabaseCorrupt | NotADatabase) => {
                "run `darkslide doctor`; if it is renditions.db, remove it and it is made again"
            }
            Some(ReadOnly) => "make the folder of the catalog writable for this user",
            _ => "run `darkslide doctor`",
        };
        AgentError::new("the catalog could not be read or written").why(chain(&error)).fix(fix)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_what_why_and_fix_on_three_lines() {
        let error = AgentError::new("the folder cannot be read").why("permission denied").fix("run `ls -l`");
        assert_eq!(
            error.to_string(),
            "the folder cannot be read\n  why: permission denied\n  fix: run `ls -l`"
        );
    }

    #[derive(Debug, thiserror::Error)]
    #[error("{0}")]
    struct Layer(&'static str, #[source] Option<Box<Layer>>);

    #[test]
    fn plumbing_is_left_out_once_the_cause_is_named() {
        let cause = Layer("connection refused", None);
        let plumbing = Layer("error sending request", Some(Box::new(cause)));
        assert_eq!(chain(&plumbing), "error sending request: connection refused");
        let named = Layer("the host cannot be reached: connection refused", Some(Box::new(plumbing)));
        assert_eq!(chain(&named), "the host cannot be reached: connection refused");
    }
}
