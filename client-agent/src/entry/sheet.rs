//! Reads the CSV as spreadsheets write it: comma, semicolon or tab; UTF-8, UTF-16 or the old Western code page.

use domain::text;

pub const COLUMNS: [&str; 7] = ["file", "title", "caption", "keywords", "price_group", "subject", "group"];
const MAX_ROWS: usize = 200_000;

/// `None` in a field means that the file has nothing to say about it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// File name with or without extension and folder; empty for a line of the roster alone.
    pub file: String,
    pub title: Option<String>,
    pub caption: Option<String>,
    pub keywords: Vec<String>,
    pub price_group: Option<String>,
    /// Name and class of a person.
    pub subject: Option<(String, String)>,
}

#[derive(Debug, Default)]
pub struct Sheet {
    pub rows: Vec<Row>,
    pub ignored_columns: Vec<String>,
    /// Line number and what is wrong with it.
    pub refused: Vec<(u64, String)>,
}

pub fn parse(bytes: &[u8]) -> Result<Sheet, String> {
    let text = decode(bytes);
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter(&text))
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let headers = reader.headers().map_err(|e| e.to_string())?.clone();
    let column = |wanted: &str| headers.iter().position(|h| canonical(h) == Some(wanted));
    let at = COLUMNS.map(column);
    if at[0].is_none() && at[5].is_none() {
        let names: Vec<String> = headers.iter().map(|h| text::one_line(h, 40)).take(20).collect();
        return Err(format!("it has no column `file` and none `subject`; it has: {}", names.join(", ")));
    }
    let mut sheet = Sheet::default();
    for header in headers.iter().filter(|h| canonical(h).is_none()) {
        sheet.ignored_columns.push(text::one_line(header, 40));
    }
    for record in reader.records() {
        let record = match record {
            Ok(record) => record,
            Err(e) => {
                let line = e.position().map_or(0, csv::Position::line);
                sheet.refused.push((line, "it is no line of a CSV file".into()));
                continue;
            }
        };
        let line = record.position().map_or(0, csv::Position::line);
        if record.iter().all(str::is_empty) {
            continue;
        }
        if sheet.rows.len() >= MAX_ROWS {
            return Err(format!("it has more than {MAX_ROWS} lines"));
        }
        match row(&record, &at) {
            Ok(row) => sheet.rows.push(row),
            Err(reason) => sheet.refused.push((line, reason)),
        }
    }
    Ok(sheet)
}

fn row(record: &csv::StringRecord, at: &[Option<usize>; 7]) -> Result<Row, String> {
    let field = |i: usize| at[i].and_then(|c| record.get(c)).unwrap_or_default();
    let line = |i: usize, max| Some(text::one_line(field(i), max)).filter(|t: &String| !t.is_empty());
    let file = text::one_line(field(0), 300);
    let subject = line(5, 120).map(|name| (name, line(6, 60).unwrap_or_default()));
    if file.is_empty() && subject.is_none() {
        return Err("it names neither a file nor a person".into());
    }
    // One person of this name would get a code of their own, and the two meant would miss the picture.
    if subject.as_ref().is_some_and(|(name, _)| name.contains([';', '|'])) {
        return Err(
            "it names several people in one field; give each a line of their own, with the same file".into(),
        );
    }
    let keywords = field(3).split([';', '|', ',']).map(|k| text::one_line(k, 64));
    Ok(Row {
        file,
        title: line(1, 200),
        caption: Some(text::paragraph(field(2), 2000)).filter(|t| !t.is_empty()),
        keywords: keywords.filter(|k| !k.is_empty()).take(100).collect(),
        price_group: line(4, 60),
        subject,
    })
}

/// The names people and other programs give these columns.
fn canonical(header: &str) -> Option<&'static str> {
    let name: String = header.trim().to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect();
    Some(match name.as_str() {
        "file" | "filename" | "name" | "image" | "photo" => "file",
        "title" | "headline" => "title",
        "caption" | "description" => "caption",
        "keywords" | "keyword" | "tags" => "keywords",
        "pricegroup" => "price_group",
        "subject" | "person" | "student" | "pupil" | "child" => "subject",
        "group" | "class" | "team" | "table" | "grade" => "group",
        _ => return None,
    })
}

fn delimiter(text: &str) -> u8 {
    let first = text.lines().next().unwrap_or_default();
    let count = |c: char| first.chars().filter(|x| *x == c).count();
    let most = [(b',', count(',')), (b';', count(';')), (b'\t', count('\t'))];
    most.into_iter().rev().max_by_key(|(_, n)| *n).map_or(b',', |(c, _)| c)
}

