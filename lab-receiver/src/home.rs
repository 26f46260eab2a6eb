//! The data folder: where key, journal, configuration and spool are, and that one receiver uses it at a time.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::Write,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};
use ed25519_dalek::SigningKey;

#[derive(Clone, Debug)]
pub struct Home {
    pub dir: PathBuf,
}

impl Home {
    pub fn new(dir: &Path) -> Self {
        Self { dir: dir.to_owned() }
    }
    pub fn key_file(&self) -> PathBuf {
        self.dir.join("lab.key")
    }
    pub fn journal(&self) -> PathBuf {
        self.dir.join("lab.db")
    }
    pub fn config(&self) -> PathBuf {
        self.dir.join("lab.toml")
    }
    pub fn spool(&self) -> PathBuf {
        self.dir.join("spool")
    }
    /// Where `lab.toml` may name a folder by a relative path.
    pub fn resolve(&self, path: &Path) -> PathBuf {
        if path.is_absolute() { path.to_owned() } else { self.dir.join(path) }
    }

    pub fn require(&self) -> Result<()> {
        if !self.key_file().exists() {
            bail!(
                "there is no lab in {}\nmake one with `darkslide-lab --data {} init`, or name its folder with --data",
                self.dir.display(),
                self.dir.display()
            );
        }
        Ok(())
    }

    /// Makes the folder and a new key; an existing key is kept.
    pub fn create(&self) -> Result<SigningKey> {
        for dir in [self.dir.clone(), self.spool()] {
            fs::create_dir_all(&dir).with_context(|| format!("cannot make the folder {}", dir.display()))?;
        }
        restrict(&self.dir, 0o700)?;
        if self.key_file().exists() {
            return self.key();
        }
        let mut seed = [0u8; 32];
        getrandom::fill(&mut seed).context("the operating system gave no randomness")?;
        write_durably(&self.key_file(), &seed, 0o600)?;
        Ok(SigningKey::from_bytes(&seed))
    }

    pub fn key(&self) -> Result<SigningKey> {
        let path = self.key_file();
        let bytes =
            fs::read(&path).with_context(|| format!("cannot read the lab's key {}", path.display()))?;
        let seed: [u8; 32] = bytes.as_slice().try_into().map_err(|_| {
            anyhow::anyhow!("{} is damaged: restore it from a backup; studios have pinned it", path.display())
        })?;
        Ok(SigningKey::from_bytes(&seed))
    }

    /// Held while the receiver runs, so that a second one on the same folder is refused at once.
    pub fn lock(&self) -> Result<File> {
        let path = self.dir.join("lab.lock");
        let file = OpenOptions::new().create(true).truncate(false).write(true).open(&path);
        let file = file.with_context(|| format!("cannot open {}", path.display()))?;
        match file.try_lock() {
            Ok(()) => Ok(file),
            Err(TryLockError::WouldBlock) => bail!(
                "a receiver runs on {} already\nend it first; to run a second one beside it, give that a data folder of its own",
                self.dir.display()
            ),
            Err(TryLockError::Error(e)) => Err(e).with_context(|| format!("cannot lock {}", path.display())),
        }
    }

    /// Whether a receiver runs on this folder now.
    pub fn is_running(&self) -> bool {
        File::open(self.dir.join("lab.lock"))
            .is_ok_and(|f| matches!(f.try_lock(), Err(TryLockError::WouldBlock)))
    }
}

/// Writes under a temporary name, makes it durable, then gives it its name: a reader sees all or nothing.
pub fn write_durably(path: &Path, bytes: &[u8], mode: u32) -> Result<()> {
    let temporary = path.with_extension("part");
    let what = || format!("cannot write {}", path.display());
    let mut file = File::create(&temporary).with_context(what)?;
    restrict(&temporary, mode)?;
    file.write_all(bytes).and_then(|()| file.sync_all()).with_context(what)?;
    fs::rename(&temporary, path).with_context(what)?;
    sync_folder(path.parent().unwrap_or(Path::new(".")))
}

/// A rename is durable when its folder is.
pub fn sync_folder(dir: &Path) -> Result<()> {
    if cfg!(unix) {
        File::open(dir)
            .and_then(|d| d.sync_all())
            .with_context(|| format!("cannot sync {}", dir.display()))?;
    }
    Ok(())
}

#[cfg(unix)]
fn restrict(path: &Path, mode: u32) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
        .with_context(|| format!("cannot set the permissions of {}", path.display()))
}

#[cfg(not(unix))]
fn restrict(_: &Path, _: u32) -> Result<()> {
    Ok(())
}
