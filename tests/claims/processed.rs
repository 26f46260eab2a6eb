//! Claims about processing at the photographer's computer: renditions, formats, edits, preferences.

use anyhow::{Result, ensure};
use darkslide_tests::{Machine, World, jpeg, pictures};

async fn studio() -> Result<(World, Machine, std::path::PathBuf)> {
    let world = World::start().await?;
    let studio = world.studio("Aurora")?;
    let folder = world.dir.path().join("photos");
    Ok((world, studio, folder))
}

/// Entering data makes the catalog before any image is there; a later scan joins the files to it.
#[tokio::test]
async fn claim_05_entered_data_create_the_catalog_and_files_join_later() -> Result<()> {
    let world = World::start().await?;
    let profile = Machine {
        config: world.dir.path().join("new-profile"),
        log: world.dir.path().join("new-profile.log"),
        name: "new".into(),
    };
    let roster = world.dir.path().join("roster.csv");
    std::fs::write(
        &roster,
        "file,title,keywords,subject,group\na.jpg,First dance,dance;party,Mia Berg,3b\n",
    )?;
    ensure!(!profile.config.exists());
    profile.must(&["import-metadata", darkslide_tests::world::utf8(&roster)?])?;
    ensure!(profile.count("SELECT count(*) FROM entered WHERE title = 'First dance'")? == 1);
    ensure!(profile.count("SELECT count(*) FROM subject WHERE name = 'Mia Berg' AND class = '3b'")? == 1);
    ensure!(profile.count("SELECT count(*) FROM photo")? == 0, "no image is there yet");

    let folder = world.dir.path().join("photos");
    pictures::write(&folder, "a.jpg", 600, 400, 1)?;
    pictures::write(&folder, "b.jpg", 600, 400, 2)?;
    profile.scan(&folder)?;
    let joined = profile.must(&["--json", "photo", "list", "--keyword", "party"])?.json();
    ensure!(joined.len() == 1 && joined[0].to_string().contains("First dance"), "{joined:?}");
    let named = profile.must(&["--json", "photo", "list", "--subject", "Mia Berg"])?.json();
    ensure!(named.len() == 1 && named[0].to_string().contains("a.jpg"), "{named:?}");
    Ok(())
}

/// PNG, TIFF and WebP in, JPEG out.
#[tokio::test]
async fn claim_06_processing_converts_to_jpeg() -> Result<()> {
    let (_world, studio, folder) = studio().await?;
    for (seed, name) in (1..).zip(["a.png", "b.tif", "c.webp"]) {
        pictures::write(&folder, name, 900, 600, seed)?;
    }
    studio.scan(&folder)?;
    studio.must(&["process", "--auto"])?;
    for (seed, name) in (1..).zip(["a.png", "b.tif", "c.webp"]) {
        let proof = jpeg::decode(&studio.rendition(name, "proof")?.bytes)?;
        ensure!(proof.dimensions() == (900, 600), "{name}: {:?}", proof.dimensions());
        let off = jpeg::difference(&proof, &pictures::draw(900, 600, seed));
        ensure!(off < 6.0, "{name}: the JPEG differs from the picture by {off:.1}");
    }
    Ok(())
}

/// An edit changes the rendition; the original stays byte-identical, with its time.
#[tokio::test]
async fn claim_07_editing_changes_the_rendition_not_the_original() -> Result<()> {
    let (_world, studio, folder) = studio().await?;
    let original = folder.join("a.jpg");
    pictures::write_quarters(&original, 900, 600)?;
    let (bytes, time) = (std::fs::read(&original)?, std::fs::metadata(&original)?.modified()?);
    studio.scan(&folder)?;
    studio.must(&["process", "--auto"])?;
    let before = studio.rendition("a.jpg", "proof")?;
    studio.must(&[
        "photo",
        "edit",
        original.to_str().unwrap(),
        "--straighten",
        "3",
        "--crop",
        "0.1,0.1,0.8,0.8",
    ])?;
    studio.must(&["process", "--auto"])?;
    let after = studio.rendition("a.jpg", "proof")?;
    ensure!(before.bytes != after.bytes, "the rendition is the same after an edit");
    ensure!(jpeg::size(&after.bytes)? == (after.width, after.height));
    ensure!(after.width < before.width, "{} is not smaller than {}", after.width, before.width);
    ensure!(std::fs::read(&original)? == bytes && std::fs::metadata(&original)?.modified()? == time);
    Ok(())
}

