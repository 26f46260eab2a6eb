//! An XMP sidecar (ISO 16684-1) with a rating and, where the customer wrote one, her note as instructions.

use domain::text::one_line;
use quick_xml::escape::escape;

pub fn xmp(rating: u8, note: Option<&str>) -> String {
    // XML 1.0 has no way to write most control characters; one_line removes them.
    let note = note.map(|n| one_line(n, 500)).filter(|n| !n.is_empty());
    let instructions =
        note.map(|n| format!("\n   photoshop:Instructions=\"{}\"", escape(n.as_str()))).unwrap_or_default();
    format!(
        r#"<?xpacket begin="{bom}" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about=""
   xmlns:xmp="http://ns.adobe.com/xap/1.0/"
   xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/"
   xmp:Rating="{rating}"{instructions}/>
 </rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>
"#,
        bom = '\u{FEFF}'
    )
}

/// The sidecar's name in a folder: no separators, no leading dot, whatever the host says a file is called.
pub fn file_name(stem: &str) -> String {
    let safe: String = one_line(stem, 200)
        .chars()
        .map(|c| if matches!(c, '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|') { '_' } else { c })
        .collect();
    let safe = safe.trim_start_matches('.').trim();
    format!("{}.xmp", if safe.is_empty() { "photo" } else { safe })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_cannot_leave_its_attribute() {
        let text = xmp(4, Some("\"/><evil x='1'>\u{0} & more\nlines"));
        assert!(text.contains("xmp:Rating=\"4\"") && !text.contains("<evil") && !text.contains('\u{0}'));
        let mut reader = quick_xml::Reader::from_str(text.trim_start_matches('\u{FEFF}'));
        loop {
            match reader.read_event().unwrap() {
                quick_xml::events::Event::Eof => break,
                event => drop(event),
            }
        }
        assert!(!xmp(5, None).contains("Instructions"));
    }

    #[test]
    fn names_stay_in_their_folder() {
        assert_eq!(file_name("DSL_0001"), "DSL_0001.xmp");
        assert_eq!(file_name("../../etc/passwd"), "_.._etc_passwd.xmp");
        assert_eq!(file_name("..\u{0}"), "photo.xmp");
    }
}
