//! `darkslide render`: the renditions of the preferences from files into a folder, without a catalog.

use std::{
    collections::HashSet,
    path::{Path, PathBuf},
};

use bytes::Bytes;
use futures_util::{StreamExt, stream};
use serde::Serialize;

use super::Pool;
use crate::{
    cli::photo::RenderArgs,
    context::Context,
    error::{AgentError, What},
    exit::Exit,
    init::write_whole,
    paths,
    process::recipe::Look,
};

#[derive(Debug, Serialize)]
struct One {
    file: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    renditions: Vec<Written>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    warnings: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

#[derive(Debug, Serialize)]
struct Written {
    kind: String,
    path: String,
    width: u32,
    height: u32,
    length: usize,
}

pub async fn run(ctx: &Context, args: &RenderArgs) -> Result<Exit, AgentError> {
    std::fs::create_dir_all(&args.out)
        .what(format!("the folder {} cannot be made", paths::shown(&args.out)))
        .map_err(|e| e.fix("choose a folder you may write to: --out DIR"))?;
    let mut workers = ctx.config.workers;
    workers.count = args.jobs.unwrap_or(workers.count);
    let pool = Pool::new(ctx.program.clone(), workers);
    let look = Look::of(&ctx.config, ctx.folders.root(), false)?;
    let names = names(&args.files);
    let bar = ctx.out.progress(args.files.len() as u64, "rendering");
    let mut done = stream::iter(args.files.iter().zip(names))
        .map(|(file, name)| {
            let (pool, look) = (&pool, &look);
            async move {
                if ctx.stop.asked() {
                    return None;
                }
                Some(one(pool, look, file, &args.out, &name).await)
            }
        })
        .buffer_unordered(pool.workers() + 1);
    let (mut good, mut bad) = (0, 0);
    while let Some(outcome) = done.next().await {
        bar.inc(1);
        let Some(one) = outcome else {
            bad += 1;
            continue;
        };
        if one.error.is_none() {
            good += 1
        } else {
            bad += 1
        }
        bar.suspend(|| ctx.out.result(&one, || one.text()));
    }
    bar.finish_and_clear();
    Ok(match (good, bad) {
        (_, 0) => Exit::Ok,
        (0, _) => Exit::Failed,
        _ => Exit::Partly,
    })
}

/// Output names without extension: two inputs of one name do not overwrite each other's renditions.
fn names(files: &[PathBuf]) -> Vec<String> {
    let mut taken = HashSet::new();
    let stem = |file: &PathBuf| {
        let stem = file.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
        let stem = domain::text::one_line(&stem, 150).replace(['/', '\\'], "_");
        if stem.is_empty() { "photo".to_owned() } else { stem }
    };
    files
        .iter()
        .map(|file| {
            let stem = stem(file);
            let mut name = stem.clone();
            let mut count = 1;
            while !taken.insert(name.to_lowercase()) {
                count += 1;
                name = format!("{stem}-{count}");
            }
            name
        })
        .collect()
}

async fn one(pool: &Pool, look: &Look, file: &Path, out: &Path, name: &str) -> One {
    let shown = paths::shown(file);
    match render(pool, look, file, out, name).await {
        Ok((renditions, warnings)) => One { file: shown, renditions, warnings, error: None },
        Err(error) => One { file: shown, renditions: vec![], warnings: vec![], error: Some(error) },
    }
}

async fn render(
    pool: &Pool,
    look: &Look,
    file: &Path,
    out: &Path,
    name: &str,
) -> Result<(Vec<Written>, Vec<String>), String> {
    let path = file.to_owned();
    let read = tokio::task::spawn_blocking(move || {
        let metadata = std::fs::metadata(&path).map_err(|e| format!("it cannot be read ({e})"))?;
        if !metadata.is_file() {
            return Err("it is not a file; name the pictures themselves".to_owned());
        }
        std::fs::read(&path).map_err(|e| format!("it cannot be read ({e}); allow this user to read it"))
    });
    let bytes = read.await.map_err(|e| e.to_string())??;
    let rendered = pool.render(Bytes::from(bytes), look.whole()).await.map_err(|e| e.to_string())?;
    let mut written = Vec::new();
    for r in rendered.renditions {
        let path = out.join(format!("{name}-{}.jpg", r.name));
        write_whole(&path, &r.jpeg)
            .map_err(|e| format!("{} cannot be written ({e})", paths::shown(&path)))?;
        let (width, height, length) = (r.width, r.height, r.jpeg.len());
        written.push(Written { kind: r.name, path: paths::shown(&path), width, height, length });
    }
    Ok((written, rendered.warnings))
}

impl One {
    fn text(&self) -> String {
        if let Some(error) = &self.error {
            return format!("{}: {error}", self.file);
        }
        let sizes: Vec<String> =
            self.renditions.iter().map(|r| format!("{} {} × {}", r.kind, r.width, r.height)).collect();
        let mut text = format!("{}: {}", self.file, sizes.join(", "));
        for warning in &self.warnings {
            text.push_str(&format!("\n  note: {}", crate::output::shown(warning)));
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inputs_of_one_name_do_not_overwrite_each_other() {
        let files = ["/a/1.jpg", "/b/1.JPG", "/b/1-2.png", "/c/\n.jpg"].map(PathBuf::from);
        assert_eq!(names(&files), ["1", "1-2", "1-2-2", "photo"]);
    }
}
