//! Worker processes and what becomes of a picture that kills one: that picture fails, everything else goes on.

use std::{
    path::PathBuf,
    process::Stdio,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use bytes::Bytes;
use darkslide_image::{
    ImageError, Limits, Micro, PrintFile, PrintRequest, RenderRequest, Rendered, Rendition,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    process::{Child, ChildStdin, ChildStdout, Command},
    sync::Semaphore,
};

use super::{
    frames::MAX_FRAME,
    message::{Answer, Reply, Request, Work},
};
use crate::config::Workers;

/// Why a picture could not be rendered, in words for the photographer.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    #[error(transparent)]
    Picture(#[from] ImageError),
    #[error(
        "rendering it took longer than {0} seconds and was stopped; raise [workers] seconds in darkslide.toml if it is a very large picture"
    )]
    TooSlow(u64),
    #[error(
        "rendering it ended the worker process ({how}); the file is probably damaged, so export it again"
    )]
    Crashed { how: String },
    #[error("a worker process could not be started: {0}")]
    Start(#[source] std::io::Error),
}

impl RenderError {
    /// Whether it is the file's fault. Otherwise trying again later is right.
    pub fn is_about_the_file(&self) -> bool {
        !matches!(self, RenderError::Start(_))
    }
}

/// Cheap to clone; workers start when there is work and end with the last clone.
#[derive(Clone, Debug)]
pub struct Pool(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    program: PathBuf,
    settings: Workers,
    free: Semaphore,
    idle: Mutex<Vec<Worker>>,
}

#[derive(Debug)]
struct Worker {
    child: Child,
    to: ChildStdin,
    from: ChildStdout,
}

impl Pool {
    /// `program` is the `darkslide` binary; it is called with `render-worker`.
    pub fn new(program: PathBuf, settings: Workers) -> Self {
        let free = Semaphore::new(settings.number());
        Self(Arc::new(Inner { program, settings, free, idle: Mutex::default() }))
    }

    /// How many pictures it works on at the same time.
    pub fn workers(&self) -> usize {
        self.0.settings.number()
    }

    /// Renditions of one file.
    pub async fn render(&self, file: Bytes, request: RenderRequest) -> Result<Rendered, RenderError> {
        let (answer, pictures) = self.work(file, Work::Render(request)).await?;
        let mut pictures = pictures.into_iter();
        let Answer::Rendered { frame, warnings, renditions, micro } = answer else { return Err(confused()) };
        let mut next = || pictures.next().ok_or_else(confused);
        let renditions = renditions
            .into_iter()
            .map(|(name, width, height)| Ok(Rendition { name, width, height, jpeg: next()? }))
            .collect::<Result<_, RenderError>>()?;
        let micro = match micro {
            Some((width, height)) => Some(Micro { width, height, scan: next()? }),
            None => None,
        };
        Ok(Rendered { frame, renditions, micro, warnings })
    }

    /// The file a lab prints from.
    pub async fn print(&self, file: Bytes, request: PrintRequest) -> Result<PrintFile, RenderError> {
        let (answer, pictures) = self.work(file, Work::Print(request)).await?;
        match (answer, pictures.into_iter().next()) {
            (Answer::Printed { width, height, effective_ppi }, Some(jpeg)) => {
                Ok(PrintFile { jpeg, width, height, effective_ppi })
            }
            _ => Err(confused()),
        }
    }

    async fn work(&self, file: Bytes, work: Work) -> Result<Reply, RenderError> {
        let settings = self.0.settings;
        let closed = |_| RenderError::Start(std::io::Error::other("the pool is closed"));
        let _permit = self.0.free.acquire().await.map_err(closed)?;
        let limits = Limits {
            max_pixels: settings.max_megapixels.saturating_mul(1_000_000),
            max_bytes: settings.memory_mib << 20,
            ..Limits::default()
        };
        // Several threads of a worker may be busy: processor time is counted for all of them.
        let request = Request { work, limits, seconds: settings.seconds.saturating_mul(4) };
        match self.attempt(&request, &file).await {
            // Somebody killed the process, most often the system in want of memory. That says little about
            // the picture, so it gets one more worker.
            Err(Failed::Killed) => self.attempt(&request, &file).await.map_err(Failed::into_error),
            other => other.map_err(Failed::into_error),
        }
    }

