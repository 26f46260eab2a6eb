//! How a command ends, for scripts. The numbers are documented in `--help` and never change.

use std::process::ExitCode;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    Ok,
    /// Nothing, or not the thing that was asked for, was done.
    Failed,
    /// The command line makes no sense.
    Usage,
    /// Some was done; what was not is listed.
    Partly,
}

impl Exit {
    pub const fn code(self) -> u8 {
        match self {
            Exit::Ok => 0,
            Exit::Failed => 1,
            Exit::Usage => 2,
            Exit::Partly => 3,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(exit.code())
    }
}
