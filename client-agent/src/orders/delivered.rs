//! `darkslide orders delivered NUMBER [--line NO…]`: the customer has what no lab makes: files, frames, mugs.

use domain::order::{Order, OrderState, Stage};
use wire::{
    orders::{JobProgress, StudioOrder},
    route,
};

use super::desk::Desk;
use crate::{AgentError, Context, Exit, cli::orders::DeliveredArgs, host::HostWhat, output::count};

pub async fn run(ctx: &Context, args: &DeliveredArgs) -> Result<Exit, AgentError> {
    let desk = Desk::open(ctx)?;
    let id = desk.find(&args.order).await?;
    let path = route::fill(route::STUDIO_ORDER, &[&id]);
    let document: StudioOrder =
        desk.host.get(&path).await.host(format!("order {} could not be read", id.number()))?;
    let delivered = lines(&document.order, &args.line)?;
    if !delivered.is_empty() {
        desk.progress(id, &JobProgress { delivered: delivered.clone(), ..JobProgress::default() }).await?;
        desk.fetch(id).await?;
    }
    let value = serde_json::json!({ "order": id, "number": id.number(), "lines": delivered });
    ctx.out.result(&value, || match delivered.len() {
        0 => format!("order {}: everything without a lab was delivered before", id.number()),
        n => format!("{} of order {} delivered", count(n, "line"), id.number()),
    });
    Ok(Exit::Ok)
}

/// Which lines are meant: those that are named, else all that no lab makes. Those that are delivered stay so.
fn lines(order: &Order, named: &[u32]) -> Result<Vec<u32>, AgentError> {
    let number = order.id.number();
    let refused = |why: String, fix: String| {
        Err(AgentError::new(format!("nothing of order {number} is delivered by the studio now"))
            .why(why)
            .fix(fix))
    };
    if order.state != OrderState::Approved {
        let state =
            if order.state == OrderState::Placed { "it is not approved yet" } else { "it is cancelled" };
        return refused(state.into(), format!("look at it: `darkslide orders show {number}`"));
    }
    for no in named {
        match order.line(*no) {
            None => {
                return refused(format!("it has no line {no}"), format!("`darkslide orders show {number}`"));
            }
            Some(line) if line.needs_lab() => {
                return refused(
                    format!("line {no} is printed by a lab, which says when it is shipped"),
                    format!("`darkslide orders show {number}` says how far it is"),
                );
            }
            Some(_) => {}
        }
    }
    let own: Vec<_> = order.lines.iter().filter(|l| !l.needs_lab()).collect();
    if own.is_empty() {
        return refused(
            "all its lines are printed by labs, which say when they are shipped".into(),
            format!("`darkslide orders show {number}` says how far they are"),
        );
    }
    let open = own.into_iter().filter(|l| l.status.stage < Stage::Shipped);
    Ok(open.map(|l| l.no).filter(|no| named.is_empty() || named.contains(no)).collect())
}

#[cfg(test)]
mod tests {
    use domain::order::LineKind;

    use super::*;
    use crate::orders::sample;

    #[test]
    fn what_no_lab_makes_is_delivered_once_and_only_after_the_approval() {
        let mut order = sample::order();
        order.lines[1].kind = LineKind::Item;
        assert!(lines(&order, &[]).unwrap_err().to_string().contains("not approved yet"));
        order.state = OrderState::Approved;
        assert_eq!(lines(&order, &[]).unwrap(), [2]);
        assert_eq!(lines(&order, &[2]).unwrap(), [2]);
        assert!(lines(&order, &[1]).unwrap_err().to_string().contains("printed by a lab"));
        assert!(lines(&order, &[9]).unwrap_err().to_string().contains("no line 9"));
        order.lines[1].status.stage = Stage::Shipped;
        assert_eq!(lines(&order, &[]).unwrap(), [0; 0]);
    }
}
