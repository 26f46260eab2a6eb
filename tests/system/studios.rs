//! Two studios, one with two machines that hold different folders, and two labs on one host.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use darkslide_tests::{
    World,
    customer::Line,
    orders::until_printed,
    pictures,
    shop::visit,
    wait::until,
    world::{Machine, utf8},
};
use domain::order::Stage;

fn folder(world: &World, machine: &Machine, prefix: &str, count: u32) -> Result<std::path::PathBuf> {
    let folder = world.dir.path().join(prefix);
    pictures::shoot(&folder, prefix, count, 900, 600)?;
    machine.scan(&folder)?;
    Ok(folder)
}

#[tokio::test]
async fn a_mixed_order_splits_by_home_and_waits_for_the_machine_that_is_away() -> Result<()> {
    let world = World::start().await?;
    let a = world.studio("Aurora")?;
    let other = world.studio("Borealis")?;
    let (north, south) = (world.lab("Northlight")?, world.lab("Southlight")?);
    let _labs = [north.start()?, south.start()?];
    for lab in [&south, &north] {
        world.pair(&a, lab).await?;
    }
    world.pair(&other, &south).await?;
    // The invitation carries the labs' keys to the second machine.
    let b = world.second_machine(&a, "Aurora-2")?;
    for machine in [&a, &b] {
        machine.must(&["lab", "use", "Southlight", "--product", "5x5-matte"])?;
    }

    // One gallery, filled from two machines.
    let list = a.price_list()?;
    let from_a = folder(&world, &a, "aa", 2)?;
    let from_b = folder(&world, &b, "ab", 2)?;
    let code = a.publish("Wedding", &from_a, Some(list), &[])?;
    b.must(&["gallery", "publish", "Wedding", "--from", utf8(&from_b)?])?;
    let elsewhere = folder(&world, &other, "bb", 1)?;
    let other_list = other.price_list()?;
    let other_code = other.publish("School", &elsewhere, Some(other_list), &[])?;
    let mut agent_a = a.start()?;
    let (_agent_b, _agent_other) = (b.start()?, other.start()?);

    // Machine A is away when the order comes.
    agent_a.kill();
    let guests = visit(&world, &code).await?;
    ensure!(guests.photos.len() == 4, "{:?}", guests.photos.iter().map(|p| &p.file_name).collect::<Vec<_>>());
    let lines = [
        Line::centred("4x6-glossy", 1, guests.photo("aa-01.jpg")?, 6, 4),
        Line::centred("5x5-matte", 1, guests.photo("ab-01.jpg")?, 5, 5),
    ];
    let placed = guests.customer.order(guests.gallery, &lines).await?;
    b.must(&["lab", "use", "Northlight"])?;
    b.approve(&placed.number)?;

    // B's line prints at the other lab; A's waits, and the studio sees for whom.
    let stages = async || -> Result<Vec<Stage>> {
        Ok(guests.customer.status(&placed.secret).await?.lines.iter().map(|l| l.stage).collect())
    };
    until("B's line being printed", Duration::from_secs(60), async || {
        let seen = stages().await?;
        Ok(if seen[1] >= Stage::Printed { Ok(()) } else { Err(format!("{seen:?}")) })
    })
    .await?;
    ensure!(stages().await?[0] == Stage::Approved, "{:?}", stages().await?);
    ensure!(south.prints().len() == 1 && north.prints().is_empty());
    let shown = b.order(&placed.number)?;
    let jobs = shown["jobs"].as_array().context("jobs")?;
    let waiting: Vec<_> = jobs.iter().filter(|j| j["done"] == false).map(|j| &j["machine_name"]).collect();
    ensure!(waiting == ["Aurora-1"], "{shown}");
    let text = b.must(&["orders", "show", &placed.number])?.stdout;
    let named = text.lines().any(|l| l.contains("Aurora-1") && !l.contains("aa-01.jpg"));
    ensure!(named, "the order does not say that it waits for Aurora-1:\n{text}");

    // B has nothing of A's line, however long A is away.
    tokio::time::sleep(Duration::from_secs(3)).await;
    let foreign = b.count("SELECT count(*) FROM print_file WHERE line = 1")?;
    ensure!(foreign == 0 && stages().await?[0] == Stage::Approved, "B rendered A's line");

    let _agent_a = a.start()?;
    until_printed(&guests.customer, &placed.secret).await?;
    ensure!(north.prints().len() == 1 && south.prints().len() == 1);
    ensure!(north.ticket(&placed.number)?["lines"][0]["pictures"][0]["file_name"] == "aa-01.jpg");
    ensure!(a.count("SELECT count(*) FROM print_file WHERE line = 2")? == 0, "A rendered B's line");

    // The other studio has its own order at the shared lab, and nothing of this one.
    ensure!(other.count("SELECT count(*) FROM job")? == 0);
    let school = visit(&world, &other_code).await?;
    let theirs = school.order_and_print(&other, &["bb-01.jpg"]).await?;
    ensure!(south.ticket(&theirs.number)?["studio"] == "Borealis");
    ensure!(south.prints().len() == 2 && north.prints().len() == 1);
    Ok(())
}

