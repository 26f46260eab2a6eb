//! A PNG of 30,000 × 30,000 pixels in a few megabytes: valid, and 900 MB when decoded.

use std::path::Path;

use anyhow::Result;

const SIDE: u32 = 30_000;

/// DEFLATE (RFC 1951) of zeros with fixed codes: one literal, then matches of 258 at distance 1.
fn zeros(count: u64) -> Vec<u8> {
    let mut out = vec![0x78, 0x01];
    let (mut held, mut bits) = (0u64, 0u32);
    let mut put = |out: &mut Vec<u8>, value: u64, length: u32| {
        held |= value << bits;
        bits += length;
        while bits >= 8 {
            out.push(held as u8);
            held >>= 8;
            bits -= 8;
        }
    };
    put(&mut out, 0b011, 3);
    // Literal 0 is 00110000, most significant bit first.
    put(&mut out, 0b0000_1100, 8);
    let (matches, rest) = ((count - 1) / 258, (count - 1) % 258);
    for _ in 0..matches {
        // Length 258 is symbol 285: 11000101; distance 1 is 00000.
        put(&mut out, 0b1010_0011, 8);
        put(&mut out, 0, 5);
    }
    for _ in 0..rest {
        put(&mut out, 0b0000_1100, 8);
    }
    put(&mut out, 0, 7);
    put(&mut out, 0, 7);
    // Adler-32 of zeros: a stays 1, b counts.
    out.extend(((((count % 65_521) as u32) << 16) | 1).to_be_bytes());
    out
}

fn crc32(bytes: impl Iterator<Item = u8>) -> u32 {
    let mut table = [0u32; 256];
    for (n, slot) in (0..).zip(table.iter_mut()) {
        *slot = (0..8).fold(n, |c: u32, _| if c & 1 == 1 { 0xEDB8_8320 ^ (c >> 1) } else { c >> 1 });
    }
    !bytes.fold(!0u32, |crc, b| table[((crc ^ u32::from(b)) & 255) as usize] ^ (crc >> 8))
}

fn chunk(out: &mut Vec<u8>, kind: &[u8; 4], data: &[u8]) {
    out.extend((data.len() as u32).to_be_bytes());
    out.extend(kind);
    out.extend(data);
    out.extend(crc32(kind.iter().chain(data).copied()).to_be_bytes());
}

pub fn write(path: &Path) -> Result<()> {
    let mut out = b"\x89PNG\r\n\x1a\n".to_vec();
    let mut header = [SIDE.to_be_bytes(), SIDE.to_be_bytes()].concat();
    header.extend([8, 0, 0, 0, 0]);
    chunk(&mut out, b"IHDR", &header);
    chunk(&mut out, b"IDAT", &zeros(u64::from(SIDE) * u64::from(SIDE + 1)));
    chunk(&mut out, b"IEND", &[]);
    Ok(std::fs::write(path, out)?)
}