fn decode(bytes: &[u8]) -> String {
    let utf16 = |bytes: &[u8], unit: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]])).collect();
        String::from_utf16_lossy(&units)
    };
    match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        [0xFF, 0xFE, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xFE, 0xFF, rest @ ..] => utf16(rest, u16::from_be_bytes),
        _ => match std::str::from_utf8(bytes) {
            Ok(text) => text.to_owned(),
            // Latin 1 is what old spreadsheets write; every byte means something in it.
            Err(_) => bytes.iter().map(|b| char::from(*b)).collect(),
        },
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn reads_what_spreadsheets_write() {
        let sheet = parse(
            "\u{FEFF}File Name;Title;Keywords;Student;Class;Shoe\r\nIMG_1.jpg;\"A; b\";x|y;Zoë;3b;38\r\n"
                .as_bytes(),
        );
        let sheet = sheet.unwrap();
        assert_eq!(sheet.ignored_columns, ["Shoe"]);
        assert_eq!(
            sheet.rows,
            [Row {
                file: "IMG_1.jpg".into(),
                title: Some("A; b".into()),
                keywords: vec!["x".into(), "y".into()],
                subject: Some(("Zoë".into(), "3b".into())),
                ..Row::default()
            }]
        );
    }

    #[test]
    fn old_code_pages_and_utf16_are_read() {
        assert_eq!(parse(b"file,title\nA.jpg,Zo\xeb\n").unwrap().rows[0].title.as_deref(), Some("Zoë"));
        let utf16: Vec<u8> = [0xFF, 0xFE]
            .into_iter()
            .chain("file\nä.jpg\n".encode_utf16().flat_map(u16::to_le_bytes))
            .collect();
        assert_eq!(parse(&utf16).unwrap().rows[0].file, "ä.jpg");
    }

    #[test]
    fn a_line_without_a_name_is_refused_with_its_number() {
        let sheet = parse(b"file,title\nA.jpg,x\n,y\n\n").unwrap();
        assert_eq!((sheet.rows.len(), sheet.refused.len()), (1, 1));
        assert_eq!(sheet.refused[0].0, 3);
        let sheet = parse(b"file,subject\nA.jpg,Mia;Noah\nB.jpg,Mia\n").unwrap();
        assert_eq!((sheet.rows.len(), sheet.refused[0].0), (1, 2));
        assert!(sheet.refused[0].1.contains("a line of their own"));
        assert!(parse(b"colour\nred\n").unwrap_err().contains("colour"));
        assert!(parse(b"").is_err());
    }

    fn cell() -> impl Strategy<Value = String> {
        "[a-zA-Z0-9 ,;\"'äöß\u{1F600}_.-]{0,20}"
    }

    proptest! {
        /// What a CSV writer writes is read back, whatever quotes and separators the cells hold.
        #[test]
        fn written_sheets_read_back(rows in prop::collection::vec((cell(), cell(), cell()), 1..20)) {
            let mut writer = csv::Writer::from_writer(Vec::new());
            writer.write_record(["file", "title", "subject"]).unwrap();
            let rows: Vec<_> = rows.into_iter().map(|(f, t, s)| (f, t, s.replace(';', ""))).collect();
            for (file, title, subject) in &rows {
                writer.write_record([file, title, subject]).unwrap();
            }
            let sheet = parse(&writer.into_inner().unwrap()).unwrap();
            let wanted: Vec<_> = rows
                .iter()
                .map(|(f, t, s)| (f.trim(), t.trim(), s.trim()))
                .filter(|(f, _, s)| !f.is_empty() || !s.is_empty())
                .map(|(f, t, s)| (f.to_owned(), (!t.is_empty()).then(|| t.to_owned()), (!s.is_empty()).then(|| s.to_owned())))
                .collect();
            let found: Vec<_> = sheet.rows.into_iter().map(|r| (r.file, r.title, r.subject.map(|s| s.0))).collect();
            prop_assert_eq!(found, wanted);
        }

        #[test]
        fn any_bytes_are_answered(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
            let mut named = b"file,subject\n".to_vec();
            named.extend(&bytes);
            let _ = parse(&bytes);
            let sheet = parse(&named);
            if let Ok(sheet) = sheet {
                for row in sheet.rows {
                    prop_assert!(!row.file.chars().any(char::is_control));
                }
            }
        }
    }
}
