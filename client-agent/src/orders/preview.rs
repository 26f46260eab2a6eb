//! An ordered picture from its original, for a person's eyes: the frame the customer cropped in, as large as
//! asked for, at most pixel for pixel.

use bytes::Bytes;
use darkslide_image::{Affine, PrintProfile, PrintRequest, Sharpen};
use domain::{
    geometry::{self, Size, print::Source},
    id::OrderId,
    order::{ImageNode, Order},
};
use wire::{orders::StudioOrder, route};

use super::{
    desk::Desk,
    journal::{jobs, substitutions},
    original,
};
use crate::{AgentError, error::What, host::HostWhat};

/// What a browser and a worker still hold: beyond this a picture is shown smaller.
const MOST_PIXELS: f64 = 60_000_000.0;
const LEAST_EDGE: u32 = 64;

impl Desk {
    /// JPEG of the whole frame. `edge`: pixels of the longer side; `None`: every pixel there is.
    pub async fn preview(
        &self,
        id: OrderId,
        line: u32,
        index: u32,
        edge: Option<u32>,
    ) -> Result<Vec<u8>, AgentError> {
        let order = self.order_at_hand(id).await?;
        let node = order.line(line).and_then(|l| l.nodes.get(index as usize)).ok_or_else(|| {
            AgentError::new(format!("order {} has no picture {index} in line {line}", id.number()))
        })?;
        let chosen = self.catalog.read(|db| substitutions::chosen(db, id, line, index))?;
        let record = self.catalog.read(|db| original::record(db, node, order.placed_at, chosen))?;
        let record = record.map_err(|waiting| self.not_here(node, waiting))?;
        self.whole_frame(&record, id, node, edge).await
    }

    /// The frame of a version, rendered.
    pub(super) async fn whole_frame(
        &self,
        record: &original::Record,
        id: OrderId,
        node: &ImageNode,
        edge: Option<u32>,
    ) -> Result<Vec<u8>, AgentError> {
        let (number, wanted, found) = (id.number(), node.clone(), record.clone());
        let read = tokio::task::spawn_blocking(move || original::read(&found, &number, &wanted)).await;
        let bytes = read.what("reading an original was cut off")?.map_err(AgentError::new)?;
        let request = request(&record.source, edge);
        let print = self.pool.print(Bytes::from(bytes), request).await.what("the picture cannot be shown")?;
        Ok(print.jpeg)
    }

    /// From the journal if it is there, so that the desk works while the host is away.
    async fn order_at_hand(&self, id: OrderId) -> Result<Order, AgentError> {
        if let Some(job) = self.catalog.read(|db| jobs::get(db, id))? {
            return Ok(job.document.order);
        }
        let path = route::fill(route::STUDIO_ORDER, &[&id]);
        let document: StudioOrder =
            self.host.get(&path).await.host(format!("order {} could not be read", id.number()))?;
        Ok(document.order)
    }

    fn not_here(&self, node: &ImageNode, waiting: String) -> AgentError {
        if node.home == self.account.machine {
            return AgentError::new(waiting);
        }
        AgentError::new("the original is on another computer of the studio")
            .fix("look at this picture at the desk of that computer")
    }
}

fn request(source: &Source, edge: Option<u32>) -> PrintRequest {
    let frame = source.frame();
    let (fw, fh) = (f64::from(frame.width), f64::from(frame.height));
    let wanted = edge.map_or(1.0, |edge| f64::from(edge.max(LEAST_EDGE)) / fw.max(fh));
    let scale = wanted.min(1.0).min((MOST_PIXELS / (fw * fh)).sqrt());
    let output = Size::new(((fw * scale).round() as u32).max(1), ((fh * scale).round() as u32).max(1));
    let to_frame = geometry::Affine::scale(fw / f64::from(output.width), fh / f64::from(output.height));
    let affine =
        to_frame.then(&geometry::edited_to_stored(source.edit.as_ref(), source.orientation, source.stored));
    PrintRequest {
        affine: Affine(affine.0),
        width: output.width,
        height: output.height,
        ppi: 300,
        profile: PrintProfile::Srgb,
        // Untouched: what is judged here is the file's own focus.
        sharpen: Sharpen::None,
        quality: 95,
        border: None,
        bleed: 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_preview_is_as_large_as_asked_and_never_larger_than_the_file() {
        let source = Source { stored: Size::new(6000, 4000), orientation: 6, edit: None };
        let small = request(&source, Some(1200));
        assert_eq!((small.width, small.height), (800, 1200));
        // Upright top left of a picture on its side is stored bottom left.
        assert_eq!(small.affine.apply(0.0, 0.0), (0.0, 4000.0));
        let whole = request(&source, None);
        assert_eq!((whole.width, whole.height), (4000, 6000));
        assert_eq!(request(&source, Some(100_000)).width, 4000);
    }
}
