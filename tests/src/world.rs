//! The world: a host, and as many studios, machines and labs as a test asks for.

use std::{
    net::TcpListener,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use anyhow::{Context, Result};
use tempfile::TempDir;

use crate::{
    bad_line::BadLine,
    customer::Customer,
    process::{Daemon, Finished, binary, must, run},
    wait::until,
};

pub struct World {
    /// Where everybody finds it.
    pub site: String,
    /// The bad line in front of it, if there is one.
    pub line: Option<BadLine>,
    port: u16,
    pub host: Daemon,
    /// Last, so that it is removed when nobody writes into it any more.
    pub dir: TempDir,
}

/// A port nobody listens on at this moment.
fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

impl World {
    pub async fn start() -> Result<Self> {
        let port = free_port()?;
        Self::at(port, format!("http://127.0.0.1:{port}"), None).await
    }

    /// A host that everybody reaches over a line which can be made bad.
    pub async fn behind_a_line(seed: u64) -> Result<Self> {
        let port = free_port()?;
        let line = BadLine::start(&format!("http://127.0.0.1:{port}"), seed).await?;
        Self::at(port, line.address.clone(), Some(line)).await
    }

    async fn at(port: u16, site: String, line: Option<BadLine>) -> Result<Self> {
        let dir = tempfile::tempdir()?;
        must(host_command(dir.path())?.args(["init", "--url", &site]))?;
        let host = serve(dir.path(), port)?;
        let world = Self { site, line, port, host, dir };
        world.wait_for_host().await?;
        Ok(world)
    }

    /// A customer who has a good line.
    pub fn customer_nearby(&self) -> Result<Customer> {
        Customer::new(&format!("http://127.0.0.1:{}", self.port))
    }

    pub fn host_data(&self) -> PathBuf {
        self.dir.path().join("host")
    }

    /// An operator's command on this host.
    pub fn operator(&self, args: &[&str]) -> Result<Finished> {
        must(host_command(self.dir.path())?.arg("--json").args(args))
    }

    /// Starts the host again after it was killed.
    pub async fn restart_host(&mut self) -> Result<()> {
        self.host.kill();
        self.host = serve(self.dir.path(), self.port)?;
        self.wait_for_host().await
    }

    /// The host's folder is gone, and a backup takes its place at the same address.
    pub async fn lose_host_and_restore(&mut self, backup: &Path) -> Result<()> {
        self.host.kill();
        std::fs::rename(self.host_data(), self.dir.path().join("host-that-was-lost"))?;
        self.operator(&["restore", utf8(backup)?])?;
        self.host = serve(self.dir.path(), self.port)?;
        self.wait_for_host().await
    }

    async fn wait_for_host(&self) -> Result<()> {
        let http = Customer::new(&self.site)?;
        until("the host answering", Duration::from_secs(20), async || {
            Ok(match http.get("/healthz").await {
                Ok(reply) if reply.status == 200 => Ok(()),
                Ok(reply) => Err(format!("status {}", reply.status)),
                Err(e) => Err(e.to_string()),
            })
        })
        .await
    }

    pub fn customer(&self) -> Result<Customer> {
        Customer::new(&self.site)
    }

    /// A new studio with its first machine logged in.
    pub fn studio(&self, name: &str) -> Result<Machine> {
        let token = self.operator(&["studio", "add", name])?.text("token")?;
        self.machine(&format!("{name}-1"), &token)
    }

    /// One more machine of a studio, by an invitation of another.
    pub fn second_machine(&self, of: &Machine, name: &str) -> Result<Machine> {
        let token = of.must(&["--json", "machine", "invite"])?.text("invitation")?;
        self.machine(name, &token)
    }

    fn machine(&self, name: &str, token: &str) -> Result<Machine> {
        let machine = Machine {
            config: self.dir.path().join(format!("agent-{name}")),
            log: self.dir.path().join(format!("agent-{name}.log")),
            name: name.to_owned(),
        };
        machine.must(&["init", "--watermark", name])?;
        machine.must(&["login", &self.site, "--token", token, "--name", name])?;
        Ok(machine)
    }

    /// A new lab, enrolled, with a hot folder below its data folder.
    pub fn lab(&self, name: &str) -> Result<Lab> {
        let token = self.operator(&["lab", "add", name])?.text("token")?;
        let lab = Lab {
            data: self.dir.path().join(format!("lab-{name}")),
            log: self.dir.path().join(format!("lab-{name}.log")),
            name: name.to_owned(),
        };
        lab.must(&["init", "--name", name, "--host", &self.site, "--token", &token])?;
        Ok(lab)
    }

    /// Pairs a studio with a lab and makes it the studio's usual one. The lab must be running.
    pub async fn pair(&self, studio: &Machine, lab: &Lab) -> Result<()> {
        let code = lab.must(&["--json", "pair"])?.text("code")?;
        studio.must(&["lab", "pair", &code])?;
        until("the lab accepting the studio", Duration::from_secs(20), async || {
            let used = studio.run(&["lab", "use", &lab.name])?;
            Ok(if used.code == 0 { Ok(()) } else { Err(used.stderr) })
        })
        .await
    }
}

fn host_command(dir: &Path) -> Result<Command> {
    let mut command = Command::new(binary("darkslide-host")?);
    command.arg("--data").arg(dir.join("host"));
    Ok(command)
}

fn serve(dir: &Path, port: u16) -> Result<Daemon> {
    let listen = format!("127.0.0.1:{port}");
    Daemon::start(host_command(dir)?.args(["serve", "--listen", &listen]), &dir.join("host.log"))
}

/// One computer of a studio.
pub struct Machine {
    pub config: PathBuf,
    pub log: PathBuf,
    pub name: String,
}

impl Machine {
    pub fn command(&self) -> Result<Command> {
        let mut command = Command::new(binary("darkslide")?);
        command.arg("--config").arg(&self.config).args(["--no-progress", "--yes"]);
        Ok(command)
    }
    pub fn run(&self, args: &[&str]) -> Result<Finished> {
        run(self.command()?.args(args))
    }
    pub fn must(&self, args: &[&str]) -> Result<Finished> {
        must(self.command()?.args(args))
    }
    /// `darkslide run`.
    pub fn start(&self) -> Result<Daemon> {
        Daemon::start(self.command()?.arg("run"), &self.log)
    }

    pub fn scan(&self, dir: &Path) -> Result<Finished> {
        self.must(&["--json", "scan", utf8(dir)?])
    }

    /// Creates a gallery of a folder, publishes it, and returns its full code.
    pub fn publish(
        &self,
        gallery: &str,
        from: &Path,
        price_list: Option<&str>,
        more: &[&str],
    ) -> Result<String> {
        let mut create = vec!["gallery", "create", gallery, "--from", utf8(from)?];
        if let Some(list) = price_list {
            create.extend(["--price-list", list]);
        }
        create.extend(more);
        self.must(&create)?;
        self.must(&["gallery", "publish", gallery])?;
        self.code(gallery, &[])
    }

    /// An access code, limited to subjects if any are given.
    pub fn code(&self, gallery: &str, subjects: &[&str]) -> Result<String> {
        let mut args = vec!["--json", "gallery", "share", gallery, "--no-qr"];
        for subject in subjects {
            args.extend(["--subject", subject]);
        }
        self.must(&args)?.text("code")
    }

    /// Imports the small price list that all tests share.
    pub fn price_list(&self) -> Result<&'static str> {
        let file = self.config.join("prints.toml");
        std::fs::write(&file, PRICE_LIST)?;
        self.must(&["pricelist", "import", utf8(&file)?])?;
        Ok("Prints")
    }

    /// The preferences, changed by replacing one text with another that must be there.
    pub fn prefer(&self, before: &str, after: &str) -> Result<()> {
        let file = self.config.join("darkslide.toml");
        let text = std::fs::read_to_string(&file)?;
        anyhow::ensure!(text.contains(before), "{} does not hold {before:?}", file.display());
        Ok(std::fs::write(&file, text.replacen(before, after, 1))?)
    }

    pub fn catalog(&self) -> Result<rusqlite::Connection> {
        open_read_only(&self.config.join("catalog.db"))
    }
}

