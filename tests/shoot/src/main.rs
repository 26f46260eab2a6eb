//! `darkslide-shoot OUT_DIR`: draws the demo shoot, the coded grids or the colour patches.

use std::io::IsTerminal;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use clap::Parser;
use darkslide_shoot::develop::Space;
use darkslide_shoot::shoot::{self, Drawn, Order};
use darkslide_shoot::{grid, patches};

/// Draws a photo shoot: varied pictures with real EXIF, XMP, IPTC and ICC profiles.
#[derive(Debug, Parser)]
#[command(name = "darkslide-shoot", version)]
struct Options {
    /// Folder to write into; made if missing
    out_dir: PathBuf,
    /// How many pictures
    #[arg(long, default_value_t = 36)]
    count: usize,
    /// Long edge in pixels
    #[arg(long, default_value_t = 6000, value_parser = clap::value_parser!(u32).range(64..=16_000))]
    width: u32,
    /// Short edge in pixels
    #[arg(long, default_value_t = 4000, value_parser = clap::value_parser!(u32).range(64..=16_000))]
    height: u32,
    /// Another seed draws another shoot
    #[arg(long, default_value_t = 7)]
    seed: u64,
    /// Also write roster.csv for the school portraits
    #[arg(long)]
    extras: bool,
    /// Draw coded grids instead: 5 aspect ratios in 8 orientations
    #[arg(long, conflicts_with = "patches")]
    grids: bool,
    /// Draw colour patches in Adobe RGB and Display P3 instead
    #[arg(long)]
    patches: bool,
}

fn main() -> ExitCode {
    let options = Options::parse();
    match run(&options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            eprintln!(
                "Check that {} can be written and has about 10 MB free a picture.",
                options.out_dir.display()
            );
            ExitCode::FAILURE
        }
    }
}

fn run(options: &Options) -> Result<(), Box<dyn std::error::Error>> {
    let started = Instant::now();
    std::fs::create_dir_all(&options.out_dir)?;
    let (width, height) = (options.width as usize, options.height as usize);
    if options.grids {
        report("grids", grid::write_all(&options.out_dir, width.max(height))?, options, started);
        return Ok(());
    }
    if options.patches {
        let mut drawn = Drawn::default();
        for (name, space) in
            [("patches_adobe_rgb.jpg", Space::AdobeRgb), ("patches_display_p3.jpg", Space::DisplayP3)]
        {
            drawn.bytes += patches::write(&options.out_dir.join(name), width, height, space)? as u64;
            drawn.files += 1;
        }
        report("charts", drawn, options, started);
        return Ok(());
    }
    let order =
        Order { folder: options.out_dir.clone(), count: options.count, width, height, seed: options.seed };
    let loud = std::io::stderr().is_terminal();
    let drawn = shoot::draw(&order, |path| {
        if loud {
            eprintln!("drew {path}");
        }
    })?;
    if options.extras {
        shoot::write_roster(&order)?;
    }
    report("pictures", drawn, options, started);
    Ok(())
}

fn report(what: &str, drawn: Drawn, options: &Options, started: Instant) {
    println!(
        "{} {what}, {:.1} MB, in {} ({:.1} s)",
        drawn.files,
        drawn.bytes as f64 / 1e6,
        options.out_dir.display(),
        started.elapsed().as_secs_f64()
    );
}
