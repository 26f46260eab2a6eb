//! `darkslide mail set`: only what was named changes.

use domain::mail::{StudioMail, is_address};
use wire::route;

use super::words;
use crate::{
    AgentError, Context, Exit,
    cli::mail::SetArgs,
    host::{self, HostWhat},
};

pub async fn run(ctx: &Context, args: SetArgs) -> Result<Exit, AgentError> {
    let client = host::client(ctx)?;
    let there: Option<StudioMail> =
        client.get(route::STUDIO_MAIL).await.host("the host did not say what it mails")?;
    let mail = changed(there, &args)?;
    client.put_unit(route::STUDIO_MAIL, &mail).await.host("the host did not take the mail settings")?;
    ctx.out.result(&mail, || words(Some(&mail)));
    Ok(Exit::Ok)
}

fn changed(there: Option<StudioMail>, args: &SetArgs) -> Result<StudioMail, AgentError> {
    let address = args.address.clone().or_else(|| there.as_ref().map(|m| m.address.clone()));
    let address = address.ok_or_else(|| {
        AgentError::new("the host does not know where the studio's mails go")
            .why("mails were not switched on before")
            .fix("`darkslide mail set --address you@example.com`")
    })?;
    if !is_address(&address) {
        return Err(AgentError::new(format!(
            "{:?} is not an e-mail address",
            domain::text::one_line(&address, 80)
        ))
        .why("something before an @ and a name with a dot after it is needed")
        .fix("`darkslide mail set --address you@example.com`"));
    }
    let switch =
        |on: bool, off: bool, before: Option<bool>| if off { false } else { on || before.unwrap_or(true) };
    let before = there.as_ref();
    Ok(StudioMail {
        address,
        language: args.language.clone().or_else(|| before.map(|m| m.language.clone())).unwrap_or_default(),
        to_customers: switch(args.to_customers, args.no_to_customers, before.map(|m| m.to_customers)),
        new_orders: switch(args.new_orders, args.no_new_orders, before.map(|m| m.new_orders)),
        digest: switch(args.digest, args.no_digest, before.map(|m| m.digest)),
    })
}