/// A crop and a quarter turn, each seen in the pixels.
#[tokio::test]
async fn claim_08_cropping_and_rotating_are_seen_in_the_pixels() -> Result<()> {
    let (_world, studio, folder) = studio().await?;
    let [red, green, blue, yellow] = pictures::QUARTERS;
    for name in ["crop.png", "turn.png"] {
        pictures::write_quarters(&folder.join(name), 800, 600)?;
    }
    // The same bytes under two names would be one photo.
    let turn = folder.join("turn.png");
    pictures::write_quarters(&turn, 802, 602)?;
    studio.scan(&folder)?;
    studio.must(&["photo", "edit", folder.join("crop.png").to_str().unwrap(), "--crop", "0,0,0.5,1"])?;
    studio.must(&["photo", "edit", turn.to_str().unwrap(), "--rotate", "90"])?;
    studio.must(&["process", "--auto"])?;

    let cropped = jpeg::decode(&studio.rendition("crop.png", "proof")?.bytes)?;
    ensure!(cropped.dimensions() == (400, 600), "{:?}", cropped.dimensions());
    let turned = jpeg::decode(&studio.rendition("turn.png", "proof")?.bytes)?;
    ensure!(turned.dimensions() == (602, 802), "{:?}", turned.dimensions());
    // (picture, x, y, colour): clockwise, the lower left quarter comes to the upper left.
    for (what, picture, x, y, wanted) in [
        ("crop", &cropped, 0.9, 0.1, red),
        ("crop", &cropped, 0.9, 0.9, blue),
        ("turn", &turned, 0.1, 0.1, blue),
        ("turn", &turned, 0.9, 0.1, red),
        ("turn", &turned, 0.1, 0.9, yellow),
        ("turn", &turned, 0.9, 0.9, green),
    ] {
        let found = jpeg::colour_at(picture, x, y, 4);
        ensure!(jpeg::is_near(found, wanted, 12), "{what} at {x},{y} is {found:?}, expected {wanted:?}");
    }
    Ok(())
}

/// Photos outside the subset have no rendition row; preferences decide which sizes exist.
#[tokio::test]
async fn claim_09_preferences_decide_subset_and_sizes() -> Result<()> {
    let (world, studio, folder) = studio().await?;
    let (kept, left) = (folder.join("keep"), folder.join("leave"));
    pictures::write(&kept, "a.jpg", 1200, 800, 1)?;
    pictures::write(&left, "b.jpg", 1200, 800, 2)?;
    studio.prefer("#make = [\"thumbnail\", \"proof\"]", "make = [\"thumbnail\"]")?;
    studio.prefer("long_edge = 400", "long_edge = 320")?;
    studio.prefer("#folders = []", &format!("folders = [{:?}]", kept.to_str().unwrap()))?;
    let original = std::fs::read(kept.join("a.jpg"))?;
    studio.scan(&folder)?;
    studio.must(&["process", "--auto"])?;
    ensure!(studio.kinds_of("a.jpg")? == ["micro", "thumbnail"], "{:?}", studio.kinds_of("a.jpg")?);
    ensure!(jpeg::size(&studio.rendition("a.jpg", "thumbnail")?.bytes)? == (320, 213));
    let foreign = studio.kinds_of("b.jpg")?;
    ensure!(!foreign.iter().any(|k| k != "micro"), "outside the subset, yet it has {foreign:?}");

    // Other preferences, other sizes.
    studio.prefer("make = [\"thumbnail\"]", "make = [\"proof\"]")?;
    studio.prefer("long_edge = 2048", "long_edge = 640")?;
    studio.must(&["process", "--auto"])?;
    ensure!(jpeg::size(&studio.rendition("a.jpg", "proof")?.bytes)? == (640, 427));
    ensure!(std::fs::read(kept.join("a.jpg"))? == original, "the original is kept in high resolution");
    ensure!(world.objects()?.is_empty(), "nothing was sent");
    Ok(())
}

/// Automatic processing on request, on a mixed folder.
#[tokio::test]
async fn claim_11_automatic_processing_of_a_mixed_folder() -> Result<()> {
    let (_world, studio, folder) = studio().await?;
    for (seed, name) in (1..).zip(["a.jpg", "b.png", "c.tif", "deeper/d.webp"]) {
        let path = folder.join(name);
        pictures::write(path.parent().unwrap(), path.file_name().unwrap().to_str().unwrap(), 900, 600, seed)?;
    }
    std::fs::write(folder.join("notes.txt"), "no picture")?;
    std::fs::write(folder.join("raw.CR2"), [0u8; 64])?;
    studio.scan(&folder)?;
    ensure!(studio.count("SELECT count(*) FROM rendition")? == 0, "nothing is rendered unasked");
    studio.must(&["process", "--auto"])?;
    for name in ["a.jpg", "b.png", "c.tif", "d.webp"] {
        ensure!(
            studio.kinds_of(name)? == ["micro", "proof", "thumbnail"],
            "{name}: {:?}",
            studio.kinds_of(name)?
        );
    }
    ensure!(studio.count("SELECT count(*) FROM photo")? == 4);
    let made = studio.count("SELECT count(*) FROM rendition")?;
    studio.must(&["process", "--auto"])?;
    ensure!(studio.count("SELECT count(*) FROM rendition")? == made, "finished work was done again");
    Ok(())
}

