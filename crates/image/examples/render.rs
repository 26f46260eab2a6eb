//! Proof and thumbnail of every file: what the benchmark times until the agent's `darkslide render` does.
//!
//! `render --out DIR [--jobs N] [--json] FILES…`

use darkslide_image::{Limits, MetadataPolicy, Outcome, RenderRequest, RenditionSpec, Sharpen, render_files};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (mut out, mut jobs, mut json, mut files) = (None, None, false, Vec::new());
    let mut args = std::env::args_os().skip(1);
    while let Some(a) = args.next() {
        match a.to_str() {
            Some("--out") => out = args.next().map(PathBuf::from),
            Some("--jobs") => jobs = args.next().and_then(|v| v.to_str()?.parse().ok()),
            Some("--json") => json = true,
            _ => files.push(PathBuf::from(a)),
        }
    }
    let out = out.ok_or("usage: render --out DIR [--jobs N] [--json] FILES…")?;
    std::fs::create_dir_all(&out)?;
    let jobs = jobs.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, |n| n.get()));
    let spec = |name: &str, long_edge| RenditionSpec {
        name: name.into(),
        long_edge,
        quality: 82,
        watermark: None,
        sharpen: Sharpen::None,
    };
    let request = RenderRequest {
        edit: None,
        renditions: vec![spec("proof", 2048), spec("thumbnail", 400)],
        micro: true,
        keep: MetadataPolicy::default(),
    };
    let failed = AtomicU32::new(0);
    render_files(&files, jobs, &request, &Limits::default(), |i, _, outcome| {
        let stem = files[i].file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let complain = |why: String| {
            failed.fetch_add(1, Ordering::Relaxed);
            eprintln!("{}: {why}", files[i].display().to_string().escape_debug());
        };
        match outcome {
            Outcome::Rendered(r) => {
                for x in &r.renditions {
                    let path = out.join(format!("{stem}_{}.jpg", x.name));
                    if let Err(e) = std::fs::write(&path, &x.jpeg) {
                        complain(e.to_string());
                    }
                }
                if json {
                    let sizes: Vec<_> =
                        r.renditions.iter().map(|x| (x.width, x.height, x.jpeg.len())).collect();
                    println!("{{\"file\":{stem:?},\"renditions\":{sizes:?}}}");
                }
            }
            Outcome::Refused(e) => complain(e.to_string()),
            Outcome::Unreadable(e) => complain(e.to_string()),
        }
    });
    if failed.into_inner() > 0 {
        std::process::exit(1);
    }
    Ok(())
}
