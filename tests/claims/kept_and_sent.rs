//! Claims about what is kept where, what is sent, and who may see it.

use anyhow::{Context, Result, ensure};
use darkslide_tests::{Machine, World, jpeg, pictures, shop::visit};
use domain::hash::Sha256;

/// A studio with six published photos, with data entered for them.
async fn gallery() -> Result<(World, Machine, String)> {
    let world = World::start().await?;
    let studio = world.studio("Aurora")?;
    let folder = world.dir.path().join("photos");
    pictures::shoot(&folder, "a", 6, 600, 400)?;
    let roster = world.dir.path().join("roster.csv");
    std::fs::write(
        &roster,
        "file,title,keywords,subject\n\
         a-01,Rings on a book,rings;detail,Mia Berg\n\
         a-02,First dance,dance;party,Mia Berg\n\
         a-03,Evening dance,dance,Noah Stern\n\
         a-04,Cake,party,Noah Stern\n",
    )?;
    studio.must(&["import-metadata", darkslide_tests::world::utf8(&roster)?])?;
    studio.scan(&folder)?;
    let code = studio.publish("Wedding", &folder, None, &[])?;
    Ok((world, studio, code))
}

/// Image data and processed data of one file: in the catalog, then in the host's database.
#[tokio::test]
async fn claim_01_data_and_renditions_are_kept_on_both_sides() -> Result<()> {
    let world = World::start().await?;
    let studio = world.studio("Aurora")?;
    let folder = world.dir.path().join("photos");
    let original = pictures::write(&folder, "a.jpg", 1200, 800, 1)?;
    studio.scan(&folder)?;
    studio.must(&["photo", "edit", original.to_str().unwrap(), "--title", "First dance"])?;
    let hash: Vec<u8> =
        studio.catalog_value("SELECT hash FROM version")?.context("the file is in the catalog")?;
    ensure!(hash == blake3::hash(&std::fs::read(&original)?).as_bytes());
    studio.publish("Wedding", &folder, None, &[])?;

    let made = ["micro", "thumbnail", "proof"].map(|kind| studio.rendition("a.jpg", kind));
    let [micro, thumbnail, proof] = made;
    let (micro, thumbnail, proof) = (micro?, thumbnail?, proof?);
    ensure!(jpeg::size(&thumbnail.bytes)? == (400, 267) && jpeg::size(&proof.bytes)? == (1200, 800));

    let stored = world.photos()?;
    ensure!(stored.len() == 1, "the host knows {} photos", stored.len());
    ensure!(stored[0].data["title"] == "First dance", "{}", stored[0].data);
    ensure!(stored[0].data["file_name"] == "a.jpg");
    ensure!(stored[0].micro == micro.bytes, "the host's micro preview is another one than the catalog's");
    let images: Vec<String> =
        world.objects()?.into_iter().filter(|o| o.is_image()).map(|o| o.sha256).collect();
    for rendition in [&thumbnail, &proof] {
        let hash = Sha256::of(&rendition.bytes).hex();
        ensure!(images.contains(&hash), "the host has no object with the bytes of the {}", rendition.kind);
    }
    Ok(())
}

/// Code, filter and search return exactly the matching photos, and nothing else is in the answer.
#[tokio::test]
async fn claim_02_the_customers_input_selects_what_the_host_returns() -> Result<()> {
    let (world, studio, code) = gallery().await?;
    let mias = studio.code("Wedding", &["Mia Berg"])?;
    let full = visit(&world, &code).await?;
    ensure!(full.photos.len() == 6);
    for (query, wanted) in [
        ("keyword=dance", &["a-02.jpg", "a-03.jpg"][..]),
        ("q=first%20dance", &["a-02.jpg"]),
        ("q=a-05", &["a-05.jpg"]),
        ("keyword=party&q=cake", &["a-04.jpg"]),
        ("q=nothing-like-it", &[]),
    ] {
        let reply = full.customer.get(&format!("/api/gallery/{}/photos?{query}", full.gallery)).await?;
        let text = String::from_utf8_lossy(&reply.body).into_owned();
        let page: wire::customer::PhotoListing = reply.json()?;
        let mut names: Vec<&str> = page.photos.iter().map(|p| p.file_name.as_str()).collect();
        names.sort_unstable();
        ensure!(
            names == wanted && page.total == wanted.len() as u64,
            "{query}: {names:?}, total {}",
            page.total
        );
        for other in full.photos.iter().filter(|p| !wanted.contains(&p.file_name.as_str())) {
            ensure!(!text.contains(&other.id.to_string()), "{query}: the answer holds {}", other.file_name);
        }
    }
    let child = visit(&world, &mias).await?;
    let mut names: Vec<&str> = child.photos.iter().map(|p| p.file_name.as_str()).collect();
    names.sort_unstable();
    ensure!(names == ["a-01.jpg", "a-02.jpg"], "Mia's code shows {names:?}");
    ensure!(child.customer.gallery(child.gallery).await?.photos == 2);
    Ok(())
}

/// What is stored has no header; what is served is a whole JPEG of the same picture.
#[tokio::test]
async fn claim_04_the_header_is_added_when_the_data_are_retrieved() -> Result<()> {
    let (world, _studio, code) = gallery().await?;
    let stored = world.photos()?;
    let served = visit(&world, &code).await?;
    ensure!(stored.len() == 6 && served.photos.len() == 6);
    for (n, view) in (1..).zip(&served.photos) {
        let row = stored.iter().find(|p| p.photo == view.id.to_string()).context("a row for each photo")?;
        let markers = jpeg::header_markers(&row.micro);
        ensure!(markers.is_empty(), "the stored scan holds header markers {markers:02x?}");
        ensure!(image::load_from_memory(&row.micro).is_err(), "the stored bytes decode without a header");

        let whole = data_encoding::BASE64.decode(view.micro.as_bytes())?;
        let scan = &row.micro[..];
        ensure!(whole.windows(scan.len()).any(|w| w == scan), "the served bytes do not hold the stored scan");
        let picture = jpeg::decode(&whole)?;
        ensure!(
            picture.dimensions() == row.micro_size && picture.width() == 64,
            "{:?}",
            picture.dimensions()
        );
        let off = jpeg::difference(&picture, &pictures::draw(600, 400, pictures::seed("a", n)));
        ensure!(off < 12.0, "{}: the preview differs from the picture by {off:.1}", view.file_name);
    }
    Ok(())
}

