//! The text of `AUTPRINT.MRK`: ASCII, CRLF, one field a line.

use super::{CustomerId, Dialect, Dpof};
use crate::output::ascii;

pub struct Header<'a> {
    pub number: &'a str,
    pub digits: &'a str,
    pub made_at: &'a jiff::Zoned,
    pub channel: Option<u32>,
    pub paper: &'a str,
}

pub struct Print {
    pub quantity: u32,
    /// From the folder MISC.
    pub source: String,
    pub back: String,
    /// For the packer, in the second line of the back print.
    pub note: String,
}

struct Text {
    equals: &'static str,
    out: String,
}

impl Text {
    fn line(&mut self, line: &str) {
        self.out.push_str(line);
        self.out.push_str("\r\n");
    }
    fn field(&mut self, name: &str, value: &str) {
        let line = format!("{name}{}{value}", self.equals);
        self.line(&line);
    }
    /// Opens a vendor's block, which other readers skip.
    fn vendor(&mut self, dialect: Dialect) {
        self.field("VUQ RGN", "BGN");
        self.field("VUQ VNM", vendor(dialect));
        self.field("VUQ VER", "01.00");
    }
}

fn vendor(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Epson => "\"SEIKO EPSON\" -ATR \"Print Info\"",
        _ => "\"NORITSU KOKI\" -ATR \"QSSPrint\"",
    }
}

/// A line on the back. Nothing to print is `0`: an empty `-STR` stops some controllers.
fn back(text: &str) -> String {
    if text.is_empty() { "0".to_owned() } else { format!("1 -STR \"{text}\"") }
}

pub fn write(settings: &Dpof, header: &Header<'_>, prints: &[Print]) -> String {
    let dialect = settings.dialect;
    let mut text = Text { equals: if settings.spaces() { " = " } else { "=" }, out: String::new() };
    text.line("[HDR]");
    text.field("GEN REV", settings.revision());
    let creator = ascii::plain(settings.creator(), 40);
    let version =
        if dialect == Dialect::Camera { String::new() } else { format!(" -{}", settings.revision()) };
    text.field("GEN CRT", &format!("\"{creator}\"{version}"));
    text.field("GEN DTM", &header.made_at.strftime("%Y:%m:%d:%H:%M:%S").to_string());
    if dialect != Dialect::Camera {
        text.field("USR NAM", &format!("\"{}\"", header.number));
    }
    match settings.customer_id() {
        CustomerId::None => {}
        CustomerId::Number => text.field("USR CID", &format!("\"{}\"", header.number)),
        CustomerId::Digits => text.field("USR CID", &format!("\"{}\"", header.digits)),
    }
    if dialect != Dialect::Camera {
        text.vendor(dialect);
        if dialect == Dialect::Noritsu {
            text.field("PRT PSL", &format!("NML -PSIZE \"{}\"", ascii::plain(header.paper, 40)));
        }
        if let Some(channel) = header.channel {
            text.field("PRT PCH", &format!("{channel:03}"));
        }
        if dialect == Dialect::Noritsu && !settings.input.is_empty() {
            text.field("GEN INP", &format!("\"{}\"", ascii::plain(&settings.input, 20)));
        }
        text.field("VUQ RGN", "END");
    }
    text.line("");
    for (index, print) in prints.iter().enumerate() {
        text.line("[JOB]");
        text.field("PRT PID", &format!("{:03}", index + 1));
        text.field("PRT TYP", "STD");
        text.field("PRT QTY", &format!("{:03}", print.quantity));
        text.field("IMG FMT", "EXIF2 -J");
        let source = format!("<IMG SRC{}\"{}\">", text.equals, print.source);
        text.line(&source);
        if dialect != Dialect::Camera && settings.back_print {
            text.vendor(dialect);
            text.field("PRT CVP1", &back(&print.back));
            text.field("PRT CVP2", &back(&print.note));
            text.field("VUQ RGN", "END");
        }
        text.line("");
    }
    text.out
}
