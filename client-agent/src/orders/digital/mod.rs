//! Files that a customer bought: found, proved, brought to the host, and said to be there.
//!
//! A picture goes as the file it is, byte for byte. A whole gallery goes as archives of about a gibibyte, one
//! after the other, so that neither memory nor disk must hold it all, and a customer's download that breaks off
//! is no loss of the whole. Archives of the same pictures are the same bytes, so a repeat meets itself.

mod pack;
mod release_paper;
mod send_file;

use std::collections::BTreeSet;

use bytes::Bytes;
use domain::{
    digital::{OfferedFile, is_owed, safe_name},
    geometry::{Crop, Size},
    hash::VersionHash,
    id::OrderId,
    order::{ImageNode, LineKind, Order, OrderLine, Stage},
    text::one_line,
};
use futures_util::FutureExt;
use rusqlite::{Connection, params};
use wire::{
    orders::{DigitalPicture, DigitalReady, JobProgress},
    route,
};

use super::{
    check::own_nodes,
    desk::Desk,
    due::{Due, Outcome, Sent, Tell},
    journal::{
        digitals::{self, DigitalKey},
        jobs, substitutions,
    },
    original::{self, Record},
    upload_parts::Source,
};
use crate::{AgentError, clock, error::What, host::HostWhat};

/// A gallery that could not be packed is not read again at every look.
const AGAIN_AFTER: i64 = 2 * domain::Millis::MINUTE;

/// A picture with what the catalog knows of its file.
struct Wanted {
    name: String,
    node: ImageNode,
    record: Record,
}

impl Desk {
    /// Brings all files that were bought and released to the host, the oldest order first.
    pub async fn bring_files(&self, tell: Tell<'_>) -> Result<Sent, AgentError> {
        let due = self.catalog.read(digitals::open)?;
        self.work_on(&due, "files", |key| self.bring(key).boxed(), tell).await
    }

    /// One line's files, to the last word about them.
    async fn bring(&self, key: DigitalKey) -> Result<Outcome, AgentError> {
        if let Some(why) = self.catalog.read(|db| digitals::put_off(db, key, clock::now().0))? {
            return Ok(Outcome::Waiting(vec![why]));
        }
        // As it is now: files are much, and nobody may want them any more.
        self.fetch(key.order).await?;
        let job = self.catalog.read(|db| jobs::get(db, key.order))?;
        let Some(job) = job else { return Ok(Outcome::Done) };
        if let Some(problem) = job.problem {
            return Ok(Outcome::Waiting(vec![problem]));
        }
        let order = &job.document.order;
        if let Some(hold) = &order.settlement.hold {
            let (number, why) = (key.order.number(), one_line(hold, 200));
            return Ok(Outcome::Waiting(vec![format!(
                "payment: {why}; when it is settled: `darkslide orders mark-paid {number}`"
            )]));
        }
        let due = |line: &&OrderLine| {
            line.status.attempt == key.attempt && is_owed(order, line, self.account.machine)
        };
        let Some(line) = order.line(key.line).filter(due) else {
            // Delivered by hand, brought before, or the money went back.
            self.catalog.read(|db| digitals::done(db, key))?;
            return Ok(Outcome::Done);
        };
        if line.status.stage < Stage::Rendering {
            let rendering = JobProgress { rendering: vec![line.no], ..JobProgress::default() };
            self.progress(key.order, &rendering).await?;
        }
        self.bring_line(key, order, line).await
    }