/// Thumbnail and proof are both there, each of its size.
#[tokio::test]
async fn claim_13_thumbnail_and_low_resolution_of_their_sizes() -> Result<()> {
    let (_world, studio, folder) = studio().await?;
    pictures::write_large(&folder.join("wide.jpg"), 3000, 2000, 1)?;
    pictures::write_large(&folder.join("tall.jpg"), 1600, 2400, 2)?;
    pictures::write(&folder, "small.jpg", 300, 200, 3)?;
    studio.scan(&folder)?;
    studio.must(&["process", "--auto"])?;
    for (file, thumbnail, proof) in [
        ("wide.jpg", (400, 267), (2048, 1365)),
        ("tall.jpg", (267, 400), (1365, 2048)),
        ("small.jpg", (300, 200), (300, 200)),
    ] {
        for (kind, size) in [("thumbnail", thumbnail), ("proof", proof)] {
            let made = studio.rendition(file, kind)?;
            let found = jpeg::size(&made.bytes)?;
            ensure!(
                found == size && (made.width, made.height) == size,
                "{file}: {kind} is {found:?}, not {size:?}"
            );
        }
    }
    Ok(())
}

/// From 24 megapixels, without being asked for a size.
#[tokio::test]
async fn claim_14_automatic_compression_from_24_megapixels() -> Result<()> {
    let (_world, studio, folder) = studio().await?;
    let original = folder.join("a.jpg");
    pictures::write_large(&original, 6000, 4000, 1)?;
    studio.scan(&folder)?;
    studio.must(&["process", "--auto"])?;
    let large = std::fs::metadata(&original)?.len();
    for (kind, width, height) in [("proof", 2048, 1365), ("thumbnail", 400, 267)] {
        let made = studio.rendition("a.jpg", kind)?;
        let picture = jpeg::decode(&made.bytes)?;
        ensure!(picture.dimensions() == (width, height), "{kind} is {:?}", picture.dimensions());
        ensure!((made.bytes.len() as u64) < large, "{kind} is larger than its original");
        let off = jpeg::difference(&picture, &pictures::draw(750, 500, 1));
        ensure!(off < 4.0, "{kind} differs from the picture by {off:.1}");
    }
    Ok(())
}

/// A preference decides the format of all renditions; without it they are JPEG; what cannot be made is refused.
#[tokio::test]
async fn claim_15_the_preference_decides_the_format() -> Result<()> {
    let (_world, studio, folder) = studio().await?;
    pictures::write(&folder, "a.png", 600, 400, 1)?;
    studio.scan(&folder)?;
    studio.must(&["process", "--auto"])?;
    let by_default = studio.rendition("a.png", "proof")?.bytes;
    ensure!(image::guess_format(&by_default)? == image::ImageFormat::Jpeg);

    studio.prefer("#format = \"jpeg\"", "format = \"gif\"")?;
    let refused = studio.run(&["process", "--auto"])?;
    ensure!(refused.code != 0 && refused.stderr.contains("format"), "{refused:?}");
    studio.prefer("format = \"gif\"", "format = \"jpeg\"")?;
    pictures::write(&folder, "b.png", 600, 400, 2)?;
    studio.scan(&folder)?;
    studio.must(&["process", "--auto"])?;
    ensure!(image::guess_format(&studio.rendition("b.png", "proof")?.bytes)? == image::ImageFormat::Jpeg);
    Ok(())
}

/// Signature, markers and an independent decoder agree that it is JPEG, at the studio and on the host.
#[tokio::test]
async fn claim_16_that_format_is_jpeg() -> Result<()> {
    let (world, studio, folder) = studio().await?;
    pictures::write(&folder, "a.png", 900, 600, 1)?;
    studio.publish("Wedding", &folder, None, &[])?;
    let images: Vec<_> = world.objects()?.into_iter().filter(|o| o.is_image()).collect();
    ensure!(images.len() == 2, "{images:?}");
    let own = ["thumbnail", "proof"].map(|kind| studio.rendition("a.png", kind).map(|r| r.bytes));
    for bytes in images.iter().map(|o| o.bytes()).chain(own) {
        let bytes = bytes?;
        ensure!(bytes.starts_with(&[0xFF, 0xD8, 0xFF]) && bytes.ends_with(&[0xFF, 0xD9]));
        let picture = jpeg::decode(&bytes)?;
        let off = jpeg::difference(&picture, &pictures::draw(900, 600, 1));
        ensure!(off < 6.0, "{:?} differs from the picture by {off:.1}", picture.dimensions());
    }
    Ok(())
}
