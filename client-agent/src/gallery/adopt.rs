//! `darkslide gallery adopt`: this machine becomes the home of what a replaced one published.

use domain::id::MachineId;
use wire::{
    enrol::Account,
    galleries::{AdoptGallery, Adopted},
    route,
};

use super::book;
use crate::{
    cli::gallery::AdoptArgs,
    context::Context,
    error::AgentError,
    exit::Exit,
    host::{self, HostWhat},
    output::{count, shown},
};

pub async fn run(ctx: &Context, args: &AdoptArgs) -> Result<Exit, AgentError> {
    let client = host::client(ctx)?;
    let account: Account =
        client.get(route::STUDIO_ACCOUNT).await.host("the host did not list the computers")?;
    let from = machine(&account, &args.from)?;
    let id = gallery(ctx, &client, &args.gallery).await?;
    let question =
        format!("From now on this computer prints the orders of {:?}. Go on?", shown(&args.gallery));
    if !ctx.confirm(&question)? {
        return Err(AgentError::new("nothing was changed"));
    }
    let path = route::fill(route::STUDIO_ADOPT, &[&id]);
    let adopted: Adopted =
        client.post(&path, &AdoptGallery { from }).await.host("the host did not move the gallery")?;
    let (photos, jobs) = (adopted.photos, adopted.jobs);
    ctx.out.result(&adopted, || {
        format!(
            "{} and {} moved here\nnext: `darkslide scan DIR` with the originals, so that orders find them",
            count(usize::try_from(photos).unwrap_or(usize::MAX), "photo"),
            count(usize::try_from(jobs).unwrap_or(usize::MAX), "open job"),
        )
    });
    Ok(Exit::Ok)
}

/// Usually a gallery the replaced computer made, which only the host knows by name.
async fn gallery(
    ctx: &Context,
    client: &queue_client::HostClient,
    name: &str,
) -> Result<domain::id::GalleryId, AgentError> {
    if let Ok(id) = name.parse() {
        return Ok(id);
    }
    if let Ok(gallery) = book::find(&ctx.catalog()?, name) {
        return Ok(gallery.id);
    }
    let all: Vec<wire::galleries::GalleryInfo> =
        client.get_all(route::STUDIO_GALLERIES).await.host("the host did not list the galleries")?;
    let found: Vec<_> = all.iter().filter(|g| g.name.to_lowercase() == name.to_lowercase()).collect();
    match found.as_slice() {
        [one] => Ok(one.gallery),
        [] => Err(AgentError::new(format!("the studio has no gallery {:?}", shown(name)))
            .why(format!(
                "the host knows: {}",
                all.iter().map(|g| shown(&g.name)).collect::<Vec<_>>().join(", ")
            ))
            .fix("use one of these names")),
        _ => Err(AgentError::new(format!("several galleries are called {:?}", shown(name)))
            .why(found.iter().map(|g| g.gallery.to_string()).collect::<Vec<_>>().join(", "))
            .fix("use the id instead of the name")),
    }
}

fn machine(account: &Account, wanted: &str) -> Result<MachineId, AgentError> {
    let others: Vec<_> = account.machines.iter().filter(|m| m.machine != account.machine).collect();
    let found = others.iter().find(|m| m.name == wanted || m.machine.to_string() == wanted);
    found.map(|m| m.machine).ok_or_else(|| {
        let names: Vec<String> = others.iter().map(|m| shown(&m.name)).collect();
        let why = if names.is_empty() {
            "it has no other computer".into()
        } else {
            format!("it has: {}", names.join(", "))
        };
        AgentError::new(format!("the studio has no other computer {:?}", shown(wanted)))
            .why(why)
            .fix("`darkslide machine list` shows names and ids")
    })
}
