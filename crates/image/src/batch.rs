//! Many files, one after the other on every core: buffers are kept from file to file, and the next file is
//! read while this one is rendered.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};

use crate::error::ImageError;
use crate::limits::Limits;
use crate::render::{Renderer, render_with};
use crate::request::{RenderRequest, Rendered};

/// A file that is read, or why it is not.
type Read1 = (usize, std::io::Result<Vec<u8>>);

/// What became of one file.
#[derive(Debug)]
pub enum Outcome {
    Rendered(Rendered),
    /// It could not be rendered.
    Refused(ImageError),
    /// It could not be read.
    Unreadable(std::io::Error),
}

/// Renders `files` with `jobs` workers. `done` is called from the workers, in the order of completion,
/// with the index of the file, its bytes (for a hash, say) and the outcome. Files are only ever read.
pub fn render_files(
    files: &[PathBuf],
    jobs: usize,
    request: &RenderRequest,
    limits: &Limits,
    done: impl Fn(usize, &[u8], Outcome) + Sync,
) {
    let jobs = jobs.clamp(1, files.len().max(1));
    // One file read ahead for every two workers, and one in the reader's hands: every buffer more is memory
    // that has to be asked for and cleared.
    let (send, receive) = sync_channel::<Read1>(jobs / 2);
    let (give_back, spent) = channel::<Vec<u8>>();
    let receive = Mutex::new(receive);
    std::thread::scope(|scope| {
        scope.spawn(|| read_ahead(files, send, spent));
        for _ in 0..jobs {
            let (receive, done, give_back) = (&receive, &done, give_back.clone());
            scope.spawn(move || work(receive, give_back, request, limits, done));
        }
        drop(give_back);
    });
}

fn read_ahead(files: &[PathBuf], send: SyncSender<Read1>, spent: Receiver<Vec<u8>>) {
    for (i, path) in files.iter().enumerate() {
        let mut buffer = spent.try_recv().unwrap_or_default();
        let result = read(path, &mut buffer).map(|()| buffer);
        if send.send((i, result)).is_err() {
            return;
        }
    }
}

fn read(path: &Path, buffer: &mut Vec<u8>) -> std::io::Result<()> {
    buffer.clear();
    let file = std::fs::File::open(path)?;
    let length = file.metadata()?;
    // A pipe or a device would never end.
    if !length.is_file() {
        return Err(std::io::Error::other("not a regular file"));
    }
    buffer.reserve(usize::try_from(length.len()).unwrap_or(0).min(1 << 30) + 1);
    (&file).take(4 << 30).read_to_end(buffer).map(|_| ())
}

fn work(
    receive: &Mutex<Receiver<Read1>>,
    give_back: Sender<Vec<u8>>,
    request: &RenderRequest,
    limits: &Limits,
    done: &(impl Fn(usize, &[u8], Outcome) + Sync),
) {
    let mut renderer = Renderer::new();
    loop {
        let next = match receive.lock() {
            Ok(r) => r.recv(),
            Err(_) => return,
        };
        match next {
            Ok((i, Ok(bytes))) => {
                let outcome = match render_with(&mut renderer, &bytes, request, limits) {
                    Ok(r) => Outcome::Rendered(r),
                    Err(e) => Outcome::Refused(e),
                };
                done(i, &bytes, outcome);
                // The reader may be finished.
                let _ = give_back.send(bytes);
            }
            Ok((i, Err(e))) => done(i, &[], Outcome::Unreadable(e)),
            Err(_) => return,
        }
    }
}
