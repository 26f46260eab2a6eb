//! A real IPP printer: `ippeveprinter` of CUPS, with a message bus and a DNS-SD responder of its own.
//!
//! It keeps every document it is sent. One at a time on a computer, because the responder is.

use std::{
    fs::File,
    net::TcpListener,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use anyhow::{Context, Result, bail};

use crate::{process::Daemon, wait::until};

pub struct IppPrinter {
    pub uri: String,
    spool: PathBuf,
    _printer: Daemon,
    _responder: Daemon,
    _bus: Daemon,
    _turn: File,
}

/// What a small photo printer says of itself: JPEG, borderless sheets from 4 × 6 to 8 × 10 in.
const ATTRIBUTES: &str = r#"
ATTR textWithoutLanguage printer-make-and-model "Darkslide test photo printer"
ATTR mimeMediaType document-format-default image/jpeg
ATTR mimeMediaType document-format-supported image/jpeg
ATTR rangeOfInteger copies-supported 1-999
ATTR keyword print-scaling-supported auto,auto-fit,fill,fit,none
ATTR keyword print-scaling-default auto
ATTR enum print-quality-supported 3,4,5
ATTR enum print-quality-default 4
ATTR keyword media-supported na_index-4x6_4x6in,na_5x7_5x7in,oe_photo-s10r_10x12in,na_govt-letter_8x10in,oe_square-photo_5x5in
ATTR keyword media-default na_index-4x6_4x6in
ATTR keyword media-ready na_index-4x6_4x6in
ATTR keyword media-col-supported media-size,media-top-margin,media-left-margin,media-right-margin,media-bottom-margin,media-type
ATTR integer media-top-margin-supported 0
ATTR integer media-left-margin-supported 0
ATTR integer media-right-margin-supported 0
ATTR integer media-bottom-margin-supported 0
ATTR keyword media-type-supported photographic-glossy,photographic-matte
ATTR collection media-size-supported { MEMBER integer x-dimension 10160 MEMBER integer y-dimension 15240 },{ MEMBER integer x-dimension 20320 MEMBER integer y-dimension 25400 },{ MEMBER integer x-dimension 12700 MEMBER integer y-dimension 12700 }
ATTR collection media-col-default { MEMBER collection media-size { MEMBER integer x-dimension 10160 MEMBER integer y-dimension 15240 } MEMBER integer media-top-margin 0 MEMBER integer media-left-margin 0 MEMBER integer media-right-margin 0 MEMBER integer media-bottom-margin 0 }
ATTR keyword job-creation-attributes-supported copies,document-format,ipp-attribute-fidelity,job-name,media,media-col,print-quality,print-scaling
"#;

impl IppPrinter {
    pub async fn start(dir: &Path) -> Result<Self> {
        let dir = dir.join("printer");
        let spool = dir.join("spool");
        std::fs::create_dir_all(&spool)?;
        for program in ["ippeveprinter", "dbus-daemon", "avahi-daemon"] {
            if !is_installed(program) {
                bail!(
                    "{program} is missing, so nothing can be printed: run tests/setup/apt.sh, which installs it"
                );
            }
        }
        let turn = File::create(std::env::temp_dir().join("darkslide-test-printer.lock"))?;
        turn.lock().context("waiting for another test's printer")?;

        let socket = dir.join("bus");
        std::fs::write(dir.join("bus.conf"), bus_settings(&socket))?;
        std::fs::write(dir.join("avahi.conf"), RESPONDER_SETTINGS)?;
        std::fs::write(dir.join("photo.conf"), ATTRIBUTES)?;
        let bus = Daemon::start(
            Command::new("dbus-daemon")
                .arg("--config-file")
                .arg(dir.join("bus.conf"))
                .args(["--nofork", "--nopidfile"]),
            &dir.join("bus.log"),
        )?;
        until("the message bus", Duration::from_secs(10), async || {
            Ok(if socket.exists() { Ok(()) } else { Err(bus.log()) })
        })
        .await?;
        let address = format!("unix:path={}", socket.display());
        let responder = start_responder(&dir, &address).await?;

        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let printer = Daemon::start(
            Command::new("ippeveprinter")
                .args(["-k", "-v", "-n", "localhost", "-p", &port.to_string(), "-d"])
                .arg(&spool)
                .arg("-a")
                .arg(dir.join("photo.conf"))
                .arg("Darkslide test")
                .env("DBUS_SYSTEM_BUS_ADDRESS", &address),
            &dir.join("printer.log"),
        )?;
        until("the printer answering", Duration::from_secs(15), async || {
            let answer = std::net::TcpStream::connect(("127.0.0.1", port));
            Ok(answer.map(drop).map_err(|e| format!("{e}\n{}", printer.log())))
        })
        .await?;
        let uri = format!("ipp://localhost:{port}/ipp/print");
        Ok(Self { uri, spool, _printer: printer, _responder: responder, _bus: bus, _turn: turn })
    }

    /// The documents that were printed, in the order of their jobs.
    pub fn documents(&self) -> Result<Vec<PathBuf>> {
        let mut files: Vec<PathBuf> =
            std::fs::read_dir(&self.spool)?.flatten().map(|e| e.path()).filter(|p| p.is_file()).collect();
        files.retain(|p| p.extension().is_some_and(|e| e == "jpg" || e == "jpeg"));
        files.sort();
        Ok(files)
    }

    /// `lab.toml` for a lab that prints everything here.
    pub fn settings(&self) -> String {
        format!(
            "[printers.photo]\nkind = \"ipp\"\nuri = \"{}\"\nborderless = true\n\n[[rules]]\nprinter = \"photo\"\n",
            self.uri
        )
    }

    pub fn log(&self) -> String {
        self._printer.log()
    }
}

/// Another printer's responder may be running for a while: only one can, so this waits for its turn.
async fn start_responder(dir: &Path, address: &str) -> Result<Daemon> {
    until("the DNS-SD responder", Duration::from_secs(60), async || {
        let log = dir.join("avahi.log");
        let _ = std::fs::remove_file(&log);
        let mut responder = Daemon::start(
            Command::new("avahi-daemon")
                .args(["--no-drop-root", "--no-chroot", "--no-rlimits", "--no-proc-title", "-f"])
                .arg(dir.join("avahi.conf"))
                .env("DBUS_SYSTEM_BUS_ADDRESS", address),
            &log,
        )?;
        while responder.is_running() {
            if responder.log().contains("startup complete") {
                return Ok(Ok(responder));
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        Ok(Err(responder.log()))
    })
    .await
}

fn is_installed(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let usual = ["/usr/sbin", "/usr/bin"].map(PathBuf::from);
    std::env::split_paths(&path).chain(usual).any(|dir| dir.join(program).is_file())
}

fn bus_settings(socket: &Path) -> String {
    format!(
        r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>system</type>
  <listen>unix:path={}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow user="*"/>
    <allow own="*"/>
    <allow send_destination="*"/>
    <allow receive_sender="*"/>
  </policy>
</busconfig>
"#,
        socket.display()
    )
}

/// Announces to this computer only.
const RESPONDER_SETTINGS: &str = "[server]
host-name=darkslide-test
use-ipv4=yes
use-ipv6=no
allow-interfaces=lo
enable-dbus=yes
disallow-other-stacks=no
[publish]
publish-workstation=no
";
