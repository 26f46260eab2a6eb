//! 100 rows of a SQLite table as JSON, by axum and rusqlite, and nothing else: no permission, no pictures,
//! no compression. `minimal ADDRESS DATABASE`.

use std::{
    error::Error,
    path::PathBuf,
    sync::{Arc, Mutex},
};

use axum::{Json, Router, extract::State, http::StatusCode, routing::get};
use rusqlite::Connection;
use serde::Serialize;

#[derive(Serialize)]
struct Row {
    id: i64,
    file_name: String,
    title: String,
    caption: String,
    captured_at: String,
    width: i64,
    height: i64,
}

struct Readers {
    database: PathBuf,
    idle: Mutex<Vec<Connection>>,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(address), Some(database)) = (arguments.next(), arguments.next()) else {
        return Err("minimal ADDRESS DATABASE".into());
    };
    fill(&Connection::open(&database)?)?;
    let readers = Arc::new(Readers { database: database.into(), idle: Mutex::default() });
    let app = Router::new().route("/rows", get(rows)).with_state(readers);
    axum::serve(tokio::net::TcpListener::bind(address).await?, app).await?;
    Ok(())
}

fn fill(db: &Connection) -> rusqlite::Result<()> {
    db.execute_batch(
        "PRAGMA journal_mode = WAL;
         DROP TABLE IF EXISTS photos;
         CREATE TABLE photos (id INTEGER PRIMARY KEY, file_name TEXT NOT NULL, title TEXT NOT NULL,
           caption TEXT NOT NULL, captured_at TEXT NOT NULL, width INTEGER NOT NULL, height INTEGER NOT NULL) STRICT;
         WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)
         INSERT INTO photos SELECT i, printf('DSC_%04d.jpg', i), printf('Picture %d of the day', i),
           printf('A caption of some words, as photographers write them below picture %d.', i),
           printf('2026-06-20T14:%02d:%02d', i / 60 % 60, i % 60), 6000, 4000 FROM n;",
    )
}

async fn rows(State(readers): State<Arc<Readers>>) -> Result<Json<Vec<Row>>, StatusCode> {
    let read = tokio::task::spawn_blocking(move || readers.read()).await;
    read.ok().and_then(Result::ok).map(Json).ok_or(StatusCode::INTERNAL_SERVER_ERROR)
}

impl Readers {
    fn read(&self) -> rusqlite::Result<Vec<Row>> {
        let pooled = self.idle.lock().map_or(None, |mut idle| idle.pop());
        let db = pooled.map_or_else(|| Connection::open(&self.database), Ok)?;
        let rows = select(&db);
        if let Ok(mut idle) = self.idle.lock() {
            idle.push(db);
        }
        rows
    }
}

fn select(db: &Connection) -> rusqlite::Result<Vec<Row>> {
    let mut statement = db.prepare_cached(
        "SELECT id, file_name, title, caption, captured_at, width, height FROM photos ORDER BY id LIMIT 100",
    )?;
    let rows = statement.query_map([], |r| {
        Ok(Row {
            id: r.get(0)?,
            file_name: r.get(1)?,
            title: r.get(2)?,
            caption: r.get(3)?,
            captured_at: r.get(4)?,
            width: r.get(5)?,
            height: r.get(6)?,
        })
    })?;
    rows.collect()
}
