//! One cell of a price list, read and written: amounts, sizes, dates, percentages, lists within a cell.
//!
//! Whatever is written is read back as the same value. Messages say what was found and what to write instead.

use domain::{Millis, money::Currency, product::Surface};
use jiff::{Timestamp, civil, tz::TimeZone};

/// `8x10`, `8 × 10`, `3.5x5`.
pub fn inches(text: &str) -> Result<(f64, f64), String> {
    let wrong = || format!("{text:?} is no size: write width and height in inches, such as 8x10");
    let (width, height) = text.split_once(['x', 'X', '×', '*']).ok_or_else(wrong)?;
    let number = |t: &str| t.trim().trim_end_matches(['"', '″']).replace(',', ".").parse::<f64>();
    let (width, height) = (number(width).map_err(|_| wrong())?, number(height).map_err(|_| wrong())?);
    if width.is_finite() && height.is_finite() { Ok((width, height)) } else { Err(wrong()) }
}

pub fn size(width_in: f64, height_in: f64) -> String {
    format!("{width_in}x{height_in}")
}

pub fn slug(size: &str, surface: Surface) -> String {
    let size: String = size.to_lowercase().replace(['×', '*'], "x").replace(['.', ','], "-");
    let size: String = size.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
    format!("{size}-{}", surface.as_str().replace('_', "-"))
}

/// `Package A` → `package-a`.
pub fn slug_of_name(name: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
    let dashed: String = name.chars().map(plain).collect();
    let words: Vec<&str> = dashed.split('-').filter(|w| !w.is_empty()).collect();
    words.join("-").chars().take(40).collect()
}

pub fn title(size: &str, surface: Surface) -> String {
    let (width, height) = size.split_once(['x', 'X', '×', '*']).unwrap_or((size, ""));
    format!("{} × {} {}", width.trim(), height.trim(), surface.as_str().replace('_', " "))
}

pub fn surface(text: &str) -> Result<Surface, String> {
    let plain = text.trim().to_lowercase().replace([' ', '-'], "_");
    let plain = if plain == "luster" { "lustre".to_owned() } else { plain };
    Surface::ALL.into_iter().find(|s| s.as_str() == plain).ok_or_else(|| {
        let all = Surface::ALL.map(Surface::as_str).join(", ");
        format!("{text:?} is no surface: write one of {all}")
    })
}

/// A decimal amount in minor units, exactly: more digits than the currency has are refused.
pub fn minor(text: &str, currency: Currency) -> Result<i64, String> {
    let digits = currency.digits() as usize;
    let example = if digits == 0 { "1250".into() } else { format!("12.{:0<digits$}", "5") };
    let wrong = |why: &str| format!("{text:?} is no amount in {currency}{why}: write it like {example}");
    let trimmed = text.trim();
    let foreign = trimmed.chars().any(|c| matches!(c, '€' | '$' | '£' | '¥'));
    let letters: String = trimmed.chars().filter(char::is_ascii_alphabetic).collect();
    if foreign || (!letters.is_empty() && letters != currency.as_str()) {
        return Err(wrong(" (the list's currency), without any other sign"));
    }
    let number = trimmed.trim_end_matches(currency.as_str()).trim().replace(',', ".");
    let (whole, rest) = number.split_once('.').unwrap_or((&number, ""));
    let plain = |t: &str| t.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || !plain(whole) || !plain(rest) {
        return Err(wrong(""));
    }
    if rest.len() > digits {
        return Err(wrong(&format!(" with {} digits after the point", rest.len())));
    }
    let minor: Option<i64> = format!("{whole}{rest:0<digits$}").parse().ok();
    minor.filter(|m| *m <= domain::price_list::MAX_PRICE_MINOR).ok_or_else(|| wrong(" that is so large"))
}

pub fn amount(minor: i64, currency: Currency) -> String {
    let digits = currency.digits() as usize;
    let padded = format!("{minor:0>width$}", width = digits + 1);
    let (whole, rest) = padded.split_at(padded.len() - digits);
    if rest.is_empty() { whole.to_owned() } else { format!("{whole}.{rest}") }
}

