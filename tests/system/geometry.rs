//! What the customer saw is what the lab's file holds: coded grids tell from their pixels where they were cut.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use darkslide_shoot::{develop::Space, grid, patches};
use darkslide_tests::{
    Shop, World,
    customer::Line,
    jpeg,
    orders::until_stage_within,
    pictures,
    shop::{GALLERY, Visit},
};
use domain::{
    geometry::{
        Crop, Rect, Size,
        border::{bordered, placed},
        crop_to_frame, pixel_size,
    },
    hash::Sha256,
    order::Stage,
};
use wire::customer::PhotoView;

/// Print files of an order, in the order of its lines.
async fn print(shop: &Shop, visit: &Visit, lines: &[Line]) -> Result<Vec<Vec<u8>>> {
    let placed = visit.customer.order(visit.gallery, lines).await?;
    shop.studio.approve(&placed.number)?;
    // A person waits as long as it takes for many prints.
    let limit = Duration::from_secs(60 + 2 * lines.len() as u64);
    until_stage_within(&visit.customer, &placed.secret, Stage::Printed, limit).await?;
    let ticket = shop.lab.ticket(&placed.number)?;
    let files: Vec<Vec<u8>> = shop.lab.prints().iter().map(std::fs::read).collect::<Result<_, _>>()?;
    let hashes: Vec<String> = files.iter().map(|f| Sha256::of(f).hex()).collect();
    let of_line = |line: usize| {
        let wanted = &ticket["lines"][line]["pictures"][0]["sha256"];
        let at = hashes.iter().position(|h| wanted == h);
        at.map(|i| files[i].clone()).with_context(|| format!("line {line} has no print file"))
    };
    (0..lines.len()).map(of_line).collect()
}

async fn shop(draw: impl FnOnce(&std::path::Path) -> Result<()>) -> Result<Shop> {
    let world = World::start().await?;
    let photos = world.dir.path().join("photos");
    std::fs::create_dir_all(&photos)?;
    draw(&photos)?;
    Shop::with(world, photos, |_| Ok(())).await
}

/// A crop of the shape of a 6 × 4 or 4 × 6 print, half of the largest, in one of the corners.
fn corner_crop(photo: &PhotoView, corner: usize, quarter_turns: u8, upright: bool) -> Crop {
    let turned = Size::new(photo.width, photo.height).turned(quarter_turns);
    let (fw, fh) = (f64::from(turned.width), f64::from(turned.height));
    let ratio = if upright { 4.0 / 6.0 } else { 6.0 / 4.0 };
    let (w, h) = if fw / fh > ratio { (fh * ratio / fw, 1.0) } else { (1.0, fw / ratio / fh) };
    let (w, h) = (w * 0.55, h * 0.55);
    let x = if corner.is_multiple_of(2) { 0.0 } else { 1.0 - w };
    let y = if corner < 2 { 0.0 } else { 1.0 - h };
    Crop { rect: Rect { x, y, width: w, height: h }, quarter_turns, angle: 0.0, aspect: Some((6, 4)) }
}

/// Where the print's corners must lie in the frame that the browser showed, normalised.
fn expected_corners(crop: &Crop, frame: Size) -> [[f64; 2]; 4] {
    let (w, h) = pixel_size(crop, frame);
    let to_frame = crop_to_frame(crop, frame);
    [(0.0, 0.0), (w, 0.0), (w, h), (0.0, h)].map(|(x, y)| {
        let (x, y) = to_frame.apply(x, y);
        [x / f64::from(frame.width), y / f64::from(frame.height)]
    })
}

/// The largest distance of a corner from where it must be, in pixels of the proof.
fn off_in_proof_pixels(bytes: &[u8], crop: &Crop, photo: &PhotoView, expected: [[f64; 2]; 4]) -> Result<f64> {
    let picture = jpeg::decode(bytes)?;
    let (w, h) = (picture.width() as usize, picture.height() as usize);
    let found = grid::locate(picture.as_raw(), w, h).context("the grid is not found")?;
    let proof = photo.proof.as_ref().context("a proof")?;
    let per_proof_pixel = f64::from(photo.width) / f64::from(proof.width);
    let (crop_width, _) = pixel_size(crop, Size::new(photo.width, photo.height));
    Ok(found.worst_corner_px(expected, w, h) * crop_width / w as f64 / per_proof_pixel)
}

