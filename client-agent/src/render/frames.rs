//! How agent and worker talk over the pipe: frames of a length (u32, little-endian) and that many bytes.

use std::io::{self, Read, Write};

/// Larger than any picture that is accepted; a worker gone mad cannot make the agent ask for more memory.
pub const MAX_FRAME: usize = 2 << 30;

pub fn write(to: &mut impl Write, bytes: &[u8]) -> io::Result<()> {
    let length = u32::try_from(bytes.len())
        .map_err(|_| io::Error::new(io::ErrorKind::InvalidInput, "the frame is too long"))?;
    to.write_all(&length.to_le_bytes())?;
    to.write_all(bytes)
}

/// `None` at the end of the stream, if it ends between two frames.
pub fn read(from: &mut impl Read) -> io::Result<Option<Vec<u8>>> {
    let mut length = [0; 4];
    match from.read(&mut length[..1])? {
        0 => return Ok(None),
        _ => from.read_exact(&mut length[1..])?,
    }
    let length = u32::from_le_bytes(length) as usize;
    if length > MAX_FRAME {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "the frame is too long"));
    }
    // Grows as bytes arrive: a lying length costs nothing.
    let mut bytes = Vec::new();
    from.take(length as u64).read_to_end(&mut bytes)?;
    if bytes.len() < length {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(Some(bytes))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_cut_frame_is_an_error_and_a_lying_one_costs_nothing() {
        assert_eq!(read(&mut &b""[..]).unwrap(), None);
        assert!(read(&mut &b"\x05\0\0\0abc"[..]).is_err());
        assert!(read(&mut &b"\x05\0"[..]).is_err());
        assert!(read(&mut &b"\xff\xff\xff\xff"[..]).is_err());
    }

    proptest! {
        #[test]
        fn frames_come_back(frames in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..200), 0..8)) {
            let mut pipe = Vec::new();
            for frame in &frames {
                write(&mut pipe, frame).unwrap();
            }
            let mut from = &pipe[..];
            for frame in &frames {
                let back = read(&mut from).unwrap();
                prop_assert_eq!(back.as_ref(), Some(frame));
            }
            prop_assert_eq!(read(&mut from).unwrap(), None);
        }
    }
}