/// The subset is sent as thumbnail or low resolution: the host holds exactly those.
#[tokio::test]
async fn claim_10_the_host_holds_exactly_the_subset() -> Result<()> {
    let world = World::start().await?;
    let studio = world.studio("Aurora")?;
    let folder = world.dir.path().join("photos");
    pictures::shoot(&folder, "a", 5, 600, 400)?;
    studio.scan(&folder)?;
    let files = ["a-02.jpg", "a-04.jpg"].map(|f| folder.join(f).to_str().unwrap().to_owned());
    studio.must(&["gallery", "create", "Best", &files[0], &files[1]])?;
    studio.must(&["gallery", "publish", "Best"])?;
    let mut wanted: Vec<String> = Vec::new();
    for file in ["a-02.jpg", "a-04.jpg"] {
        for kind in ["thumbnail", "proof"] {
            wanted.push(Sha256::of(&studio.rendition(file, kind)?.bytes).hex());
        }
    }
    let mut held: Vec<String> =
        world.objects()?.into_iter().filter(|o| o.is_image()).map(|o| o.sha256).collect();
    held.sort();
    wanted.sort();
    ensure!(held == wanted, "held {held:?}, wanted {wanted:?}");
    let names: Vec<_> = world.photos()?.into_iter().map(|p| p.data["file_name"].to_string()).collect();
    ensure!(names == ["\"a-02.jpg\"", "\"a-04.jpg\""], "{names:?}");
    Ok(())
}

/// A selected subset is sent and opens with its code; another code does not open it.
#[tokio::test]
async fn claim_19_a_code_opens_its_subset_and_no_other() -> Result<()> {
    let world = World::start().await?;
    let studio = world.studio("Aurora")?;
    let mut codes = Vec::new();
    for name in ["first", "second"] {
        let folder = world.dir.path().join(name);
        pictures::shoot(&folder, name, 2, 600, 400)?;
        studio.scan(&folder)?;
        codes.push(studio.publish(name, &folder, None, &[])?);
    }
    let first = visit(&world, &codes[0]).await?;
    let second = visit(&world, &codes[1]).await?;
    ensure!(first.photos.iter().all(|p| p.file_name.starts_with("first-")) && first.photos.len() == 2);
    ensure!(second.photos.iter().all(|p| p.file_name.starts_with("second-")) && second.photos.len() == 2);

    for path in [
        format!("/api/gallery/{}", first.gallery),
        format!("/api/gallery/{}/photos", first.gallery),
        format!("/api/gallery/{}/photos/{}", first.gallery, first.photos[0].id),
        first.photos[0].proof.as_ref().context("a proof")?.url.clone(),
    ] {
        ensure!(first.customer.get(&path).await?.status == 200);
        let foreign = second.customer.get(&path).await?.status;
        ensure!((400..500).contains(&foreign), "{path} answers {foreign} to the other code");
        let nobody = world.customer()?.get(&path).await?.status;
        ensure!((400..500).contains(&nobody), "{path} answers {nobody} to nobody");
    }
    let stranger = world.customer()?;
    let refused = stranger.try_open("0000-0000-0000").await?;
    ensure!(refused.status == 403 && refused.problem()?.code == "wrong_code");
    Ok(())
}

/// As 9, 10 and 19 on the running system: the agent publishes by itself what the selection holds.
#[tokio::test]
async fn claim_27_the_running_system_publishes_the_subset() -> Result<()> {
    let world = World::start().await?;
    let studio = world.studio("Aurora")?;
    let (chosen, rest) = (world.dir.path().join("photos/chosen"), world.dir.path().join("photos/rest"));
    pictures::shoot(&chosen, "c", 2, 600, 400)?;
    pictures::shoot(&rest, "r", 2, 600, 400)?;
    studio.prefer("#make = [\"thumbnail\", \"proof\"]", "make = [\"thumbnail\"]")?;
    studio.scan(&world.dir.path().join("photos"))?;
    let code = studio.publish("Wedding", &chosen, None, &[])?;
    let _agent = studio.start()?;
    // What comes later is published by the running agent.
    pictures::write(&chosen, "c-03.jpg", 600, 400, 77)?;
    pictures::write(&rest, "r-03.jpg", 600, 400, 78)?;
    let limit = std::time::Duration::from_secs(60);
    let seen = darkslide_tests::wait::until("the new picture in the gallery", limit, async || {
        let seen = visit(&world, &code).await?;
        let names: Vec<_> = seen.photos.iter().map(|p| p.file_name.clone()).collect();
        Ok(if names.len() >= 3 { Ok(seen) } else { Err(format!("{names:?}")) })
    })
    .await?;
    ensure!(seen.photos.iter().all(|p| p.file_name.starts_with("c-")), "{:?}", seen.photos);
    ensure!(
        seen.photos.iter().all(|p| p.thumbnail.is_some() && p.proof.is_none()),
        "preferences are not met"
    );
    ensure!(world.objects()?.iter().filter(|o| o.is_image()).count() == 3);
    Ok(())
}
