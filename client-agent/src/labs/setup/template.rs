//! What is written on the back of a print, and what its file is called: the studio's own rules, filled in.
//!
//! Two promises hold whatever customers and cameras call things: a back print has at most 40 characters and
//! still tells its print from every other one, and a file name holds only what every system takes.

use std::{collections::BTreeMap, fmt, str::FromStr};

use domain::{
    id::LabId,
    order::{ImageNode, Order, OrderLine},
    place::Destination,
    text::one_line,
};
use serde::{Deserialize, Serialize};

pub const BACK_PRINT_LENGTH: usize = 40;
const NAME_LENGTH: usize = 60;

const USUAL_BACK_PRINT: &str = "{order}/{line} {child}{name}";

/// How the fields of both templates are called.
const FIELDS: [(&str, Field); 11] = [
    ("studio", Field::Studio),
    ("order", Field::Order),
    ("line", Field::Line),
    ("picture", Field::Picture),
    ("number", Field::Number),
    ("attempt", Field::Attempt),
    ("copies", Field::Copies),
    ("name", Field::Name),
    ("product", Field::Product),
    ("surface", Field::Surface),
    ("child", Field::Child),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Field {
    Studio,
    Order,
    Line,
    Picture,
    Number,
    Attempt,
    Copies,
    Name,
    Product,
    Surface,
    Child,
}

impl Field {
    /// The most characters its value may have, or `None` for words of any length: those are shortened.
    fn most(self) -> Option<usize> {
        match self {
            Field::Order => Some(9),
            Field::Number => Some(NUMBER_LENGTH),
            Field::Line | Field::Copies => Some(3),
            Field::Picture | Field::Attempt => Some(2),
            Field::Surface => Some(8),
            Field::Studio | Field::Name | Field::Product | Field::Child => None,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    Field(Field),
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    #[error(
        "there is no field {{{0}}}; fields are {{studio}}, {{order}}, {{line}}, {{picture}}, {{number}}, {{attempt}}, {{copies}}, {{name}}, {{product}}, {{surface}}"
    )]
    NoSuchField(String),
    #[error("a brace is opened and not closed, or the other way round")]
    Braces,
    #[error("two prints could get the same one; it needs {{number}}, or both {{order}} and {{line}}")]
    NotUnique,
    #[error("it may come to {0} characters before any name is in it, and the back of a print takes 40")]
    TooLong(usize),
    #[error(
        "{0:?} is not a character that every system takes in the name of a file; letters, digits, - _ . are"
    )]
    Unsafe(char),
    #[error("a file cannot be called that")]
    Empty,
}

fn parse(text: &str) -> Result<Vec<Part>, TemplateError> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(['{', '}']) {
        let (before, after) = rest.split_at(at);
        if !before.is_empty() {
            parts.push(Part::Text(before.to_owned()));
        }
        let inner = after.strip_prefix('{').ok_or(TemplateError::Braces)?;
        let (name, tail) = inner.split_once('}').ok_or(TemplateError::Braces)?;
        let field = FIELDS.iter().find(|(known, _)| *known == name).map(|(_, field)| *field);
        parts.push(Part::Field(field.ok_or_else(|| TemplateError::NoSuchField(one_line(name, 30)))?));
        rest = tail;
    }
    if !rest.is_empty() {
        parts.push(Part::Text(rest.to_owned()));
    }
    Ok(parts)
}

fn has(parts: &[Part], field: Field) -> bool {
    parts.contains(&Part::Field(field))
}

/// What is filled in for one picture.
struct Values<'a> {
    studio: &'a str,
    order: &'a Order,
    line: &'a OrderLine,
    picture: u32,
    file_name: &'a str,
    attempt: u32,
}

impl Values<'_> {
    fn of(&self, field: Field) -> String {
        match field {
            Field::Studio => one_line(self.studio, 120),
            Field::Order => self.order.id.number(),
            Field::Line => self.line.no.to_string(),
            Field::Picture => self.picture.to_string(),
            Field::Number => print_number(self.order, self.line.no, self.attempt),
            Field::Attempt => self.attempt.to_string(),
            Field::Copies => self.line.copies().to_string(),
            Field::Name => one_line(stem(self.file_name), 120),
            Field::Product => one_line(&self.line.product, 60),
            Field::Surface => self.line.surface.as_str().to_owned(),
            Field::Child => whose(self.order),
        }
    }
}

