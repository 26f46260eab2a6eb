//! From the command line to a command, and from its end to an exit code.

use std::{io::IsTerminal, process::ExitCode};

use clap::Parser;
use tracing_subscriber::fmt::{format::Writer, time::FormatTime};

use crate::{
    batch,
    cli::{Cli, Command},
    clock,
    config::Config,
    context::Context,
    custody, daemon, desk, entry,
    error::{AgentError, What},
    exit::Exit,
    favorites,
    folders::Folders,
    gallery, host, init, labs, mail, orders,
    output::Output,
    payment, photo, price_list, process, render, scan,
    stop::Stop,
    uploads::{self, Uploads},
};

pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(e) => {
            let _ = e.print();
            return if e.use_stderr() { Exit::Usage.into() } else { Exit::Ok.into() };
        }
    };
    logs(cli.global.verbose);
    let out = Output {
        json: cli.global.json,
        quiet: cli.global.quiet,
        no_progress: cli.global.no_progress,
        kept: None,
    };
    // No runtime and no signal handlers in a worker: it lives and dies with its pipe.
    if let Command::RenderWorker(args) = &cli.command {
        return render::worker::run(args).map_or_else(|e| e.code().into(), Into::into);
    }
    let end = runtime().and_then(|runtime| runtime.block_on(run(cli, out.clone())));
    match end {
        Ok(exit) => exit.into(),
        Err(error) => {
            out.error(&error);
            error.code().into()
        }
    }
}

fn runtime() -> Result<tokio::runtime::Runtime, AgentError> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(|e| {
        AgentError::new("the agent could not start its threads")
            .why(e)
            .fix("close some programs and try again")
    })
}

fn logs(verbose: u8) {
    let level = match verbose {
        0 => "warn",
        1 => "warn,darkslide=info",
        2 => "warn,darkslide=debug",
        _ => "debug",
    };
    let filter =
        tracing_subscriber::EnvFilter::try_from_env("DARKSLIDE_LOG").unwrap_or_else(|_| level.into());
    let logs = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // Before somebody's eyes they stand between the news of `run`, and like them; a file wants days, zones and where
    // it comes from, and no colours.
    let _ = if std::io::stderr().is_terminal() {
        logs.with_timer(TimeOfDay).with_target(verbose > 1).try_init()
    } else {
        logs.with_ansi(false).try_init()
    };
}

struct TimeOfDay;

impl FormatTime for TimeOfDay {
    fn format_time(&self, to: &mut Writer<'_>) -> std::fmt::Result {
        write!(to, "{} ", clock::time_of_day())
    }
}

async fn run(cli: Cli, out: Output) -> Result<Exit, AgentError> {
    let stop = Stop::default();
    stop.listen();
    let folders = Folders::find(cli.global.config.as_deref(), cli.global.studio.as_deref())?;
    let config = Config::load(&folders)?;
    let program = std::env::current_exe().what("the agent cannot find its own program")?;
    let throttle = queue_client::Throttle::default();
    Uploads::read(&folders).apply(&config, &throttle);
    let ctx = Context { config, folders, out, stop, program, throttle, yes: cli.global.yes };
    dispatch(&ctx, cli.command).await
}

/// Runs one command. The whole-system tests call this with a context of their own.
pub async fn dispatch(ctx: &Context, command: Command) -> Result<Exit, AgentError> {
    match command {
        Command::Init(args) => init::run(ctx, args),

        Command::Login(args) => host::run(ctx, crate::cli::host::HostCommand::Login(args)).await,
        Command::Logout => host::run(ctx, crate::cli::host::HostCommand::Logout).await,
        Command::Machine(cmd) => host::run(ctx, crate::cli::host::HostCommand::Machine(cmd)).await,
        Command::Account => host::run(ctx, crate::cli::host::HostCommand::Account).await,
        Command::Lab(cmd) => labs::run(ctx, cmd).await,
        Command::Orders(cmd) => orders::run(ctx, cmd).await,
        Command::Batch(cmd) => batch::run(ctx, cmd).await,
        Command::Custody(args) => custody::run(ctx, args).await,
        Command::Mail(cmd) => mail::run(ctx, cmd).await,
        Command::Favorites(cmd) => favorites::run(ctx, cmd).await,
        Command::Uploads(args) => uploads::run(ctx, &args),
        Command::Desk(args) => desk::run(ctx, &args).await,
        Command::Run(args) => daemon::run(ctx, crate::cli::daemon::DaemonCommand::Run(args)).await,
        Command::Status => daemon::run(ctx, crate::cli::daemon::DaemonCommand::Status).await,
        Command::Scan(args) => tokio::task::block_in_place(|| scan::run(ctx, &args)),
        Command::Process(args) => process::run(ctx, &args).await,
        Command::Gallery(cmd) => gallery::run(ctx, cmd).await,
        Command::Pricelist(cmd) => price_list::run(ctx, cmd),
        Command::Payment(cmd) => payment::run(ctx, cmd).await,
        Command::Photo(cmd) => photo::run(ctx, cmd),
        Command::ImportMetadata(args) => entry::run(ctx, &args),
        Command::Render(args) => render::files::run(ctx, &args).await,
        Command::RenderWorker(args) => render::worker::run(&args),
        Command::Doctor => daemon::run(ctx, crate::cli::daemon::DaemonCommand::Doctor).await,
    }
}
