//! Puts the built site into the binary, text already compressed. Without a built site the binary still
//! builds, with a page that says so.

use std::{
    env, fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

const PLACEHOLDER: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Darkslide</title>
<h1>The gallery site is not in this build</h1>
<p>This host runs, but it was built without the customers' site. Build the site first
(<code>cd site &amp;&amp; npm ci &amp;&amp; npm run build</code>) and then the host, or run <code>make demo</code>.</p></html>
";

fn main() -> io::Result<()> {
    let root = Path::new("../../site");
    let dist = root.join("dist");
    // The parent, because a folder that is missing now has to be noticed when it appears.
    println!("cargo::rerun-if-changed={}", if dist.is_dir() { dist.display() } else { root.display() });
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or_else(|| io::Error::other("no OUT_DIR"))?);
    let mut files = Vec::new();
    if dist.join("index.html").is_file() {
        collect(&dist, &mut files)?;
        files.sort();
    } else {
        let page = out.join("index.html");
        fs::write(&page, PLACEHOLDER)?;
        files.push(page);
    }
    let base = if dist.join("index.html").is_file() { dist.canonicalize()? } else { out.canonicalize()? };
    let mut code = String::from("pub static FILES: &[SiteFile] = &[\n");
    for (number, file) in files.iter().enumerate() {
        let file = file.canonicalize()?;
        let name = file.strip_prefix(&base).map_err(io::Error::other)?.to_string_lossy().replace('\\', "/");
        if name.ends_with(".map") {
            continue;
        }
        let gzip = compress(&file, &out.join(format!("{number}.gz")))?;
        let gzip = gzip.map_or("None".to_owned(), |path| format!("Some(include_bytes!({path:?}))"));
        code.push_str(&format!(
            "    SiteFile {{ name: {name:?}, plain: include_bytes!({file:?}), gzip: {gzip} }},\n"
        ));
    }
    code.push_str("];\n");
    fs::write(out.join("site_files.rs"), code)
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            collect(&entry.path(), files)?;
        } else {
            files.push(entry.path());
        }
    }
    Ok(())
}

/// Only what is text gets smaller.
fn compress(file: &Path, to: &Path) -> io::Result<Option<PathBuf>> {
    let text = matches!(
        file.extension().and_then(|e| e.to_str()),
        Some("html" | "js" | "css" | "svg" | "json" | "txt" | "webmanifest")
    );
    if !text {
        return Ok(None);
    }
    let plain = fs::read(file)?;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(&plain)?;
    let packed = encoder.finish()?;
    if packed.len() >= plain.len() {
        return Ok(None);
    }
    fs::write(to, packed)?;
    to.canonicalize().map(Some)
}
