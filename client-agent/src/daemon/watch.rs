//! The folder watcher: an export lands in a watched folder, or a command changes the catalog, and shortly
//! after it is published. Looks by itself as well, because not every drive tells of its changes.

use std::{path::PathBuf, sync::Arc, time::Duration};

use notify::{EventKind, RecommendedWatcher, RecursiveMode, Watcher};
use queue_client::Backoff;
use tokio::{
    sync::mpsc,
    time::{Instant, sleep, timeout},
};

use super::{
    component::{Component, Started},
    health::Health,
    publish_due::publish_due,
};
use crate::{AgentError, Context, catalog::Catalog, error::What, gallery::book, paths, scan};

/// An export writes for a while: wait for this much quiet …
const QUIET: Duration = Duration::from_secs(2);
/// … but not longer than this.
const PATIENCE: Duration = Duration::from_secs(20);
/// How often the catalog is asked whether a command changed it.
const LOOK: Duration = Duration::from_secs(3);
/// A whole pass without any sign: drives that were plugged in, shares that tell nothing.
const EVERY: Duration = Duration::from_secs(600);

pub struct Watch {
    ctx: Arc<Context>,
    health: Health,
    watching: Option<Watching>,
    /// For galleries that could not be published.
    again: Backoff,
    next: Instant,
}

struct Watching {
    catalog: Arc<Catalog>,
    watcher: RecommendedWatcher,
    folders: Vec<PathBuf>,
    changes: mpsc::Receiver<()>,
    /// The catalog's version when it was looked at last, and what mattered in it then.
    version: i64,
    content: blake3::Hash,
}

/// Whatever a command may enter that changes what customers see.
const CONTENT: [&str; 5] = [
    "SELECT json_array(id, name, welcome, state, expires_at, price_list, price_list_version, selection)
     FROM gallery ORDER BY id",
    "SELECT json_array(id, hex(current), title, caption, price_group, keywords_added, keywords_removed, edit)
     FROM photo ORDER BY id",
    "SELECT photo || subject FROM photo_subject ORDER BY photo, subject",
    "SELECT hex(path) FROM root ORDER BY path",
    // Another one: the host was restored, and what it lost is to be published again.
    "SELECT json_array(epoch) FROM host_epoch",
];

const PUBLISHING: &str = "publishing";

impl Watch {
    pub fn new(ctx: Arc<Context>, health: Health) -> Self {
        let again = Backoff::new(Duration::from_secs(10), Duration::from_secs(120));
        Self { ctx, health, watching: None, again, next: Instant::now() }
    }

    async fn pass(&mut self) -> Result<(), AgentError> {
        let Some(watching) = &mut self.watching else { return Ok(()) };
        watching.follow()?;
        // Before the pass: what a command changes while it runs is for the next one.
        watching.content = watching.read_content()?;
        let (ctx, catalog) = (self.ctx.clone(), watching.catalog.clone());
        // A thread of its own: reading and hashing folders must not hold up the other parts.
        let pass = tokio::task::spawn_blocking(move || {
            tokio::runtime::Handle::current().block_on(publish_due(&ctx, &catalog))
        });
        let troubles = pass.await.what("publishing was cut off")??;
        match troubles.first() {
            None => {
                self.health.well(PUBLISHING);
                self.again.reset();
                self.next = Instant::now() + EVERY;
            }
            Some(error) => {
                if self.health.unwell(PUBLISHING, error) {
                    tracing::warn!("{PUBLISHING}: {error}");
                }
                self.next = Instant::now() + self.again.next_delay();
            }
        }
        Ok(())
    }
}

impl Component for Watch {
    const NAME: &'static str = "folders";

    async fn start(&mut self) -> Result<Started, AgentError> {
        let (tell, changes) = mpsc::channel(1);
        let own = self.ctx.folders.root().to_owned();
        let watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
            let news = match &event {
                Ok(event) => {
                    !matches!(event.kind, EventKind::Access(_))
                        && !event.paths.iter().all(|p| p.starts_with(&own))
                }
                // Events were lost: look at everything.
                Err(_) => true,
            };
            if news {
                let _ = tell.try_send(());
            }
        })
        .what("folders cannot be watched")?;
        let catalog = Arc::new(self.ctx.catalog()?);
        self.watching = Some(Watching {
            catalog,
            watcher,
            folders: Vec::new(),
            changes,
            version: 0,
            content: blake3::hash(b""),
        });
        self.pass().await?;
        Ok(Started::Works)
    }

    async fn event(&mut self) -> Result<(), AgentError> {
        let Some(watching) = &mut self.watching else { return Ok(()) };
        let due = tokio::select! {
            Some(()) = watching.changes.recv() => {
                let began = Instant::now();
                while began.elapsed() < PATIENCE && timeout(QUIET, watching.changes.recv()).await.is_ok() {}
                true
            }
            () = sleep(LOOK) => Instant::now() >= self.next || watching.has_news()?,
            () = self.ctx.stop.wait() => false,
        };
        if due { self.pass().await } else { Ok(()) }
    }
}

impl Watching {
    /// Whether a command changed what is published. Commits about orders are no news here.
    fn has_news(&mut self) -> Result<bool, AgentError> {
        // Changes when another connection commits; asking costs nothing.
        let version =
            self.catalog.read(|db| db.query_row("PRAGMA main.data_version", [], |row| row.get(0)))?;
        if version == self.version {
            return Ok(false);
        }
        self.version = version;
        Ok(self.read_content()? != self.content)
    }

    fn read_content(&self) -> Result<blake3::Hash, AgentError> {
        self.catalog.read(|db| {
            let mut hasher = blake3::Hasher::new();
            for sql in CONTENT {
                let mut statement = db.prepare_cached(sql)?;
                let mut rows = statement.query([])?;
                while let Some(row) = rows.next()? {
                    hasher.update(row.get::<_, String>(0)?.as_bytes());
                }
            }
            Ok(hasher.finalize())
        })
    }

    /// Watches the folders of the catalog and of galleries that are there now.
    fn follow(&mut self) -> Result<(), AgentError> {
        let mut folders: Vec<PathBuf> = scan::roots::all(&self.catalog)?;
        for gallery in book::all(&self.catalog)? {
            folders.extend(gallery.selection.folders.iter().map(|f| paths::from_bytes(f)));
        }
        folders.retain(|folder| folder.is_dir());
        folders.sort();
        // A folder below a watched one is watched with it.
        folders.dedup_by(|next, before| next.starts_with(before));
        for gone in self.folders.iter().filter(|f| !folders.contains(f)) {
            let _ = self.watcher.unwatch(gone);
        }
        for new in folders.iter().filter(|f| !self.folders.contains(f)) {
            if let Err(e) = self.watcher.watch(new, RecursiveMode::Recursive) {
                // Too many folders for the system, or a share without events: the passes find its changes.
                tracing::warn!("{} is not watched, but looked at every few minutes: {e}", paths::shown(new));
            }
        }
        self.folders = folders;
        Ok(())
    }
}
