//! `darkslide mail`: what the host mails for the studio. The host keeps it, so every computer of the studio agrees.

mod off;
mod set;
mod show;

use domain::mail::StudioMail;

use crate::{AgentError, Context, Exit, cli::mail::MailCommand, output::shown};

pub async fn run(ctx: &Context, command: MailCommand) -> Result<Exit, AgentError> {
    match command {
        MailCommand::Show => show::run(ctx).await,
        MailCommand::Set(args) => set::run(ctx, args).await,
        MailCommand::Off => off::run(ctx).await,
    }
}

/// The settings in words.
fn words(mail: Option<&StudioMail>) -> String {
    let Some(mail) = mail else {
        return "no mails are sent; switch them on with `darkslide mail set --address you@example.com`"
            .into();
    };
    let on = |on: bool| if on { "on" } else { "off" };
    format!(
        "address      {}\nlanguage     {}\nto customers {}\nnew orders   {}\ndigest       {}",
        shown(&mail.address),
        mail.language.as_str(),
        on(mail.to_customers),
        on(mail.new_orders),
        on(mail.digest)
    )
}
