//! Following a recipe again: the same bytes, or what is different.

use bytes::Bytes;
use domain::hash::Sha256;
use serde::Serialize;
use wire::manifest::Recipe;

use super::chain::Print;
use crate::{
    AgentError,
    error::What,
    labs::setup::store,
    orders::{Desk, original, recipe},
};

#[derive(Clone, Debug, Serialize)]
pub struct Again {
    pub line: u32,
    pub picture: u32,
    pub attempt: u32,
    pub same: bool,
    /// In words.
    pub found: String,
}

pub async fn make(desk: &Desk, print: &Print) -> Result<Again, AgentError> {
    let (same, found) = match rendered(desk, print).await? {
        Ok(sha256) if sha256 == print.file => (true, "the same bytes".to_owned()),
        Ok(sha256) => {
            let by = match &print.recipe {
                Some(Recipe::Rendered(made)) if made.program != recipe::PROGRAM => {
                    format!("it was made by {}, and this is {}", made.program, recipe::PROGRAM)
                }
                _ => "original, recipe and version are the same; this computer renders differently".into(),
            };
            (false, format!("other bytes ({}): {by}", &sha256.hex()[..12]))
        }
        Err(why) => (false, why),
    };
    Ok(Again { line: print.line, picture: print.picture, attempt: print.attempt, same, found })
}

/// `Ok(Err(words))`: it cannot be followed.
async fn rendered(desk: &Desk, print: &Print) -> Result<Result<Sha256, String>, AgentError> {
    let Some(recipe) = print.recipe.clone() else {
        return Ok(Err("it was sent before recipes were kept".into()));
    };
    let (version, name) = (print.original, print.file_name.clone());
    let places = desk.catalog.read(|db| original::places(db, &version))?;
    let read = tokio::task::spawn_blocking(move || original::read_any(&places, &version, &name)).await;
    let bytes = match read.what("reading an original was cut off")? {
        Ok(bytes) => bytes,
        Err(why) => return Ok(Err(why)),
    };
    let made = match recipe {
        Recipe::Untouched => return Ok(Ok(Sha256::of(&bytes))),
        Recipe::Rendered(made) => made,
    };
    let profile = match &made.profile {
        Some(named) => desk.catalog.read(|db| store::profile(db, &named.sha256))?.map(|(_, bytes)| bytes),
        None => None,
    };
    let request = match recipe::request(&made, |_| profile) {
        Ok(request) => request,
        Err(why) => return Ok(Err(why)),
    };
    match desk.pool.print(Bytes::from(bytes), request).await {
        Ok(print) => Ok(Ok(Sha256::of(&print.jpeg))),
        Err(e) if e.is_about_the_file() => Ok(Err(format!("this version cannot follow it: {e}"))),
        Err(e) => Err(AgentError::new("prints cannot be rendered").why(e).fix("run `darkslide doctor`")),
    }
}
