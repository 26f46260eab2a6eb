//! `darkslide-host`: the command line.

use std::{io::IsTerminal, net::SocketAddr, path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};
use one_machine::{command, data_folder, exit, output::Output};

/// The host of Darkslide on one machine: galleries, orders, relay and site in one process.
#[derive(Parser)]
#[command(name = "darkslide-host", version, after_help = AFTER_HELP, max_term_width = 100)]
struct Cli {
    /// Folder that holds everything: database, objects, secrets
    #[arg(long, global = true, env = "DARKSLIDE_HOST_DATA", default_value = data_folder::DEFAULT, value_name = "DIR")]
    data: PathBuf,
    /// Print one JSON document instead of text; logs are JSON too
    #[arg(long, global = true)]
    json: bool,
    /// Log more; twice for everything
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    verbose: u8,
    #[command(subcommand)]
    command: Command,
}

const AFTER_HELP: &str = "\
Getting started:
  darkslide-host init --url https://photos.example.com
  darkslide-host studio add \"Bright Side Photo\"     prints the command for the photographer
  darkslide-host lab add \"City Lab\"                 prints the command for the lab
  darkslide-host serve --behind-proxy

Exit codes:
  0  done
  1  failed; the message says why and what to do next
  2  the command line was not understood
  3  `check` or `restore --verify` found something wrong";

#[derive(Subcommand)]
enum Command {
    /// Make a new host: data folder, secrets, database
    Init {
        /// Address customers, agents and labs will use, such as https://photos.example.com
        #[arg(long)]
        url: String,
    },
    /// Run the host until Ctrl-C or SIGTERM
    Serve {
        /// Address and port to listen on [default: those of the host's own address when that is
        /// http://127.0.0.1:…; with --tls every address of this computer, at the port of the host's
        /// own (443); otherwise 127.0.0.1:8460]
        #[arg(long)]
        listen: Option<SocketAddr>,
        /// Speak HTTPS with this certificate (with its chain) and key, both PEM
        #[arg(long, num_args = 2, value_names = ["CERT", "KEY"], conflicts_with = "behind_proxy")]
        tls: Option<Vec<PathBuf>>,
        /// A proxy in front speaks HTTPS, sets X-Forwarded-For, and is the only one that reaches this port
        #[arg(long)]
        behind_proxy: bool,
        /// A stand-in for Stripe on this computer, for tests
        #[arg(long, hide = true, value_name = "URL")]
        stripe_stand_in: Option<String>,
    },
    /// Look for damage: database, objects against records both ways, hashes, permissions, disk
    Check {
        /// Hash every object instead of a sample
        #[arg(long)]
        all: bool,
    },
    /// The studios on this host
    #[command(subcommand)]
    Studio(StudioCommand),
    /// The labs on this host
    #[command(subcommand)]
    Lab(LabCommand),
    /// What waits, and what failed for good
    #[command(subcommand)]
    Queue(QueueCommand),
    /// Mails to customers and studios: the mail server they leave by, a test, what failed
    #[command(subcommand)]
    Mail(MailCommand),
    /// Copy everything to a folder, while the host runs
    Backup {
        /// Folder that must not exist yet
        dest: PathBuf,
    },
    /// Bring a backup back into an empty data folder
    Restore {
        /// Folder made by `backup`
        src: PathBuf,
        /// Only check that the backup is whole; nothing is written
        #[arg(long)]
        verify: bool,
        /// The lost host's erased.log: what it names is erased again (default: erased.log in the data folder)
        #[arg(long, value_name = "FILE")]
        erased: Option<PathBuf>,
    },
    /// Make a certificate of this host's own, for trying it in a local network
    Certificate {
        /// Name or address the host is reached by; may be given several times
        #[arg(long, required = true)]
        name: Vec<String>,
        /// Folder for cert.pem and key.pem
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
    },
    /// Print what customers' sites ask and get, as an OpenAPI document
    Openapi,
}

#[derive(Subcommand)]
enum StudioCommand {
    /// Add a studio and print the token its first computer joins with
    Add { name: String },
    /// List studios with their computers
    List,
    /// Stop a studio: its agents get no session, its galleries stay closed to customers
    Suspend {
        /// Name or id
        studio: String,
    },
    /// Let a suspended studio go on
    Resume {
        /// Name or id
        studio: String,
    },
    /// Print a new token for a studio whose first one was lost or has expired
    Token {
        /// Name or id
        studio: String,
    },
}

