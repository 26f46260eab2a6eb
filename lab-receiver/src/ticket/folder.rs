//! The ticket's folder, `<tickets>/<order number>/`: written beside its place, made durable, then renamed,
//! so that it is there whole or not at all. It is there before the first print.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use darkslide_image::{MetadataPolicy, RenderRequest, RenditionSpec, Sharpen};

use super::{
    order_json::{OrderTicket, thumbnail_name},
    pdf,
};
use crate::{
    config::Config,
    home::{sync_folder, write_durably},
    spool::Spool,
    verify::LabOrder,
};

const THUMBNAIL_PIXELS: u32 = 480;

/// A small JPEG of a print.
pub struct Thumbnail {
    pub jpeg: Vec<u8>,
    pub width: u32,
    pub height: u32,
}

/// By line and picture (from 0).
pub type Thumbnails = BTreeMap<(u32, u32), Thumbnail>;

pub fn name(job: &LabOrder) -> String {
    if job.attempt > 1 { format!("{}_A{}", job.number, job.attempt) } else { job.number.clone() }
}

/// Writes the ticket of an order whose files are all in the spool. Repeating it changes nothing.
pub fn write(dir: &Path, job: &LabOrder, spool: &Spool, config: &Config, lab: &str) -> Result<PathBuf> {
    let place = dir.join(name(job));
    if place.join("order.json").exists() {
        return Ok(place);
    }
    let thumbnails = thumbnails(job, spool);
    let printer = |line: u32| {
        let line = job.lines.iter().find(|l| l.line == line)?;
        config.printer_for(line.width_in, line.height_in, line.surface).map(|(name, _)| name.to_owned())
    };
    let received = crate::journal::now();
    let ticket =
        OrderTicket::of(job, lab, received, printer, |line, node| thumbnails.contains_key(&(line, node)));
    let building = dir.join(format!(".{}.part", name(job)));
    if building.exists() {
        fs::remove_dir_all(&building).with_context(|| format!("cannot clear {}", building.display()))?;
    }
    let pictures = building.join("thumbnails");
    fs::create_dir_all(&pictures).with_context(|| format!("cannot make {}", pictures.display()))?;
    for ((line, node), thumbnail) in &thumbnails {
        write_durably(&building.join(thumbnail_name(*line, *node)), &thumbnail.jpeg, 0o644)?;
    }
    write_durably(&building.join("ticket.pdf"), &pdf::render(job, &ticket, &thumbnails), 0o644)?;
    write_durably(&building.join("order.json"), &serde_json::to_vec_pretty(&ticket)?, 0o644)?;
    sync_folder(&building)?;
    fs::rename(&building, &place).with_context(|| format!("cannot put the ticket at {}", place.display()))?;
    sync_folder(dir)?;
    Ok(place)
}

/// A picture that cannot be drawn has none: its hash was right, so it is printed all the same.
fn thumbnails(job: &LabOrder, spool: &Spool) -> Thumbnails {
    let mut found = Thumbnails::new();
    for line in &job.lines {
        for file in &line.files {
            let drawn = spool.read(file).ok().and_then(|bytes| {
                // The studio signed these bytes, but a decoder may still fail on them.
                std::panic::catch_unwind(|| draw(&bytes)).ok().flatten()
            });
            if let Some(thumbnail) = drawn {
                found.insert((line.line, file.node), thumbnail);
            }
        }
    }
    found
}

fn draw(bytes: &[u8]) -> Option<Thumbnail> {
    let request = RenderRequest {
        edit: None,
        renditions: vec![RenditionSpec {
            name: "ticket".into(),
            long_edge: THUMBNAIL_PIXELS,
            quality: 82,
            watermark: None,
            sharpen: Sharpen::Low,
        }],
        micro: false,
        keep: MetadataPolicy::default(),
    };
    let rendered = darkslide_image::render(bytes, &request, &darkslide_image::Limits::default()).ok()?;
    let picture = rendered.renditions.into_iter().next()?;
    Some(Thumbnail { jpeg: picture.jpeg, width: picture.width, height: picture.height })
}
