//! An 8 x 10 inch print at 300 ppi of every file, cropped to its centre: for the benchmark.
//!
//! `print OUT FILES…`

use darkslide_image::{Affine, Limits, PrintProfile, PrintRequest, Sharpen, print, probe};
use std::path::{Path, PathBuf};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args_os().skip(1).map(PathBuf::from);
    let out = args.next().ok_or("usage: print OUT FILES…")?;
    std::fs::create_dir_all(&out)?;
    let (width, height) = (3000u32, 2400u32);
    for path in args {
        let bytes = std::fs::read(&path)?;
        let p = probe(&bytes, &Limits::default())?;
        let [a, b, c, d, e, f] = Affine::upright_to_stored(p.orientation, p.stored).0;
        let (w, h) = (f64::from(p.upright.width), f64::from(p.upright.height));
        let s = (w / f64::from(width)).min(h / f64::from(height));
        let (x, y) = ((w - s * f64::from(width)) / 2.0, (h - s * f64::from(height)) / 2.0);
        let affine = Affine([a * s, b * s, c * s, d * s, a * x + c * y + e, b * x + d * y + f]);
        let request = PrintRequest {
            affine,
            width,
            height,
            ppi: 300,
            profile: PrintProfile::Srgb,
            sharpen: Sharpen::None,
            quality: 95,
            border: None,
            bleed: 0,
        };
        let file = print(&bytes, &request, &Limits::default())?;
        std::fs::write(out.join(path.file_name().unwrap_or(Path::new("print.jpg").as_os_str())), file.jpeg)?;
    }
    Ok(())
}
