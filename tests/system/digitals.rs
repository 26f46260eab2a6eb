//! Files that were bought: from the studio's disk to the customer's, by nothing but the order's link, byte for byte;
//! gone when their time is over, and back when they are asked for again.

use std::{path::Path, process::Command, time::Duration};

use anyhow::{Context, Result, ensure};
use darkslide_tests::{
    World,
    customer::{Customer, Line},
    orders::{until_stage, until_stage_within},
    pictures,
    shop::visit,
    wait::until,
    world::{Machine, utf8},
};
use domain::{geometry::Crop, hash::Sha256, order::Stage};
use wire::checkout::{FilesState, FilesView, OrderView};

const FILES: &str = r#"
name = "Files"
currency = "EUR"
shipping = "0.00"
pick_up = true

[[product]]
id = "file"
kind = "digital"
of = "photo"
name = "Full-resolution file"
price = "20.00"
release = "Private prints in any number; no publication."

[[product]]
id = "all"
kind = "digital"
of = "gallery"
name = "All files"
price = "99.00"
"#;

fn files(order: &OrderView, line: usize) -> Result<&FilesView> {
    order.lines[line].files.as_ref().with_context(|| format!("line {line} has no files: {order:?}"))
}

async fn fetch(customer: &Customer, url: &str) -> Result<Vec<u8>> {
    let reply = customer.get(url).await?;
    ensure!(reply.status == 200, "{}: {}", reply.status, String::from_utf8_lossy(&reply.body));
    let saved = reply.headers.get("content-disposition").context("no name to save it under")?;
    ensure!(saved.to_str()?.starts_with("attachment; "), "{saved:?}");
    Ok(reply.body)
}

/// Python's reader, which shares nothing with the agent's writer: the names, with SHA-256 of each.
fn unpack(archive: &Path) -> Result<Vec<(String, String)>> {
    let script = "import sys,zipfile,hashlib\n\
        z=zipfile.ZipFile(sys.argv[1])\n\
        assert z.testzip() is None\n\
        [print(hashlib.sha256(z.read(n)).hexdigest(), n) for n in z.namelist()]";
    let out = Command::new("python3").args(["-c", script, utf8(archive)?]).output().context("python3")?;
    ensure!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    let text = String::from_utf8(out.stdout)?;
    Ok(text
        .lines()
        .filter_map(|l| l.split_once(' '))
        .map(|(hash, name)| (name.into(), hash.into()))
        .collect())
}

fn hash_of(file: &Path) -> Result<String> {
    Ok(Sha256::of(&std::fs::read(file).with_context(|| file.display().to_string())?).hex())
}

/// As if the days had passed: the host keeps them in the order.
fn end_the_time(world: &World, order: &str) -> Result<()> {
    let db = rusqlite::Connection::open(world.host_data().join("host.db"))?;
    let changed = db.execute(
        "UPDATE orders SET json = json_replace(json, '$.handling.digitals[0].until', 1,
           '$.handling.digitals[1].until', 1) WHERE id = ?1",
        [order],
    )?;
    ensure!(changed == 1, "no such order");
    Ok(())
}

fn sold_objects(world: &World) -> Result<usize> {
    Ok(world.objects()?.iter().filter(|o| o.key.starts_with("digital/")).count())
}

fn studio(world: &World, photos: &Path) -> Result<(Machine, String)> {
    let studio = world.studio("Aurora")?;
    studio.scan(photos)?;
    let list = studio.config.join("files.toml");
    std::fs::write(&list, FILES)?;
    studio.must(&["pricelist", "import", utf8(&list)?])?;
    let code = studio.publish("School", photos, Some("Files"), &[])?;
    Ok((studio, code))
}

/// The list of files, and a print beside them.
fn sell_prints_too(studio: &Machine) -> Result<()> {
    let list = studio.config.join("both.toml");
    let print = "[[product]]\nid = \"4x6\"\nname = \"4 × 6\"\nsize = \"4x6\"\nsurface = \"glossy\"\nprice = \"2.50\"\n";
    std::fs::write(&list, format!("{FILES}\n{print}"))?;
    studio.must(&["pricelist", "import", utf8(&list)?]).map(drop)
}

