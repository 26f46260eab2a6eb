//! Puts the desk's built page into the binary, text already compressed. Without a built page the binary still
//! builds, with one that says so.

use std::{
    env, fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

const PLACEHOLDER: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Darkslide</title>
<h1>The desk is not in this build</h1>
<p>The agent works, but it was built without its page. Build the page first
(<code>cd site &amp;&amp; npm ci &amp;&amp; npm run build</code>) and then the agent.</p></html>
";

fn main() -> io::Result<()> {
    let root = Path::new("../site/desk");
    let dist = root.join("dist");
    // The parent, because a folder that is missing now has to be noticed when it appears.
    println!("cargo::rerun-if-changed={}", if dist.is_dir() { dist.display() } else { root.display() });
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or_else(|| io::Error::other("no OUT_DIR"))?);
    let mut files = Vec::new();
    let base = if dist.join("index.html").is_file() {
        collect(&dist, &mut files)?;
        files.sort();
        dist.canonicalize()?
    } else {
        let page = out.join("index.html");
        fs::write(&page, PLACEHOLDER)?;
        files.push(page);
        out.canonicalize()?
    };
    let mut code = String::from("pub static FILES: &[DeskFile] = &[\n");
    for (number, file) in files.iter().enumerate() {
        let file = file.canonicalize()?;
        let name = file.strip_prefix(&base).map_err(io::Error::other)?.to_string_lossy().replace('\\', "/");
        let gzip = compress(&file, &out.join(format!("{number}.gz")))?;
        let gzip = gzip.map_or("None".to_owned(), |path| format!("Some(include_bytes!({path:?}))"));
        code.push_str(&format!(
            "    DeskFile {{ name: {name:?}, plain: include_bytes!({file:?}), gzip: {gzip} }},\n"
        ));
    }
    code.push_str("];\n");
    fs::write(out.join("desk_files.rs"), code)
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

fn compress(file: &Path, to: &Path) -> io::Result<Option<PathBuf>> {
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
