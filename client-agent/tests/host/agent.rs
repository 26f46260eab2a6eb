//! One photographer's computer: a profile in a temporary folder, and the real binary.

use std::{
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use domain::{
    geometry::{Size, centred},
    hash::VersionHash,
    id::{GalleryId, MachineId, PhotoId},
    order::ImageNode,
};
use serde_json::Value;

pub struct Agent {
    pub folder: tempfile::TempDir,
}

pub struct Ran {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Ran {
    pub fn ok(self) -> Self {
        assert_eq!(self.code, 0, "stdout: {}\nstderr: {}", self.out, self.err);
        self
    }
    /// The first JSON line.
    pub fn json(&self) -> Value {
        let line = self.out.lines().next().unwrap_or_default();
        serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {} {}", self.out, self.err))
    }
}

impl Agent {
    pub fn new() -> Self {
        let agent = Self { folder: tempfile::tempdir().unwrap() };
        agent.run(&["init"]).ok();
        agent
    }

    /// Signed in to a fresh studio of this host.
    pub fn at(host: &super::fake::Host) -> Self {
        let agent = Self::new();
        let token = host.new_token();
        agent.run(&["login", &host.url, "--token", &token, "--name", "Desk"]).ok();
        agent
    }

    pub fn profile(&self) -> PathBuf {
        self.folder.path().join("profile")
    }

    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_darkslide"));
        command.arg("--config").arg(self.profile()).args(args);
        command.env_remove("DARKSLIDE_LOG").stdin(Stdio::null());
        command
    }

    pub fn run(&self, args: &[&str]) -> Ran {
        ran(self.command(args).output().unwrap())
    }

    pub fn json(&self, args: &[&str]) -> Value {
        let args: Vec<&str> = ["--json"].iter().chain(args).copied().collect();
        self.run(&args).json()
    }

    pub fn machine(&self) -> MachineId {
        let text = std::fs::read_to_string(self.profile().join("account.json")).unwrap();
        let account: Value = serde_json::from_str(&text).unwrap();
        account["machine"].as_str().unwrap().parse().unwrap()
    }

    /// Draws a picture into a folder beside the profile, scans it, and returns it as an order names it.
    pub fn picture(&self, name: &str, seed: u8) -> ImageNode {
        self.pictures(&[name], seed).remove(0)
    }

    pub fn pictures(&self, names: &[&str], seed: u8) -> Vec<ImageNode> {
        let photos = self.photos();
        std::fs::create_dir_all(&photos).unwrap();
        for (seed, name) in (seed..).zip(names) {
            draw(&photos.join(name), seed);
        }
        self.run(&["scan", photos.to_str().unwrap()]).ok();
        names.iter().map(|name| self.node(name)).collect()
    }

    pub fn photos(&self) -> PathBuf {
        self.folder.path().join("photos")
    }

    /// As the catalog knows it now.
    pub fn node(&self, name: &str) -> ImageNode {
        let db = self.catalog();
        let sql =
            "SELECT v.photo, v.hash, v.width, v.height FROM place p JOIN version v ON v.hash = p.version
                   WHERE p.name = ?1";
        let (photo, hash, width, height): (String, Vec<u8>, u32, u32) =
            db.query_row(sql, [name], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?))).unwrap();
        let frame = Size::new(width, height);
        ImageNode {
            gallery: GalleryId::from_bytes([1; 16]),
            photo: photo.parse::<PhotoId>().unwrap(),
            version: VersionHash(hash.try_into().unwrap()),
            home: self.machine(),
            frame,
            crop: centred(frame, 4, 6),
            file_name: name.into(),
        }
    }

    pub fn catalog(&self) -> rusqlite::Connection {
        rusqlite::Connection::open(self.profile().join("catalog.db")).unwrap()
    }

    pub fn set_config(&self, text: &str) {
        std::fs::write(self.profile().join("darkslide.toml"), text).unwrap();
    }
}

pub fn ran(output: Output) -> Ran {
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Ran { code: output.status.code().unwrap_or(-1), out: text(output.stdout), err: text(output.stderr) }
}

/// A gradient, different for each seed: 1500 × 1000, enough for a 4 × 6 inch print.
pub fn draw(path: &Path, seed: u8) {
    let picture = image::RgbImage::from_fn(1500, 1000, |x, y| {
        image::Rgb([(x / 6) as u8, (y / 4) as u8, seed.wrapping_mul(40)])
    });
    let mut bytes = Vec::new();
    image::codecs::jpeg::JpegEncoder::new_with_quality(&mut bytes, 90).encode_image(&picture).unwrap();
    std::fs::write(path, bytes).unwrap();
}
