//! Names of folders and files in a hot folder, from a pattern of the lab's own.

use anyhow::{Result, bail};

/// Everything a name may say. All of it is the receiver's own text, but for the studio's name of a file, whose
/// letters were checked (`verify`): no customer's words get into paths.
#[derive(Clone, Debug, Default)]
pub struct Fields<'a> {
    pub number: &'a str,
    /// The order as eight digits.
    pub digits: &'a str,
    pub line: u32,
    pub picture: u32,
    pub copies: u32,
    pub copy: u32,
    pub attempt: u32,
    pub size: &'a str,
    pub surface: &'a str,
    /// As the studio wants it, or line and picture.
    pub name: &'a str,
}

/// Fills a pattern; `None` for a field that does not exist.
pub fn fill(pattern: &str, f: &Fields<'_>) -> Option<String> {
    let mut out = String::new();
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, tail) = after.split_once('}')?;
        out.push_str(before);
        out.push_str(&match name {
            "number" => f.number.to_owned(),
            "digits" => f.digits.to_owned(),
            "line" => format!("{:02}", f.line),
            "picture" => f.picture.to_string(),
            "copies" => f.copies.to_string(),
            "copy" => f.copy.to_string(),
            "attempt" => f.attempt.to_string(),
            "size" => f.size.to_owned(),
            "surface" => f.surface.to_owned(),
            // Only a print file has one.
            "name" if !f.name.is_empty() => f.name.to_owned(),
            _ => return None,
        });
        rest = tail;
    }
    out.push_str(rest);
    Some(out)
}

/// Whether a pattern makes one name that every system takes.
pub fn check_name(pattern: &str) -> Result<()> {
    check_sample(pattern, "")
}

fn check_sample(pattern: &str, name: &str) -> Result<()> {
    let sample = Fields {
        number: "7K3M-Q2XA",
        digits: "12345678",
        size: "8x10",
        surface: "lustre",
        name,
        ..Fields::default()
    };
    let Some(name) = fill(pattern, &sample) else {
        bail!("{pattern:?} holds a field that does not exist");
    };
    let unsafe_character = |c: char| c.is_control() || r#"/\:*?"<>|"#.contains(c);
    if name.is_empty()
        || name.starts_with('.')
        || name.ends_with(['.', ' '])
        || name.contains(unsafe_character)
    {
        bail!("{pattern:?} makes {name:?}, which not every system takes as a file name");
    }
    Ok(())
}

/// Whether patterns give every file a name of its own, inside the hot folder.
pub fn check(folder: &str, file: &str, one_file_per_copy: bool) -> Result<()> {
    check_name(folder)?;
    check_sample(file, "IMG_0001")?;
    let many = if one_file_per_copy { "{copy}" } else { "{copies}" };
    for field in ["{number}", "{line}", "{picture}", many] {
        // The studio's names are distinct within an order.
        let said = matches!(field, "{line}" | "{picture}") && file.contains("{name}");
        if !file.contains(field) && !said {
            bail!("file_name {file:?} needs {field}, or two prints would get one name or too few copies");
        }
    }
    let lower = file.to_ascii_lowercase();
    if !lower.ends_with(".jpg") && !lower.ends_with(".jpeg") {
        bail!("file_name {file:?} must end in .jpg: print files are JPEG");
    }
    Ok(())
}

/// A name that no earlier printing of the line had, whatever the pattern says.
pub fn distinct(name: &str, attempt: u32, pattern: &str, round: u32) -> String {
    let (stem, extension) = name.rsplit_once('.').unwrap_or((name, "jpg"));
    let attempt =
        if attempt > 1 && !pattern.contains("{attempt}") { format!("_A{attempt}") } else { String::new() };
    let round = if round > 0 { format!("_R{round}") } else { String::new() };
    format!("{stem}{attempt}{round}.{extension}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const USUAL: &str = "{number}_L{line}_{picture}_x{copies}.jpg";

    #[test]
    fn names_files_as_the_printers_software_wants() {
        let f =
            Fields { number: "7K3M-Q2XA", line: 1, picture: 1, copies: 2, attempt: 1, ..Fields::default() };
        assert_eq!(fill(USUAL, &f).unwrap(), "7K3M-Q2XA_L01_1_x2.jpg");
        assert_eq!(distinct("a_x2.jpg", 1, USUAL, 0), "a_x2.jpg");
        assert_eq!(distinct("a_x2.jpg", 2, USUAL, 3), "a_x2_A2_R3.jpg");
        assert_eq!(distinct("a2.jpg", 2, "a{attempt}.jpg", 0), "a2.jpg");
        assert_eq!(fill("{oops}", &f), None);
        assert_eq!(fill("{number", &f), None);
    }

    #[test]
    fn refuses_patterns_that_would_lose_prints_or_leave_the_folder() {
        assert!(check("{size}_{surface}", USUAL, false).is_ok());
        assert!(check("{size}", "{number}_{name}_x{copies}.jpg", false).is_ok());
        for (folder, file, per_copy) in [
            ("../{size}", USUAL, false),
            ("{name}", USUAL, false),
            ("", USUAL, false),
            ("{size}", "{number}_{line}_{picture}.jpg", false),
            ("{size}", USUAL, true),
            ("{size}", "{name}_x{copies}.jpg", false),
            ("{size}", "{number}_{line}_{picture}_{copies}.tif", false),
            ("{size}", "a:{number}_{line}_{picture}_{copies}.jpg", false),
        ] {
            assert!(check(folder, file, per_copy).is_err(), "{folder} {file}");
        }
    }
}