/// `3b Mia Berg ` when it goes to a school, else nothing.
fn whose(order: &Order) -> String {
    match &order.destination {
        Destination::ShipToSchool { class, child, .. } => {
            let class = class.as_deref().unwrap_or_default();
            format!("{} ", one_line(&format!("{class} {child}"), 120))
        }
        Destination::PickUp | Destination::ShipTo { .. } => String::new(),
    }
}

fn stem(file_name: &str) -> &str {
    file_name.rsplit_once('.').map_or(file_name, |(stem, _)| stem)
}

const NUMBER_LENGTH: usize = 10;

/// A number of its own for every line of every order and each time it is made: 50 bits of a hash, so that each of
/// a studio's computers says the same without asking another.
fn print_number(order: &Order, line: u32, attempt: u32) -> String {
    const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let mut hasher = blake3::Hasher::new();
    hasher.update(b"darkslide print number");
    hasher.update(order.id.as_bytes());
    hasher.update(&line.to_be_bytes());
    hasher.update(&attempt.to_be_bytes());
    let bytes = hasher.finalize();
    bytes.as_bytes()[..NUMBER_LENGTH].iter().map(|b| ALPHABET[usize::from(b & 31)] as char).collect()
}

/// A rule for back prints that tells any two prints apart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct BackPrint {
    text: String,
    parts: Vec<Part>,
}

impl FromStr for BackPrint {
    type Err = TemplateError;
    fn from_str(text: &str) -> Result<Self, TemplateError> {
        let parts = parse(&one_line(text, 200))?;
        if !(has(&parts, Field::Number) || has(&parts, Field::Order) && has(&parts, Field::Line)) {
            return Err(TemplateError::NotUnique);
        }
        let fixed: usize = parts.iter().map(|p| width_of(p).unwrap_or(0)).sum();
        if fixed > BACK_PRINT_LENGTH {
            return Err(TemplateError::TooLong(fixed));
        }
        Ok(Self { text: text.to_owned(), parts })
    }
}

/// The most characters a part takes, unless it may be shortened.
fn width_of(part: &Part) -> Option<usize> {
    match part {
        Part::Text(text) => Some(weight(text)),
        Part::Field(field) => field.most(),
    }
}

/// Characters after a minilab's software has spelled them in ASCII: `ß` becomes two.
fn weight(text: &str) -> usize {
    text.chars().map(|c| if c.is_ascii() { 1 } else { 3 }).sum()
}

impl Default for BackPrint {
    fn default() -> Self {
        Self { text: USUAL_BACK_PRINT.into(), parts: parse(USUAL_BACK_PRINT).unwrap_or_default() }
    }
}

impl BackPrint {
    /// Names are shortened, the longest first, until all of it fits; what tells prints apart stays whole.
    pub fn fill(&self, studio: &str, order: &Order, line: &OrderLine, attempt: u32) -> String {
        let file_name = line.nodes.first().map_or("", |n| n.file_name.as_str());
        let values = Values { studio, order, line, picture: 1, file_name, attempt };
        let mut filled: Vec<(String, bool)> = self
            .parts
            .iter()
            .map(|part| match part {
                Part::Text(text) => (text.clone(), false),
                Part::Field(field) => (values.of(*field), field.most().is_none()),
            })
            .collect();
        let total = |filled: &[(String, bool)]| filled.iter().map(|(t, _)| weight(t)).sum::<usize>();
        while total(&filled) > BACK_PRINT_LENGTH {
            let longest = filled.iter_mut().filter(|(t, free)| *free && !t.is_empty());
            let Some((text, _)) = longest.max_by_key(|(t, _)| weight(t)) else { break };
            text.pop();
        }
        let whole: String = filled.into_iter().map(|(text, _)| text).collect();
        one_line(&whole, BACK_PRINT_LENGTH)
    }
}

/// A rule for names of print files. Two files of a delivery that come to one name are told apart by a number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct FileNames {
    text: String,
    parts: Vec<Part>,
}

