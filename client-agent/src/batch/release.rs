//! `darkslide batch release`: lets the whole batch go to the lab, sorted by class and child. What is on hold, looks
//! soft, has a crop that does not fit any more or is not paid online stays behind, and is named.

use domain::{id::OrderId, order::OrderState};
use serde::Serialize;

use super::gather::gather;
use crate::{
    AgentError, Context, Exit,
    cli::batch::ReleaseArgs,
    clock,
    orders::{Desk, moment},
    output::{count, shown},
};

#[derive(Serialize)]
struct Released {
    released: usize,
    before: usize,
    behind: Vec<Behind>,
}

#[derive(Serialize)]
struct Behind {
    order: OrderId,
    number: String,
    why: String,
}

pub async fn run(ctx: &Context, args: &ReleaseArgs) -> Result<Exit, AgentError> {
    let desk = Desk::open(ctx)?;
    desk.fetch_all().await?;
    let batch = gather(&desk.catalog, &args.gallery)?;
    if let Some(until) = batch.until.filter(|until| clock::now() <= *until)
        && !args.early
    {
        let name = shown(&batch.gallery.name);
        return Err(AgentError::new(format!("orders of {name:?} are still collected"))
            .why(format!("its price list takes orders for school until {}", moment(until.0)))
            .fix(format!("wait for that day, or run `darkslide batch release {name:?} --early`; what is ordered after it waits for that day")));
    }
    let mut done = Released { released: 0, before: 0, behind: Vec::new() };
    for bag in &batch.bags {
        let order = bag.order();
        if order.state != OrderState::Placed {
            done.before += 1;
            continue;
        }
        let why = match bag.job.problem.clone().map_or_else(|| desk.kept_back(order), |why| Ok(Some(why)))? {
            Some(why) => Some(why),
            None => match desk.routes(order, None) {
                Ok(routes) => {
                    desk.approve(order.id, routes, Some(order.revision)).await.err().map(|e| e.to_string())
                }
                Err(error) => Some(error.to_string()),
            },
        };
        match why {
            None => done.released += 1,
            Some(why) => done.behind.push(Behind { order: order.id, number: order.id.number(), why }),
        }
    }
    ctx.out.result(&done, || text(&done));
    Ok(if done.behind.is_empty() { Exit::Ok } else { Exit::Partly })
}

fn text(done: &Released) -> String {
    let mut lines = vec![format!("{} released", count(done.released, "order"))];
    if done.before > 0 {
        lines.push(format!("{} released before", count(done.before, "order")));
    }
    for behind in &done.behind {
        lines.push(format!("{} stays behind: {}", behind.number, behind.why));
    }
    if !done.behind.is_empty() {
        lines.push("release them by hand: `darkslide orders approve NUMBER`".into());
    }
    lines.join("\n")
}
