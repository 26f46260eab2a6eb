//! Claims about orders: from the customer's computer through the host to the computer that holds the originals.

use anyhow::{Context, Result, ensure};
use darkslide_tests::{
    Shop, World, jpeg,
    orders::until_printed,
    pictures,
    shop::{GALLERY, visit},
};
use domain::hash::Sha256;

/// Order → job at the agent → that file, no other, at the lab, with the detail of the original.
#[tokio::test]
async fn claim_03_the_order_brings_the_original_to_the_lab() -> Result<()> {
    let world = World::start().await?;
    let photos = world.dir.path().join("photos");
    for (seed, name) in (1..).zip(["a.jpg", "b.jpg", "c.jpg"]) {
        pictures::write_jpeg(&photos.join(name), &pictures::fine(3000, 2400, seed), 95)?;
    }
    let shop = Shop::with(world, photos, |_| Ok(())).await?;
    let visit = shop.visit().await?;
    let photo = visit.photo("b.jpg")?.clone();
    let line = darkslide_tests::customer::Line::centred("8x10-lustre", 1, &photo, 10, 8);
    let placed = visit.customer.order(visit.gallery, &[line]).await?;
    shop.studio.until_journaled(&placed.order.to_string()).await?;
    ensure!(shop.lab.prints().is_empty(), "nothing may be printed before the studio approves");
    shop.studio.approve(&placed.number)?;
    until_printed(&visit.customer, &placed.secret).await?;

    let prints = shop.lab.prints();
    ensure!(prints.len() == 1, "{prints:?}");
    let print = jpeg::decode(&std::fs::read(&prints[0])?)?;
    ensure!(print.dimensions() == (3000, 2400), "{:?}", print.dimensions());
    let original = jpeg::decode(&std::fs::read(shop.photos.join("b.jpg"))?)?;
    let proof = jpeg::decode(&visit.customer.get(&photo.proof.context("a proof")?.url).await?.body)?;
    let (to_original, to_proof) = (jpeg::difference(&print, &original), jpeg::difference(&print, &proof));
    ensure!(to_original < 5.0, "the print differs from the original by {to_original:.1}");
    ensure!(
        to_original * 2.0 < to_proof,
        "the print is no closer to the original ({to_original:.1}) than to the proof ({to_proof:.1})"
    );
    let ticket = shop.lab.ticket(&placed.number)?;
    ensure!(ticket["lines"][0]["pictures"][0]["file_name"] == "b.jpg", "{ticket}");
    Ok(())
}

/// An order over HTTP by a client with nothing but a code reaches the user's computer.
#[tokio::test]
async fn claim_17_a_code_is_all_a_customer_needs_to_order() -> Result<()> {
    let shop = Shop::open(2).await?;
    let visit = visit(&shop.world, &shop.code.to_lowercase().replace('-', " ")).await?;
    let placed = visit.order(&["a-02.jpg"]).await?;
    shop.studio.until_journaled(&placed.order.to_string()).await?;
    let order = shop.studio.order(&placed.number)?;
    ensure!(order["order"]["customer"]["name"] == "Ada Beispiel", "{order}");
    ensure!(order["order"]["lines"][0]["nodes"][0]["file_name"] == "a-02.jpg");
    Ok(())
}

/// The order goes to the host, which keeps it, prices it, and shows it to nobody else.
#[tokio::test]
async fn claim_20_the_host_takes_the_order() -> Result<()> {
    let shop = Shop::open(2).await?;
    let visit = shop.visit().await?;
    let placed = visit.order(&["a-01.jpg", "a-02.jpg"]).await?;
    ensure!(placed.total.to_string().contains("5.00"), "{}", placed.total);
    let stored: String = shop.world.host_database()?.query_row(
        "SELECT json FROM orders WHERE id = ?1",
        [placed.order.to_string()],
        |row| row.get(0),
    )?;
    ensure!(
        stored.contains("Ada Beispiel") && !stored.contains(&placed.secret),
        "the secret is kept as a hash only"
    );
    let status = world_status(&shop.world, &placed.secret).await?;
    ensure!(status == 200, "the status link answers {status}");
    let guessed = world_status(&shop.world, &"a".repeat(placed.secret.len())).await?;
    ensure!(guessed == 404, "a guessed status link answers {guessed}");
    Ok(())
}

async fn world_status(world: &World, secret: &str) -> Result<u16> {
    Ok(world.customer()?.get(&format!("/api/order/status/{secret}")).await?.status)
}

