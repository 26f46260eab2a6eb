//! `darkslide orders adjust NUMBER`: changes a line before the approval. The change is signed by this computer,
//! so that the studio's other computers believe it and not the host.

use domain::{
    geometry::{
        Crop, Rect, Size,
        border::{bordered, check_print, has_border},
        centred, check_shape,
        print::Source,
    },
    handling::{Adjustment, Change},
    id::OrderId,
    order::{ImageNode, Order, OrderLine},
    text::one_line,
};
use rusqlite::params;
use wire::{
    orders::{AdjustOrder, StudioOrder},
    route,
    signed::Signed,
};

use super::{desk::Desk, original};
use crate::{
    AgentError, Context, Exit,
    catalog::photos::{self, PhotoRow},
    cli::orders::{AdjustArgs, CropArg},
    clock,
    error::What,
    host::HostWhat,
    photo,
};

/// Beyond this a number of a crop is far below a pixel; with it, it is read as it was written everywhere.
const STEPS: f64 = 1e9;

pub async fn run(ctx: &Context, args: &AdjustArgs) -> Result<Exit, AgentError> {
    let desk = Desk::open(ctx)?;
    let id = desk.find(&args.order).await?;
    let before: StudioOrder = desk
        .host
        .get(&route::fill(route::STUDIO_ORDER, &[&id]))
        .await
        .host(format!("order {} could not be read", id.number()))?;
    let change = desk.change(&before.order, args)?;
    let revision = args.revision.unwrap_or(before.order.revision);
    let after = desk.adjust(id, revision, args.by.as_deref(), vec![change]).await?;
    let value = serde_json::json!({
        "order": id, "number": id.number(), "revision": after.order.revision,
        "lines": after.order.lines.iter().map(|l| l.no).collect::<Vec<_>>(),
    });
    ctx.out.result(&value, || format!("order {} is changed; what it costs stays the same", id.number()));
    Ok(Exit::Ok)
}

impl Desk {
    async fn adjust(
        &self,
        id: OrderId,
        revision: u64,
        by: Option<&str>,
        changes: Vec<Change>,
    ) -> Result<StudioOrder, AgentError> {
        let adjustment = Adjustment {
            order: id,
            revision,
            at: clock::now(),
            machine: self.account.machine,
            by: person(by, &self.account.machine_name),
            changes,
        };
        let what = format!("order {} could not be changed", id.number());
        let ask = AdjustOrder {
            adjustment: Signed::sign(&adjustment, &self.device).what(what.clone())?,
            certificate: self.account.certificate(),
        };
        let path = route::fill(route::STUDIO_ADJUST, &[&id]);
        let document: StudioOrder = self.host.post(&path, &ask).await.host(what)?;
        self.take_over(id, &document).await?;
        Ok(document)
    }

    fn change(&self, order: &Order, args: &AdjustArgs) -> Result<Change, AgentError> {
        let line = order.line(args.line).ok_or_else(|| {
            AgentError::new(format!("order {} has no line {}", order.id.number(), args.line))
                .fix(format!("see its lines: `darkslide orders show {}`", order.id.number()))
        })?;
        if let Some(copies) = args.split {
            return Ok(Change::Split { line: line.no, copies });
        }
        if let Some(into) = args.merge_into {
            return Ok(Change::Merge { line: line.no, into });
        }
        let index = args.picture.saturating_sub(1);
        let node = line.nodes.get(index as usize).ok_or_else(|| {
            AgentError::new(format!("line {} has no picture {}", line.no, args.picture))
                .why(format!("it has {}", crate::output::count(line.nodes.len(), "picture")))
        })?;
        let picture = match (&args.crop, &args.with, args.newer) {
            (Some(CropArg(crop)), ..) => ImageNode { crop: *crop, ..node.clone() },
            (None, Some(name), _) => self.other_picture(line, node, name)?,
            (None, None, true) => self.newer_version(order, line, node)?,
            (None, None, false) => {
                return Err(AgentError::new("it is not said what shall change")
                    .fix("use one of --crop, --newer, --with, --split, --merge-into")
                    .usage());
            }
        };
        Ok(Change::Picture {
            line: line.no,
            node: index,
            picture: ImageNode { crop: stepped(picture.crop), ..picture },
        })
    }

