//! One ordered picture: find its original, prove it, render it, keep the file, note it.

use bytes::Bytes;
use darkslide_image::{PrintFile, PrintProfile};
use domain::{
    geometry::Size,
    hash::Sha256,
    order::{ImageNode, Order, OrderLine},
    text::one_line,
};
use wire::{manifest::Recipe, orders::MAX_PRINT_FILE_BYTES};

use super::{
    desk::Desk,
    journal::{files, parts::PartKey, substitutions},
    original, plan, recipe,
};
use crate::{
    AgentError,
    error::What,
    labs::setup::{PrintSetup, store},
};

impl Desk {
    /// `Ok(Err(words))`: it has to wait, and why.
    pub(super) async fn render_node(
        &self,
        part: PartKey,
        order: &Order,
        line: &OrderLine,
        index: u32,
        node: &ImageNode,
    ) -> Result<Result<files::PrintFile, String>, AgentError> {
        let found = self.catalog.read(|db| {
            let chosen = substitutions::chosen(db, order.id, line.no, index)?;
            original::record(db, node, order.placed_at, chosen)
        })?;
        let record = match found {
            Ok(record) => record,
            Err(waiting) => return Ok(Err(waiting)),
        };
        let name = one_line(&node.file_name, 80);
        let setup = self.catalog.read(|db| store::read(db, part.lab))?.of(&line.product);
        let profile = match self.profile(&setup)? {
            Ok(profile) => profile,
            Err(waiting) => return Ok(Err(waiting)),
        };
        let paper = (line.width_in, line.height_in);
        let plan = match plan::plan(&record.source, &node.crop, paper, &setup, profile) {
            Ok(plan) => plan,
            Err(why) => return Ok(Err(format!("{name} cannot be printed as ordered: {why}"))),
        };
        if setup.untouched && record.source.edit.is_some() {
            return Ok(Err(format!(
                "{name} cannot be sent untouched: it is cropped or straightened at the studio, which the file does \
                 not show; have this product rendered, or replace the photo by an export of what the customer saw"
            )));
        }
        let stored = record.source.stored;
        let (number, version, wanted) = (order.id.number(), record.version, node.clone());
        let read = tokio::task::spawn_blocking(move || original::read(&record, &number, &wanted)).await;
        let bytes = match read.what("reading an original was cut off")? {
            Ok(bytes) => Bytes::from(bytes),
            Err(waiting) => return Ok(Err(waiting)),
        };
        let recipe = if setup.untouched { Recipe::Untouched } else { recipe::of(&plan.request) };
        let print = if setup.untouched {
            match untouched(bytes, stored, plan.effective_ppi) {
                Ok(print) => print,
                Err(why) => return Ok(Err(format!("{name} cannot be sent untouched: {why}"))),
            }
        } else {
            match self.pool.print(bytes, plan.request).await {
                Ok(print) => print,
                Err(e) if e.is_about_the_file() => return Ok(Err(format!("{name} cannot be printed: {e}"))),
                Err(e) => {
                    return Err(AgentError::new("prints cannot be rendered")
                        .why(e)
                        .fix("run `darkslide doctor`"));
                }
            }
        };
        let length = print.jpeg.len() as u64;
        if length > MAX_PRINT_FILE_BYTES {
            let limit = MAX_PRINT_FILE_BYTES >> 20;
            return Ok(Err(format!(
                "the print of {name} is {} MiB; at most {limit} MiB can be sent, so order it smaller",
                length >> 20
            )));
        }
        let (sha256, prints, id) = (Sha256::of(&print.jpeg), self.prints.clone(), order.id);
        tokio::task::spawn_blocking(move || prints.keep(id, &sha256, &print.jpeg))
            .await
            .what("keeping a print file was cut off")?
            .what(format!("a print file could not be kept in {}", self.prints.folder().display()))
            .map_err(|e| e.fix("free some space on that disk; the work goes on by itself"))?;
        let file = files::PrintFile {
            line: line.no,
            node: index,
            sha256,
            length,
            width: print.width,
            height: print.height,
            effective_ppi: plan.effective_ppi,
            version,
            recipe: Some(recipe),
            uploaded: false,
        };
        self.catalog.read(|db| files::rendered(db, part, &file))?;
        Ok(Ok(file))
    }

    /// The colours a set-up asks for; `Ok(Err(words))`: they are not here.
    pub(super) fn profile(&self, setup: &PrintSetup) -> Result<Result<PrintProfile, String>, AgentError> {
        let Some((sha256, intent)) = setup.profile else { return Ok(Ok(PrintProfile::Srgb)) };
        let kept = self.catalog.read(|db| store::profile(db, &sha256))?;
        Ok(match kept {
            Some((_, bytes)) => Ok(PrintProfile::Icc { bytes, intent }),
            None => Err("the lab's colour profile is not on this computer; set it again: `darkslide lab setup LAB set profile FILE`".into()),
        })
    }
}

/// The original as it is, when labs can take it: JPEG, of the size the catalog knows.
fn untouched(bytes: Bytes, stored: Size, effective_ppi: u32) -> Result<PrintFile, String> {
    if !bytes.starts_with(&[0xFF, 0xD8, 0xFF]) {
        return Err("labs take JPEG files; have this product rendered, or export the picture as JPEG".into());
    }
    let effective_ppi = f64::from(effective_ppi);
    Ok(PrintFile { jpeg: bytes.into(), width: stored.width, height: stored.height, effective_ppi })
}
