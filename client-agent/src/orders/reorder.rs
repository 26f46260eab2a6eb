//! `darkslide orders reorder NUMBER`: the same pictures once more, sold at the prices of today. First it says what that
//! costs, then it places the order, which goes its way like every other.

use std::{collections::BTreeMap, fmt::Write};

use domain::{money::Money, place::Destination};
use wire::{
    orders::{Reorder, Reordered},
    route,
};

use super::{adjust::person, desk::Desk};
use crate::{AgentError, Context, Exit, cli::orders::ReorderArgs, clock, host::HostWhat, output::shown};

pub async fn run(ctx: &Context, args: &ReorderArgs) -> Result<Exit, AgentError> {
    let desk = Desk::open(ctx)?;
    let id = desk.find(&args.order).await?;
    let quantities: BTreeMap<u32, u32> = match args.line.as_slice() {
        [] => BTreeMap::new(),
        some => some.iter().map(|one| (one.line, one.quantity)).collect(),
    };
    let mut ask = Reorder {
        quantities,
        destination: args.pick_up.then_some(Destination::PickUp),
        total_shown: None,
        key: args.key.clone().unwrap_or_else(|| data_encoding::HEXLOWER.encode(&clock::random::<16>())),
        by: Some(person(args.by.as_deref(), &desk.account.machine_name)),
    };
    let path = route::fill(route::STUDIO_REORDER, &[&id]);
    let number = id.number();
    let what = || format!("order {number} could not be ordered again");
    let total = match args.total {
        Some(seen) => seen,
        None => {
            let priced: Reordered = desk.host.post(&path, &ask).await.host(what())?;
            if args.quote {
                ctx.out.result(&priced, || words(&priced));
                return Ok(Exit::Ok);
            }
            ctx.out.say(words(&priced));
            if !ctx.confirm(&format!(
                "Order it for {}? The customer is told, if the studio sends mails.",
                priced.total
            ))? {
                return Err(
                    AgentError::new("nothing was ordered").why("the question was not answered with yes")
                );
            }
            priced.total
        }
    };
    ask.total_shown = Some(total);
    let answer: Reordered = desk.host.post(&path, &ask).await.host(what())?;
    let placed = answer.placed.ok_or_else(|| {
        AgentError::new(what()).why("the host answered without the new order").fix("try again")
    })?;
    let value = serde_json::json!({ "order": placed.order.id, "number": placed.number, "total": placed.order.total,
            "reorder_of": id });
    ctx.out.result(&value, || {
        format!(
            "order {} is placed: {} for {}",
            placed.number,
            placed.order.total,
            shown(&placed.order.customer.name)
        )
    });
    Ok(Exit::Ok)
}

fn words(priced: &Reordered) -> String {
    let mut text = String::new();
    let mut line = |name: &str, amount: Money| {
        let _ = writeln!(text, "{:>12}  {name}", amount.to_string());
    };
    for one in &priced.lines {
        line(&format!("{} × {} (line {})", one.quantity, shown(&one.name), one.line), one.total);
    }
    if priced.shipping.minor != 0 {
        line("shipping", priced.shipping);
    }
    if let Some(fee) = priced.charges.late_fee {
        line("late fee", fee);
    }
    if let Some(tax) = &priced.charges.tax {
        let how = if tax.inclusive { "included" } else { "added" };
        line(&format!("{} ({how})", shown(&tax.name)), tax.amount);
    }
    line("in all", priced.total);
    text.truncate(text.trim_end().len());
    text
}
