//! The page, whole and as what changed of it.

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    sync::{Arc, LazyLock, PoisonError},
    time::Duration,
};

use axum::{
    extract::{Query, State},
    http::{StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use minijinja::{Environment, Value, context, value::Serde};
use serde::Deserialize;

use super::Desk;

/// How long a browser's question for news stays open.
const LONGEST: Duration = Duration::from_secs(20);

/// Values are escaped: the templates' names end in `.html`.
static TEMPLATES: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut templates = Environment::new();
    templates.set_undefined_behavior(minijinja::UndefinedBehavior::Strict);
    for (name, text) in [
        ("page.html", include_str!("page.html")),
        ("main.html", include_str!("main.html")),
        ("head.html", include_str!("head.html")),
        ("lines.html", include_str!("lines.html")),
    ] {
        // A template that does not parse is found by the first test that draws it.
        templates.add_template(name, text).unwrap_or_else(|e| eprintln!("darkslide-lab: {name}: {e}"));
    }
    templates
});

fn draw(name: &str, values: minijinja::Value) -> anyhow::Result<String> {
    Ok(TEMPLATES.get_template(name)?.render(values)?)
}

/// The part that changes, and a mark by which a browser says what it has seen.
fn main(desk: &Desk) -> anyhow::Result<(String, String)> {
    let html = draw("main.html", context! { view => Value::from(Serde(desk.view()?)) })?;
    let mut hasher = DefaultHasher::new();
    html.hash(&mut hasher);
    Ok((html, format!("{:016x}", hasher.finish())))
}

pub async fn whole(State(desk): State<Arc<Desk>>) -> Response {
    let said = desk.said.lock().unwrap_or_else(PoisonError::into_inner).take();
    let drawn = desk.view().and_then(|view| {
        let (main, seen) = main(&desk)?;
        let (view, said) = (Value::from(Serde(view)), Value::from(Serde(said)));
        draw("page.html", context! { view, main, seen, said })
    });
    match drawn {
        Ok(html) => Html(html).into_response(),
        Err(error) => failed(&error),
    }
}

fn failed(error: &anyhow::Error) -> Response {
    (StatusCode::INTERNAL_SERVER_ERROR, format!("the journal cannot be shown: {error:#}\n")).into_response()
}

#[derive(Deserialize)]
pub struct Seen {
    #[serde(default)]
    seen: String,
}

/// Answers when something is new, or 204 after a while.
pub async fn live(State(desk): State<Arc<Desk>>, Query(query): Query<Seen>) -> Response {
    let began = tokio::time::Instant::now();
    loop {
        match main(&desk) {
            Ok((html, seen)) if seen != query.seen => {
                return ([(header::ETAG, format!("\"{seen}\""))], Html(html)).into_response();
            }
            Ok(_) if began.elapsed() > LONGEST => return StatusCode::NO_CONTENT.into_response(),
            Ok(_) => tokio::time::sleep(Duration::from_millis(700)).await,
            Err(error) => return failed(&error),
        }
    }
}