    async fn attempt(&self, request: &Request, file: &[u8]) -> Result<Reply, Failed> {
        let mut worker = match self.take_idle() {
            Some(worker) => worker,
            None => self.start().map_err(RenderError::Start)?,
        };
        let seconds = self.0.settings.seconds;
        match tokio::time::timeout(Duration::from_secs(seconds), worker.ask(request, file)).await {
            Ok(Ok((Answer::Refused(error), _))) => {
                self.put_back(worker);
                Err(RenderError::from(error).into())
            }
            Ok(Ok((Answer::Panicked(how), _))) => Err(RenderError::Crashed { how }.into()),
            Ok(Ok(reply)) => {
                self.put_back(worker);
                Ok(reply)
            }
            Ok(Err(error)) => Err(worker.ended(&error).await),
            Err(_elapsed) => {
                let _ = worker.child.kill().await;
                Err(RenderError::TooSlow(seconds).into())
            }
        }
    }

    fn take_idle(&self) -> Option<Worker> {
        let mut idle = self.0.idle.lock().unwrap_or_else(PoisonError::into_inner);
        while let Some(mut worker) = idle.pop() {
            if matches!(worker.child.try_wait(), Ok(None)) {
                return Some(worker);
            }
        }
        None
    }

    fn put_back(&self, worker: Worker) {
        self.0.idle.lock().unwrap_or_else(PoisonError::into_inner).push(worker);
    }

    fn start(&self) -> std::io::Result<Worker> {
        let mut command = Command::new(&self.0.program);
        command
            .arg("render-worker")
            .arg("--memory-mib")
            .arg(self.0.settings.memory_mib.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true);
        // Ctrl-C is for the agent, which lets the work in hand finish.
        #[cfg(unix)]
        command.process_group(0);
        let mut child = command.spawn()?;
        let gone = || std::io::Error::other("its pipes are not there");
        let to = child.stdin.take().ok_or_else(gone)?;
        let from = child.stdout.take().ok_or_else(gone)?;
        Ok(Worker { child, to, from })
    }
}

impl Worker {
    async fn ask(&mut self, request: &Request, file: &[u8]) -> std::io::Result<Reply> {
        let head = serde_json::to_vec(request)?;
        for frame in [&head[..], file] {
            let length = u32::try_from(frame.len()).map_err(std::io::Error::other)?;
            self.to.write_all(&length.to_le_bytes()).await?;
            self.to.write_all(frame).await?;
        }
        self.to.flush().await?;
        let answer: Answer = serde_json::from_slice(&self.read().await?)?;
        let mut pictures = Vec::new();
        for _ in 0..answer.pictures() {
            pictures.push(self.read().await?);
        }
        Ok((answer, pictures))
    }

    async fn read(&mut self) -> std::io::Result<Vec<u8>> {
        let length = self.from.read_u32_le().await? as usize;
        if length > MAX_FRAME {
            return Err(std::io::Error::other("its answer is too long"));
        }
        let mut bytes = Vec::new();
        (&mut self.from).take(length as u64).read_to_end(&mut bytes).await?;
        if bytes.len() < length {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        Ok(bytes)
    }

    /// How the process ended, after its pipe did.
    async fn ended(mut self, error: &std::io::Error) -> Failed {
        match tokio::time::timeout(Duration::from_secs(2), self.child.wait()).await {
            Ok(Ok(status)) => explain(status),
            _ => {
                let _ = self.child.kill().await;
                RenderError::Crashed { how: error.to_string() }.into()
            }
        }
    }
}

/// Why one worker did not do it.
enum Failed {
    /// The process was killed from outside.
    Killed,
    Other(RenderError),
}

impl From<RenderError> for Failed {
    fn from(error: RenderError) -> Self {
        Failed::Other(error)
    }
}

impl Failed {
    fn into_error(self) -> RenderError {
        match self {
            Failed::Killed => {
                RenderError::Crashed { how: "the system killed it, probably for its memory".into() }
            }
            Failed::Other(error) => error,
        }
    }
}

fn explain(status: std::process::ExitStatus) -> Failed {
    #[cfg(unix)]
    {
        use std::os::unix::process::ExitStatusExt;
        let crashed = |how: &str| RenderError::Crashed { how: how.into() }.into();
        match status.signal() {
            Some(6) => return crashed("it needed more memory than [workers] memory_mib allows, or aborted"),
            Some(9) => return Failed::Killed,
            Some(24) => return crashed("it used too much processor time"),
            _ => {}
        }
    }
    RenderError::Crashed { how: status.to_string() }.into()
}

fn confused() -> RenderError {
    RenderError::Crashed { how: "its answer does not fit the question".into() }
}