#[tokio::test]
async fn prints_agree_with_the_proof_for_every_orientation_shape_and_corner() -> Result<()> {
    let shop = shop(|dir| Ok(grid::write_all(dir, 2400).map(drop)?)).await?;
    shop.studio.prefer("#on = \"selling\"", "on = \"never\"")?;
    shop.studio.must(&["gallery", "publish", GALLERY])?;
    let visit = shop.visit().await?;
    ensure!(visit.photos.len() == 40, "{} photos", visit.photos.len());

    let mut lines = Vec::new();
    for (index, photo) in visit.photos.iter().enumerate() {
        // What the browser shows is the whole upright grid.
        let shown = visit.customer.get(&photo.proof.as_ref().context("a proof")?.url).await?.body;
        let off =
            off_in_proof_pixels(&shown, &Crop::FULL, photo, expected_corners(&Crop::FULL, frame(photo)))?;
        ensure!(off < 1.0, "the proof of {} is off by {off:.2} of its pixels", photo.file_name);
        // Two opposite corners of each file; the next file has the other two.
        for corner in if index % 2 == 0 { [0, 3] } else { [1, 2] } {
            let turns = ((index / 8 + corner) % 4) as u8;
            let crop = corner_crop(photo, corner, turns, (index + corner) % 3 == 0);
            lines.push((photo, crop));
        }
    }
    let ordered: Vec<Line> =
        lines.iter().map(|(photo, crop)| Line::of("4x6-glossy", 1, photo, *crop)).collect();
    let files = print(&shop, &visit, &ordered).await?;
    let mut worst = 0.0f64;
    for ((photo, crop), file) in lines.iter().zip(&files) {
        ensure!(jpeg::icc_profile(file).is_some(), "{}: no profile is embedded", photo.file_name);
        let off = off_in_proof_pixels(file, crop, photo, expected_corners(crop, frame(photo)))?;
        ensure!(off < 1.0, "{}: a corner is off by {off:.2} proof pixels at {crop:?}", photo.file_name);
        worst = worst.max(off);
    }
    println!("{} prints, the worst corner is off by {worst:.2} proof pixels", files.len());
    Ok(())
}

fn frame(photo: &PhotoView) -> Size {
    Size::new(photo.width, photo.height)
}

/// The studio's own turn, crop and straightening come between the file's orientation and the customer's crop.
#[tokio::test]
async fn the_studios_edit_is_composed_with_the_customers_crop() -> Result<()> {
    let shop = shop(|dir| {
        grid::write_all(dir, 2000)?;
        for entry in std::fs::read_dir(dir)? {
            let path = entry?.path();
            if !path.to_string_lossy().contains("grid_4x3_") {
                std::fs::remove_file(path)?;
            }
        }
        Ok(())
    })
    .await?;
    shop.studio.prefer("#on = \"selling\"", "on = \"never\"")?;
    let edit = Crop {
        rect: Rect { x: 0.1, y: 0.15, width: 0.8, height: 0.7 },
        quarter_turns: 1,
        angle: 2.0,
        aspect: None,
    };
    for orientation in 1..=8 {
        let file = shop.photos.join(format!("grid_4x3_o{orientation}.jpg"));
        let file = file.to_str().context("UTF-8")?;
        shop.studio.must(&[
            "photo",
            "edit",
            file,
            "--rotate",
            "90",
            "--crop",
            "0.1,0.15,0.8,0.7",
            "--straighten",
            "2",
        ])?;
    }
    shop.studio.must(&["gallery", "publish", GALLERY])?;
    let visit = shop.visit().await?;
    ensure!(visit.photos.len() == 8);
    let crops: Vec<Crop> = visit
        .photos
        .iter()
        .enumerate()
        .map(|(i, p)| corner_crop(p, i % 4, (i / 4) as u8, i % 2 == 0))
        .collect();
    let lines: Vec<Line> =
        visit.photos.iter().zip(&crops).map(|(p, c)| Line::of("4x6-glossy", 1, p, *c)).collect();
    let files = print(&shop, &visit, &lines).await?;
    // The upright grids are all 2000 × 1500.
    let upright = Size::new(2000, 1500);
    let to_upright = crop_to_frame(&edit, upright);
    for ((photo, crop), file) in visit.photos.iter().zip(&crops).zip(&files) {
        let edited = frame(photo);
        let (ew, eh) = pixel_size(&edit, upright);
        ensure!((f64::from(edited.width) - ew).abs() <= 1.0, "{edited:?}, expected {ew} × {eh}");
        let expected = expected_corners(crop, edited).map(|[x, y]| {
            let (x, y) = to_upright.apply(x * ew, y * eh);
            [x / f64::from(upright.width), y / f64::from(upright.height)]
        });
        let off = off_in_proof_pixels(file, crop, photo, expected)?;
        ensure!(off < 1.0, "{}: a corner is off by {off:.2} proof pixels", photo.file_name);
    }
    Ok(())
}

