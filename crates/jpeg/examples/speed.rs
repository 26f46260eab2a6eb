//! How long the stages of decoding and encoding take for given files, best of several rounds.
//!
//! `cargo run --profile dist -p darkslide-jpeg --example speed -- 5 FILES…`

use darkslide_jpeg::{
    Buffers, DecodeOptions, EncodeOptions, Plane, Sampling, Scale, decode, decode_strips, encode,
    read_entropy,
};
use std::time::Instant;

fn best(rounds: usize, mut f: impl FnMut()) -> f64 {
    let time = |f: &mut dyn FnMut()| {
        let t = Instant::now();
        f();
        t.elapsed().as_secs_f64() * 1e3
    };
    (0..rounds).map(|_| time(&mut f)).fold(f64::MAX, f64::min)
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let rounds: usize = args.next().unwrap_or_default().parse()?;
    for path in args {
        let data = std::fs::read(&path)?;
        let mut buffers = Buffers::default();
        print!("{path}: {:.1} MB", data.len() as f64 / 1e6);
        for scale in [Scale::Full, Scale::Half, Scale::ThreeEighths, Scale::Quarter, Scale::Eighth] {
            let options = DecodeOptions { scale, ..Default::default() };
            let entropy = best(rounds, || drop(read_entropy(&data, scale, &mut buffers)));
            let all = best(rounds, || {
                let _ = decode_strips(&data, &options, &mut buffers, |_| true);
            });
            print!("  {}/8 {all:.1} (entropy {entropy:.1})", scale.block_side());
        }
        let (_, planes) = decode(&data, &DecodeOptions { scale: Scale::Half, ..Default::default() })?;
        if planes.len() == 3 {
            let sampling = if planes[1].height < planes[0].height {
                Sampling::S420
            } else if planes[1].width < planes[0].width {
                Sampling::S422
            } else {
                Sampling::S444
            };
            let views: Vec<Plane<'_>> =
                planes.iter().map(|p| Plane { data: &p.data, stride: p.width }).collect();
            let options = EncodeOptions { sampling, ..Default::default() };
            let mut out = Vec::new();
            let ms = best(rounds, || {
                out.clear();
                let _ = encode(planes[0].width as u32, planes[0].height as u32, &views, &options, &mut out);
            });
            print!("  encode 1/2 {ms:.1} ({:.1} MB)", out.len() as f64 / 1e6);
        }
        println!(" ms");
    }
    Ok(())
}
