//! `darkslide orders use-newer NUMBER`: a person decides to print the newest version of a picture whose
//! ordered file is gone. Never done by itself.

use domain::{
    geometry::{border::check_print, check_shape},
    order::{ImageNode, OrderLine},
    text::one_line,
};

use super::{
    check::own_nodes,
    desk::Desk,
    journal::{jobs, substitutions},
    original,
};
use crate::{AgentError, Context, Exit, clock, output::count};

pub async fn run(ctx: &Context, typed: &str, line: Option<u32>) -> Result<Exit, AgentError> {
    let desk = Desk::open(ctx)?;
    let id = desk.find(typed).await?;
    let number = id.number();
    let job = desk.catalog.read(|db| jobs::get(db, id))?.ok_or_else(|| {
        AgentError::new(format!("order {number} has no picture of this computer"))
            .why("its originals are on another computer of the studio")
            .fix("run the same command there")
    })?;
    let mut replaced = Vec::new();
    let wanted = |l: &OrderLine| line.is_none_or(|no| no == l.no);
    for (line, index, node) in own_nodes(job.order(), desk.account.machine).filter(|(l, ..)| wanted(l)) {
        let found = desk.catalog.read(|db| original::record(db, node, job.order().placed_at, None))?;
        if let Ok(record) = &found
            && original::read(record, &number, node).is_ok()
        {
            continue;
        }
        let newer = desk.catalog.read(|db| original::newer(db, node, &node.version))?;
        let Some(newer) = newer else { continue };
        let record =
            desk.catalog.read(|db| original::record(db, node, job.order().placed_at, Some(newer)))?;
        let Ok(record) = record else { continue };
        fits(&record, line, node)?;
        let now = clock::now().0;
        desk.catalog.read(|db| substitutions::choose(db, id, line.no, index, &newer, now))?;
        replaced.push(format!("line {}: {}", line.no, one_line(&node.file_name, 80)));
    }
    if replaced.is_empty() {
        return Err(AgentError::new(format!("nothing of order {number} needs a newer version"))
            .why("every original is where it was, or the catalog knows no newer version of the missing ones")
            .fix("run `darkslide scan DIR` if you exported the picture again"));
    }
    let value = serde_json::json!({ "order": id, "number": number, "replaced": replaced });
    ctx.out.result(&value, || {
        let what = count(replaced.len(), "picture");
        format!("{what} of order {number} will be printed from the newer version\n{}", replaced.join("\n"))
    });
    Ok(Exit::Ok)
}

/// The customer's crop must make sense in the newer picture too.
fn fits(record: &original::Record, line: &OrderLine, node: &ImageNode) -> Result<(), AgentError> {
    let frame = record.source.frame();
    let hundredths = |inches: f64| (inches * 100.0).round() as u32;
    check_print(&node.crop, frame)
        .and_then(|()| match line.nodes.len() {
            1 if line.needs_lab() => check_shape(&node.crop, frame, hundredths(line.width_in), hundredths(line.height_in)),
            _ => Ok(()),
        })
        .map_err(|why| {
            AgentError::new(format!("the newer {} has another shape", one_line(&node.file_name, 80)))
                .why(format!("line {}: {why}", line.no))
                .fix("put the ordered file back; or cancel, and ask the customer to order from the new picture")
        })
}
