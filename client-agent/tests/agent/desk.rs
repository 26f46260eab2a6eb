//! A photographer's desk for one test: a profile, a folder of pictures, and the program.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use image::{ImageFormat, Rgb, RgbImage};

pub struct Desk {
    dir: tempfile::TempDir,
}

pub struct Ran {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Ran {
    /// The JSON objects on standard output.
    pub fn json(&self) -> Vec<serde_json::Value> {
        self.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
    pub fn only(&self) -> serde_json::Value {
        let all = self.json();
        assert_eq!(all.len(), 1, "{} {}", self.out, self.err);
        all.into_iter().next().unwrap()
    }
}

impl Desk {
    pub fn new() -> Self {
        let desk = Self { dir: tempfile::tempdir().unwrap() };
        std::fs::create_dir(desk.path("shoot")).unwrap();
        desk
    }

    pub fn ready() -> Self {
        let desk = Self::new();
        assert_eq!(desk.run(&["init"]).code, 0);
        desk
    }

    pub fn path(&self, name: &str) -> PathBuf {
        // The real path, because temporary folders are behind links on some systems.
        std::fs::canonicalize(self.dir.path()).unwrap().join(name)
    }

    pub fn shoot(&self) -> String {
        self.path("shoot").display().to_string()
    }

    /// Runs `darkslide --json …`.
    pub fn run(&self, args: &[&str]) -> Ran {
        let mut all = vec!["--json"];
        all.extend(args);
        self.plain(&all)
    }

    pub fn plain(&self, args: &[&str]) -> Ran {
        let output = Command::new(program())
            .args(args)
            .env("DARKSLIDE_CONFIG", self.path("profile"))
            .env_remove("DARKSLIDE_LOG")
            .env_remove("COLUMNS")
            .current_dir(self.path("."))
            .output()
            .unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Ran { code: output.status.code().unwrap(), out: text(output.stdout), err: text(output.stderr) }
    }

    /// A picture of its own in the shoot; `seed` makes its content different.
    pub fn picture(&self, name: impl AsRef<Path>, seed: u8) -> PathBuf {
        self.sized(name, seed, 640, 480)
    }

    pub fn sized(&self, name: impl AsRef<Path>, seed: u8, width: u32, height: u32) -> PathBuf {
        let path = self.path("shoot").join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        let format = ImageFormat::from_path(&path).unwrap_or(ImageFormat::Jpeg);
        std::fs::write(&path, bytes(seed, width, height, format)).unwrap();
        path
    }

    pub fn scan(&self) -> serde_json::Value {
        self.run(&["scan", &self.shoot()]).only()
    }

    pub fn catalog(&self) -> rusqlite::Connection {
        let catalog = rusqlite::Connection::open(self.path("profile/catalog.db")).unwrap();
        catalog
            .execute(
                "ATTACH DATABASE ?1 AS renditions",
                [self.path("profile/renditions.db").to_str().unwrap()],
            )
            .unwrap();
        catalog
    }

    pub fn count(&self, sql: &str) -> i64 {
        self.catalog().query_row(sql, [], |row| row.get(0)).unwrap()
    }
}

pub fn program() -> PathBuf {
    PathBuf::from(env!("CARGO_BIN_EXE_darkslide"))
}

pub fn bytes(seed: u8, width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
    let picture = RgbImage::from_fn(width, height, |x, y| {
        Rgb([(x * 255 / width) as u8, (y * 255 / height) as u8, seed.wrapping_mul(37)])
    });
    let mut out = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut out, format).unwrap();
    out.into_inner()
}
