//! `desk`: the page for the people who print, pack and post.

use anyhow::Result;
use serde_json::json;

use super::{Outcome, Setting};
use crate::{cli::Desk, desk};

pub async fn run(cx: &Setting, args: Desk) -> Result<Outcome> {
    let (link, served) = desk::open(cx.home.clone(), cx.journal()?, args.port).await?;
    // The link is what was asked for, also with --quiet.
    if cx.json {
        println!("{}", json!({ "url": link }));
    } else {
        println!("{link}");
        if !cx.quiet {
            println!(
                "\nOpen this link in a browser on this computer. It is secret, and changes with each start."
            );
            println!(
                "Ctrl-C ends the desk; the receiver (`darkslide-lab run`) is another program and goes on."
            );
        }
    }
    tokio::select! {
        ended = served => ended?,
        _ = tokio::signal::ctrl_c() => {}
    }
    Ok(Outcome::Done)
}
