//! `mail set|off|test|list|retry`: how mails to customers and studios leave this host.

use std::{io::Write, path::Path, path::PathBuf};

use anyhow::{Context, Result, bail};
use clap::Args;
use domain::mail::is_address;
use embedded::{SmtpMailer, SmtpSettings, SmtpTls};
use ports::Mailer;
use serde::Serialize;

use crate::{
    data_folder::{ServeLock, mail_file, mail_settings, open, secrets},
    output::{Output, safe},
};

#[derive(Args)]
pub struct SetArgs {
    /// The mail server, with its port where it is not 587 (STARTTLS): smtp.example.com:465
    #[arg(long, value_name = "SERVER[:PORT]")]
    pub smtp: String,
    /// The address every mail comes from
    #[arg(long, value_name = "ADDRESS")]
    pub from: String,
    /// Who logs in at the mail server
    #[arg(long, value_name = "NAME", requires = "password_file")]
    pub user: Option<String>,
    /// File with the password, and nothing else in it
    #[arg(long, value_name = "FILE", requires = "user")]
    pub password_file: Option<PathBuf>,
    /// How the connection is protected; by default TLS on port 465, STARTTLS on others
    #[arg(long, value_enum)]
    pub tls: Option<TlsArg>,
}

#[derive(Clone, Copy, clap::ValueEnum)]
pub enum TlsArg {
    /// Upgraded before anything is said
    Starttls,
    /// From the first byte
    Tls,
    /// Not at all: only for a mail server on this computer
    None,
}

#[derive(Serialize)]
struct Shown {
    server: Option<String>,
    from: Option<String>,
    failed: Vec<Failed>,
}

#[derive(Serialize)]
struct Failed {
    id: String,
    why: Option<String>,
    queued_at: i64,
}

pub fn set(data: &Path, args: &SetArgs, out: Output) -> Result<()> {
    secrets(data)?;
    let settings = settings(args)?;
    // What the mailer would refuse is refused now.
    SmtpMailer::new(&settings).context("These settings cannot be used")?;
    let mut file = tempfile::NamedTempFile::new_in(data)
        .with_context(|| format!("{} cannot be written", data.display()))?;
    file.write_all(&serde_json::to_vec_pretty(&settings)?)?;
    file.as_file().sync_all()?;
    file.persist(mail_file(data)).context("mail.json cannot be written")?;
    out.show(&serde_json::json!({ "server": settings.server, "from": settings.from }), |_| {
        let restart = if ServeLock::is_taken(data) {
            "\nRestart `darkslide-host serve`: it reads this when it starts."
        } else {
            ""
        };
        format!(
            "Mails leave by {}:{} from {}. Try it: darkslide-host mail test you@example.com\n\
             Each studio switches its mails on with `darkslide mail set`.{restart}",
            settings.server, settings.port, settings.from
        )
    })
}

fn settings(args: &SetArgs) -> Result<SmtpSettings> {
    let (server, port) = match args.smtp.rsplit_once(':') {
        Some((server, port)) => {
            (server, port.parse().with_context(|| format!("{:?} is not a port", safe(port)))?)
        }
        None => (args.smtp.as_str(), 587),
    };
    if server.is_empty() || server.contains(char::is_whitespace) {
        bail!("{:?} is not a mail server. Give it like smtp.example.com:587", safe(&args.smtp));
    }
    if !is_address(&args.from) {
        bail!("{:?} is not an e-mail address", safe(&args.from));
    }
    let here = ["localhost", "127.0.0.1", "::1", "[::1]"].contains(&server);
    let tls = match args.tls {
        Some(TlsArg::Starttls) => SmtpTls::Starttls,
        Some(TlsArg::Tls) => SmtpTls::Tls,
        Some(TlsArg::None) if here => SmtpTls::None,
        Some(TlsArg::None) => {
            bail!("Without TLS everybody on the way to {server} could read the mails and the password.")
        }
        None if port == 465 => SmtpTls::Tls,
        None => SmtpTls::Starttls,
    };
    let password = match &args.password_file {
        Some(path) => {
            let text = std::fs::read_to_string(path)
                .with_context(|| format!("The password in {} cannot be read", path.display()))?;
            Some(text.trim_end_matches(['\r', '\n']).to_owned())
        }
        None => None,
    };
    let server = server.trim_matches(['[', ']']).to_owned();
    Ok(SmtpSettings { server, port, tls, user: args.user.clone(), password, from: args.from.clone() })
}

pub fn off(data: &Path, out: Output) -> Result<()> {
    match std::fs::remove_file(mail_file(data)) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => {
            return Err(e).context("mail.json cannot be removed");
        }
        _ => {}
    }
    out.show(&serde_json::json!({ "server": null }), |_| {
        "No mails leave this host once it is restarted.".to_owned()
    })
}

pub async fn test(data: &Path, address: &str, out: Output) -> Result<()> {
    if !is_address(address) {
        bail!("{:?} is not an e-mail address", safe(address));
    }
    let settings = mail_settings(data)?.with_context(no_server)?;
    let mailer = SmtpMailer::new(&settings).context("These settings cannot be used")?;
    mailer
        .send(&send_mail::test_letter(address))
        .await
        .with_context(|| format!("The test did not leave by {}:{}", settings.server, settings.port))?;
    out.show(&serde_json::json!({ "sent_to": address }), |_| {
        format!(
            "{} took the test for {}. Look into that mailbox, and into its spam folder.",
            settings.server,
            safe(address)
        )
    })
}

fn no_server() -> String {
    "No mail server is set. Set one: darkslide-host mail set --smtp smtp.example.com --from prints@example.com".into()
}

pub async fn list(data: &Path, out: Output) -> Result<()> {
    let settings = mail_settings(data)?;
    let ports = open(data)?.ports();
    let mut failed = Vec::new();
    let mut cursor = None;
    loop {
        let page = ports.mails.given_up(cursor.as_deref(), 200).await?;
        failed.extend(page.items.into_iter().map(|m| Failed {
            id: m.mail.id,
            why: m.why,
            queued_at: m.mail.queued_at.0,
        }));
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    let shown = Shown {
        server: settings.as_ref().map(|s| format!("{}:{}", s.server, s.port)),
        from: settings.map(|s| s.from),
        failed,
    };
    out.show(&shown, |shown| {
        let server = match (&shown.server, &shown.from) {
            (Some(server), Some(from)) => format!("Mails leave by {server} from {from}."),
            _ => no_server(),
        };
        if shown.failed.is_empty() {
            return format!("{server}\nNone has failed for good.");
        }
        let failed = shown.failed.iter().map(|f| {
            format!("  {}: {}", safe(&f.id), safe(f.why.as_deref().unwrap_or("no reason was noted")))
        });
        format!(
            "{server}\n\nFailed for good; after mending the reason: darkslide-host mail retry ID\n{}",
            failed.collect::<Vec<_>>().join("\n")
        )
    })
}

pub async fn retry(data: &Path, id: &str, out: Output) -> Result<()> {
    let ports = open(data)?.ports();
    if !ports.mails.try_again(id, ports.clock.now()).await? {
        bail!("No mail {:?} has failed for good. See `darkslide-host mail list`.", safe(id));
    }
    out.show(&serde_json::json!({ "retried": id }), |_| format!("{} is tried again.", safe(id)))
}