#[tokio::test]
async fn files_come_as_they_are_go_in_time_and_come_back() -> Result<()> {
    let mut world = World::start().await?;
    let photos = world.dir.path().join("photos");
    pictures::shoot(&photos, "a", 3, 1200, 800)?;
    let (studio, code) = studio(&world, &photos)?;
    let mut agent = studio.start()?;
    let guest = visit(&world, &code).await?;
    let bought = guest.photo("a-02.jpg")?;
    let lines = [
        Line::of("file", 1, bought, Crop::FULL),
        Line { product: "all".into(), quantity: 1, nodes: Vec::new() },
    ];
    let placed = guest.customer.order(guest.gallery, &lines).await?;
    ensure!(sold_objects(&world)? == 0, "nothing leaves the studio before its yes");
    studio.approve(&placed.number)?;

    // A stranger has only the link.
    let stranger = world.customer()?;
    let view = until_stage(&stranger, &placed.secret, Stage::Shipped).await?;
    let one = files(&view, 0)?;
    ensure!(one.state == FilesState::Ready && one.until.is_some(), "{one:?}");
    let names: Vec<&str> = one.files.iter().map(|f| f.name.as_str()).collect();
    ensure!(names == ["a-02.jpg", "Print release.pdf"], "{names:?}");
    let bytes = fetch(&stranger, &one.files[0].url).await?;
    let original = photos.join("a-02.jpg");
    ensure!(bytes == std::fs::read(&original)?, "the file is not the original");
    ensure!(bytes.len() as u64 == one.files[0].length);
    let paper = fetch(&stranger, &one.files[1].url).await?;
    ensure!(paper.starts_with(b"%PDF"));
    // A download that broke off goes on.
    let rest = stranger.send("GET", &one.files[0].url, None, &[("range", "bytes=100-")]).await?;
    ensure!(rest.status == 206 && rest.body == bytes[100..], "{}", rest.status);
    // Another name, another key, no signature: nothing.
    for bad in [one.files[0].url.replace("a-02", "a-03"), one.files[0].url.replace("/1/1/", "/2/1/")] {
        ensure!(stranger.get(&bad).await?.status == 403, "{bad}");
    }

    let all = files(&view, 1)?;
    ensure!(all.files.len() == 1 && all.files[0].name.ends_with(".zip"), "{all:?}");
    let archive = world.dir.path().join("all.zip");
    let zipped = fetch(&stranger, &all.files[0].url).await?;
    std::fs::write(&archive, &zipped)?;
    let mut wanted = Vec::new();
    for name in ["a-01.jpg", "a-02.jpg", "a-03.jpg"] {
        wanted.push((name.to_owned(), hash_of(&photos.join(name))?));
    }
    ensure!(unpack(&archive)? == wanted, "{:?}", unpack(&archive)?);

    // The time is over: the page says so, and the host's sweep at its start removes them.
    ensure!(sold_objects(&world)? == 3);
    world.host.kill();
    end_the_time(&world, &placed.order.to_string())?;
    world.restart_host().await?;
    let view = stranger.status(&placed.secret).await?;
    ensure!(files(&view, 0)?.state == FilesState::Over && files(&view, 1)?.files.is_empty(), "{view:?}");
    until("the sweep removing sold files", Duration::from_secs(30), async || {
        let left = sold_objects(&world)?;
        Ok(if left == 0 { Ok(()) } else { Err(format!("{left} left")) })
    })
    .await?;

    // Asked for again, while the original is away: the studio sees why nothing comes.
    agent.kill();
    let away = world.dir.path().join("photos-away");
    std::fs::rename(&photos, &away)?;
    let path = format!("/api/order/status/{}/files", placed.secret);
    for _ in 0..2 {
        let asked: OrderView =
            stranger.send("POST", &path, Some(serde_json::json!({})), &[]).await?.json()?;
        ensure!(files(&asked, 0)?.state == FilesState::Preparing, "{asked:?}");
    }
    let _agent = studio.start()?;
    until("the order saying what it waits for", Duration::from_secs(60), async || {
        let text = studio.must(&["orders", "show", &placed.number])?.stdout;
        Ok(if text.contains("waiting for original: connect") { Ok(()) } else { Err(text) })
    })
    .await?;
    std::fs::rename(&away, &photos)?;
    until("the files coming back", Duration::from_secs(240), async || {
        let view = stranger.status(&placed.secret).await?;
        let states = [files(&view, 0)?.state, files(&view, 1)?.state];
        Ok(if states == [FilesState::Ready; 2] { Ok(()) } else { Err(format!("{states:?}")) })
    })
    .await?;
    let view = stranger.status(&placed.secret).await?;
    ensure!(fetch(&stranger, &files(&view, 0)?.files[0].url).await? == bytes);
    ensure!(fetch(&stranger, &files(&view, 1)?.files[0].url).await? == zipped, "not the same archive");
    Ok(())
}

