//! The encoding of IPP requests and answers (RFC 8010 section 3).

/// Delimiter tags (RFC 8010 section 3.5.1).
pub const OPERATION_GROUP: u8 = 0x01;
pub const JOB_GROUP: u8 = 0x02;
const END: u8 = 0x03;
pub const UNSUPPORTED_GROUP: u8 = 0x05;

const INTEGER: u8 = 0x21;
const BOOLEAN: u8 = 0x22;
const ENUM: u8 = 0x23;
const RANGE: u8 = 0x33;
const BEGIN_COLLECTION: u8 = 0x34;
const END_COLLECTION: u8 = 0x37;
const NAME: u8 = 0x42;
const KEYWORD: u8 = 0x44;
const URI: u8 = 0x45;
const CHARSET: u8 = 0x47;
const LANGUAGE: u8 = 0x48;
const MIME: u8 = 0x49;
const MEMBER_NAME: u8 = 0x4A;

/// Deeper collections than any printer sends.
const MAX_DEPTH: usize = 8;

#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Integer(i32),
    Boolean(bool),
    Enum(i32),
    Range(i32, i32),
    Name(String),
    Keyword(String),
    Uri(String),
    Charset(String),
    Language(String),
    Mime(String),
    Collection(Vec<Attribute>),
    /// Text of other kinds, or what has no value (unknown, unsupported).
    Other(u8, Vec<u8>),
}

#[derive(Clone, Debug, PartialEq)]
pub struct Attribute {
    pub name: String,
    pub values: Vec<Value>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    pub tag: u8,
    pub attributes: Vec<Attribute>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    /// Operation of a request, status of an answer.
    pub code: u16,
    pub request_id: u32,
    pub groups: Vec<Group>,
}

#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum IppFormatError {
    #[error("it ends in the middle")]
    Short,
    #[error("it is not IPP: {0}")]
    Shape(&'static str),
}

pub fn attribute(name: &str, value: Value) -> Attribute {
    Attribute { name: name.to_owned(), values: vec![value] }
}

impl Value {
    /// Keywords, names and other texts alike.
    pub fn text(&self) -> Option<String> {
        Some(match self {
            Self::Name(t)
            | Self::Keyword(t)
            | Self::Uri(t)
            | Self::Charset(t)
            | Self::Language(t)
            | Self::Mime(t) => t.clone(),
            Self::Other(tag, bytes) if *tag >= 0x40 => String::from_utf8_lossy(bytes).into_owned(),
            _ => return None,
        })
    }
    pub fn number(&self) -> Option<i32> {
        match self {
            Self::Integer(n) | Self::Enum(n) => Some(*n),
            _ => None,
        }
    }
}

impl Message {
    pub fn find(&self, name: &str) -> Option<&Attribute> {
        self.groups.iter().flat_map(|g| &g.attributes).find(|a| a.name == name)
    }
    pub fn number(&self, name: &str) -> Option<i32> {
        self.find(name)?.values.first()?.number()
    }
    pub fn texts(&self, name: &str) -> Vec<String> {
        self.find(name).map(|a| a.values.iter().filter_map(Value::text).collect()).unwrap_or_default()
    }

    pub fn encode(&self) -> Vec<u8> {
        let mut out = vec![2, 0];
        out.extend(self.code.to_be_bytes());
        out.extend(self.request_id.to_be_bytes());
        for group in &self.groups {
            out.push(group.tag);
            for attribute in &group.attributes {
                for (i, value) in attribute.values.iter().enumerate() {
                    encode_value(&mut out, if i == 0 { &attribute.name } else { "" }, value);
                }
            }
        }
        out.push(END);
        out
    }

    pub fn decode(bytes: &[u8]) -> Result<Self, IppFormatError> {
        let mut input = Input(bytes);
        let major = input.byte()?;
        if !(1..=2).contains(&major) {
            return Err(IppFormatError::Shape("its version is neither 1 nor 2"));
        }
        input.byte()?;
        let code = input.short()?;
        let request_id = u32::from_be_bytes(input.take(4)?.try_into().map_err(|_| IppFormatError::Short)?);
        let mut groups: Vec<Group> = Vec::new();
        loop {
            let tag = input.byte()?;
            if tag == END {
                return Ok(Self { code, request_id, groups });
            }
            if tag < 0x10 {
                groups.push(Group { tag, attributes: Vec::new() });
                continue;
            }
            let group =
                groups.last_mut().ok_or(IppFormatError::Shape("an attribute stands before any group"))?;
            let name = input.text()?;
            let value = input.value(tag, 0)?;
            add(&mut group.attributes, name, value)?;
        }
    }
}

/// A value without a name is one more of the attribute before it.
fn add(attributes: &mut Vec<Attribute>, name: String, value: Value) -> Result<(), IppFormatError> {
    if name.is_empty() {
        let last =
            attributes.last_mut().ok_or(IppFormatError::Shape("a value stands before any attribute"))?;
        last.values.push(value);
    } else {
        attributes.push(Attribute { name, values: vec![value] });
    }
    Ok(())
}

fn field(out: &mut Vec<u8>, bytes: &[u8]) {
    // Lengths are 16 bits; nothing we send comes near.
    let bytes = &bytes[..bytes.len().min(usize::from(u16::MAX))];
    out.extend((bytes.len() as u16).to_be_bytes());
    out.extend(bytes);
}

