//! The least that rendering these files could cost: reading, entropy decoding, encoding proof and thumbnail,
//! and a BLAKE3 hash. `make bench` divides Darkslide's time by this.

use darkslide_image::{Limits, MetadataPolicy, RenderRequest, RenditionSpec, Sharpen, render};
use darkslide_jpeg::{
    Buffers, DecodeOptions, EncodeOptions, Plane, Scale, decode, encode, read_entropy, read_info,
};

type Planes = (u32, u32, Vec<Vec<u8>>);

fn planes(jpeg: &[u8]) -> Result<Planes, Box<dyn std::error::Error>> {
    let (d, planes) = decode(jpeg, &DecodeOptions::default())?;
    Ok((d.info.width, d.info.height, planes.into_iter().map(|p| p.data).collect()))
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let files: Vec<String> = std::env::args().skip(1).collect();
    // One picture's planes stand for all: encoding is a tenth, and they are much alike.
    let spec = |long_edge| RenditionSpec {
        name: String::new(),
        long_edge,
        quality: 82,
        watermark: None,
        sharpen: Sharpen::None,
    };
    let request = RenderRequest {
        edit: None,
        renditions: vec![spec(2048), spec(400)],
        micro: false,
        keep: MetadataPolicy::default(),
    };
    let first = std::fs::read(files.first().ok_or("usage: floor FILES…")?)?;
    let rendered = render(&first, &request, &Limits::default())?;
    let pictures: Vec<Planes> =
        rendered.renditions.iter().map(|r| planes(&r.jpeg)).collect::<Result<_, _>>()?;
    let (mut buffers, mut out) = (Buffers::default(), Vec::new());
    for path in &files {
        let bytes = std::fs::read(path)?;
        std::hint::black_box(blake3::hash(&bytes));
        let info = read_info(&bytes)?;
        let long = info.width.max(info.height);
        let scale = match f64::from(long) / 2048.0 {
            8.0.. => Scale::Eighth,
            4.0.. => Scale::Quarter,
            s if s >= 8.0 / 3.0 => Scale::ThreeEighths,
            2.0.. => Scale::Half,
            _ => Scale::Full,
        };
        std::hint::black_box(read_entropy(&bytes, scale, &mut buffers)?);
        for (w, h, p) in &pictures {
            let chroma = w.div_ceil(2) as usize;
            let view = |i: usize, stride| Plane { data: &p[i], stride };
            out.clear();
            let views = [view(0, *w as usize), view(1, chroma), view(2, chroma)];
            encode(*w, *h, &views, &EncodeOptions::default(), &mut out)?;
            std::hint::black_box(&out);
        }
    }
    Ok(())
}
