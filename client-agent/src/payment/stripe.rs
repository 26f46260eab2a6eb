//! `darkslide payment stripe`: gives the host the studio's keys, which it seals.

use std::io::{BufRead, IsTerminal, Write};

use wire::{
    payment::{PaymentInfo, PutStripe},
    route,
};

use super::show;
use crate::{
    AgentError, Context, Exit,
    cli::payment::StripeArgs,
    error::What,
    host::{HostWhat, account, client_for},
};

pub async fn run(ctx: &Context, args: &StripeArgs) -> Result<Exit, AgentError> {
    let account = account::required(ctx)?;
    let host = client_for(ctx, &account)?;
    if args.remove {
        host.delete(route::STUDIO_STRIPE).await.host("Stripe could not be taken away")?;
        ctx.out.result(&serde_json::json!({ "stripe": null }), || {
            "customers can no longer pay with Stripe; orders that are paid stay paid".into()
        });
        return Ok(Exit::Ok);
    }
    let put = PutStripe {
        secret_key: ask("Stripe's secret or restricted key (rk_… or sk_…): ")?,
        webhook_secret: ask("Signing secret of the webhook endpoint (whsec_…): ")?,
        only: args.only,
    };
    let info: PaymentInfo = host.put(route::STUDIO_STRIPE, &put).await.host("the keys were not taken")?;
    ctx.out.result(&info, || show::text(&info));
    Ok(Exit::Ok)
}

/// From a terminal with a question, else a line of the pipe. Never an argument: those are seen by others.
fn ask(question: &str) -> Result<String, AgentError> {
    if std::io::stdin().is_terminal() {
        let mut err = std::io::stderr();
        let _ = write!(err, "{question}").and_then(|()| err.flush());
    }
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line).what("the keys could not be read")?;
    let line = line.trim();
    if line.is_empty() {
        return Err(AgentError::new("the keys are not complete")
            .why("two lines are needed: the key, and the webhook's signing secret")
            .fix("run `darkslide payment stripe` and answer both questions"));
    }
    Ok(line.to_owned())
}