/// A mother's code shows one child, so a gallery bought with it is that child's pictures; and an agent that is killed
/// again and again brings all of them, whole. `DARKSLIDE_SOLD_MB` makes each file so large.
#[tokio::test]
async fn a_gallery_bought_with_a_childs_code_is_the_childs_and_survives_a_killed_agent() -> Result<()> {
    let large = std::env::var("DARKSLIDE_SOLD_MB").ok().and_then(|mb| mb.parse().ok()).unwrap_or(24usize);
    let world = World::start().await?;
    let photos = world.dir.path().join("photos");
    pictures::shoot(&photos, "a", 5, 1200, 800)?;
    for no in 1..=5u8 {
        // As cameras do: more after the picture's end. No two parts of a file are the same.
        let path = photos.join(format!("a-{no:02}.jpg"));
        let mut bytes = std::fs::read(&path)?;
        let mut chance = darkslide_shoot::chance::Chance::new(u64::from(no));
        bytes.extend((0..large << 17).flat_map(|_| chance.bits().to_le_bytes()));
        std::fs::write(&path, bytes)?;
    }
    let (studio, _) = studio(&world, &photos)?;
    let roster = world.dir.path().join("roster.csv");
    let rows = "a-01.jpg,Mia\na-02.jpg,Noah\na-03.jpg,Mia\na-04.jpg,Mia\na-04.jpg,Noah\na-05.jpg,Noah\n";
    std::fs::write(&roster, format!("file,subject\n{rows}"))?;
    studio.must(&["import-metadata", utf8(&roster)?])?;
    studio.must(&["gallery", "publish", "School"])?;
    let code = studio.code("School", &["Mia"])?;
    let mut agent = studio.start()?;
    let mother = visit(&world, &code).await?;
    ensure!(mother.photos.len() == 3, "{:?}", mother.photos.len());
    let all = Line { product: "all".into(), quantity: 1, nodes: Vec::new() };
    let placed = mother.customer.order(mother.gallery, &[all]).await?;
    studio.approve(&placed.number)?;

    let (mut kills, began) = (0, std::time::Instant::now());
    let view = loop {
        ensure!(
            began.elapsed() < Duration::from_secs(300 + 4 * large as u64),
            "not ready after {kills} kills"
        );
        let view = mother.customer.status(&placed.secret).await?;
        if files(&view, 0)?.state == FilesState::Ready {
            break view;
        }
        // At another place of the work each time; then it is left alone.
        tokio::time::sleep(Duration::from_millis(900 + 700 * kills)).await;
        if kills < 4 {
            agent.kill();
            agent = studio.start()?;
            kills += 1;
        }
    };
    println!("{kills} kills, files of {large} MB");
    let one = files(&view, 0)?;
    let mut archives = Vec::new();
    for (no, file) in one.files.iter().enumerate() {
        let archive = world.dir.path().join(format!("{no}.zip"));
        std::fs::write(&archive, fetch(&mother.customer, &file.url).await?)?;
        archives.push(archive);
    }
    let mut found = Vec::new();
    for archive in &archives {
        found.extend(unpack(archive)?);
    }
    let mut wanted = Vec::new();
    for name in ["a-01.jpg", "a-03.jpg", "a-04.jpg"] {
        wanted.push((name.to_owned(), hash_of(&photos.join(name))?));
    }
    ensure!(found == wanted, "{found:?}");
    ensure!(sold_objects(&world)? == one.files.len(), "pieces are left at the host");
    drop(agent);
    Ok(())
}