impl FromStr for FileNames {
    type Err = TemplateError;
    fn from_str(text: &str) -> Result<Self, TemplateError> {
        let parts = parse(text)?;
        for part in &parts {
            if let Part::Text(text) = part
                && let Some(bad) = text.chars().find(|c| !is_safe(*c))
            {
                return Err(TemplateError::Unsafe(bad));
            }
        }
        if parts.is_empty() || text.starts_with('.') {
            return Err(TemplateError::Empty);
        }
        Ok(Self { text: text.to_owned(), parts })
    }
}

impl FileNames {
    /// By line and index of the picture. Every machine with a part in the delivery comes to the same names.
    pub fn of_delivery(
        &self,
        studio: &str,
        order: &Order,
        lab: LabId,
        attempt: u32,
    ) -> BTreeMap<(u32, u32), String> {
        let mut names = BTreeMap::new();
        let mut known = std::collections::BTreeSet::new();
        for line in order.lines_of(lab, attempt) {
            for (index, node) in (0u32..).zip(&line.nodes) {
                let wanted = self.one(studio, order, line, index, node, attempt);
                let mut name = wanted.clone();
                let mut again = 2;
                while !known.insert(name.to_ascii_lowercase()) {
                    name = format!("{wanted}-{again}");
                    again += 1;
                }
                names.insert((line.no, index), name);
            }
        }
        names
    }

    fn one(
        &self,
        studio: &str,
        order: &Order,
        line: &OrderLine,
        index: u32,
        node: &ImageNode,
        attempt: u32,
    ) -> String {
        let values = Values { studio, order, line, picture: index + 1, file_name: &node.file_name, attempt };
        let filled: String = self
            .parts
            .iter()
            .map(|part| match part {
                Part::Text(text) => text.clone(),
                Part::Field(field) => safe(&values.of(*field)),
            })
            .collect();
        let cut: String = filled.chars().take(NAME_LENGTH).collect();
        let name = cut.trim_matches('.');
        match name {
            "" => format!("L{}_{}", line.no, index + 1),
            name if is_reserved(name) => format!("_{name}"),
            name => name.to_owned(),
        }
    }
}

fn is_safe(c: char) -> bool {
    c.is_ascii_alphanumeric() || "-_.".contains(c)
}

/// Letters of Europe's alphabets keep their shape; everything else that is no letter or digit becomes `_`.
fn safe(text: &str) -> String {
    let spelled = |c: char| -> String {
        let plain = match c {
            'ä' | 'æ' => "ae",
            'ö' | 'ø' | 'œ' => "oe",
            'ü' => "ue",
            'Ä' | 'Æ' => "Ae",
            'Ö' | 'Ø' => "Oe",
            'Ü' => "Ue",
            'ß' => "ss",
            'à'..='å' | 'ą' => "a",
            'ç' | 'ć' | 'č' => "c",
            'è'..='ë' | 'ę' | 'ě' => "e",
            'ì'..='ï' => "i",
            'ñ' | 'ń' | 'ň' => "n",
            'ò'..='õ' => "o",
            'ù'..='û' | 'ů' => "u",
            'ś' | 'š' => "s",
            'ź' | 'ż' | 'ž' => "z",
            'ł' => "l",
            'Ł' => "L",
            c if is_safe(c) => return c.to_string(),
            _ => "_",
        };
        plain.to_owned()
    };
    text.chars().map(spelled).collect()
}

/// Names that Windows keeps for devices, with or without an ending.
fn is_reserved(name: &str) -> bool {
    let base = name.split('.').next().unwrap_or(name).to_ascii_uppercase();
    let numbered = |prefix: &str| {
        base.strip_prefix(prefix).is_some_and(|n| n.len() == 1 && n.bytes().all(|b| b.is_ascii_digit()))
    };
    matches!(base.as_str(), "CON" | "PRN" | "AUX" | "NUL") || numbered("COM") || numbered("LPT")
}

macro_rules! as_text {
    ($($name:ident),+) => {$(
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.text)
            }
        }
        impl From<$name> for String {
            fn from(template: $name) -> String {
                template.text
            }
        }
        impl TryFrom<String> for $name {
            type Error = TemplateError;
            fn try_from(text: String) -> Result<Self, TemplateError> {
                text.parse()
            }
        }
    )+};
}

as_text!(BackPrint, FileNames);

#[cfg(test)]
mod tests;
