//! The host is lost and comes back as it was a while ago. Agent and lab see it and say again what it forgot, and
//! nobody types a command. Nothing is printed twice; what nobody can say is a hold.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use darkslide_tests::{
    Shop,
    orders::{until_printed, until_stage},
    pictures,
    shop::visit,
    wait::until,
};
use domain::{fulfilment::GAP, order::Stage};

#[tokio::test]
async fn an_older_backup_is_healed_by_agent_and_lab_alone() -> Result<()> {
    let mut shop = Shop::open(3).await?;
    let first = shop.visit().await?;
    // One order that is with the lab at the moment of the backup, and not printed.
    shop.receiver.kill();
    let with_the_lab = first.order(&["a-01.jpg"]).await?;
    shop.studio.approve(&with_the_lab.number)?;
    until_stage(&first.customer, &with_the_lab.secret, Stage::Sent).await?;
    let backup = shop.world.dir.path().join("backup");
    shop.world.operator(&["backup", backup.to_str().context("UTF-8")?])?;

    // Then everything goes on: it is printed; photos come and go; a gallery is made; another order is printed.
    shop.receiver = shop.lab.start()?;
    until_printed(&first.customer, &with_the_lab.secret).await?;
    pictures::shoot(&shop.photos, "b", 1, 1200, 800)?;
    std::fs::remove_file(shop.photos.join("a-03.jpg"))?;
    shows(&shop, &shop.code, &["a-01.jpg", "a-02.jpg", "b-01.jpg"]).await?;
    let party = shop.world.dir.path().join("party");
    pictures::shoot(&party, "p", 1, 1200, 800)?;
    let list = shop.studio.price_list()?;
    let party_code = shop.studio.publish("Party", &party, Some(list), &[])?;
    let guest = visit(&shop.world, &party_code).await?;
    let lost = guest.order_and_print(&shop.studio, &["p-01.jpg"]).await?;
    // And one more, whose lab is away when the host goes.
    let second = shop.visit().await?;
    let in_doubt = second.order(&["b-01.jpg"]).await?;
    shop.studio.approve(&in_doubt.number)?;
    until_printed(&second.customer, &in_doubt.secret).await?;
    shop.receiver.kill();
    let printed = shop.lab.prints();
    ensure!(printed.len() == 3, "{printed:?}");

    shop.world.lose_host_and_restore(&backup).await?;
    // The agent alone: what it published is there again, with the code on the card, and what it withdrew is not.
    shows(&shop, &shop.code, &["a-01.jpg", "a-02.jpg", "b-01.jpg"]).await?;
    shows(&shop, &party_code, &["p-01.jpg"]).await?;
    // Orders are back, also for the customer's link; the lab was not there yet: that is a gap, and held as one.
    for placed in [&with_the_lab, &lost, &in_doubt] {
        until("the order being held as a gap", Duration::from_secs(90), async || {
            let shown = shop.studio.order(&placed.number)?.to_string();
            Ok(if shown.contains(GAP) { Ok(()) } else { Err(shown) })
        })
        .await?;
        ensure!(first.customer.status(&placed.secret).await?.lines[0].on_hold);
    }

    // The lab comes back and says what it did: no gap is left, and its hot folder holds what it held.
    shop.receiver = shop.lab.start()?;
    for placed in [&with_the_lab, &lost, &in_doubt] {
        until("the lab having said that it is printed", Duration::from_secs(120), async || {
            let view = first.customer.status(&placed.secret).await?;
            let done = view.lines.iter().all(|l| l.stage == Stage::Printed && !l.on_hold);
            Ok(if done { Ok(()) } else { Err(format!("{} {:?}", placed.number, view.lines)) })
        })
        .await?;
    }
    // And new work goes its way on the restored host.
    let again = shop.visit().await?;
    again.order_and_print(&shop.studio, &["a-02.jpg"]).await?;
    let after = shop.lab.prints();
    ensure!(
        printed.iter().all(|p| after.contains(p)) && after.len() == 4,
        "printed before: {printed:?}, now: {after:?}"
    );

    // All the while the agent's window said what came and went, and that the host was away and is back.
    let said = shop.agent.log();
    for placed in [&with_the_lab, &lost, &in_doubt] {
        for news in ["1 print for", "everything from this computer is sent"] {
            let line = format!("order {}: {news}", placed.number);
            ensure!(said.contains(&line), "{line:?} is not in\n{said}");
        }
    }
    ensure!(said.contains("order queue: works again"), "{said}");
    Ok(())
}

async fn shows(shop: &Shop, code: &str, files: &[&str]) -> Result<()> {
    until("the gallery showing what was published", Duration::from_secs(90), async || {
        Ok(match visit(&shop.world, code).await {
            Ok(visit) => {
                let names: Vec<&str> = visit.photos.iter().map(|p| p.file_name.as_str()).collect();
                if names == files { Ok(()) } else { Err(names.join(", ")) }
            }
            Err(e) => Err(format!("{e:#}")),
        })
    })
    .await
}
