//! Photos that a studio sent untouched, for printers that take no crop: cut here as the customer chose.
//!
//! The cut file lies in the spool beside the signed one, with a note of what it is, so it is made once. Software that
//! cuts by itself (the JSON ticket) gets the untouched file and the crop.

use std::fs;

use anyhow::{Context, Result, anyhow};
use darkslide_image::{Affine, Border, Limits, PRINT_QUALITY, PrintProfile, PrintRequest, Sharpen};
use domain::{
    geometry::{
        Crop, Size,
        print::{self, Source},
    },
    hash::Sha256,
};
use wire::manifest::{ManifestFile, Recipe};

use crate::{
    home::write_durably,
    spool::Spool,
    verify::{LabLine, jpeg_size},
};

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
    let source = Source { stored, orientation: probed.orientation, edit: None };
    let print = print::layout(&source, &file.crop, (line.width_in, line.height_in), 0.0)?;
    let request = PrintRequest {
        affine: Affine(print.affine.0),
        width: print.paper.width,
        height: print.paper.height,
        ppi: print.ppi,
        profile: PrintProfile::Srgb,
        sharpen: Sharpen::None,
        quality: PRINT_QUALITY,
        border: print.white().map(|[left, top, right, bottom]| Border { left, top, right, bottom }),
        bleed: 0,
    };
    let jpeg = darkslide_image::print(original, &request, &limits)?.jpeg;
    let (width, height) = jpeg_size(&jpeg).context("the cut file has no size")?;
    let cut = ManifestFile {
        sha256: Sha256::of(&jpeg),
        length: jpeg.len() as u64,
        width,
        height,
        ppi: print.ppi,
        effective_ppi: print.effective_ppi,
        crop: Crop::FULL,
        recipe: None,
        ..file.clone()
    };
    Ok((jpeg, cut))
}