    async fn bring_line(
        &self,
        key: DigitalKey,
        order: &Order,
        line: &OrderLine,
    ) -> Result<Outcome, AgentError> {
        let wanted = match self.wanted(order, line).await? {
            Ok(wanted) => wanted,
            Err(reasons) => return Ok(Outcome::Waiting(reasons)),
        };
        self.catalog.read(|db| digitals::say_waiting(db, key, None))?;
        let release = release_paper::draw(order, line, &self.account.studio_name);
        let mut files = Vec::new();
        if whole(line).is_some() {
            match self.bring_archives(key, order, wanted, release.as_deref(), &mut files).await? {
                Outcome::Done => {}
                other => return Ok(other),
            }
        } else {
            for one in wanted {
                let number = order.id.number();
                let (record, node) = (one.record, one.node);
                let read = tokio::task::spawn_blocking(move || original::read(&record, &number, &node)).await;
                let bytes = match read.what("reading an original was cut off")? {
                    Ok(bytes) => Bytes::from(bytes),
                    Err(waiting) => return Ok(Outcome::Waiting(vec![waiting])),
                };
                if !self.bring_file(key, one.name, Source::Bytes(bytes), &mut files).await? {
                    return Ok(Outcome::Stopped);
                }
            }
        }
        if let Some(paper) = release
            && !self
                .bring_file(key, release_paper::name(order), Source::Bytes(paper.into()), &mut files)
                .await?
        {
            return Ok(Outcome::Stopped);
        }
        let path = route::fill(route::STUDIO_DIGITAL_READY, &[&key.order]);
        let days = self.config.orders.files_for_days.0;
        let ready = DigitalReady { line: key.line, attempt: key.attempt, files, days };
        let told = self.host.post_unit(&path, &ready).await;
        told.host(format!("the files of order {} could not be released", order.id.number()))?;
        self.catalog.read(|db| digitals::done(db, key))?;
        // The journal learns that the line is delivered.
        self.fetch(key.order).await?;
        Ok(Outcome::Done)
    }

    /// One archive after the other; of each, the file on this disk is gone before the next is begun.
    async fn bring_archives(
        &self,
        key: DigitalKey,
        order: &Order,
        wanted: Vec<Wanted>,
        release: Option<&[u8]>,
        files: &mut Vec<OfferedFile>,
    ) -> Result<Outcome, AgentError> {
        let base = safe_name(&format!("{} {}", self.account.studio_name, order.id.number()));
        let paper = release.map(|bytes| (release_paper::name(order), bytes.to_vec()));
        let wanted = std::sync::Arc::new(wanted);
        let (mut from, mut count) = (0, 0);
        while from < wanted.len() {
            if self.stop.asked() {
                return Ok(Outcome::Stopped);
            }
            let (folder, number) = (self.prints.folder().to_owned(), order.id.number());
            let (all, paper) = (wanted.clone(), paper.clone());
            let packed =
                tokio::task::spawn_blocking(move || pack::pack(&folder, &number, &all[from..], paper)).await;
            let packed = match packed.what("packing a gallery was cut off")? {
                Ok(packed) => packed,
                Err(failed) => {
                    let why = match failed {
                        pack::PackError::Waiting(why) => why,
                        pack::PackError::Disk(error) => format!(
                            "an archive of the gallery could not be written in {}: {error}; free some space on that disk, the work goes on by itself",
                            self.prints.folder().display()
                        ),
                    };
                    let not_before = clock::now().0 + AGAIN_AFTER;
                    self.catalog.read(|db| digitals::wait(db, key, &why, not_before))?;
                    return Ok(Outcome::Waiting(vec![why]));
                }
            };
            from += packed.pictures;
            count += 1;
            let name = format!("{base} {count}.zip");
            if !self.bring_file(key, name, Source::File(packed.file), files).await? {
                return Ok(Outcome::Stopped);
            }
        }
        if let [only] = files.as_mut_slice() {
            only.name = format!("{base}.zip");
        }
        Ok(Outcome::Done)
    }

    /// `false`: asked to stop.
    async fn bring_file(
        &self,
        key: DigitalKey,
        name: String,
        source: Source,
        files: &mut Vec<OfferedFile>,
    ) -> Result<bool, AgentError> {
        let sent = self.send_file(key, &name, source).await?;
        files.extend(sent.map(|(sha256, length)| OfferedFile { name, sha256, length }));
        Ok(sent.is_some())
    }

