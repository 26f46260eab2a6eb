//! The profile put into every rendition: sRGB (IEC 61966-2-1) in under 500 bytes, ICC.1:2010 version 4,
//! made here so that it carries nobody's copyright.

use std::sync::OnceLock;

fn fixed(v: f64) -> [u8; 4] {
    ((v * 65_536.0).round() as i32).to_be_bytes()
}

fn xyz(v: [f64; 3]) -> Vec<u8> {
    let mut t = b"XYZ \0\0\0\0".to_vec();
    v.iter().for_each(|v| t.extend(fixed(*v)));
    t
}

fn text(s: &str) -> Vec<u8> {
    let mut t = b"mluc\0\0\0\0\0\0\0\x01\0\0\0\x0cenUS".to_vec();
    t.extend((s.len() as u32 * 2).to_be_bytes());
    t.extend(28u32.to_be_bytes());
    s.encode_utf16().for_each(|c| t.extend(c.to_be_bytes()));
    t.resize(t.len().next_multiple_of(4), 0);
    t
}

fn build() -> Vec<u8> {
    // Parametric curve type 3 is the sRGB curve exactly.
    let mut curve = b"para\0\0\0\0\0\x03\0\0".to_vec();
    [2.4, 1.0 / 1.055, 0.055 / 1.055, 1.0 / 12.92, 0.040_45].iter().for_each(|v| curve.extend(fixed(*v)));
    // Primaries adapted from D65 to D50 (Bradford).
    let tags: [(&[u8; 4], Vec<u8>); 8] = [
        (b"desc", text("sRGB")),
        (b"cprt", text("CC0")),
        (b"wtpt", xyz([0.964_2, 1.0, 0.824_9])),
        (b"rXYZ", xyz([0.436_066, 0.222_488, 0.013_916])),
        (b"gXYZ", xyz([0.385_147, 0.716_873, 0.097_076])),
        (b"bXYZ", xyz([0.143_066, 0.060_608, 0.714_096])),
        (b"chad", {
            let mut t = b"sf32\0\0\0\0".to_vec();
            [
                1.047_88, 0.022_918, -0.050_217, 0.029_587, 0.990_479, -0.017_059, -0.009_232, 0.015_076,
                0.751_678,
            ]
            .iter()
            .for_each(|v: &f64| t.extend(fixed(*v)));
            t
        }),
        (b"rTRC", curve),
    ];
    let count = tags.len() as u32 + 2;
    let mut table = count.to_be_bytes().to_vec();
    let mut data = Vec::new();
    let start = 128 + 4 + 12 * count;
    for (name, tag) in &tags {
        let at = start + data.len() as u32;
        // The three channels share one curve.
        let names: &[&[u8; 4]] = if *name == b"rTRC" { &[b"rTRC", b"gTRC", b"bTRC"] } else { &[name] };
        for n in names {
            table.extend_from_slice(*n);
            table.extend(at.to_be_bytes());
            table.extend((tag.len() as u32).to_be_bytes());
        }
        data.extend_from_slice(tag);
    }
    let mut p = vec![0u8; 128];
    p[..4].copy_from_slice(&(start + data.len() as u32).to_be_bytes());
    p[8..12].copy_from_slice(&[4, 0x20, 0, 0]);
    p[12..24].copy_from_slice(b"mntrRGB XYZ ");
    p[24..36].copy_from_slice(&[0x07, 0xEA, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0]);
    p[36..40].copy_from_slice(b"acsp");
    p[68..72].copy_from_slice(&fixed(0.964_2));
    p[72..76].copy_from_slice(&fixed(1.0));
    p[76..80].copy_from_slice(&fixed(0.824_9));
    p.extend(table);
    p.extend(data);
    p
}

pub(crate) fn srgb() -> &'static [u8] {
    static PROFILE: OnceLock<Vec<u8>> = OnceLock::new();
    PROFILE.get_or_init(build)
}

#[cfg(test)]
mod tests {
    use crate::colour::Colour;

    #[test]
    fn is_small_readable_and_srgb() {
        let p = super::srgb();
        assert!(p.len() < 560, "{} bytes", p.len());
        assert_eq!(Colour::Icc(p.to_vec()).name(), "sRGB");
        assert!(Colour::Icc(p.to_vec()).is_srgb());
    }
}
