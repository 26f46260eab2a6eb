//! `darkslide payment show`: the ways to pay, and the address Stripe has to know.

use wire::{payment::PaymentInfo, route};

use crate::{
    AgentError, Context, Exit,
    host::{HostWhat, account, client_for},
};

pub async fn run(ctx: &Context) -> Result<Exit, AgentError> {
    let account = account::required(ctx)?;
    let info: PaymentInfo = client_for(ctx, &account)?
        .get(route::STUDIO_PAYMENT)
        .await
        .host("the ways to pay could not be read")?;
    ctx.out.result(&info, || text(&info));
    Ok(Exit::Ok)
}

pub fn text(info: &PaymentInfo) -> String {
    let stripe = match &info.stripe {
        None => "Stripe: not set up; `darkslide payment stripe --help` says how".to_owned(),
        Some(stripe) => format!(
            "Stripe: key …{}{}{}",
            stripe.key_hint,
            if stripe.live { "" } else { ", a test key: nobody is charged" },
            if stripe.only { "; the only way to pay" } else { "" },
        ),
    };
    let direct = match info.stripe.as_ref().is_some_and(|s| s.only) {
        true => "",
        false => "\nCustomers can pay you directly; `darkslide orders mark-paid NUMBER` notes it",
    };
    format!("{stripe}\nStripe's webhook address: {}{direct}", info.webhook_url)
}
