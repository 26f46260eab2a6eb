//! Where the agent keeps its things: one folder per studio.

use std::path::{Path, PathBuf};

use crate::error::AgentError;

/// The folder that holds `darkslide.toml`, `keys/`, `catalog.db` and `renditions.db`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folders {
    root: PathBuf,
}

impl Folders {
    /// `--config DIR`, else the platform's place; `--studio NAME` is a folder of its own inside it.
    pub fn find(config: Option<&Path>, studio: Option<&str>) -> Result<Self, AgentError> {
        let root = match config {
            Some(dir) => dir.to_owned(),
            None => platform().ok_or_else(|| {
                AgentError::new("there is no place for the agent's files")
                    .why("the environment names no home folder")
                    .fix("say where: `darkslide --config DIR …`")
            })?,
        };
        let root = match studio {
            None => root,
            Some(name) => root.join("studios").join(folder_name(name)?),
        };
        Ok(Self { root: std::path::absolute(&root).unwrap_or(root) })
    }

    pub fn root(&self) -> &Path {
        &self.root
    }
    pub fn config_file(&self) -> PathBuf {
        self.root.join("darkslide.toml")
    }
    /// Secret keys, readable by the owner only.
    pub fn keys(&self) -> PathBuf {
        self.root.join("keys")
    }
    pub fn catalog(&self) -> PathBuf {
        self.root.join("catalog.db")
    }
    pub fn renditions(&self) -> PathBuf {
        self.root.join("renditions.db")
    }

    /// Whether `darkslide init` was here.
    pub fn exists(&self) -> bool {
        self.config_file().is_file()
    }
}

fn folder_name(studio: &str) -> Result<String, AgentError> {
    let name: String = studio
        .chars()
        .map(|c| if c.is_alphanumeric() || c == '-' || c == '_' { c } else { '-' })
        .take(80)
        .collect();
    if name.chars().any(char::is_alphanumeric) {
        return Ok(name);
    }
    Err(AgentError::new(format!("{studio:?} is not a studio's name"))
        .why("it has no letter and no digit")
        .fix("give the name that `darkslide init --studio NAME` was called with")
        .usage())
}

fn platform() -> Option<PathBuf> {
    let var = |name: &str| std::env::var_os(name).filter(|v| !v.is_empty()).map(PathBuf::from);
    if cfg!(windows) {
        return var("APPDATA").map(|d| d.join("Darkslide"));
    }
    if cfg!(target_os = "macos") {
        return var("HOME").map(|h| h.join("Library/Application Support/Darkslide"));
    }
    var("XDG_CONFIG_HOME").or_else(|| var("HOME").map(|h| h.join(".config"))).map(|d| d.join("darkslide"))
}

/// Makes a folder only its owner can look into.
pub fn make_private_folder(path: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(path)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o700))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_studio_has_a_folder_of_its_own_and_cannot_leave_it() {
        let at = |studio| Folders::find(Some(Path::new("/c")), studio).map(|f| f.root().to_owned());
        assert_eq!(at(None).unwrap(), Path::new("/c"));
        assert_eq!(at(Some("../Jane & Co")).unwrap(), Path::new("/c/studios/---Jane---Co"));
        assert!(at(Some("..")).is_err());
    }
}