    /// The line's pictures at this machine, each known to the catalog, or what they wait for.
    async fn wanted(
        &self,
        order: &Order,
        line: &OrderLine,
    ) -> Result<Result<Vec<Wanted>, Vec<String>>, AgentError> {
        let number = order.id.number();
        let nodes: Vec<(u32, ImageNode)> = match whole(line) {
            None => own_nodes(order, self.account.machine)
                .filter(|(of, ..)| of.no == line.no)
                .map(|(_, index, node)| (index, node.clone()))
                .collect(),
            Some(gallery) => {
                let path = route::fill(route::STUDIO_DIGITAL_PICTURES, &[&order.id, &line.no]);
                let mut listed: Vec<DigitalPicture> =
                    self.host.get_all(&path).await.host(format!("order {number} could not be read"))?;
                listed.sort_by(|a, b| (&a.file_name, a.photo).cmp(&(&b.file_name, b.photo)));
                let node = |picture: DigitalPicture| ImageNode {
                    gallery,
                    photo: picture.photo,
                    version: picture.version,
                    home: self.account.machine,
                    frame: Size::new(1, 1),
                    crop: Crop::FULL,
                    file_name: picture.file_name,
                };
                (0u32..).zip(listed.into_iter().map(node)).collect()
            }
        };
        if nodes.is_empty() {
            return Ok(Err(vec![format!(
                "line {}: no picture of that gallery is published from this computer any more; publish it again, or hand the files over and say `darkslide orders delivered {number} --line {}`",
                line.no, line.no
            )]));
        }
        let (mut wanted, mut reasons, mut names) = (Vec::new(), BTreeSet::new(), BTreeSet::new());
        for (index, node) in nodes {
            let chosen = match whole(line) {
                None => self.catalog.read(|db| substitutions::chosen(db, order.id, line.no, index))?,
                Some(_) => None,
            };
            let name = unique(safe_name(&node.file_name), &mut names);
            match self.catalog.read(|db| look_up(db, order, &node, chosen))? {
                Ok(record) => match original::absent(&record, &number, &node) {
                    None => wanted.push(Wanted { name, node, record }),
                    Some(waiting) => {
                        reasons.insert(waiting);
                    }
                },
                Err(waiting) => {
                    reasons.insert(waiting);
                }
            }
        }
        Ok(if reasons.is_empty() { Ok(wanted) } else { Err(first_few(reasons)) })
    }
}

impl Due for DigitalKey {
    fn order(self) -> OrderId {
        self.order
    }

    fn say_waiting(self, db: &Connection, why: &str) -> rusqlite::Result<()> {
        digitals::say_waiting(db, self, Some(why))
    }
}

/// The order comes from the host unsigned: nothing leaves this computer that it did not publish in that gallery.
fn look_up(
    db: &Connection,
    order: &Order,
    node: &ImageNode,
    chosen: Option<VersionHash>,
) -> rusqlite::Result<Result<Record, String>> {
    let shown: bool = db.query_row(
        "SELECT EXISTS (SELECT 1 FROM published WHERE gallery = ?1 AND photo = ?2)",
        params![node.gallery.to_string(), node.photo.to_string()],
        |row| row.get(0),
    )?;
    if !shown {
        return Ok(Err(format!(
            "{} was never published in that gallery from this computer, so it is not sent; publish the gallery from here first",
            one_line(&node.file_name, 80)
        )));
    }
    // The whole file is sold, so it does not matter in which frame it was shown.
    original::record(db, node, order.placed_at, Some(chosen.unwrap_or(node.version)))
}

fn whole(line: &OrderLine) -> Option<domain::id::GalleryId> {
    match &line.kind {
        LineKind::Digital { whole, .. } => whole.as_ref().map(|whole| whole.gallery),
        _ => None,
    }
}

/// Two cameras count alike: the second of a name gets a number.
fn unique(name: String, taken: &mut BTreeSet<String>) -> String {
    let (stem, ending) = match name.rsplit_once('.') {
        Some((stem, ending)) => (stem.to_owned(), format!(".{ending}")),
        None => (name.clone(), String::new()),
    };
    let mut free = name;
    let mut count = 1;
    while !taken.insert(free.to_lowercase()) {
        count += 1;
        free = format!("{stem} ({count}){ending}");
    }
    free
}

/// A gallery on a drive that is away is hundreds of the same words.
fn first_few(reasons: BTreeSet<String>) -> Vec<String> {
    const SHOWN: usize = 3;
    let more = reasons.len().saturating_sub(SHOWN);
    let mut few: Vec<String> = reasons.into_iter().take(SHOWN).collect();
    if more > 0 {
        few.push(format!("and {more} more pictures"));
    }
    few
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_whatever_their_letters() {
        let mut taken = BTreeSet::new();
        let names = ["a.jpg", "A.JPG", "a (2).jpg", "a.jpg"].map(|n| unique(n.to_owned(), &mut taken));
        let distinct: BTreeSet<String> = names.iter().map(|n| n.to_lowercase()).collect();
        assert_eq!((names[0].as_str(), names[1].as_str(), distinct.len()), ("a.jpg", "A (2).JPG", 4));
    }
}