/// `19`, `7.25`, `19 %` as hundredths of a percent.
pub fn basis_points(text: &str) -> Result<u32, String> {
    let wrong = || format!("{text:?} is no percentage: write it like 19 or 7.25");
    let number = text.trim().trim_end_matches('%').trim().replace(',', ".");
    let (whole, rest) = number.split_once('.').unwrap_or((&number, ""));
    let plain = |t: &str| t.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || whole.len() > 4 || rest.len() > 2 || !plain(whole) || !plain(rest) {
        return Err(wrong());
    }
    format!("{whole}{rest:0<2}").parse().map_err(|_| wrong())
}

pub fn percent(basis_points: u32) -> String {
    amount(i64::from(basis_points), Currency::EUR)
}

/// Which end of a day a date without a time stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edge {
    Start,
    End,
}

/// A day (`2026-10-01`, in this computer's time zone) or an instant (`2026-10-01T18:00:00+02:00`).
pub fn date(text: &str, edge: Edge) -> Result<Millis, String> {
    let text = text.trim();
    let wrong = || format!("{text:?} is no date: write 2026-10-01 or 2026-10-01T18:00:00+02:00");
    if let Ok(at) = text.parse::<Timestamp>() {
        return Ok(Millis(at.as_millisecond()));
    }
    let day: civil::Date = text.parse().map_err(|_| wrong())?;
    let day = if edge == Edge::Start { Ok(day) } else { day.tomorrow() };
    let start = day.and_then(|d| d.to_zoned(TimeZone::system())).map_err(|_| wrong())?;
    let millis = start.timestamp().as_millisecond();
    Ok(Millis(if edge == Edge::Start { millis } else { millis - 1 }))
}

pub fn instant(at: Millis) -> String {
    Timestamp::from_millisecond(at.0).map_or_else(|_| at.0.to_string(), |t| t.to_string())
}

pub fn yes_no(text: &str) -> Result<bool, String> {
    match text.trim().to_lowercase().as_str() {
        "yes" | "y" | "true" | "1" | "ja" => Ok(true),
        "no" | "n" | "false" | "0" | "nein" => Ok(false),
        _ => Err(format!("{text:?} is neither yes nor no")),
    }
}

/// `2 × 8x10-lustre`, `2 8x10-lustre`, `8x10-lustre`.
pub fn item(text: &str) -> Result<(u32, String), String> {
    let wrong = || {
        format!(
            "{text:?} is no item of a package: write how many and the product's id, such as \"2 8x10-lustre\""
        )
    };
    let words: Vec<&str> = text.split_whitespace().collect();
    match words.as_slice() {
        [id] => Ok((1, (*id).to_owned())),
        [count, id] | [count, "x" | "X" | "×" | "*", id] => {
            let count = count.trim_end_matches(['x', 'X', '×', '*']);
            Ok((count.parse().map_err(|_| wrong())?, (*id).to_owned()))
        }
        _ => Err(wrong()),
    }
}

/// Several values in one cell, with bars between them; a bar within a value has a backslash before it.
pub fn split(cell: &str) -> Vec<String> {
    let (mut values, mut value, mut chars) = (Vec::new(), String::new(), cell.chars());
    while let Some(c) = chars.next() {
        match c {
            '\\' => value.extend(chars.next()),
            '|' => values.push(std::mem::take(&mut value).trim().to_owned()),
            c => value.push(c),
        }
    }
    values.push(value.trim().to_owned());
    values.retain(|v| !v.is_empty());
    values
}

pub fn join(values: impl IntoIterator<Item = String>) -> String {
    let escaped = values.into_iter().map(|v| v.replace('\\', "\\\\").replace('|', "\\|"));
    escaped.collect::<Vec<_>>().join(" | ")
}

