//! Photos that a studio sent untouched, for printers that take no crop: cut here as the customer chose.
//!
//! The cut file lies in the spool beside the signed one, with a note of what it is, so it is made once. Software that
//! cuts by itself (the JSON ticket) gets the untouched file and the crop.

use std::fs;

use anyhow::{Context, Result, anyhow};
use darkslide_image::{Affine, Border, Limits, PrintProfile, PrintRequest, Sharpen};
use domain::{
    geometry::{
        Crop, Rect, Size, border, effective_ppi, output_size, output_to_stored, print_ppi, upright_size,
    },
    hash::Sha256,
};
use wire::manifest::{ManifestFile, Recipe};

use crate::{
    home::write_durably,
    spool::Spool,
    verify::{LabLine, jpeg_size},
};

const QUALITY: u8 = 97;

/// The line with print files in place of untouched ones.
pub fn line(spool: &Spool, line: &LabLine) -> Result<LabLine> {
    let files = line.files.iter().map(|file| match file.recipe {
        Some(Recipe::Untouched) => kept(spool, line, file),
        _ => Ok(file.clone()),
    });
    Ok(LabLine { files: files.collect::<Result<_>>()?, ..line.clone() })
}

fn kept(spool: &Spool, line: &LabLine, file: &ManifestFile) -> Result<ManifestFile> {
    let note = spool.note(&format!("{}-L{:02}-{}", file.sha256.hex(), line.line, file.node + 1));
    let known = fs::read(&note).ok().and_then(|text| serde_json::from_slice::<ManifestFile>(&text).ok());
    if let Some(known) = known.filter(|cut| spool.holds(cut)) {
        return Ok(known);
    }
    let picture = file.node + 1;
    let failed = || format!("the studio sent picture {picture} untouched, and it cannot be cut here");
    let (jpeg, cut) = cut(&spool.read(file)?, line, file).with_context(failed)?;
    spool.put(&jpeg, &cut)?.map_err(|why| anyhow!(why)).with_context(failed)?;
    write_durably(&note, &serde_json::to_vec(&cut)?, 0o600)?;
    Ok(cut)
}

/// As the studio's agent renders a print whose lab wants nothing in particular: sRGB, 300 ppi, no sharpening.
fn cut(original: &[u8], line: &LabLine, file: &ManifestFile) -> Result<(Vec<u8>, ManifestFile)> {
    let limits = Limits::default();
    let probed = darkslide_image::probe(original, &limits)?;
    let stored = Size::new(probed.stored.width, probed.stored.height);
    let frame = upright_size(probed.orientation, stored);
    border::check_print(&file.crop, frame)?;
    let ppi = print_ppi(line.width_in, line.height_in);
    let paper = output_size(&file.crop, frame, line.width_in, line.height_in, ppi);
    let placed = border::placed(&file.crop, frame, paper);
    let (picture, shown) = match &placed {
        Some(placed) => (placed.size, Crop { rect: Rect::FULL, ..file.crop }),
        None => (paper, file.crop),
    };
    let request = PrintRequest {
        affine: Affine(output_to_stored(picture, &shown, None, probed.orientation, stored).0),
        width: paper.width,
        height: paper.height,
        ppi,
        profile: PrintProfile::Srgb,
        sharpen: Sharpen::None,
        quality: QUALITY,
        border: placed.map(|p| Border {
            left: p.left,
            top: p.top,
            right: paper.width - p.left - picture.width,
            bottom: paper.height - p.top - picture.height,
        }),
        bleed: 0,
    };
    let jpeg = darkslide_image::print(original, &request, &limits)?.jpeg;
    let (width, height) = jpeg_size(&jpeg).context("the cut file has no size")?;
    let cut = ManifestFile {
        sha256: Sha256::of(&jpeg),
        length: jpeg.len() as u64,
        width,
        height,
        ppi,
        effective_ppi: effective_ppi(&file.crop, frame, line.width_in, line.height_in).max(0.0) as u32,
        crop: Crop::FULL,
        recipe: None,
        ..file.clone()
    };
    Ok((jpeg, cut))
}