/// The host passes the order on to the computer that holds the original, and to no other.
#[tokio::test]
async fn claim_21_the_order_goes_to_the_machine_that_holds_the_original() -> Result<()> {
    let world = World::start().await?;
    let a = world.studio("Aurora")?;
    let b = world.second_machine(&a, "Aurora-2")?;
    let mut agents = Vec::new();
    let mut codes = Vec::new();
    for (machine, name) in [(&a, "first"), (&b, "second")] {
        let folder = world.dir.path().join(name);
        pictures::shoot(&folder, name, 2, 600, 400)?;
        machine.scan(&folder)?;
        let list = machine.price_list()?;
        codes.push(machine.publish(name, &folder, Some(list), &[])?);
        agents.push(machine.start()?);
    }
    let visit = visit(&world, &codes[1]).await?;
    let placed = visit.order(&["second-01.jpg"]).await?;
    b.until_journaled(&placed.order.to_string()).await?;
    let jobs = a.count("SELECT count(*) FROM job")?;
    ensure!(jobs == 0, "the machine without the original has {jobs} jobs");
    let homes: Vec<String> = {
        let db = world.host_database()?;
        let mut rows = db.prepare("SELECT machine FROM jobs WHERE order_id = ?1")?;
        rows.query_map([placed.order.to_string()], |r| r.get(0))?.collect::<Result<_, _>>()?
    };
    ensure!(homes.len() == 1, "{homes:?}");
    Ok(())
}

/// Ordered 3 of 40: 3 arrive, in full, and they are the ones that were ordered.
#[tokio::test]
async fn claim_22_three_of_forty_arrive() -> Result<()> {
    let world = World::start().await?;
    let photos = world.dir.path().join("photos");
    pictures::shoot(&photos, "a", 40, 900, 600)?;
    let shop = Shop::with(world, photos, |_| Ok(())).await?;
    let visit = shop.visit().await?;
    ensure!(visit.photos.len() == 40);
    let wanted = ["a-07.jpg", "a-19.jpg", "a-40.jpg"];
    let placed = visit.order_and_print(&shop.studio, &wanted).await?;
    ensure!(shop.lab.prints().len() == 3, "{:?}", shop.lab.prints());
    let ticket = shop.lab.ticket(&placed.number)?;
    for (line, (file, number)) in wanted.iter().zip([7, 19, 40]).enumerate() {
        let picture = &ticket["lines"][line]["pictures"][0];
        ensure!(picture["file_name"] == *file, "{ticket}");
        let printed = shop
            .lab
            .prints()
            .iter()
            .map(std::fs::read)
            .collect::<Result<Vec<_>, _>>()?
            .into_iter()
            .find(|bytes| picture["sha256"] == Sha256::of(bytes).hex())
            .with_context(|| format!("no print has the hash of {file}"))?;
        let printed = jpeg::decode(&printed)?;
        ensure!(printed.dimensions() == (1800, 1200));
        let off = jpeg::difference(&printed, &pictures::draw(900, 600, pictures::seed("a", number)));
        ensure!(off < 5.0, "the print of {file} differs from it by {off:.1}");
    }
    Ok(())
}

/// The host receives the order and passes it on: one transaction, one job, acknowledged by the agent.
#[tokio::test]
async fn claim_29_the_host_passes_the_order_on() -> Result<()> {
    let mut shop = Shop::open(1).await?;
    // An agent that is away gets it when it comes back.
    shop.agent.kill();
    let visit = shop.visit().await?;
    let placed = visit.order(&["a-01.jpg"]).await?;
    let acknowledged = |shop: &Shop| -> Result<Option<i64>> {
        let sql = "SELECT acknowledged_at FROM jobs WHERE order_id = ?1";
        Ok(shop.world.host_database()?.query_row(sql, [placed.order.to_string()], |r| r.get(0))?)
    };
    ensure!(acknowledged(&shop)?.is_none(), "nobody can have acknowledged it yet");
    shop.agent = shop.studio.start()?;
    shop.studio.until_journaled(&placed.order.to_string()).await?;
    darkslide_tests::wait::until("the acknowledgement", std::time::Duration::from_secs(20), async || {
        Ok(acknowledged(&shop)?.ok_or_else(|| "not acknowledged".to_owned()))
    })
    .await?;
    ensure!(shop.studio.must(&["gallery", "list"])?.stdout.contains(GALLERY));
    Ok(())
}