/// `5 = 12.00`; the last equals sign divides, so a name may hold one.
pub fn pair(text: &str) -> Result<(String, String), String> {
    let (name, value) = text
        .rsplit_once('=')
        .ok_or_else(|| format!("{text:?} has no equals sign: write it like \"5 = 12.00\""))?;
    Ok((name.trim().to_owned(), value.trim().to_owned()))
}

/// Spreadsheets run what begins like a formula. Such a cell gets an apostrophe before it, which reading
/// takes away again.
pub fn harmless(cell: &str) -> String {
    if is_formula(cell) { format!("'{cell}") } else { cell.to_owned() }
}

pub fn as_written(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|_| is_formula(cell)).unwrap_or(cell)
}

fn is_formula(cell: &str) -> bool {
    cell.trim_start_matches('\'').starts_with(['=', '+', '-', '@', '\t', '\r'])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn messages_say_what_to_write() {
        let eur = |t| minor(t, Currency::EUR).unwrap_err();
        assert_eq!(
            eur("12.345"),
            "\"12.345\" is no amount in EUR with 3 digits after the point: write it like 12.50"
        );
        assert_eq!(
            eur("12 USD"),
            "\"12 USD\" is no amount in EUR (the list's currency), without any other sign: write it like 12.50"
        );
        assert_eq!(
            eur("$12"),
            "\"$12\" is no amount in EUR (the list's currency), without any other sign: write it like 12.50"
        );
        assert_eq!(
            eur("1e9"),
            "\"1e9\" is no amount in EUR (the list's currency), without any other sign: write it like 12.50"
        );
        assert!(eur("99999999999999999999").contains("so large"));
        assert!(eur("-1").contains("no amount"));
        assert_eq!(minor("12,50 EUR", Currency::EUR), Ok(1250));
        assert!(surface("shiny").unwrap_err().contains("glossy, lustre, matte"));
        assert!(date("tomorrow", Edge::End).unwrap_err().contains("2026-10-01"));
        assert!(basis_points("19.123").is_err() && basis_points("x").is_err());
        assert_eq!((basis_points("19"), basis_points("7,25 %")), (Ok(1900), Ok(725)));
        assert_eq!(item("2 × 8x10-lustre"), Ok((2, "8x10-lustre".into())));
        assert_eq!(item("8x10-lustre"), Ok((1, "8x10-lustre".into())));
        assert!(item("two 8x10").is_err());
    }

    #[test]
    fn a_day_is_over_at_its_end() {
        let (start, end) = (date("2026-10-01", Edge::Start).unwrap(), date("2026-10-01", Edge::End).unwrap());
        assert_eq!(end.0 - start.0, Millis::DAY - 1);
    }

    proptest! {
        #[test]
        fn amounts_are_exact(units in 0i64..=100_000_000, three in any::<bool>()) {
            for currency in [Currency::EUR, Currency::parse("JPY").unwrap(), Currency::parse("KWD").unwrap()] {
                let text = amount(units, currency);
                prop_assert_eq!(minor(&text, currency), Ok(units));
                let text = if three { text.replace('.', ",") } else { text };
                prop_assert_eq!(minor(&text, currency), Ok(units));
            }
        }
        #[test]
        fn lists_in_a_cell_come_back(values in prop::collection::vec("[a-z|\\\\= ]{0,8}", 0..5)) {
            let clean: Vec<String> = values.iter().map(|v| v.trim().to_owned()).filter(|v| !v.is_empty()).collect();
            prop_assert_eq!(split(&join(clean.clone())), clean);
        }
        #[test]
        fn no_cell_is_a_formula(cell in "['=+@\t-]{0,3}[a-z]{0,3}") {
            let safe = harmless(&cell);
            prop_assert!(!safe.starts_with(['=', '+', '-', '@', '\t', '\r']));
            prop_assert_eq!(as_written(&safe), cell.as_str());
        }
        #[test]
        fn any_text_is_answered(text in ".*") {
            let _ = (minor(&text, Currency::USD), inches(&text), date(&text, Edge::End), basis_points(&text));
            let _ = (item(&text), split(&text), pair(&text), surface(&text), yes_no(&text));
        }
    }
}
