//! Writes what a photographer's software adds to a file: an XMP packet, or IPTC records for the older ones.

/// Editorial data of one picture.
#[derive(Debug, Clone, Default)]
pub struct Captions {
    pub rating: u8,
    pub label: Option<String>,
    pub title: String,
    pub caption: String,
    pub keywords: Vec<String>,
    pub people: Vec<String>,
    pub creator: String,
    pub copyright: String,
    /// `YYYY-MM-DD`.
    pub date: String,
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn list(kind: &str, items: &[String]) -> String {
    let items: String = items.iter().map(|t| format!("<rdf:li>{}</rdf:li>", escape(t))).collect();
    format!("<rdf:{kind}>{items}</rdf:{kind}>")
}

fn plain(text: &str) -> String {
    format!("<rdf:Alt><rdf:li xml:lang=\"x-default\">{}</rdf:li></rdf:Alt>", escape(text))
}

/// The XMP packet that follows the namespace string in an APP1 segment.
pub fn xmp(c: &Captions) -> Vec<u8> {
    let label = c.label.as_deref().map(|l| format!(" xmp:Label=\"{}\"", escape(l))).unwrap_or_default();
    let people = if c.people.is_empty() {
        String::new()
    } else {
        format!("<Iptc4xmpExt:PersonInImage>{}</Iptc4xmpExt:PersonInImage>", list("Bag", &c.people))
    };
    let packet = format!(
        "<?xpacket begin=\"\u{feff}\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n\
         <x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\
         <rdf:Description rdf:about=\"\" xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\" \
         xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:xmpRights=\"http://ns.adobe.com/xap/1.0/rights/\" \
         xmlns:Iptc4xmpExt=\"http://iptc.org/std/Iptc4xmpExt/2008-02-29/\" \
         xmp:Rating=\"{rating}\"{label} xmpRights:Marked=\"True\">\
         <dc:title>{title}</dc:title><dc:description>{caption}</dc:description><dc:subject>{keywords}</dc:subject>\
         <dc:creator>{creator}</dc:creator><dc:rights>{rights}</dc:rights>{people}\
         </rdf:Description></rdf:RDF></x:xmpmeta>\n{padding}<?xpacket end=\"w\"?>",
        rating = c.rating,
        title = plain(&c.title),
        caption = plain(&c.caption),
        keywords = list("Bag", &c.keywords),
        creator = list("Seq", std::slice::from_ref(&c.creator)),
        rights = plain(&c.copyright),
        padding = format!("{}\n", " ".repeat(99)).repeat(20),
    );
    packet.into_bytes()
}

/// The Photoshop resource block (APP13) with IPTC-IIM records in UTF-8.
pub fn iptc(c: &Captions) -> Vec<u8> {
    let mut records = Vec::new();
    let mut put = |record: u8, dataset: u8, data: &[u8]| {
        records.extend([0x1C, record, dataset]);
        records.extend((data.len() as u16).to_be_bytes());
        records.extend(data);
    };
    put(1, 90, b"\x1b%G");
    put(2, 0, &[0, 4]);
    put(2, 5, c.title.as_bytes());
    for word in &c.keywords {
        put(2, 25, word.as_bytes());
    }
    put(2, 55, c.date.replace('-', "").as_bytes());
    put(2, 80, c.creator.as_bytes());
    put(2, 116, c.copyright.as_bytes());
    put(2, 120, c.caption.as_bytes());
    let mut block = b"Photoshop 3.0\x008BIM\x04\x04\0\0".to_vec();
    block.extend((records.len() as u32).to_be_bytes());
    block.extend(&records);
    if records.len() % 2 == 1 {
        block.push(0);
    }
    block
}
