//! `darkslide init`: a profile on this computer. Repeating it changes nothing.

use serde::Serialize;

use crate::{
    catalog::Catalog,
    cli::InitArgs,
    config::TEMPLATE,
    context::Context,
    error::{AgentError, What},
    exit::Exit,
    folders::make_private_folder,
};

#[derive(Serialize)]
struct Initialised {
    folder: String,
    config: String,
    created: bool,
}

pub fn run(ctx: &Context, args: InitArgs) -> Result<Exit, AgentError> {
    let created = create(ctx, args.watermark.as_deref())?;
    let folder = ctx.folders.root().display().to_string();
    let config = ctx.folders.config_file().display().to_string();
    let text = if created {
        format!(
            "made a profile in {folder}\nnext: `darkslide login URL --token …`, then `darkslide scan DIR`"
        )
    } else {
        format!("the profile in {folder} is there already; nothing was changed")
    };
    ctx.out.result(&Initialised { folder, config, created }, || text);
    Ok(Exit::Ok)
}

/// Makes folder, preferences and catalog if they are not there. `import-metadata` starts here too.
pub fn create(ctx: &Context, watermark: Option<&str>) -> Result<bool, AgentError> {
    let folders = &ctx.folders;
    let at = folders.root().display();
    make_private_folder(folders.root())
        .and_then(|()| make_private_folder(&folders.keys()))
        .what(format!("the profile's folder {at} cannot be made"))
        .map_err(|e| e.fix("choose a folder you may write to: `darkslide --config DIR init`"))?;
    let created = !folders.exists();
    if created {
        let text = match watermark {
            Some(text) => TEMPLATE.replace("#text = \"PROOF\"", &format!("text = {}", toml_string(text))),
            None => TEMPLATE.to_owned(),
        };
        write_whole(&folders.config_file(), text.as_bytes())
            .what(format!("{} cannot be written", folders.config_file().display()))?;
    }
    Catalog::open(folders)?;
    Ok(created)
}

fn toml_string(text: &str) -> String {
    toml::Value::String(domain::text::one_line(text, 200)).to_string()
}

/// Written under another name and moved into place, so that half a file is never read.
pub fn write_whole(path: &std::path::Path, bytes: &[u8]) -> std::io::Result<()> {
    use std::io::Write;
    let folder = path.parent().unwrap_or(std::path::Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|e| e.error)?;
    Ok(())
}
