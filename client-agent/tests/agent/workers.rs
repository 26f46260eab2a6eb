//! Workers that crash, hang or eat memory: one picture fails, the next is rendered.

use std::{os::unix::fs::PermissionsExt, path::PathBuf, time::Instant};

use bytes::Bytes;
use darkslide::{
    config::Workers,
    render::{Pool, RenderError},
};
use darkslide_image::{MetadataPolicy, RenderRequest};

use super::desk::{bytes, program};

fn request() -> RenderRequest {
    RenderRequest { edit: None, renditions: vec![], micro: true, keep: MetadataPolicy::default() }
}

fn settings() -> Workers {
    Workers { count: 1, seconds: 20, ..Workers::default() }
}

fn picture() -> Bytes {
    Bytes::from(bytes(1, 320, 240, image::ImageFormat::Jpeg))
}

/// A stand-in for a worker whose decoder does something terrible.
fn script(dir: &tempfile::TempDir, text: &str) -> PathBuf {
    let path = dir.path().join("worker");
    std::fs::write(&path, format!("#!/bin/sh\n{text}\n")).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    path
}

#[tokio::test]
async fn a_worker_renders_one_picture_after_the_other() {
    let pool = Pool::new(program(), settings());
    for _ in 0..3 {
        let rendered = pool.render(picture(), request()).await.unwrap();
        assert_eq!(rendered.micro.unwrap().width, 64);
        assert!(matches!(
            pool.render(Bytes::from_static(b"no picture"), request()).await,
            Err(RenderError::Picture(_))
        ));
    }
}

#[tokio::test]
async fn a_crash_is_the_file_s_end_and_not_the_pool_s() {
    let dir = tempfile::tempdir().unwrap();
    let pool = Pool::new(script(&dir, "kill -ABRT $$"), settings());
    for _ in 0..2 {
        let error = pool.render(picture(), request()).await.unwrap_err();
        assert!(matches!(&error, RenderError::Crashed { .. }), "{error}");
        assert!(error.is_about_the_file() && error.to_string().contains("export it again"));
    }
}

/// The system in want of memory, or a person with a task manager: the picture is rendered by the next worker.
#[tokio::test]
async fn a_killed_worker_costs_nothing_but_time() {
    let dir = tempfile::tempdir().unwrap();
    let once = dir.path().join("killed").display().to_string();
    let real = program().display().to_string();
    let pool = Pool::new(
        script(&dir, &format!("[ -e '{once}' ] || {{ : > '{once}'; kill -KILL $$; }}; exec '{real}' \"$@\"")),
        settings(),
    );
    assert_eq!(pool.render(picture(), request()).await.unwrap().micro.unwrap().width, 64);
    assert!(dir.path().join("killed").exists());

    let always = Pool::new(script(&dir, "kill -KILL $$"), settings());
    let error = always.render(picture(), request()).await.unwrap_err();
    assert!(error.to_string().contains("the system killed it"), "{error}");
}

#[tokio::test]
async fn a_worker_that_hangs_is_stopped() {
    let dir = tempfile::tempdir().unwrap();
    let pool = Pool::new(script(&dir, "exec sleep 600"), Workers { seconds: 1, ..settings() });
    let started = Instant::now();
    let error = pool.render(picture(), request()).await.unwrap_err();
    assert!(matches!(error, RenderError::TooSlow(1)), "{error}");
    assert!(started.elapsed().as_secs() < 10);
}

#[tokio::test]
async fn an_answer_of_rubbish_is_an_error() {
    let dir = tempfile::tempdir().unwrap();
    let pool =
        Pool::new(script(&dir, "printf '\\377\\377\\377\\377rubbish'; exec cat > /dev/null"), settings());
    let error = pool.render(picture(), request()).await.unwrap_err();
    assert!(matches!(error, RenderError::Crashed { .. }), "{error}");
}

#[tokio::test]
async fn a_program_that_is_not_there_is_not_the_file_s_fault() {
    let error =
        Pool::new("/nowhere/darkslide".into(), settings()).render(picture(), request()).await.unwrap_err();
    assert!(!error.is_about_the_file(), "{error}");
}

/// The kernel holds the limit even where the renderer's own arithmetic would not.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_worker_cannot_write_files_or_take_more_memory_than_it_may() {
    let pool = Pool::new(program(), Workers { memory_mib: 64, ..settings() });
    let large = Bytes::from(bytes(1, 9000, 6000, image::ImageFormat::Png));
    let error = pool.render(large, request()).await.unwrap_err();
    assert!(error.is_about_the_file(), "{error}");
    assert!(error.to_string().contains("MiB") || error.to_string().contains("memory"), "{error}");
    pool.render(picture(), request()).await.unwrap();
}
