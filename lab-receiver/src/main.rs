//! `darkslide-lab`: the laboratory's receiver.

mod acts;
mod cli;
mod commands;
mod config;
mod cut;
mod desk;
mod home;
mod host;
mod ipp;
mod journal;
mod output;
mod run;
mod speaker;
mod spool;
mod ticket;
mod verify;

use std::process::ExitCode;

use clap::Parser;

use crate::commands::Outcome;

fn main() -> ExitCode {
    let cli = cli::Cli::parse();
    let json = cli.json;
    let outcome = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(anyhow::Error::from)
        .and_then(|runtime| runtime.block_on(commands::run(cli)));
    match outcome {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::Partly) => ExitCode::from(3),
        Err(error) => {
            let text: Vec<String> =
                format!("{error:#}").lines().map(|l| domain::text::one_line(l, 1_000)).collect();
            if json {
                println!("{}", serde_json::json!({ "error": text.join("\n") }));
            }
            eprintln!("darkslide-lab: {}", text.join("\n  "));
            ExitCode::from(1)
        }
    }
}