#[derive(Subcommand)]
enum LabCommand {
    /// Add a lab and print the token its receiver joins with
    Add { name: String },
    /// List labs
    List,
    /// Print a new token for a lab whose first one was lost or has expired
    Token {
        /// Name or id
        lab: String,
    },
}

#[derive(Subcommand)]
enum QueueCommand {
    /// Queues with what waits in them, then what failed too often
    List,
}

#[derive(Subcommand)]
enum MailCommand {
    /// Send mails by this mail server from now on
    Set(command::mail::SetArgs),
    /// Send no mails any more
    Off,
    /// Send a test to an address, and say what the mail server answered
    Test { address: String },
    /// Show the mail server and the mails that failed for good
    List,
    /// Try a mail that failed again
    Retry {
        /// As `mail list` shows it
        id: String,
    },
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    start_logs(cli.json, cli.verbose);
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("error: the host cannot start its threads: {error}");
            return ExitCode::from(exit::FAILED);
        }
    };
    match runtime.block_on(run(cli)) {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            eprintln!("error: {}", describe(&error));
            ExitCode::from(exit::FAILED)
        }
    }
}

/// The error and its causes, without what one already says of the next.
fn describe(error: &anyhow::Error) -> String {
    let mut text = error.to_string();
    for cause in error.chain().skip(1) {
        let cause = cause.to_string();
        if !text.contains(&cause) {
            text.push_str(&format!("\n  because: {cause}"));
        }
    }
    text
}

async fn run(cli: Cli) -> anyhow::Result<u8> {
    let (data, out) = (cli.data.as_path(), Output { json: cli.json });
    match cli.command {
        Command::Init { url } => command::init::run(data, &url, out).await?,
        Command::Serve { listen, tls, behind_proxy, stripe_stand_in } => {
            command::serve::run(data, listen, tls, behind_proxy, stripe_stand_in).await?;
        }
        Command::Check { all } => return command::check::run(data, all, out).await,
        Command::Studio(command) => match command {
            StudioCommand::Add { name } => command::studio::add(data, &name, out).await?,
            StudioCommand::List => command::studio::list(data, out).await?,
            StudioCommand::Suspend { studio } => command::studio::suspend(data, &studio, true, out).await?,
            StudioCommand::Resume { studio } => command::studio::suspend(data, &studio, false, out).await?,
            StudioCommand::Token { studio } => command::studio::token(data, &studio, out).await?,
        },
        Command::Lab(command) => match command {
            LabCommand::Add { name } => command::lab::add(data, &name, out).await?,
            LabCommand::List => command::lab::list(data, out).await?,
            LabCommand::Token { lab } => command::lab::token(data, &lab, out).await?,
        },
        Command::Queue(QueueCommand::List) => command::queue::list(data, out).await?,
        Command::Mail(command) => match command {
            MailCommand::Set(args) => command::mail::set(data, &args, out)?,
            MailCommand::Off => command::mail::off(data, out)?,
            MailCommand::Test { address } => command::mail::test(data, &address, out).await?,
            MailCommand::List => command::mail::list(data, out).await?,
            MailCommand::Retry { id } => command::mail::retry(data, &id, out).await?,
        },
        Command::Backup { dest } => command::backup::run(data, &dest, out).await?,
        Command::Restore { src, verify: true, .. } => return command::restore::verify(&src, out),
        Command::Restore { src, erased, .. } => {
            return command::restore::run(data, &src, erased.as_deref(), out).await;
        }
        Command::Openapi => command::openapi::run()?,
        Command::Certificate { name, out: folder } => command::certificate::run(&name, &folder, out)?,
    }
    Ok(exit::OK)
}

fn start_logs(json: bool, verbose: u8) {
    let level = match verbose {
        0 => "info",
        1 => "debug",
        _ => "trace",
    };
    // The libraries below are quiet unless everything is asked for.
    let ours = format!(
        "warn,one_machine={level},darkslide={level},darkslide_embedded={level},darkslide_http_edge={level},\
         darkslide_studio_api={level},darkslide_gallery_api={level},darkslide_order_api={level},\
         darkslide_index_photos={level},darkslide_dispatch_orders={level},darkslide_relay_lab_files={level},\
         darkslide_expire_galleries={level},darkslide_send_mail={level}"
    );
    let filter = std::env::var("RUST_LOG").unwrap_or(if verbose > 1 { "trace".into() } else { ours });
    let logs = tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::new(filter))
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    if json {
        logs.json().init();
    } else {
        logs.init();
    }
}
