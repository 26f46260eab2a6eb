//! What is away: the host, the lab, a drive. Work waits, says for what, and goes on by itself.

use std::time::Duration;

use anyhow::{Result, ensure};
use darkslide_tests::{
    Shop,
    orders::{until_printed, until_stage},
    pictures,
    shop::GALLERY,
    wait::until,
    world::utf8,
};
use domain::order::Stage;

#[tokio::test]
async fn a_host_that_is_down_loses_nothing() -> Result<()> {
    let mut shop = Shop::open(2).await?;
    let visit = shop.visit().await?;
    let placed = visit.order(&["a-01.jpg"]).await?;
    shop.world.host.kill();

    pictures::write(&shop.photos, "late.jpg", 900, 600, 50)?;
    shop.studio.must(&["scan", utf8(&shop.photos)?])?;
    for command in
        [&["gallery", "publish", GALLERY][..], &["orders", "approve", &placed.number], &["orders", "list"]]
    {
        let failed = shop.studio.run(command)?;
        ensure!(failed.code == 1 && failed.stderr.contains("fix:"), "{command:?}: {failed:?}");
        ensure!(
            failed.stderr.contains(&shop.world.site.replace("http://", "")),
            "the host is not named: {failed:?}"
        );
    }
    ensure!(
        shop.agent.is_running() && shop.receiver.is_running(),
        "a daemon ended because the host was away"
    );
    let status = shop.lab.run(&["status"])?;
    ensure!([0, 3].contains(&status.code), "{status:?}");

    shop.world.restart_host().await?;
    shop.studio.must(&["gallery", "publish", GALLERY])?;
    shop.studio.approve(&placed.number)?;
    until_printed(&visit.customer, &placed.secret).await?;
    ensure!(shop.visit().await?.photo("late.jpg").is_ok());
    ensure!(shop.lab.prints().len() == 1);
    Ok(())
}

#[tokio::test]
async fn a_lab_that_is_away_gets_its_order_when_it_comes_back() -> Result<()> {
    let mut shop = Shop::open(1).await?;
    shop.receiver.kill();
    let visit = shop.visit().await?;
    let placed = visit.order(&["a-01.jpg"]).await?;
    shop.studio.approve(&placed.number)?;
    until_stage(&visit.customer, &placed.secret, Stage::Sent).await?;
    tokio::time::sleep(Duration::from_secs(2)).await;
    let view = visit.customer.status(&placed.secret).await?;
    ensure!(view.lines[0].stage == Stage::Sent && !view.lines[0].on_hold, "{:?}", view.lines);
    let shown = shop.studio.must(&["orders", "show", &placed.number])?.stdout;
    ensure!(shown.contains("sent to lab") && shown.contains("Northlight"), "{shown}");
    shop.receiver = shop.lab.start()?;
    until_printed(&visit.customer, &placed.secret).await?;
    ensure!(shop.lab.prints().len() == 1);
    Ok(())
}

#[tokio::test]
async fn an_unplugged_drive_is_offline_not_deleted() -> Result<()> {
    let shop = Shop::open(2).await?;
    let visit = shop.visit().await?;
    let unplugged = shop.photos.with_file_name("drawer");
    std::fs::rename(&shop.photos, &unplugged)?;
    let scanned = shop.studio.run(&["scan", utf8(&shop.photos)?])?;
    let said = format!("{}{}", scanned.stdout, scanned.stderr);
    ensure!(scanned.code != 0 && (said.contains("offline") || said.contains("connect")), "{scanned:?}");
    ensure!(
        shop.studio.count("SELECT count(*) FROM place WHERE state = 'gone'")? == 0,
        "offline is not gone"
    );
    shop.studio.run(&["gallery", "publish", GALLERY])?;
    ensure!(shop.visit().await?.photos.len() == 2, "an unplugged drive took pictures out of the gallery");

    let placed = visit.order(&["a-01.jpg", "a-02.jpg"]).await?;
    shop.studio.approve(&placed.number)?;
    until("the order saying what it waits for", Duration::from_secs(30), async || {
        let shown = shop.studio.must(&["orders", "show", &placed.number])?.stdout;
        let waits = shown.contains("waiting for original") && shown.contains("connect");
        Ok(if waits { Ok(()) } else { Err(shown) })
    })
    .await?;
    ensure!(shop.lab.prints().is_empty());
    std::fs::rename(&unplugged, &shop.photos)?;
    until_printed(&visit.customer, &placed.secret).await?;
    ensure!(shop.lab.prints().len() == 2);
    Ok(())
}
