//! A canvas becomes a JPEG file with its profile and the words the photographer lets out.

use darkslide_jpeg::{EncodeOptions, Plane, Sampling, Segment, encode, encode_scan};

use crate::canvas::Canvas;
use crate::error::ImageError;
use crate::metadata::Metadata;
use crate::request::{MetadataPolicy, Micro};

/// What goes into the file beside the picture.
pub(crate) struct Wrapping<'a> {
    pub(crate) quality: u8,
    pub(crate) ppi: Option<u16>,
    pub(crate) icc: Option<&'a [u8]>,
    pub(crate) exif: Option<&'a [u8]>,
    pub(crate) xmp: Option<&'a [u8]>,
}

pub(crate) fn jpeg(canvas: &Canvas, wrapping: &Wrapping<'_>, out: &mut Vec<u8>) -> Result<(), ImageError> {
    let icc = wrapping.icc.map(icc_chunks).unwrap_or_default();
    let mut segments = Vec::new();
    for data in [wrapping.exif, wrapping.xmp].into_iter().flatten() {
        segments.push(Segment { marker: 0xE1, data });
    }
    segments.extend(icc.iter().map(|data| Segment { marker: 0xE2, data }));
    let options = EncodeOptions {
        quality: wrapping.quality,
        sampling: canvas.sampling,
        optimise: false,
        density: wrapping.ppi,
        segments: &segments,
    };
    encode(canvas.size.width, canvas.size.height, &planes(canvas), &options, out)
        .map_err(|e| ImageError::bad_request(e.to_string()))
}

fn planes(canvas: &Canvas) -> [Plane<'_>; 3] {
    let (w, c) = (canvas.size.width as usize, canvas.chroma_size().width as usize);
    let [y, cb, cr] = &canvas.planes;
    [Plane { data: y, stride: w }, Plane { data: cb, stride: c }, Plane { data: cr, stride: c }]
}

pub(crate) fn micro(canvas: &Canvas) -> Result<Micro, ImageError> {
    debug_assert_eq!(canvas.sampling, Sampling::S420);
    let scan = encode_scan(canvas.size.width, canvas.size.height, &planes(canvas))
        .map_err(|e| ImageError::bad_request(e.to_string()))?;
    Ok(Micro { width: canvas.size.width as u16, height: canvas.size.height as u16, scan })
}

/// APP2 segments (ICC.1 annex B.4).
fn icc_chunks(profile: &[u8]) -> Vec<Vec<u8>> {
    let chunks: Vec<&[u8]> = profile.chunks(65_519).collect();
    let n = chunks.len() as u8;
    let segment = |(i, data): (usize, &&[u8])| {
        let mut s = b"ICC_PROFILE\0".to_vec();
        s.extend_from_slice(&[i as u8 + 1, n]);
        s.extend_from_slice(data);
        s
    };
    chunks.iter().enumerate().map(segment).collect()
}

/// The words that stay, as EXIF (copyright, creator, caption) and XMP (the same, in Unicode).
pub(crate) struct Words {
    pub(crate) exif: Option<Vec<u8>>,
    pub(crate) xmp: Option<Vec<u8>>,
}

pub(crate) fn words(metadata: Option<&Metadata>, keep: &MetadataPolicy) -> Words {
    let Some(m) = metadata else { return Words { exif: None, xmp: None } };
    let pick = |on: bool, v: Option<&str>| {
        v.filter(|v| on && !v.is_empty()).map(|v| v.chars().take(2_000).collect::<String>())
    };
    let caption = pick(keep.caption, m.caption.as_ref().map(|v| v.value.as_str()));
    let creator = pick(keep.creator, m.creator.as_ref().map(|v| v.value.as_str()));
    let copyright = pick(keep.copyright, m.copyright.as_ref().map(|v| v.value.as_str()));
    if caption.is_none() && creator.is_none() && copyright.is_none() {
        return Words { exif: None, xmp: None };
    }
    let tags = [(0x010E, &caption), (0x013B, &creator), (0x8298, &copyright)];
    Words { exif: Some(exif(&tags)), xmp: Some(xmp(&caption, &creator, &copyright)) }
}

/// A TIFF structure with ASCII tags only, big endian.
fn exif(tags: &[(u16, &Option<String>)]) -> Vec<u8> {
    let present: Vec<(u16, &String)> = tags.iter().filter_map(|(t, v)| v.as_ref().map(|v| (*t, v))).collect();
    let mut ifd = (present.len() as u16).to_be_bytes().to_vec();
    let mut data = Vec::new();
    let start = 8 + 2 + 12 * present.len() + 4;
    for (tag, value) in present {
        let mut bytes = value.as_bytes().to_vec();
        bytes.push(0);
        ifd.extend(tag.to_be_bytes());
        ifd.extend([0, 2]);
        ifd.extend((bytes.len() as u32).to_be_bytes());
        if bytes.len() <= 4 {
            bytes.resize(4, 0);
            ifd.extend(bytes);
        } else {
            ifd.extend(((start + data.len()) as u32).to_be_bytes());
            bytes.resize(bytes.len().next_multiple_of(2), 0);
            data.extend(bytes);
        }
    }
    ifd.extend([0; 4]);
    let mut out = b"Exif\0\0MM\0\x2a\0\0\0\x08".to_vec();
    out.extend(ifd);
    out.extend(data);
    out
}

fn xmp(caption: &Option<String>, creator: &Option<String>, copyright: &Option<String>) -> Vec<u8> {
    let escape = |s: &str| {
        s.chars()
            .filter(|c| !c.is_control())
            .map(|c| match c {
                '&' => "&amp;".into(),
                '<' => "&lt;".into(),
                '>' => "&gt;".into(),
                c => c.to_string(),
            })
            .collect::<String>()
    };
    let alt = |name: &str, v: &Option<String>| {
        v.as_ref().map_or(String::new(), |v| {
            format!(
                "<dc:{name}><rdf:Alt><rdf:li xml:lang=\"x-default\">{}</rdf:li></rdf:Alt></dc:{name}>",
                escape(v)
            )
        })
    };
    let creator = creator.as_ref().map_or(String::new(), |v| {
        format!("<dc:creator><rdf:Seq><rdf:li>{}</rdf:li></rdf:Seq></dc:creator>", escape(v))
    });
    let mut out = b"http://ns.adobe.com/xap/1.0/\0".to_vec();
    out.extend(
        format!(
            "<?xpacket begin=\"\u{feff}\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?><x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\
             <rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\"><rdf:Description rdf:about=\"\" \
             xmlns:dc=\"http://purl.org/dc/elements/1.1/\">{}{}{}</rdf:Description></rdf:RDF></x:xmpmeta>\
             <?xpacket end=\"r\"?>",
            alt("description", caption),
            creator,
            alt("rights", copyright)
        )
        .into_bytes(),
    );
    out
}
