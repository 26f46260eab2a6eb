//! Files and folders that are not what they should be.

use std::{
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use darkslide_tests::{
    Machine, jpeg, pictures,
    process::{Finished, must},
    world::utf8,
};
use tempfile::TempDir;

use super::bomb;

/// A profile without a host, a folder, and one good picture in it.
fn profile() -> Result<(TempDir, Machine, PathBuf)> {
    let dir = tempfile::tempdir()?;
    let machine = Machine {
        config: dir.path().join("profile"),
        log: dir.path().join("profile.log"),
        name: "profile".into(),
    };
    machine.must(&["init"])?;
    let photos = dir.path().join("photos");
    pictures::write(&photos, "good.jpg", 900, 600, 1)?;
    Ok((dir, machine, photos))
}

/// It says which file, why, and ended as "partly done"; the good picture is processed all the same.
fn names_the_file(machine: &Machine, photos: &Path, file: &str, reason: &[&str]) -> Result<()> {
    let scanned = machine.run(&["scan", utf8(photos)?])?;
    let processed = machine.run(&["process", "--auto"])?;
    let said = format!("{}{}{}{}", scanned.stdout, scanned.stderr, processed.stdout, processed.stderr);
    let line = said
        .lines()
        .find(|l| l.contains(file))
        .with_context(|| format!("nothing is said of {file}:\n{said}"))?;
    ensure!(
        reason.iter().any(|r| line.to_lowercase().contains(r)),
        "no reason in {line:?}; expected one of {reason:?}"
    );
    ensure!(
        [scanned.code, processed.code].contains(&3),
        "exit codes {} and {}\n{said}",
        scanned.code,
        processed.code
    );
    ensure!([0, 3].contains(&scanned.code) && [0, 3].contains(&processed.code), "{said}");
    ensure!(machine.kinds_of(file)?.is_empty(), "{file} has renditions");
    good_is_processed(machine)
}

fn good_is_processed(machine: &Machine) -> Result<()> {
    let proof = machine.rendition("good.jpg", "proof")?;
    ensure!(jpeg::size(&proof.bytes)? == (900, 600));
    Ok(())
}

fn has_next_step(finished: &Finished) -> Result<()> {
    ensure!(finished.code != 0 && finished.stderr.contains("fix:"), "{finished:?}");
    Ok(())
}

#[test]
fn a_folder_that_does_not_exist_is_named_and_the_others_are_scanned() -> Result<()> {
    let (dir, machine, photos) = profile()?;
    let missing = dir.path().join("nowhere");
    let alone = machine.run(&["scan", utf8(&missing)?])?;
    has_next_step(&alone)?;
    ensure!(alone.stderr.contains("nowhere"), "{alone:?}");
    let both = machine.run(&["scan", utf8(&missing)?, utf8(&photos)?])?;
    ensure!(both.code != 0 && format!("{}{}", both.stdout, both.stderr).contains("nowhere"), "{both:?}");
    ensure!(machine.count("SELECT count(*) FROM photo")? == 1, "the good folder was not scanned: {both:?}");
    Ok(())
}

#[test]
fn an_unreadable_file_is_set_aside() -> Result<()> {
    let (_dir, machine, photos) = profile()?;
    // Root reads files of mode 000, but nobody can read another process' memory at address 0: the same error as
    // a bad sector of a disk.
    std::os::unix::fs::symlink("/proc/self/mem", photos.join("sector.jpg"))?;
    names_the_file(&machine, &photos, "sector.jpg", &["read", "error", "empty"])?;
    let closed = pictures::write(&photos, "closed.jpg", 300, 200, 2)?;
    std::fs::set_permissions(&closed, std::os::unix::fs::PermissionsExt::from_mode(0o000))?;
    if std::fs::read(&closed).is_err() {
        names_the_file(&machine, &photos, "closed.jpg", &["permission"])?;
    }
    Ok(())
}

#[test]
fn a_truncated_jpeg_is_set_aside() -> Result<()> {
    let (_dir, machine, photos) = profile()?;
    let whole = std::fs::read(photos.join("good.jpg"))?;
    std::fs::write(photos.join("half.jpg"), &whole[..whole.len() / 2])?;
    std::fs::write(photos.join("head.jpg"), &whole[..200])?;
    names_the_file(&machine, &photos, "half.jpg", &["end", "truncated", "incomplete", "cut", "short"])?;
    ensure!(machine.kinds_of("head.jpg")?.is_empty());
    // Exported again in full, it is taken like any other.
    pictures::write(&photos, "half.jpg", 900, 600, 2)?;
    machine.run(&["scan", utf8(&photos)?])?;
    machine.run(&["process", "--auto"])?;
    ensure!(jpeg::size(&machine.rendition("half.jpg", "proof")?.bytes)? == (900, 600));
    Ok(())
}

#[test]
fn a_text_named_jpg_is_set_aside() -> Result<()> {
    let (_dir, machine, photos) = profile()?;
    std::fs::write(photos.join("notes.jpg"), "Dear diary, this is no picture.\n".repeat(40))?;
    std::fs::write(photos.join("nothing.jpg"), "")?;
    names_the_file(&machine, &photos, "notes.jpg", &["not a", "no picture", "format", "is no"])?;
    names_the_file(&machine, &photos, "nothing.jpg", &["empty", "not a", "no picture", "is no"])
}

#[test]
fn a_png_bomb_is_refused_quickly() -> Result<()> {
    let (_dir, machine, photos) = profile()?;
    bomb::write(&photos.join("bomb.png"))?;
    let begin = Instant::now();
    names_the_file(&machine, &photos, "bomb.png", &["megapixel", "pixels", "too large", "memory"])?;
    ensure!(begin.elapsed() < Duration::from_secs(30), "it took {:?}", begin.elapsed());
    Ok(())
}

#[test]
fn a_symlink_loop_ends_and_is_named() -> Result<()> {
    let (_dir, machine, photos) = profile()?;
    std::fs::create_dir(photos.join("inner"))?;
    std::os::unix::fs::symlink(&photos, photos.join("inner").join("round"))?;
    std::os::unix::fs::symlink("nowhere.jpg", photos.join("dangling.jpg"))?;
    let scanned = machine.run(&["scan", utf8(&photos)?])?;
    let said = format!("{}{}", scanned.stdout, scanned.stderr);
    ensure!(scanned.code == 3 && said.contains("round") && said.contains("dangling.jpg"), "{scanned:?}");
    ensure!(machine.count("SELECT count(*) FROM place")? == 1, "the good picture was found more than once");
    machine.must(&["process", "--auto"])?;
    good_is_processed(&machine)
}

#[test]
fn a_fifo_does_not_stop_the_scan() -> Result<()> {
    let (_dir, machine, photos) = profile()?;
    must(Command::new("mkfifo").arg(photos.join("pipe.jpg")))?;
    must(Command::new("mkfifo").arg(photos.join("good.xmp")))?;
    let begin = Instant::now();
    let scanned = machine.run(&["scan", utf8(&photos)?])?;
    ensure!(begin.elapsed() < Duration::from_secs(20), "it waited for the pipe");
    let said = format!("{}{}", scanned.stdout, scanned.stderr);
    ensure!(scanned.code == 3 && said.contains("pipe.jpg") && said.contains("pipe"), "{scanned:?}");
    machine.run(&["process", "--auto"])?;
    good_is_processed(&machine)
}

/// Files that crashed decoders, as one folder: the agent survives, and a good picture among them is processed.
#[test]
fn malformed_files_do_not_bring_the_agent_down() -> Result<()> {
    let given = std::env::var_os("DARKSLIDE_CORPORA").map(PathBuf::from);
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/corpora");
    let corpora = given.unwrap_or(beside).join("malformed");
    if !corpora.is_dir() {
        eprintln!("skipped: there is no folder {}; set DARKSLIDE_CORPORA", corpora.display());
        return Ok(());
    }
    let (_dir, machine, photos) = profile()?;
    // A slow file costs its time limit; ten seconds are enough to tell.
    machine.prefer("#seconds = 60", "seconds = 10")?;
    let scanned = machine.run(&["scan", utf8(&corpora)?, utf8(&photos)?])?;
    ensure!([0, 3].contains(&scanned.code), "{} {}", scanned.code, scanned.stderr);
    let processed = machine.run(&["process", "--auto"])?;
    ensure!([0, 3].contains(&processed.code), "{} {}", processed.code, processed.stderr);
    good_is_processed(&machine)?;
    for line in processed.stderr.lines().chain(scanned.stderr.lines()) {
        ensure!(!line.contains("panicked at"), "the agent itself panicked: {line}");
    }
    // What was given up on is remembered, not tried again at every run.
    let begin = Instant::now();
    machine.run(&["process", "--auto"])?;
    ensure!(
        begin.elapsed() < Duration::from_secs(20),
        "bad files were tried again for {:?}",
        begin.elapsed()
    );
    Ok(())
}
