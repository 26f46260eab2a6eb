//! Draws the whole shoot into a folder, a worker per core.

use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::canvas::Canvas;
use crate::captions;
use crate::chance::Chance;
use crate::develop;
use crate::exif;
use crate::jpeg_file::{self, FileError, Wrapping};
use crate::programme::{self, SUBJECTS, Shot};

/// What to draw. `width` x `height` is a landscape frame; portraits swap them.
#[derive(Debug, Clone)]
pub struct Order {
    pub folder: PathBuf,
    pub count: usize,
    pub width: usize,
    pub height: usize,
    pub seed: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Drawn {
    pub files: usize,
    pub bytes: u64,
}

/// Draws and writes every shot; `done(path)` is called after each, from any worker.
pub fn draw(order: &Order, done: impl Fn(&str) + Sync) -> Result<Drawn, FileError> {
    let shots = programme::shots(order.count, order.seed);
    for shot in &shots {
        if let Some(folder) = order.folder.join(&shot.path).parent() {
            std::fs::create_dir_all(folder)
                .map_err(|source| FileError::Write { path: folder.to_path_buf(), source })?;
        }
    }
    let next = AtomicUsize::new(0);
    let total = Mutex::new(Ok(Drawn::default()));
    let workers = std::thread::available_parallelism().map_or(1, |n| n.get()).min(8);
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                while let Some((index, shot)) = claim(&next, &shots) {
                    let written = draw_one(order, index, shot);
                    let failed = written.is_err();
                    let mut total = total.lock().unwrap_or_else(|broken| broken.into_inner());
                    match (&mut *total, written) {
                        (Ok(sum), Ok(bytes)) => {
                            sum.files += 1;
                            sum.bytes += bytes as u64;
                        }
                        (slot @ Ok(_), Err(error)) => *slot = Err(error),
                        _ => {}
                    }
                    if failed {
                        next.store(usize::MAX / 2, Ordering::Relaxed);
                    } else {
                        done(&shot.path);
                    }
                }
            });
        }
    });
    total.into_inner().unwrap_or_else(|broken| broken.into_inner())
}

fn claim<'a>(next: &AtomicUsize, shots: &'a [Shot]) -> Option<(usize, &'a Shot)> {
    let index = next.fetch_add(1, Ordering::Relaxed);
    shots.get(index).map(|shot| (index, shot))
}

/// The upright picture of a shot, before grain and turning; half size, enlarged when developed.
pub fn paint(shot: &Shot, width: usize, height: usize) -> Canvas {
    let shrink = if width.max(height) > 2400 { 2 } else { 1 };
    let mut canvas = Canvas::new(width / shrink, height / shrink);
    shot.scene.paint(&mut canvas, &mut Chance::new(shot.seed), shot.mood);
    canvas
}

fn draw_one(order: &Order, index: usize, shot: &Shot) -> Result<usize, FileError> {
    let (width, height) =
        if shot.portrait { (order.height, order.width) } else { (order.width, order.height) };
    let upright = {
        let canvas = paint(shot, width, height);
        develop::develop(&canvas, width, height, shot.space, shot.seed)
    };
    let (pixels, sw, sh) = develop::stored(&upright, width, height, shot.orientation);
    let wrapping = Wrapping {
        quality: 93,
        chroma: shot.chroma,
        restart: shot.restart,
        space: shot.space,
        exif: exif::write(&shot.exposure(index, sw, sh)),
        xmp: (!shot.iptc).then(|| captions::xmp(&shot.captions)),
        iptc: shot.iptc.then(|| captions::iptc(&shot.captions)),
    };
    jpeg_file::write(&order.folder.join(&shot.path), &pixels, sw, sh, &wrapping)
}

/// Writes `roster.csv`: `id,name,class,file`, one line a child and picture.
pub fn write_roster(order: &Order) -> Result<(), FileError> {
    let path = order.folder.join("roster.csv");
    let failed =
        |source: csv::Error| FileError::Write { path: path.clone(), source: std::io::Error::other(source) };
    let mut csv = csv::Writer::from_path(&path).map_err(failed)?;
    csv.write_record(["id", "name", "class", "file"]).map_err(failed)?;
    let shots = programme::shots(order.count, order.seed);
    for subject in &SUBJECTS {
        for shot in shots.iter().filter(|s| s.subject.is_some_and(|of| of.id == subject.id)) {
            csv.write_record([subject.id, subject.name, subject.class, &shot.path]).map_err(failed)?;
        }
    }
    csv.flush().map_err(|source| FileError::Write { path, source })
}
