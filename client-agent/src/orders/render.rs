//! One ordered picture: find its original, prove it, render it, keep the file, note it.

use bytes::Bytes;
use domain::{
    hash::Sha256,
    order::{ImageNode, Order, OrderLine},
    text::one_line,
};
use wire::orders::MAX_PRINT_FILE_BYTES;

use super::{
    desk::Desk,
    journal::{
        files::{self, PrintFile},
        parts::PartKey,
        substitutions,
    },
    original, plan,
};
use crate::{AgentError, error::What};

impl Desk {
    /// `Ok(Err(words))`: it has to wait, and why.
    pub(super) async fn render_node(
        &self,
        part: PartKey,
        order: &Order,
        line: &OrderLine,
        index: u32,
        node: &ImageNode,
    ) -> Result<Result<PrintFile, String>, AgentError> {
        let found = self.catalog.read(|db| {
            let chosen = substitutions::chosen(db, order.id, line.no, index)?;
            original::record(db, node, order.placed_at, chosen)
        })?;
        let record = match found {
            Ok(record) => record,
            Err(waiting) => return Ok(Err(waiting)),
        };
        let name = one_line(&node.file_name, 80);
        let plan = match plan::plan(&record.source, &node.crop, line.width_in, line.height_in) {
            Ok(plan) => plan,
            Err(why) => return Ok(Err(format!("{name} cannot be printed as ordered: {why}"))),
        };
        let (number, version, wanted) = (order.id.number(), record.version, node.clone());
        let read = tokio::task::spawn_blocking(move || original::read(&record, &number, &wanted)).await;
        let bytes = match read.what("reading an original was cut off")? {
            Ok(bytes) => Bytes::from(bytes),
            Err(waiting) => return Ok(Err(waiting)),
        };
        let print = match self.pool.print(bytes, plan.request).await {
            Ok(print) => print,
            Err(e) if e.is_about_the_file() => return Ok(Err(format!("{name} cannot be printed: {e}"))),
            Err(e) => {
                return Err(AgentError::new("prints cannot be rendered")
                    .why(e)
                    .fix("run `darkslide doctor`"));
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
        let file = PrintFile {
            line: line.no,
            node: index,
            sha256,
            length,
            width: print.width,
            height: print.height,
            effective_ppi: plan.effective_ppi,
            version,
            uploaded: false,
        };
        self.catalog.read(|db| files::rendered(db, part, &file))?;
        Ok(Ok(file))
    }
}
