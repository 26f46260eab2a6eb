//! A lab in a folder of its own, driven as its operator would: by the commands of the real binary.

use std::{
    path::{Path, PathBuf},
    process::Output,
    time::Duration,
};

use serde_json::Value;
use tokio::process::Command;

use crate::{fake_host::FakeHost, studio::Studio};

pub struct Lab {
    pub dir: tempfile::TempDir,
}

pub struct Ran {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Ran {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|e| panic!("{e}: {}\n{}", self.out, self.err))
    }
    #[track_caller]
    pub fn ok(self) -> Self {
        assert_eq!(self.code, Some(0), "{}\n{}", self.out, self.err);
        self
    }
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

impl Lab {
    pub async fn enrolled(host: &FakeHost) -> Self {
        let lab = Self { dir: tempfile::tempdir().unwrap() };
        lab.run(&["init", "--name", "Print Works", "--host", &host.address, "--token", "good-token"])
            .await
            .ok();
        lab
    }

    /// Enrolled, and paired with `studio` through its code and the running receiver.
    pub async fn paired(host: &FakeHost, studio: &Studio) -> Self {
        let lab = Self::enrolled(host).await;
        let code = lab.run(&["--json", "pair"]).await.ok().json()["code"].as_str().unwrap().parse().unwrap();
        studio.ask_pairing(host, &code);
        lab.run(&["run", "--once"]).await.ok();
        lab
    }

    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_darkslide-lab"));
        command.arg("--data").arg(self.dir.path()).args(args).kill_on_drop(true);
        command
    }

    pub async fn run(&self, args: &[&str]) -> Ran {
        finish(self.command(args)).await
    }

    pub async fn crash_at(&self, place: &str) -> Ran {
        let mut command = self.command(&["run", "--once"]);
        command.env("DARKSLIDE_LAB_CRASH_AT", place);
        let ran = finish(command).await;
        assert_eq!(ran.code, None, "it was to die at {place}: {}", ran.err);
        ran
    }

    pub fn path(&self, path: &str) -> PathBuf {
        self.dir.path().join(path)
    }

    /// Everything visible in the hot folder, by path within it.
    pub fn prints(&self) -> Vec<String> {
        let mut found = Vec::new();
        list(&self.path("hot"), "", &mut found);
        found.sort();
        found
    }

    pub fn configure(&self, text: &str) {
        std::fs::write(self.path("lab.toml"), text).unwrap();
    }
}

async fn finish(mut command: Command) -> Ran {
    let ended = tokio::time::timeout(Duration::from_secs(100), command.output()).await;
    ended.expect("the command did not end").unwrap().into()
}

fn list(dir: &Path, prefix: &str, found: &mut Vec<String>) {
    for entry in std::fs::read_dir(dir).into_iter().flatten().flatten() {
        let name = entry.file_name().into_string().unwrap();
        if entry.file_type().unwrap().is_dir() {
            list(&entry.path(), &format!("{prefix}{name}/"), found);
        } else {
            found.push(format!("{prefix}{name}"));
        }
    }
}
