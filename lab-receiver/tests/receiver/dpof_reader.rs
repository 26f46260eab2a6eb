//! Reads a DPOF order as a controller would, by the specification and not by our writer: strict where a
//! controller stops, and blind to which dialect wrote it.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

#[derive(Debug, Default)]
pub struct Section {
    pub fields: BTreeMap<String, String>,
    pub vendor: BTreeMap<String, String>,
    /// As the file is found from MISC.
    pub image: Option<PathBuf>,
}

#[derive(Debug)]
pub struct Order {
    pub header: Section,
    pub jobs: Vec<Section>,
}

impl Section {
    pub fn copies(&self) -> u32 {
        self.fields["PRT QTY"].parse().unwrap()
    }
    pub fn bytes(&self) -> Vec<u8> {
        std::fs::read(self.image.as_ref().unwrap()).unwrap()
    }
}

/// A quoted text, or the value as it stands.
fn value(text: &str) -> String {
    let text = text.trim();
    text.strip_prefix('"').and_then(|t| t.strip_suffix('"')).unwrap_or(text).to_owned()
}

/// Why a controller would refuse the folder.
pub fn read(folder: &Path) -> Result<Order, String> {
    let misc = folder.join("MISC");
    let bytes = std::fs::read(misc.join("AUTPRINT.MRK")).map_err(|e| e.to_string())?;
    let text = String::from_utf8(bytes).map_err(|e| e.to_string())?;
    if !text.is_ascii() {
        return Err("not ASCII".into());
    }
    if !text.ends_with("\r\n") || text.replace("\r\n", "").contains(['\r', '\n']) {
        return Err("not every line ends in CRLF".into());
    }
    let mut sections: Vec<(String, Section)> = Vec::new();
    let mut in_vendor = false;
    for line in text.split("\r\n").filter(|l| !l.is_empty()) {
        if let Some(name) = line.strip_prefix('[').and_then(|l| l.strip_suffix(']')) {
            if in_vendor {
                return Err("a vendor block is open".into());
            }
            sections.push((name.to_owned(), Section::default()));
            continue;
        }
        let section = &mut sections.last_mut().ok_or("a field before [HDR]")?.1;
        if let Some(source) = line.strip_prefix("<IMG SRC").and_then(|l| l.strip_suffix('>')) {
            let source = value(source.trim_start().strip_prefix('=').ok_or("IMG SRC without =")?);
            let path = misc.join(&source);
            let jpeg = std::fs::read(&path).map_err(|e| format!("{source}: {e}"))?;
            if !jpeg.starts_with(&[0xFF, 0xD8]) {
                return Err(format!("{source} is no JPEG"));
            }
            section.image = Some(path);
            continue;
        }
        let (name, rest) = line.split_once('=').ok_or_else(|| format!("not a field: {line}"))?;
        let name = name.trim_end().to_owned();
        if name.len() < 7 || name.as_bytes()[3] != b' ' {
            return Err(format!("not a DPOF field name: {name}"));
        }
        if rest.contains("-STR") && rest.contains("\"\"") {
            return Err("an empty -STR stops this controller".into());
        }
        match (name.as_str(), value(rest).as_str()) {
            ("VUQ RGN", "BGN") if !in_vendor => in_vendor = true,
            ("VUQ RGN", "END") if in_vendor => in_vendor = false,
            ("VUQ RGN", other) => return Err(format!("VUQ RGN {other} out of place")),
            (_, text) => {
                let map = if in_vendor { &mut section.vendor } else { &mut section.fields };
                if map.insert(name.clone(), text.to_owned()).is_some() {
                    return Err(format!("{name} twice"));
                }
            }
        }
    }
    let mut sections = sections.into_iter();
    let (first, header) = sections.next().ok_or("empty")?;
    if first != "HDR" || !header.fields.contains_key("GEN REV") || !header.fields.contains_key("GEN DTM") {
        return Err("no complete [HDR]".into());
    }
    let mut jobs = Vec::new();
    for (index, (name, job)) in sections.enumerate() {
        let wanted = format!("{:03}", index + 1);
        if name != "JOB" || job.fields.get("PRT PID") != Some(&wanted) || job.image.is_none() {
            return Err(format!("[JOB] {wanted} is not complete: {job:?}"));
        }
        let quantity = &job.fields.get("PRT QTY").ok_or("no PRT QTY")?;
        if quantity.len() != 3 || !(1..=999).contains(&quantity.parse::<u32>().unwrap_or(0)) {
            return Err(format!("PRT QTY {quantity}"));
        }
        jobs.push(job);
    }
    if jobs.is_empty() { Err("no [JOB]".into()) } else { Ok(Order { header, jobs }) }
}