fn encode_value(out: &mut Vec<u8>, name: &str, value: &Value) {
    let mut plain = |tag: u8, bytes: &[u8]| {
        out.push(tag);
        field(out, name.as_bytes());
        field(out, bytes);
    };
    match value {
        Value::Integer(n) => plain(INTEGER, &n.to_be_bytes()),
        Value::Boolean(b) => plain(BOOLEAN, &[u8::from(*b)]),
        Value::Enum(n) => plain(ENUM, &n.to_be_bytes()),
        Value::Range(a, b) => plain(RANGE, &[a.to_be_bytes(), b.to_be_bytes()].concat()),
        Value::Name(t) => plain(NAME, t.as_bytes()),
        Value::Keyword(t) => plain(KEYWORD, t.as_bytes()),
        Value::Uri(t) => plain(URI, t.as_bytes()),
        Value::Charset(t) => plain(CHARSET, t.as_bytes()),
        Value::Language(t) => plain(LANGUAGE, t.as_bytes()),
        Value::Mime(t) => plain(MIME, t.as_bytes()),
        Value::Other(tag, bytes) => plain(*tag, bytes),
        Value::Collection(members) => {
            plain(BEGIN_COLLECTION, &[]);
            for member in members {
                out.push(MEMBER_NAME);
                field(out, &[]);
                field(out, member.name.as_bytes());
                for value in &member.values {
                    encode_value(out, "", value);
                }
            }
            out.push(END_COLLECTION);
            field(out, &[]);
            field(out, &[]);
        }
    }
}

struct Input<'a>(&'a [u8]);

impl<'a> Input<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8], IppFormatError> {
        let (head, tail) = self.0.split_at_checked(count).ok_or(IppFormatError::Short)?;
        self.0 = tail;
        Ok(head)
    }
    fn byte(&mut self) -> Result<u8, IppFormatError> {
        Ok(self.take(1)?[0])
    }
    fn short(&mut self) -> Result<u16, IppFormatError> {
        let b = self.take(2)?;
        Ok(u16::from_be_bytes([b[0], b[1]]))
    }
    fn bytes(&mut self) -> Result<&'a [u8], IppFormatError> {
        let length = self.short()?;
        self.take(usize::from(length))
    }
    fn text(&mut self) -> Result<String, IppFormatError> {
        Ok(String::from_utf8_lossy(self.bytes()?).into_owned())
    }

    fn value(&mut self, tag: u8, depth: usize) -> Result<Value, IppFormatError> {
        let bytes = self.bytes()?;
        let text = || String::from_utf8_lossy(bytes).into_owned();
        let number = |at: usize| -> Result<i32, IppFormatError> {
            let four = bytes.get(at..at + 4).ok_or(IppFormatError::Short)?;
            Ok(i32::from_be_bytes([four[0], four[1], four[2], four[3]]))
        };
        Ok(match tag {
            INTEGER => Value::Integer(number(0)?),
            ENUM => Value::Enum(number(0)?),
            BOOLEAN => Value::Boolean(bytes.first().is_some_and(|b| *b != 0)),
            RANGE => Value::Range(number(0)?, number(4)?),
            NAME => Value::Name(text()),
            KEYWORD => Value::Keyword(text()),
            URI => Value::Uri(text()),
            CHARSET => Value::Charset(text()),
            LANGUAGE => Value::Language(text()),
            MIME => Value::Mime(text()),
            BEGIN_COLLECTION => self.collection(depth + 1)?,
            _ => Value::Other(tag, bytes.to_vec()),
        })
    }

    fn collection(&mut self, depth: usize) -> Result<Value, IppFormatError> {
        if depth > MAX_DEPTH {
            return Err(IppFormatError::Shape("its collections are too deep"));
        }
        let mut members = Vec::new();
        let mut name = String::new();
        loop {
            let tag = self.byte()?;
            if tag < 0x10 {
                return Err(IppFormatError::Shape("a collection does not end"));
            }
            self.bytes()?;
            match tag {
                END_COLLECTION => {
                    self.bytes()?;
                    return Ok(Value::Collection(members));
                }
                MEMBER_NAME => name = self.text()?,
                tag => {
                    let value = self.value(tag, depth)?;
                    add(&mut members, std::mem::take(&mut name), value)?;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Message {
        let size = Value::Collection(vec![
            attribute("x-dimension", Value::Integer(10160)),
            attribute("y-dimension", Value::Integer(15240)),
        ]);
        Message {
            code: 0x0002,
            request_id: 7,
            groups: vec![
                Group {
                    tag: OPERATION_GROUP,
                    attributes: vec![
                        attribute("attributes-charset", Value::Charset("utf-8".into())),
                        Attribute {
                            name: "requested-attributes".into(),
                            values: vec![Value::Keyword("a".into()), Value::Keyword("b".into())],
                        },
                    ],
                },
                Group {
                    tag: JOB_GROUP,
                    attributes: vec![
                        attribute("media-col", Value::Collection(vec![attribute("media-size", size)])),
                        attribute("copies-supported", Value::Range(1, 99)),
                        attribute("fidelity", Value::Boolean(true)),
                    ],
                },
            ],
        }
    }

    #[test]
    fn what_is_written_reads_back() {
        assert_eq!(Message::decode(&sample().encode()), Ok(sample()));
    }

    #[test]
    fn every_cut_and_every_changed_byte_is_answered() {
        let good = sample().encode();
        for end in 0..good.len() {
            assert!(Message::decode(&good[..end]).is_err(), "cut at {end}");
        }
        for at in 0..good.len() {
            for value in [0, 1, 0x34, 0x37, 0x4A, 0xFF] {
                let mut bad = good.clone();
                bad[at] = value;
                let _ = Message::decode(&bad);
            }
        }
        let mut deep = vec![2, 0, 0, 0, 0, 0, 0, 1, 1, 0x34, 0, 1, b'a', 0, 0];
        deep.extend([0x34, 0, 0, 0, 0].repeat(100_000));
        assert!(Message::decode(&deep).is_err());
    }
}