/// A gallery of files on a slow line takes hours, and a lab does not wait for it.
#[tokio::test]
async fn prints_go_to_the_lab_while_a_gallery_of_files_is_on_its_way() -> Result<()> {
    let world = World::start().await?;
    let lab = world.lab("Northlight")?;
    let _receiver = lab.start()?;
    let photos = world.dir.path().join("photos");
    pictures::shoot(&photos, "a", 3, 1200, 800)?;
    // What follows a picture's end is the customer's too.
    let large = photos.join("a-01.jpg");
    let mut bytes = std::fs::read(&large)?;
    let mut chance = darkslide_shoot::chance::Chance::new(7);
    bytes.extend((0..24 << 17).flat_map(|_| chance.bits().to_le_bytes()));
    std::fs::write(&large, bytes)?;
    let studio = world.studio("Aurora")?;
    world.pair(&studio, &lab).await?;
    studio.prefer("#kib_per_second = 0", "kib_per_second = 300")?;
    studio.scan(&photos)?;
    sell_prints_too(&studio)?;
    let code = studio.publish("School", &photos, Some("Files"), &[])?;
    let _agent = studio.start()?;
    let guest = visit(&world, &code).await?;

    let all = Line { product: "all".into(), quantity: 1, nodes: Vec::new() };
    let files_first = guest.customer.order(guest.gallery, &[all]).await?;
    studio.approve(&files_first.number)?;
    until_stage(&guest.customer, &files_first.secret, Stage::Rendering).await?;
    let line = Line::centred("4x6", 1, guest.photo("a-02.jpg")?, 6, 4);
    let print = guest.customer.order(guest.gallery, &[line]).await?;
    studio.approve(&print.number)?;
    until_stage(&guest.customer, &print.secret, Stage::Printed).await?;
    let view = guest.customer.status(&files_first.secret).await?;
    ensure!(files(&view, 0)?.state != FilesState::Ready, "the files were faster: this shows nothing");
    // And they come, without another word.
    let long = Duration::from_secs(300);
    let view = until_stage_within(&guest.customer, &files_first.secret, Stage::Shipped, long).await?;
    ensure!(files(&view, 0)?.state == FilesState::Ready, "{view:?}");
    Ok(())
}

/// Prints and files go their own ways; what an order waits for is what all of them wait for, after one look.
#[tokio::test]
async fn an_order_of_prints_and_files_says_all_that_it_waits_for() -> Result<()> {
    let world = World::start().await?;
    let lab = world.lab("Northlight")?;
    let _receiver = lab.start()?;
    let photos = world.dir.path().join("photos");
    pictures::shoot(&photos, "a", 2, 600, 400)?;
    let studio = world.studio("Aurora")?;
    world.pair(&studio, &lab).await?;
    studio.scan(&photos)?;
    sell_prints_too(&studio)?;
    let code = studio.publish("School", &photos, Some("Files"), &[])?;
    let guest = visit(&world, &code).await?;
    let lines = [
        Line::centred("4x6", 1, guest.photo("a-01.jpg")?, 6, 4),
        Line::of("file", 1, guest.photo("a-02.jpg")?, Crop::FULL),
    ];
    let placed = guest.customer.order(guest.gallery, &lines).await?;
    for name in ["a-01.jpg", "a-02.jpg"] {
        std::fs::rename(photos.join(name), world.dir.path().join(name))?;
    }
    studio.must(&["orders", "sync"])?;
    studio.approve(&placed.number)?;
    let waits = || -> Result<String> {
        let synced = studio.run(&["orders", "sync"])?;
        ensure!(synced.code >= 0, "{}", synced.stderr);
        Ok(studio.order(&placed.number)?["waiting"].as_str().unwrap_or_default().to_owned())
    };
    let both = waits()?;
    ensure!(both.contains("a-01.jpg was moved") && both.contains("a-02.jpg was moved"), "{both}");
    std::fs::rename(world.dir.path().join("a-02.jpg"), photos.join("a-02.jpg"))?;
    let one = waits()?;
    ensure!(one.contains("a-01.jpg was moved") && !one.contains("a-02.jpg"), "{one}");
    std::fs::rename(world.dir.path().join("a-01.jpg"), photos.join("a-01.jpg"))?;
    let none = waits()?;
    ensure!(none.is_empty(), "{none}");
    let view = guest.customer.status(&placed.secret).await?;
    ensure!(files(&view, 1)?.state == FilesState::Ready, "{view:?}");
    Ok(())
}
