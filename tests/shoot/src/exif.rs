//! Writes an EXIF block (TIFF, little endian) as a camera would, with everything a proof must not carry on.

/// What the camera says about one frame.
#[derive(Debug, Clone)]
pub struct Exposure {
    pub orientation: u8,
    /// `2026:06:13 15:04:05`, local time at the place.
    pub taken: String,
    pub offset: String,
    pub sub_seconds: String,
    /// Seconds, as a fraction.
    pub shutter: (u32, u32),
    /// Tenths of an f-stop number.
    pub aperture_tenths: u32,
    pub iso: u16,
    pub focal_mm: u32,
    pub width: u32,
    pub height: u32,
    pub srgb: bool,
    pub artist: Option<String>,
    pub copyright: Option<String>,
    /// Degrees north and east.
    pub place: Option<(f64, f64)>,
}

pub const MAKE: &str = "Darkslide";
pub const MODEL: &str = "Studio 24";
pub const LENS: &str = "DS 24-70mm F2.8";
pub const BODY_SERIAL: &str = "DS24-0099172";
pub const LENS_SERIAL: &str = "L2470-55801";
pub const OWNER: &str = "Mara Lindqvist";

struct Field {
    tag: u16,
    kind: u16,
    count: u32,
    data: Vec<u8>,
}

fn ascii(tag: u16, text: &str) -> Field {
    let mut data: Vec<u8> = text.bytes().filter(u8::is_ascii).collect();
    data.push(0);
    Field { tag, kind: 2, count: data.len() as u32, data }
}

fn short(tag: u16, v: u16) -> Field {
    Field { tag, kind: 3, count: 1, data: v.to_le_bytes().to_vec() }
}

fn long(tag: u16, v: u32) -> Field {
    Field { tag, kind: 4, count: 1, data: v.to_le_bytes().to_vec() }
}

fn ratios(tag: u16, values: &[(u32, u32)]) -> Field {
    let data = values.iter().flat_map(|(n, d)| [n.to_le_bytes(), d.to_le_bytes()].concat()).collect();
    Field { tag, kind: 5, count: values.len() as u32, data }
}

fn bytes(tag: u16, kind: u16, data: &[u8]) -> Field {
    Field { tag, kind, count: data.len() as u32, data: data.to_vec() }
}

/// One directory at `start`, its long values after it.
fn directory(mut fields: Vec<Field>, start: u32) -> Vec<u8> {
    fields.sort_by_key(|f| f.tag);
    let mut out = (fields.len() as u16).to_le_bytes().to_vec();
    let mut rest = Vec::new();
    let values = start + 2 + 12 * fields.len() as u32 + 4;
    for f in &fields {
        out.extend(f.tag.to_le_bytes());
        out.extend(f.kind.to_le_bytes());
        out.extend(f.count.to_le_bytes());
        if f.data.len() <= 4 {
            let mut inline = f.data.clone();
            inline.resize(4, 0);
            out.extend(inline);
        } else {
            out.extend((values + rest.len() as u32).to_le_bytes());
            rest.extend(&f.data);
            if rest.len() % 2 == 1 {
                rest.push(0);
            }
        }
    }
    out.extend([0; 4]);
    out.extend(rest);
    out
}

/// Degrees, minutes and hundredths of seconds.
fn sexagesimal(degrees: f64) -> [(u32, u32); 3] {
    let hundredths = (degrees.abs() * 360_000.0).round() as u32;
    [(hundredths / 360_000, 1), (hundredths / 6_000 % 60, 1), (hundredths % 6_000, 100)]
}

/// The TIFF stream that follows `Exif\0\0` in an APP1 segment.
pub fn write(e: &Exposure) -> Vec<u8> {
    let mut main = vec![
        ascii(0x010F, MAKE),
        ascii(0x0110, MODEL),
        short(0x0112, e.orientation.into()),
        ratios(0x011A, &[(300, 1)]),
        ratios(0x011B, &[(300, 1)]),
        short(0x0128, 2),
        ascii(0x0131, "Darkslide shoot"),
        ascii(0x0132, &e.taken),
        short(0x0213, 2),
    ];
    main.extend(e.artist.as_deref().map(|t| ascii(0x013B, t)));
    main.extend(e.copyright.as_deref().map(|t| ascii(0x8298, t)));
    let shot = vec![
        ratios(0x829A, &[e.shutter]),
        ratios(0x829D, &[(e.aperture_tenths, 10)]),
        short(0x8822, 3),
        short(0x8827, e.iso),
        bytes(0x9000, 7, b"0232"),
        ascii(0x9003, &e.taken),
        ascii(0x9004, &e.taken),
        ascii(0x9010, &e.offset),
        ascii(0x9011, &e.offset),
        ascii(0x9012, &e.offset),
        bytes(0x9101, 7, &[1, 2, 3, 0]),
        short(0x9209, 16),
        ratios(0x920A, &[(e.focal_mm, 1)]),
        ascii(0x9290, &e.sub_seconds),
        ascii(0x9291, &e.sub_seconds),
        ascii(0x9292, &e.sub_seconds),
        bytes(0xA000, 7, b"0100"),
        short(0xA001, if e.srgb { 1 } else { 0xFFFF }),
        long(0xA002, e.width),
        long(0xA003, e.height),
        ascii(0xA430, OWNER),
        ascii(0xA431, BODY_SERIAL),
        ratios(0xA432, &[(24, 1), (70, 1), (28, 10), (28, 10)]),
        ascii(0xA434, LENS),
        ascii(0xA435, LENS_SERIAL),
    ];
    let position = e.place.map(|(north, east)| {
        vec![
            bytes(0x0000, 1, &[2, 3, 0, 0]),
            ascii(0x0001, if north < 0.0 { "S" } else { "N" }),
            ratios(0x0002, &sexagesimal(north)),
            ascii(0x0003, if east < 0.0 { "W" } else { "E" }),
            ratios(0x0004, &sexagesimal(east)),
            bytes(0x0005, 1, &[0]),
            ratios(0x0006, &[(1420, 10)]),
        ]
    });
    main.push(long(0x8769, 0));
    if position.is_some() {
        main.push(long(0x8825, 0));
    }
    // The pointers' values change no lengths, so lay out once to measure and once to write.
    let measure = |main: &[Field]| -> u32 {
        let long_values: usize =
            main.iter().filter(|f| f.data.len() > 4).map(|f| f.data.len().div_ceil(2) * 2).sum();
        (8 + 2 + 12 * main.len() + 4 + long_values) as u32
    };
    let shot_at = measure(&main);
    let shot = directory(shot, shot_at);
    let place_at = shot_at + shot.len() as u32;
    for f in &mut main {
        match f.tag {
            0x8769 => f.data = shot_at.to_le_bytes().to_vec(),
            0x8825 => f.data = place_at.to_le_bytes().to_vec(),
            _ => {}
        }
    }
    let mut out = b"II*\0\x08\0\0\0".to_vec();
    out.extend(directory(main, 8));
    out.extend(shot);
    out.extend(position.map(|p| directory(p, place_at)).unwrap_or_default());
    out
}
