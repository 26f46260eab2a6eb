//! Against a real IPP printer program: CUPS' `ippeveprinter`, announced on a bus of the test's own.
//!
//! Debian: `apt install cups-ipp-utils dbus avahi-daemon`. Where one is missing the tests say so and pass.

use std::{
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use domain::order::Stage;

use crate::{
    fake_host::FakeHost,
    lab::Lab,
    studio::{ORDER, Studio, line, print},
};

struct Printer {
    dir: tempfile::TempDir,
    processes: Vec<Child>,
    uri: String,
}

impl Drop for Printer {
    fn drop(&mut self) {
        for child in self.processes.iter_mut().rev() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

fn wait_until(what: &str, mut ready: impl FnMut() -> bool) -> bool {
    let began = Instant::now();
    while began.elapsed() < Duration::from_secs(15) {
        if ready() {
            return true;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    eprintln!("skipped: {what} did not start");
    false
}

impl Printer {
    /// `command` is what the printer does with each document.
    fn start(command: &str) -> Option<Self> {
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name);
        let bus = include_str!("printer/bus.conf").replace("DIR", dir.path().to_str().unwrap());
        std::fs::write(at("bus.conf"), bus).unwrap();
        std::fs::write(at("avahi.conf"), include_str!("printer/avahi.conf")).unwrap();
        std::fs::write(at("photo.conf"), include_str!("printer/photo.conf")).unwrap();
        std::fs::create_dir(at("spool")).unwrap();
        let script = at("print.sh");
        std::fs::write(&script, format!("#!/bin/sh\n{command}\n")).unwrap();
        Command::new("chmod").arg("755").arg(&script).status().unwrap();
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut printer =
            Self { uri: format!("ipp://127.0.0.1:{port}/ipp/print"), dir, processes: Vec::new() };
        let dir = printer.dir.path().to_owned();
        let spawn = |name: &str, args: &[&str]| start(&dir, name, args);
        let bus_config = format!("--config-file={}", dir.join("bus.conf").display());
        printer.processes.push(spawn("dbus-daemon", &[&bus_config, "--nofork", "--nopidfile"])?);
        if !wait_until("dbus-daemon", || dir.join("bus").exists()) {
            return None;
        }
        let avahi = dir.join("avahi.conf");
        let args = ["--no-drop-root", "--no-chroot", "--no-proc-title", "-f", avahi.to_str()?];
        printer.processes.push(spawn("avahi-daemon", &args)?);
        std::thread::sleep(Duration::from_millis(700));
        let (conf, spool) = (dir.join("photo.conf"), dir.join("spool"));
        let port = port.to_string();
        let mut args = vec!["-k", "-a", conf.to_str()?, "-d", spool.to_str()?, "-r", "off", "-p", &port];
        args.extend(["-c", script.to_str()?, "Darkslide test"]);
        printer.processes.push(spawn("ippeveprinter", &args)?);
        let address = printer.uri.trim_start_matches("ipp://").trim_end_matches("/ipp/print").to_owned();
        wait_until("ippeveprinter", || std::net::TcpStream::connect(&address).is_ok()).then_some(printer)
    }

    fn configure(&self, lab: &Lab) {
        lab.configure(&format!(
            "printers.dye = {{ kind = 'ipp', uri = '{}' }}\nrules = [{{ printer = 'dye' }}]",
            self.uri
        ));
    }

    /// The documents it got.
    fn documents(&self) -> Vec<Vec<u8>> {
        let files = std::fs::read_dir(self.dir.path().join("spool")).unwrap().flatten();
        let mut paths: Vec<_> =
            files.map(|e| e.path()).filter(|p| p.extension().is_some_and(|e| e == "jpg")).collect();
        paths.sort();
        paths.iter().map(|p| std::fs::read(p).unwrap()).collect()
    }
}

fn start(dir: &Path, name: &str, args: &[&str]) -> Option<Child> {
    let log = std::fs::File::create(dir.join(format!("{name}.log"))).unwrap();
    let mut command = Command::new(name);
    command.args(args).env("DBUS_SYSTEM_BUS_ADDRESS", format!("unix:path={}/bus", dir.display()));
    // Debian keeps daemons where a user's path may not look.
    let path = std::env::var("PATH").unwrap_or_default();
    command.env("PATH", format!("{path}:/usr/sbin:/sbin"));
    match command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log).spawn() {
        Ok(child) => Some(child),
        Err(_) => {
            eprintln!("skipped: {name} is not installed");
            None
        }
    }
}

#[tokio::test]
async fn the_printer_gets_exactly_the_signed_file_and_the_right_attributes() {
    let keep = "env | grep ^IPP_ > \"$(dirname \"$0\")/env\"; exit 0";
    let Some(printer) = Printer::start(keep) else { return };
    let host = FakeHost::start().await;
    let studio = Studio::new(1);
    let lab = Lab::paired(&host, &studio).await;
    printer.configure(&lab);
    let seen = lab.run(&["printers"]).await.ok();
    assert!(seen.out.contains("Example Photo Printer") && seen.out.contains("ready"), "{}", seen.out);
    let prints = [print(0, 1, 960, 1200), print(1, 2, 1200, 960)];
    studio.deliver(&host, &studio.manifest(1, vec![line(1, 2, &prints)]), &[&prints[0], &prints[1]]);
    lab.run(&["run", "--once"]).await.ok();
    let documents = printer.documents();
    assert_eq!(documents.len(), 2);
    assert!(
        documents[0] == prints[0].jpeg && documents[1] == prints[1].jpeg,
        "not the bytes that were signed"
    );
    assert_eq!(host.stages(1, 1).last(), Some(&(Stage::Printed, false)));
    assert!(lab.path(&format!("tickets/{}/ticket.pdf", ORDER.number())).exists());
    let env = std::fs::read_to_string(printer.dir.path().join("env")).unwrap();
    for wanted in [
        "IPP_COPIES=2",
        "x-dimension=20320 y-dimension=25400",
        "media-top-margin=0",
        "IPP_PRINT_QUALITY=high",
        "IPP_PRINT_SCALING=fill",
    ] {
        assert!(env.contains(wanted), "{wanted} in {env}");
    }
    lab.run(&["run", "--once"]).await.ok();
    assert_eq!(printer.documents().len(), 2);
}

#[tokio::test]
async fn what_the_printer_cannot_do_exactly_waits_for_a_person() {
    let Some(printer) = Printer::start("exit 0") else { return };
    let host = FakeHost::start().await;
    let studio = Studio::new(1);
    let lab = Lab::paired(&host, &studio).await;
    printer.configure(&lab);
    let prints = [print(0, 1, 400, 600)];
    let mut wide = line(1, 1, &prints);
    (wide.width_in, wide.height_in) = (20.0, 30.0);
    studio.deliver(&host, &studio.manifest(1, vec![wide]), &[&prints[0]]);
    assert_eq!(lab.run(&["run", "--once"]).await.code, Some(3));
    assert!(printer.documents().is_empty());
    let holds = lab.run(&["hold", "list"]).await;
    assert!(holds.out.contains("media-col") && holds.out.contains("refuses"), "{}", holds.out);
}

#[tokio::test]
async fn an_aborted_job_and_a_crash_while_sending_are_questions_for_a_person() {
    let Some(printer) = Printer::start("echo 'ERROR: jam' >&2; exit 1") else { return };
    let host = FakeHost::start().await;
    let studio = Studio::new(1);
    let lab = Lab::paired(&host, &studio).await;
    printer.configure(&lab);
    let prints = [print(0, 1, 480, 600)];
    studio.deliver(&host, &studio.manifest(1, vec![line(1, 1, &prints)]), &[&prints[0]]);
    assert_eq!(lab.run(&["run", "--once"]).await.code, Some(3));
    let holds = lab.run(&["--json", "hold", "list"]).await.json();
    assert_eq!(holds[0]["kind"], "uncertain", "{holds}");
    lab.run(&["release", &ORDER.number(), "1", "--print-again"]).await.ok();
    let before = printer.documents().len();
    lab.crash_at("after-hand-over").await;
    assert_eq!(printer.documents().len(), before + 1);
    assert_eq!(lab.run(&["run", "--once"]).await.code, Some(3));
    assert_eq!(printer.documents().len(), before + 1, "never printed again by itself");
    lab.run(&["release", &ORDER.number(), "1", "--printed"]).await.ok();
    lab.run(&["run", "--once"]).await.ok();
    assert_eq!(host.stages(1, 1).last(), Some(&(Stage::Printed, false)));
}

#[tokio::test]
async fn a_printer_that_is_off_is_waited_for() {
    let host = FakeHost::start().await;
    let studio = Studio::new(1);
    let lab = Lab::paired(&host, &studio).await;
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    lab.configure(&format!(
        "printers.dye = {{ kind = 'ipp', uri = 'ipp://127.0.0.1:{port}/ipp/print' }}\nrules = [{{ printer = 'dye' }}]"
    ));
    let prints = [print(0, 1, 480, 600)];
    studio.deliver(&host, &studio.manifest(1, vec![line(1, 1, &prints)]), &[&prints[0]]);
    let ran = lab.run(&["printers"]).await;
    assert!(ran.code == Some(3) && ran.out.contains("NOT READY"), "{}", ran.out);
    let mut running = lab.command(&["run"]).stderr(Stdio::piped()).spawn().unwrap();
    tokio::time::sleep(Duration::from_secs(4)).await;
    running.kill().await.unwrap();
    assert_eq!(
        host.stages(1, 1).last(),
        Some(&(Stage::Printing, false)),
        "claimed, and tried again by itself"
    );
    assert_eq!(lab.run(&["hold", "list"]).await.code, Some(0));
}

#[tokio::test]
async fn twenty_orders_come_out_on_the_right_paper_with_the_right_copies() {
    let keep = "env | grep ^IPP_ > \"$(dirname \"$0\")/env.$$\"; exit 0";
    let Some(printer) = Printer::start(keep) else { return };
    let host = FakeHost::start().await;
    let studio = Studio::new(1);
    let lab = Lab::paired(&host, &studio).await;
    printer.configure(&lab);
    let papers = [(4.0, 6.0), (5.0, 7.0), (8.0, 10.0)];
    let mut ordered = Vec::new();
    for n in 0..20u8 {
        let (width, height) = papers[usize::from(n) % 3];
        // Every second one lies on its side, as the product may name it.
        let (width, height) = if n % 2 == 0 { (width, height) } else { (height, width) };
        let copies = 1 + u32::from(n) % 4;
        let prints = [print(0, 50 + n, (width * 60.0) as u32, (height * 60.0) as u32)];
        let mut wanted = line(1, copies, &prints);
        (wanted.width_in, wanted.height_in) = (width, height);
        let mut manifest = studio.manifest(1, vec![wanted]);
        manifest.order = domain::id::OrderId::from_bytes([100 + n; 16]);
        manifest.number = manifest.order.number();
        studio.deliver(&host, &manifest, &[&prints[0]]);
        let [file] = prints;
        ordered.push((manifest.order, papers[usize::from(n) % 3], copies, file.jpeg));
    }
    lab.run(&["run", "--once"]).await.ok();

    let documents = printer.documents();
    assert_eq!(documents.len(), 20);
    for (order, _, _, jpeg) in &ordered {
        assert_eq!(
            documents.iter().filter(|d| *d == jpeg).count(),
            1,
            "{}: byte for byte, once",
            order.number()
        );
        let reports = host.book().reports.clone();
        let last = reports.iter().filter(|r| r.order == *order).flat_map(|r| &r.lines).next_back().cloned();
        assert!(last.is_some_and(|l| l.stage == Stage::Printed && l.hold.is_none()), "{}", order.number());
    }
    let files = std::fs::read_dir(printer.dir.path()).unwrap().flatten();
    let told: Vec<String> = files
        .filter(|e| e.file_name().to_string_lossy().starts_with("env."))
        .map(|e| std::fs::read_to_string(e.path()).unwrap())
        .collect();
    assert_eq!(told.len(), 20);
    for (order, (width, height), copies, _) in &ordered {
        let job = told.iter().find(|t| t.contains(&format!("IPP_JOB_NAME={} ", order.number()))).unwrap();
        let size =
            format!("x-dimension={} y-dimension={}", (width * 2540.0) as u32, (height * 2540.0) as u32);
        assert!(job.contains(&size), "{size}: {job}");
        let said = if *copies == 1 {
            !job.contains("IPP_COPIES=") || job.contains("IPP_COPIES=1\n")
        } else {
            job.contains(&format!("IPP_COPIES={copies}\n"))
        };
        assert!(
            said && job.contains("IPP_PRINT_SCALING=fill") && job.contains("IPP_PRINT_QUALITY=high"),
            "{copies}: {job}"
        );
    }
    // Everything again, as after a lost answer: nothing comes out twice.
    for delivery in &mut host.book().deliveries {
        delivery.delivery.acknowledged = false;
    }
    lab.run(&["run", "--once"]).await.ok();
    assert_eq!(printer.documents().len(), 20);
}

#[tokio::test]
async fn a_printer_that_stops_in_the_middle_waits_for_a_person_and_finishes_the_same_job() {
    let jam = "cd \"$(dirname \"$0\")\"; if [ -e jam ]; then echo 'STATE: +media-jam' >&2; \
               while [ -e jam ]; do sleep 0.1; done; echo 'STATE: -media-jam' >&2; fi; exit 0";
    let Some(printer) = Printer::start(jam) else { return };
    let host = FakeHost::start().await;
    let studio = Studio::new(1);
    let lab = Lab::paired(&host, &studio).await;
    printer.configure(&lab);
    let jammed = printer.dir.path().join("jam");
    std::fs::write(&jammed, "").unwrap();
    let prints = [print(0, 1, 480, 600)];
    studio.deliver(&host, &studio.manifest(1, vec![line(1, 3, &prints)]), &[&prints[0]]);
    assert_eq!(lab.run(&["run", "--once"]).await.code, Some(3));
    let holds = lab.run(&["hold", "list"]).await;
    assert!(
        holds.out.contains("has stopped (media-jam") && holds.out.contains("after mending it"),
        "{}",
        holds.out
    );
    assert_eq!(host.stages(1, 1).last(), Some(&(Stage::Printing, true)));
    assert_eq!(lab.run(&["run", "--once"]).await.code, Some(3), "it waits");
    std::fs::remove_file(&jammed).unwrap();
    // Released before the printer has noticed that it is mended, the line is held once more, as for anybody.
    for _ in 0..30 {
        lab.run(&["release", &ORDER.number(), "1"]).await.ok();
        if lab.run(&["run", "--once"]).await.code == Some(0) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
    assert_eq!(host.stages(1, 1).last(), Some(&(Stage::Printed, false)));
    assert_eq!(printer.documents().len(), 1, "the same job, not a second one");
}