    /// The newest version of the same picture: the retouched one.
    fn newer_version(
        &self,
        order: &Order,
        line: &OrderLine,
        node: &ImageNode,
    ) -> Result<ImageNode, AgentError> {
        let name = one_line(&node.file_name, 80);
        let newer = self.catalog.read(|db| original::newer(db, node, &node.version))?.ok_or_else(|| {
            AgentError::new(format!("there is no newer version of {name} on this computer"))
                .why("it is known as it was ordered, and not otherwise")
                .fix("export it again under the same name, then `darkslide scan` its folder")
        })?;
        let record = self.catalog.read(|db| original::record(db, node, order.placed_at, Some(newer)))?;
        let record = record.map_err(AgentError::new)?;
        let frame = record.source.frame();
        self.shown(node, &record.version, &record.source)?;
        Ok(ImageNode { version: newer, frame, crop: fitting(line, node, frame), ..node.clone() })
    }

    fn other_picture(&self, line: &OrderLine, node: &ImageNode, name: &str) -> Result<ImageNode, AgentError> {
        let all = self.catalog.read(photos::all)?;
        let row: &PhotoRow = photo::find(&all, name)?;
        let source = Source { stored: row.stored, orientation: row.orientation, edit: row.edit };
        let frame = source.frame();
        let picture = ImageNode {
            photo: row.id,
            version: row.version,
            home: self.account.machine,
            frame,
            crop: fitting(line, node, frame),
            file_name: one_line(row.file_name(), 200),
            ..node.clone()
        };
        self.shown(&picture, &row.version, &source)?;
        Ok(picture)
    }

    /// Notes the frame, so that the print is made from it even if the studio's edit changes later.
    fn shown(
        &self,
        node: &ImageNode,
        version: &domain::hash::VersionHash,
        source: &Source,
    ) -> Result<(), AgentError> {
        let frame = source.frame();
        let edit = source.edit.and_then(|e| serde_json::to_string(&e).ok()).unwrap_or_default();
        self.catalog.write(|tx| {
            tx.execute(
                "INSERT OR IGNORE INTO shown_frame (photo, version, width, height, edit, at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                params![
                    node.photo.to_string(),
                    &version.0[..],
                    frame.width,
                    frame.height,
                    edit,
                    clock::now().0
                ],
            )
        })?;
        Ok(())
    }
}

/// The person at the desk, if she said who she is; else the computer.
pub(super) fn person(by: Option<&str>, machine: &str) -> String {
    let said = one_line(by.unwrap_or_default(), 60);
    if said.is_empty() { one_line(machine, 60) } else { said }
}

/// The crop that was ordered if it fits the other frame as well, else the largest in the middle.
fn fitting(line: &OrderLine, node: &ImageNode, frame: Size) -> Crop {
    let hundredths = |inches: f64| (inches * 100.0).round() as u32;
    let (width, height) = (hundredths(line.width_in), hundredths(line.height_in));
    let same_shape = {
        let (a, b) = (
            f64::from(frame.width) / f64::from(frame.height),
            f64::from(node.frame.width) / f64::from(node.frame.height),
        );
        (a / b - 1.0).abs() < 0.005
    };
    let fits = check_print(&node.crop, frame).is_ok()
        && (line.nodes.len() > 1
            || !line.needs_lab()
            || check_shape(&node.crop, frame, width, height).is_ok());
    if same_shape && fits {
        return node.crop;
    }
    if has_border(&node.crop) && line.nodes.len() == 1 {
        return bordered(frame, node.crop.quarter_turns, width, height);
    }
    match (line.nodes.len(), node.crop.aspect) {
        (1, _) | (_, None) => centred(frame, width, height),
        (_, Some((w, h))) => centred(frame, w, h),
    }
}

fn stepped(crop: Crop) -> Crop {
    let step = |v: f64| (v * STEPS).round() / STEPS;
    let Rect { x, y, width, height } = crop.rect;
    Crop {
        rect: Rect { x: step(x), y: step(y), width: step(width), height: step(height) },
        angle: step(crop.angle),
        ..crop
    }
}
