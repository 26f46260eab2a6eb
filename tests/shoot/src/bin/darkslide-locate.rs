//! `darkslide-locate FILE…`: tells which part of a coded grid each picture shows, one JSON line a file; with
//! `--white-box`, where in it a white box on black lies.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Parser;
use darkslide_shoot::grid;

/// Reads screenshots, proofs or prints of coded grids and says where in the upright grid they lie.
#[derive(Debug, Parser)]
#[command(name = "darkslide-locate", version)]
struct Options {
    /// PNG or JPEG files
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Tell the edges of the white box on black that each file shows instead, to a fraction of a pixel
    #[arg(long)]
    white_box: bool,
}

fn main() -> ExitCode {
    let mut failed = false;
    let options = Options::parse();
    let tell = if options.white_box { white_box } else { locate };
    for file in options.files {
        match tell(&file) {
            Ok(line) => println!("{line}"),
            Err(error) => {
                eprintln!("error: {}: {error:#}", file.display());
                failed = true;
            }
        }
    }
    if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

fn white_box(file: &Path) -> Result<serde_json::Value> {
    let picture =
        image::load_from_memory(&std::fs::read(file)?).context("not a readable PNG or JPEG")?.to_luma8();
    let (width, height) = picture.dimensions();
    let along = |count: u32, at: &dyn Fn(u32) -> u8| {
        let cover: Vec<f64> = (0..count).map(|i| f64::from(at(i)) / 255.0).collect();
        // From the middle outwards, as there may be other white things at the rim.
        let middle = cover.len() / 2;
        let white = |c: &f64| *c > 0.99;
        let first = middle + 1 - cover[..=middle].iter().rev().take_while(|c| white(c)).count();
        let last = middle + cover[middle..].iter().take_while(|c| white(c)).count().checked_sub(1)?;
        let before = if first == 0 { 0.0 } else { cover[first - 1] };
        let after = cover.get(last + 1).copied().unwrap_or(0.0);
        Some([first as f64 - before, last as f64 + 1.0 + after])
    };
    let across = along(width, &|x| picture.get_pixel(x, height / 2).0[0]);
    let down = along(height, &|y| picture.get_pixel(width / 2, y).0[0]);
    let ([left, right], [top, bottom]) = across.zip(down).context("nothing white is in its middle")?;
    Ok(serde_json::json!({ "file": file, "left": left, "top": top, "right": right, "bottom": bottom }))
}

fn locate(file: &Path) -> Result<serde_json::Value> {
    let bytes = std::fs::read(file)?;
    let picture = image::load_from_memory(&bytes).context("not a readable PNG or JPEG")?.to_rgb8();
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let found = grid::locate(picture.as_raw(), width, height).context("no coded grid is found in it")?;
    Ok(serde_json::json!({
        "file": file, "width": width, "height": height,
        "shape": found.shape.name, "cells": found.cells, "residual_px": found.residual_px,
        // Normalised place in the upright grid = matrix · (x, y, 1), x and y in pixels of the picture.
        "matrix": found.matrix, "corners": found.corners,
    }))
}