/// The whole picture on the paper, white round it, the paper of its exact size: read from the print's pixels.
#[tokio::test]
async fn a_print_with_a_border_shows_the_whole_picture_on_white_paper() -> Result<()> {
    let shop = shop(|dir| {
        pictures::write_quarters(&dir.join("across.jpg"), 2000, 1250)?;
        pictures::write_quarters(&dir.join("upright.jpg"), 1500, 1500)
    })
    .await?;
    let visit = shop.visit().await?;
    let wanted = [
        ("across.jpg", 0u8, [1800u32, 1200u32]),
        ("across.jpg", 1, [1200, 1800]),
        ("upright.jpg", 2, [1800, 1200]),
    ];
    let mut lines = Vec::new();
    for (name, turns, _) in &wanted {
        let photo = visit.photo(name)?;
        lines.push(Line::of("4x6-glossy", 1, photo, bordered(frame(photo), *turns, 4, 6)));
    }
    let files = print(&shop, &visit, &lines).await?;
    for ((name, turns, size), file) in wanted.iter().zip(&files) {
        let photo = frame(visit.photo(name)?);
        let picture = jpeg::decode(file)?;
        ensure!(
            [picture.width(), picture.height()] == *size,
            "{name}: {} × {}",
            picture.width(),
            picture.height()
        );
        let output = Size::new(size[0], size[1]);
        let at = placed(&bordered(photo, *turns, 4, 6), photo, output).context("a border")?;
        // White up to two pixels before the picture's edge (JPEG blocks ring), coloured two pixels within.
        let (mut paper, mut inside) = (0u32, 0u32);
        for (x, y, pixel) in picture.enumerate_pixels() {
            let depth = |v: u32, from: u32, length: u32| {
                (i64::from(v) - i64::from(from)).min(i64::from(from + length) - 1 - i64::from(v))
            };
            let depth = depth(x, at.left, at.size.width).min(depth(y, at.top, at.size.height));
            let white = pixel.0.iter().all(|v| *v >= 240);
            if depth < -2 {
                ensure!(white, "{name}: {pixel:?} at {x}, {y} of the border");
                paper += 1;
            } else if depth > 2 {
                ensure!(!white, "{name}: white at {x}, {y} inside the picture");
                inside += 1;
            }
        }
        ensure!(paper > 100_000 && inside > 500_000, "{name}: {paper} and {inside} pixels");
        // Each of the four quarters is there in full, turned as ordered: a hair inside its outer corner.
        let order: [usize; 4] = match turns {
            1 => [2, 0, 3, 1],
            2 => [3, 2, 1, 0],
            _ => [0, 1, 2, 3],
        };
        for (corner, quarter) in order.into_iter().enumerate() {
            let x = at.left + if corner % 2 == 0 { 6 } else { at.size.width - 7 };
            let y = at.top + if corner < 2 { 6 } else { at.size.height - 7 };
            let found = picture.get_pixel(x, y).0;
            let close = found.iter().zip(pictures::QUARTERS[quarter]).all(|(a, b)| a.abs_diff(b) < 16);
            ensure!(close, "{name}, corner {corner}: {found:?}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn wide_colour_files_print_in_the_right_colours() -> Result<()> {
    let shop = shop(|dir| {
        patches::write(&dir.join("adobe.jpg"), 1800, 1200, Space::AdobeRgb)?;
        patches::write(&dir.join("p3.jpg"), 1800, 1200, Space::DisplayP3)?;
        Ok(())
    })
    .await?;
    let visit = shop.visit().await?;
    let names = ["adobe.jpg", "p3.jpg"];
    let lines: Vec<Line> = names
        .iter()
        .map(|n| Ok(Line::of("4x6-glossy", 1, visit.photo(n)?, Crop { aspect: Some((6, 4)), ..Crop::FULL })))
        .collect::<Result<_>>()?;
    for (name, file) in names.iter().zip(print(&shop, &visit, &lines).await?) {
        let profile = jpeg::icc_profile(&file).with_context(|| format!("{name}: no profile is embedded"))?;
        let is_srgb = profile.windows(8).any(|w| w == b"\0s\0R\0G\0B");
        ensure!(is_srgb, "{name}: the embedded profile is not sRGB");
        let picture = jpeg::decode(&file)?;
        for (index, wanted) in patches::EXPECTED_SRGB.iter().enumerate() {
            let (x, y) = patches::middle(index, 1000, 1000);
            let found = jpeg::colour_at(&picture, x as f64 / 1000.0, y as f64 / 1000.0, 6);
            let off = delta_e(found, *wanted);
            ensure!(off < 2.5, "{name}: patch {index} is {found:?}, expected {wanted:?} (ΔE {off:.1})");
        }
    }
    Ok(())
}

/// CIE 1976, D65.
fn delta_e(a: [u8; 3], b: [u8; 3]) -> f64 {
    let (a, b) = (lab(a), lab(b));
    (0..3).map(|i| (a[i] - b[i]).powi(2)).sum::<f64>().sqrt()
}

fn lab(rgb: [u8; 3]) -> [f64; 3] {
    let [r, g, b] = rgb.map(|v| f64::from(darkslide_shoot::colour::to_linear(f32::from(v) / 255.0)));
    let xyz = [
        (0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505,
        0.2126 * r + 0.7152 * g + 0.0722 * b,
        (0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089,
    ];
    let [x, y, z] = xyz.map(|t| if t > 0.008_856 { t.cbrt() } else { 7.787 * t + 16.0 / 116.0 });
    [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
}