/// Whoever of a studio closes a gallery has closed it for all of its computers, which go on publishing into it.
#[tokio::test]
async fn what_one_computer_closes_no_other_one_opens() -> Result<()> {
    let mut world = World::start().await?;
    let a = world.studio("Aurora")?;
    let b = world.second_machine(&a, "Aurora-2")?;
    let from_a = folder(&world, &a, "aa", 1)?;
    let from_b = folder(&world, &b, "ab", 1)?;
    let code = a.publish("Wedding", &from_a, None, &[])?;
    b.must(&["gallery", "publish", "Wedding", "--from", utf8(&from_b)?])?;
    let guests = visit(&world, &code).await?;
    ensure!(guests.photos.len() == 2);

    let mut agent_b = b.start()?;
    a.must(&["gallery", "unpublish", "Wedding"])?;
    ensure!(is_closed(&world, &code).await?);
    // A new picture makes B publish, which has to find out.
    pictures::write(&from_b, "ab-02.jpg", 900, 600, 77)?;
    let state = |machine: &Machine| -> Result<String> {
        let row = "SELECT state FROM gallery WHERE name = 'Wedding'";
        Ok(machine.catalog()?.query_row(row, [], |row| row.get(0))?)
    };
    until("B knowing that it is closed", Duration::from_secs(60), async || {
        let state = state(&b)?;
        Ok(if state == "closed" { Ok(()) } else { Err(state) })
    })
    .await?;
    ensure!(is_closed(&world, &code).await?, "B opened what A had closed");
    let refused = b.run(&["gallery", "publish", "Wedding"])?;
    ensure!(refused.code != 0 && refused.stderr.contains("--open"), "{}", refused.stderr);

    // Opened again at A: B goes on by itself.
    a.must(&["gallery", "publish", "Wedding", "--open"])?;
    ensure!(!is_closed(&world, &code).await?);
    pictures::write(&from_b, "ab-03.jpg", 900, 600, 78)?;
    until("B's new pictures", Duration::from_secs(60), async || {
        let shown = guests.customer.photos(guests.gallery, "limit=200").await?.len();
        Ok(if shown == 4 { Ok(()) } else { Err(format!("{shown} photos")) })
    })
    .await?;

    // Closed at B while the host is away: B tells it when it is back.
    world.host.kill();
    let refused = b.run(&["gallery", "unpublish", "Wedding"])?;
    ensure!(refused.code != 0 && refused.stderr.contains("cannot be reached"), "{}", refused.stderr);
    world.restart_host().await?;
    until("the host knowing that B closed it", Duration::from_secs(60), async || {
        Ok(if is_closed(&world, &code).await? { Ok(()) } else { Err("it is open".to_owned()) })
    })
    .await?;
    b.must(&["gallery", "publish", "Wedding", "--open"])?;

    // A catalog from before the first publish, as after a crash at the wrong moment: published again all the same.
    agent_b.kill();
    rusqlite::Connection::open(b.config.join("catalog.db"))?
        .execute("UPDATE gallery SET revision = 0", [])?;
    b.must(&["gallery", "publish", "Wedding"])?;
    ensure!(!is_closed(&world, &code).await? && state(&b)? == "open");
    Ok(())
}

async fn is_closed(world: &World, code: &str) -> Result<bool> {
    Ok(world.customer()?.try_open(code).await?.status != 200)
}
