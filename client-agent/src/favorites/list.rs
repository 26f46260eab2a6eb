//! `darkslide favorites list`: who chose how many, when, and what they wrote.

use wire::lists::SubmittedList;

use super::fetch;
use crate::{
    context::Context,
    error::AgentError,
    exit::Exit,
    gallery::book,
    orders::day,
    output::{count, shown},
};

pub async fn run(ctx: &Context, gallery: &str) -> Result<Exit, AgentError> {
    let gallery = book::find(&ctx.catalog()?, gallery)?;
    let lists = fetch(ctx, &gallery).await?;
    for list in &lists {
        ctx.out.result(list, || text(list));
    }
    if lists.is_empty() {
        ctx.out.say(format!("nobody has sent a list from {:?} yet", shown(&gallery.name)));
    }
    Ok(Exit::Ok)
}

fn text(list: &SubmittedList) -> String {
    let contact = list.email.as_deref().map(|e| format!(" <{}>", shown(e))).unwrap_or_default();
    let mut text = format!(
        "{}  {}{contact}  {:?}  {}",
        day(list.submitted_at),
        shown(&list.customer),
        shown(&list.name),
        count(list.photos.len(), "photo"),
    );
    if let Some(message) = &list.message {
        text.push_str(&format!("\n    {}", shown(message)));
    }
    for photo in &list.photos {
        if let Some(note) = &photo.note {
            text.push_str(&format!("\n    {}: {}", shown(&photo.file_name), shown(note)));
        }
    }
    text
}
