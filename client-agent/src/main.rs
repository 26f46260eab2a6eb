//! The `darkslide` binary: reads the command line, runs one command, ends with a documented code.

use std::process::ExitCode;

fn main() -> ExitCode {
    darkslide::start::main()
}
