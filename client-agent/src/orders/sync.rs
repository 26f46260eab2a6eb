//! `darkslide orders sync`: one pass of what the daemon does for orders.

use super::{desk::Desk, due::Sent};
use crate::{AgentError, Context, Exit, output::count, restored};

#[derive(serde::Serialize)]
struct Synced {
    open: usize,
    released: usize,
    #[serde(flatten)]
    sent: Sent,
}

pub async fn run(ctx: &Context) -> Result<Exit, AgentError> {
    sync_with(ctx, &Desk::open(ctx)?).await
}

pub async fn sync_with(ctx: &Context, desk: &Desk) -> Result<Exit, AgentError> {
    if let Some(healed) = restored::heal_now(desk).await? {
        ctx.out.note(healed.text());
    }
    restored::look_again(desk).await?;
    let open = desk.fetch_all().await?;
    let released = desk.release_due().await?;
    // What the result says is enough.
    let (prints, files) = (desk.send_prints(&|_| ()).await, desk.bring_files(&|_| ()).await);
    // The trouble of one is not the other's.
    let (prints, files) = (prints?, files?);
    let sent = Sent {
        done: prints.done + files.done,
        waiting: prints.waiting + files.waiting,
        busy: prints.busy || files.busy,
    };
    let synced = Synced { open, released, sent };
    ctx.out.result(&synced, || {
        let mut text = format!(
            "{}, {released} released, {} sent to the lab, {} waiting",
            count(open, "open order"),
            count(synced.sent.done, "delivery part"),
            synced.sent.waiting
        );
        if synced.sent.busy {
            text.push_str("\n`darkslide run` is sending already");
        } else if synced.sent.waiting > 0 {
            text.push_str("\n`darkslide status` says what for");
        }
        text
    });
    Ok(if synced.sent.waiting > 0 { Exit::Partly } else { Exit::Ok })
}
