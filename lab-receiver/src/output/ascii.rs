//! Text for software that reads ASCII: minilab controllers print boxes, or stop, at anything else.

/// `Łucja Żółkiewska` becomes `Lucja Zolkiewska`. Quotes and backslashes, which would end or escape a quoted
/// value, become apostrophes and slashes.
pub fn plain(text: &str, max: usize) -> String {
    let ascii = deunicode::deunicode_with_tofu(text, "?");
    let clean = ascii.chars().map(|c| match c {
        '"' => '\'',
        '\\' => '/',
        c if c.is_ascii_graphic() || c == ' ' => c,
        _ => ' ',
    });
    clean.take(max).collect::<String>().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn names_stay_readable_and_nothing_ends_a_quoted_value() {
        assert_eq!(plain("Łucja Żółkiewska-Ørsted", 40), "Lucja Zolkiewska-Orsted");
        assert_eq!(plain("Größe \"A\\B\"\r\n[JOB]", 40), "Grosse 'A/B'[JOB]");
        assert_eq!(plain("abcdef", 3), "abc");
        assert!(plain("李小龙 😀", 40).is_ascii());
    }
}
