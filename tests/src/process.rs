//! Running the binaries: commands to their end, daemons with their log kept for when a test fails.

use std::{
    fs::File,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use anyhow::{Context, Result, bail};
use serde_json::Value;

/// The binary of the profile this test was built in: `target/debug/<name>` beside `target/debug/deps`.
pub fn binary(name: &str) -> Result<PathBuf> {
    let test = std::env::current_exe()?;
    let folder = test.parent().and_then(Path::parent).context("the test binary lies in target/*/deps")?;
    let path = folder.join(name);
    if path.exists() {
        Ok(path)
    } else {
        bail!("{} is missing: run `make test-e2e`, which builds it first", path.display())
    }
}

#[derive(Debug)]
pub struct Finished {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Finished {
    /// Every JSON document on stdout, one a line or one altogether.
    pub fn json(&self) -> Vec<Value> {
        if let Ok(whole) = serde_json::from_str(&self.stdout) {
            return vec![whole];
        }
        self.stdout.lines().filter_map(|l| serde_json::from_str(l).ok()).collect()
    }

    /// The first value of this name anywhere in the JSON output.
    pub fn field(&self, name: &str) -> Result<Value> {
        self.json()
            .iter()
            .find_map(|v| find(v, name))
            .with_context(|| format!("no field {name:?} in\n{}\n{}", self.stdout, self.stderr))
    }

    pub fn text(&self, name: &str) -> Result<String> {
        let value = self.field(name)?;
        Ok(value.as_str().map(str::to_owned).unwrap_or_else(|| value.to_string()))
    }
}

fn find(value: &Value, name: &str) -> Option<Value> {
    match value {
        Value::Object(map) => match map.get(name) {
            Some(v) if !v.is_null() => Some(v.clone()),
            _ => map.values().find_map(|v| find(v, name)),
        },
        Value::Array(items) => items.iter().find_map(|v| find(v, name)),
        _ => None,
    }
}

/// Runs to the end, whatever the exit code.
pub fn run(command: &mut Command) -> Result<Finished> {
    let output = command.stdin(Stdio::null()).output().with_context(|| format!("starting {command:?}"))?;
    Ok(Finished {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    })
}

/// Runs to the end and insists on success.
pub fn must(command: &mut Command) -> Result<Finished> {
    let finished = run(command)?;
    if finished.code == 0 {
        return Ok(finished);
    }
    bail!("{command:?} ended with {}\n{}\n{}", finished.code, finished.stdout, finished.stderr)
}

/// A long-running process; killed (SIGKILL) when dropped, the end of its log printed for a test that fails.
pub struct Daemon {
    child: Option<Child>,
    log: PathBuf,
}

impl Daemon {
    pub fn start(command: &mut Command, log: &Path) -> Result<Self> {
        let file = File::options().create(true).append(true).open(log)?;
        let child = command
            .stdin(Stdio::null())
            .stdout(file.try_clone()?)
            .stderr(file)
            .spawn()
            .with_context(|| format!("starting {command:?}"))?;
        Ok(Self { child: Some(child), log: log.to_owned() })
    }

    /// SIGKILL: no chance to tidy up.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    pub fn is_running(&mut self) -> bool {
        self.child.as_mut().is_some_and(|c| matches!(c.try_wait(), Ok(None)))
    }

    pub fn id(&self) -> Option<u32> {
        self.child.as_ref().map(Child::id)
    }

    pub fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        self.kill();
        // A test that ends with `Err` does not panic; the runner shows this only when the test has failed.
        let log = self.log();
        let tail: Vec<_> = log.lines().rev().take(40).collect();
        eprintln!("--- {} (last lines)", self.log.display());
        for line in tail.into_iter().rev() {
            eprintln!("{line}");
        }
    }
}
