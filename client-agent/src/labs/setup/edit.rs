//! `darkslide lab setup LAB set KEY [VALUE] [--product P]`: one key of the set-up; without a value it is unset.

use std::path::Path;

use domain::text::one_line;

use super::{Setup, keep, show, whole};
use crate::{AgentError, Context, Exit, catalog::Catalog, error::What, labs::pinned::PinnedLab};

pub fn run(
    ctx: &Context,
    catalog: &Catalog,
    lab: &PinnedLab,
    key: &str,
    value: Option<&str>,
    product: Option<&str>,
) -> Result<Exit, AgentError> {
    let before = whole(catalog, lab)?.text().what("the set-up could not be read")?;
    let after = edited(&before, key, value, product).and_then(|text| Setup::parse(&text)).map_err(|why| {
        let key = one_line(key, 40);
        AgentError::new(format!("{key} cannot be set")).why(why).fix(
            "keys are file, profile, intent, sharpen, border_mm, bleed_mm, back_print, file_name (docs/lab-setups.md); who prints what is `darkslide lab use`",
        )
    })?;
    keep(catalog, lab, after, Path::new(""))?;
    show::run(ctx, catalog, lab)
}

fn edited(text: &str, key: &str, value: Option<&str>, product: Option<&str>) -> Result<String, String> {
    let mut table: toml::Table = toml::from_str(text).map_err(|e| e.to_string())?;
    let section = match product {
        Some(product) => section(&mut table, "product").and_then(|t| section(t, product)),
        None => section(&mut table, "prints"),
    };
    let section = section.ok_or("the set-up has another shape than expected")?;
    match value {
        Some(value) => {
            let value = match value.parse::<f64>() {
                Ok(number) if key.ends_with("_mm") => toml::Value::Float(number),
                _ => toml::Value::String(value.to_owned()),
            };
            section.insert(key.to_owned(), value);
        }
        None => drop(section.remove(key)),
    }
    toml::to_string(&table).map_err(|e| e.to_string())
}

fn section<'a>(table: &'a mut toml::Table, name: &str) -> Option<&'a mut toml::Table> {
    let empty = || toml::Value::Table(toml::Table::new());
    table.entry(name).or_insert_with(empty).as_table_mut()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_key_changes_and_the_rest_stays() {
        let text = edited("usual = true\n[prints]\nsharpen = \"low\"\n", "bleed_mm", Some("3"), Some("8x10"));
        let setup = Setup::parse(&text.unwrap()).unwrap();
        assert_eq!((setup.of("8x10").bleed_mm, setup.of("5x7").bleed_mm), (3.0, 0.0));
        let text = edited(&setup.text().unwrap(), "sharpen", None, None).unwrap();
        assert_eq!(Setup::parse(&text).unwrap().prints.sharpen, None);
        let text = edited("", "profil", Some("a.icc"), None).unwrap();
        assert!(Setup::parse(&text).unwrap_err().contains("profil"));
    }
}