pub const PRICE_LIST: &str = r#"
name = "Prints"
currency = "EUR"
shipping = "4.90"
pick_up = true

[[product]]
id = "4x6-glossy"
name = "4 × 6 in, glossy"
size = "4x6"
surface = "glossy"
price = "2.50"

[[product]]
id = "8x10-lustre"
name = "8 × 10 in, lustre"
size = "8x10"
surface = "lustre"
price = "15.00"

[[product]]
id = "5x5-matte"
name = "5 × 5 in, matte"
size = "5x5"
surface = "matte"
price = "6.00"
"#;

pub struct Lab {
    pub data: PathBuf,
    pub log: PathBuf,
    pub name: String,
}

impl Lab {
    pub fn command(&self) -> Result<Command> {
        let mut command = Command::new(binary("darkslide-lab")?);
        command.arg("--data").arg(&self.data);
        Ok(command)
    }
    pub fn run(&self, args: &[&str]) -> Result<Finished> {
        run(self.command()?.args(args))
    }
    pub fn must(&self, args: &[&str]) -> Result<Finished> {
        must(self.command()?.args(args))
    }
    /// `darkslide-lab run`.
    pub fn start(&self) -> Result<Daemon> {
        Daemon::start(self.command()?.arg("run"), &self.log)
    }

    /// Gives the lab other settings than `init` wrote.
    pub fn configure(&self, settings: &str) -> Result<()> {
        Ok(std::fs::write(self.data.join("lab.toml"), settings)?)
    }

    /// The order ticket that was written for an order.
    pub fn ticket(&self, number: &str) -> Result<serde_json::Value> {
        let path = self.data.join("tickets").join(number).join("order.json");
        let text = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
        Ok(serde_json::from_str(&text)?)
    }

    /// Complete files in the hot folder, by size folder.
    pub fn prints(&self) -> Vec<PathBuf> {
        let mut files = Vec::new();
        collect(&self.data.join("hot"), &mut files);
        files.retain(|p| p.extension().is_some_and(|e| e == "jpg"));
        files.sort();
        files
    }
}

fn collect(dir: &Path, files: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(dir) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() { collect(&path, files) } else { files.push(path) }
    }
}

pub fn open_read_only(path: &Path) -> Result<rusqlite::Connection> {
    let flags = rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY | rusqlite::OpenFlags::SQLITE_OPEN_URI;
    rusqlite::Connection::open_with_flags(path, flags).with_context(|| path.display().to_string())
}

pub fn utf8(path: &Path) -> Result<&str> {
    path.to_str().context("test paths are UTF-8")
}
