//! `darkslide payment code`: makes prepaid codes. The host keeps hashes only, so they are shown once.

use std::io::Write;

use domain::{
    access::code::AccessCode,
    money::{Currency, Money},
    payment::Worth,
};
use wire::{
    payment::{PrepaidInfo, PutPrepaid},
    route,
};

use crate::{
    AgentError, Context, Exit,
    cli::payment::CodeArgs,
    clock,
    error::What,
    host::{HostWhat, account, client_for},
    output::count,
    paths,
    price_list::cells::{self, Edge},
};

pub async fn run(ctx: &Context, args: &CodeArgs) -> Result<Exit, AgentError> {
    let wrong = |why: String| {
        AgentError::new("no code was made").why(why).fix(
            "`darkslide payment code --worth \"50.00 EUR\"` or `darkslide payment code --product ID --quantity 1`",
        )
    };
    let worth = match (&args.worth, &args.product) {
        (Some(text), _) => Worth::Money(money(text).map_err(wrong)?),
        (None, Some(product)) => Worth::Product { product: product.clone(), quantity: args.quantity },
        (None, None) => return Err(wrong("it is not said what a code is worth".into())),
    };
    let until = args.until.as_deref().map(|d| cells::date(d, Edge::End)).transpose().map_err(wrong)?;
    let account = account::required(ctx)?;
    let host = client_for(ctx, &account)?;
    // The file first: codes that are nowhere but at the host are lost.
    let mut file = match &args.out {
        Some(path) => Some(
            std::fs::File::create_new(path)
                .what(format!("{} could not be made", paths::shown(path)))
                .map_err(|e| e.fix("name a file that is not there yet"))?,
        ),
        None => None,
    };
    if let Some(file) = &mut file {
        writeln!(file, "code,worth,until").what("the codes could not be written")?;
    }
    let mut made = Vec::new();
    for _ in 0..args.count {
        let code = format!("PAY-{}", AccessCode::from_random(u64::from_le_bytes(clock::random())));
        let put = PutPrepaid {
            code: code.clone(),
            worth: worth.clone(),
            note: args.note.clone(),
            valid_until: until.map(|u| u.0),
            made_at: clock::now().0,
        };
        let _: PrepaidInfo = host.post(route::STUDIO_PREPAID, &put).await.host(format!(
            "the host did not take the code; {} made before it",
            count(made.len(), "code was")
        ))?;
        match &mut file {
            Some(file) => {
                let until = until.map(cells::instant).unwrap_or_default();
                writeln!(file, "{code},{},{until}", words(&worth)).what("the codes could not be written")?;
            }
            None => ctx.out.say(&code),
        }
        made.push(code);
    }
    let file = args.out.as_deref().map(paths::shown);
    let value = serde_json::json!({ "codes": made, "worth": words(&worth), "file": file });
    ctx.out.result(&value, || {
        let place = match &file {
            Some(file) => format!("in {file}"),
            None => "above; write them down, they are not shown again".into(),
        };
        format!("{} worth {} each: {place}", count(made.len(), "code"), words(&worth))
    });
    Ok(Exit::Ok)
}

/// `50.00 EUR`
fn money(text: &str) -> Result<Money, String> {
    let (amount, currency) = text
        .trim()
        .rsplit_once(char::is_whitespace)
        .ok_or_else(|| format!("{text:?} says no currency: write it like \"50.00 EUR\""))?;
    let currency = Currency::parse(&currency.to_uppercase()).map_err(|e| e.to_string())?;
    Ok(Money::new(cells::minor(amount, currency)?, currency))
}

pub fn words(worth: &Worth) -> String {
    match worth {
        Worth::Money(money) => money.to_string(),
        Worth::Product { product, quantity } => format!("{quantity} × {}", crate::output::shown(product)),
    }
}
