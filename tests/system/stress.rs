//! Many small orders from click to print over a bad line, with the agent and the lab killed again and again: nothing is
//! lost, nothing printed twice without a person, and each doubt is a hold with a next step.
//!
//! 24 orders here; `make stress` has 2,000 (`DARKSLIDE_STRESS`). `DARKSLIDE_STRESS_SEED` repeats a run.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use darkslide_shoot::chance::Chance;
use darkslide_tests::{
    Customer, Shop, World,
    bad_line::Faults,
    customer::{Line, order_body},
    pictures,
    press::{Press, answer_holds, unprinted},
};
use wire::checkout::OrderPlaced;

fn number(name: &str, usual: u64) -> u64 {
    std::env::var(name).ok().and_then(|v| v.parse().ok()).unwrap_or(usual)
}

const SETTINGS: &str = "[printers.hot]\nkind = \"hot_folder\"\nfolder = \"hot\"\nprinted_when = \"removed\"\n\n[[rules]]\nprinter = \"hot\"\n";
const FAULTS: Faults = Faults { lost: 5, twice: 30, late: 30 };

#[tokio::test(flavor = "multi_thread")]
async fn orders_over_a_bad_line_to_killed_agents_and_labs_are_each_printed_once() -> Result<()> {
    let wanted = number("DARKSLIDE_STRESS", 24) as usize;
    let seed = number("DARKSLIDE_STRESS_SEED", u64::from(std::process::id()) * 7919 + 17);
    println!("DARKSLIDE_STRESS={wanted} DARKSLIDE_STRESS_SEED={seed}");
    let mut chance = Chance::new(seed);
    let world = World::behind_a_line(seed.rotate_left(17)).await?;
    let photos = world.dir.path().join("photos");
    pictures::shoot(&photos, "a", 4, 1260, 840)?;
    let mut shop = Shop::with(world, photos, |lab| lab.configure(SETTINGS)).await?;
    shop.studio.prefer("#release = [\"by hand\"]", "release = [\"auto\"]")?;
    shop.agent.kill();
    shop.agent = shop.studio.start()?;
    let press = Press::start(shop.lab.data.join("hot"));

    let line = shop.world.line.clone().context("a line")?;
    line.set(FAULTS);
    let customer = shop.world.customer_nearby()?;
    let gallery = customer.open(&shop.code).await?;
    let photos = customer.photos(gallery, "limit=10").await?;
    let began = Instant::now();
    let limit = Duration::from_secs(240 + 2 * wanted as u64);
    let (mut placed, mut late) = (Vec::<OrderPlaced>::new(), Vec::new());
    let (mut kills, mut settled) = ([0usize; 2], 0);
    loop {
        // They come in bursts, as after school.
        for _ in 0..(wanted - placed.len()).min(40) {
            let photo = &photos[chance.index(photos.len())];
            let lines = [Line::centred("4x6-glossy", 1 + chance.index(3) as u32, photo, 6, 4)];
            let order = place(&customer, gallery, &lines, placed.len()).await?;
            late.push(order.clone());
            placed.push(order);
        }
        tokio::time::sleep(Duration::from_millis(1_000 + chance.index(3_000) as u64)).await;
        let victim = chance.index(2);
        kills[victim] += 1;
        if victim == 0 {
            shop.agent.kill();
            shop.agent = shop.studio.start()?;
        } else {
            shop.receiver.kill();
            shop.receiver = shop.lab.start()?;
        }
        settled += answer_holds(&shop.lab, &press)?;
        let open = unprinted(&customer, &mut late).await?;
        if open.is_empty() && placed.len() == wanted {
            break;
        }
        ensure!(
            began.elapsed() < limit,
            "{} of {wanted} lines are open: {:#?}",
            open.len(),
            &open[..open.len().min(20)]
        );
    }
    let counts = line.counts();
    println!(
        "{wanted} orders in {:.0} s: agent killed {} times, lab {} times, {settled} doubts settled by a person, {counts:?}",
        began.elapsed().as_secs_f64(),
        kills[0],
        kills[1]
    );
    let mut sheets = BTreeMap::<String, usize>::new();
    for sheet in press.sheets() {
        *sheets.entry(sheet.chars().take(9).collect()).or_default() += 1;
    }
    for order in &placed {
        let printed = sheets.remove(&order.number).unwrap_or(0);
        ensure!(printed == 1, "order {} was printed {printed} times", order.number);
    }
    ensure!(sheets.is_empty(), "printed without an order: {sheets:?}");
    ensure!(counts.lost > 0 && counts.answers_lost > 0 && counts.twice > 0, "the line was good: {counts:?}");
    Ok(())
}

async fn place(
    customer: &Customer,
    gallery: domain::id::GalleryId,
    lines: &[Line],
    n: usize,
) -> Result<OrderPlaced> {
    let quote = customer.quote(gallery, lines).await?;
    let key = format!("a-stress-order-{n:08}");
    customer.try_place(gallery, order_body(lines, &quote), &key).await?.json()
}
