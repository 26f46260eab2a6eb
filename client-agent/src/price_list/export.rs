//! `darkslide pricelist export`: a list as a file to change and import again, TOML or a spreadsheet.

use std::path::Path;

use super::{csv_file, is_csv, store, toml_file};
use crate::{
    context::Context,
    error::{AgentError, What},
    exit::Exit,
    output::shown,
    paths,
};

pub fn run(ctx: &Context, name: &str, file: Option<&Path>) -> Result<Exit, AgentError> {
    let list = store::newest(&ctx.catalog()?, name)?;
    let what = || format!("the price list {:?} could not be written", shown(&list.document.name));
    let text = match file {
        Some(file) if is_csv(file) => csv_file::write(&list.document).what(what())?,
        _ => toml_file::write(&list.document).what(what())?,
    };
    let Some(file) = file else {
        ctx.out.say(text.trim_end());
        return Ok(Exit::Ok);
    };
    let path = paths::shown(file);
    // A file that is there may be somebody's work.
    let mut made =
        std::fs::File::create_new(file).what(format!("{path} could not be made")).map_err(|e| {
            e.fix("name a file that is not there yet: `darkslide pricelist export NAME FILE.csv`")
        })?;
    std::io::Write::write_all(&mut made, text.as_bytes()).what(format!("{path} could not be written"))?;
    let value = serde_json::json!({ "name": list.document.name, "version": list.version, "file": path });
    ctx.out.result(&value, || {
        format!(
            "price list {:?}, version {}, is in {path}\nnext: change it and `darkslide pricelist import {path}`",
            shown(&list.document.name),
            list.version
        )
    });
    Ok(Exit::Ok)
}
