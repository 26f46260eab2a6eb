//! SIGKILL at random moments: each ordered copy is printed at most once by itself, or a hold is there to see
//! that `release` finishes; nothing is lost.

use std::{
    collections::BTreeMap,
    process::Command,
    thread::JoinHandle,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use darkslide_shoot::chance::Chance;
use darkslide_tests::{
    Daemon, Shop, World,
    customer::Line,
    customer::order_body,
    pictures,
    press::{Press, settle},
    shop::GALLERY,
    shop::visit,
    wait::until,
};
use wire::checkout::OrderPlaced;

/// Kills a process, or its render workers, after a while and from a thread of its own; how many it met.
fn kill_later(process: Option<u32>, workers: bool, delay: Duration) -> JoinHandle<usize> {
    std::thread::spawn(move || {
        std::thread::sleep(delay);
        let Some(id) = process else { return 0 };
        // A worker starts with the first picture, and stays.
        let end = Instant::now() + Duration::from_secs(3);
        let mut victims = if workers { workers_of(id) } else { vec![id] };
        while victims.is_empty() && Instant::now() < end {
            std::thread::sleep(Duration::from_millis(5));
            victims = workers_of(id);
        }
        for victim in &victims {
            let _ = Command::new("kill").args(["-KILL", &victim.to_string()]).status();
        }
        victims.len()
    })
}

fn workers_of(agent: u32) -> Vec<u32> {
    let listed = Command::new("pgrep").args(["-P", &agent.to_string(), "-f", "render-worker"]).output();
    let listed = listed.map(|o| String::from_utf8_lossy(&o.stdout).into_owned()).unwrap_or_default();
    listed.lines().filter_map(|l| l.trim().parse().ok()).collect()
}

fn seed() -> u64 {
    let given = std::env::var("DARKSLIDE_CRASH_SEED").ok().and_then(|s| s.parse().ok());
    let seed = given.unwrap_or_else(|| u64::from(std::process::id()) * 7919 + 17);
    println!("DARKSLIDE_CRASH_SEED={seed}");
    seed
}

const MOMENTS: usize = 20;
const VICTIMS: [&str; 4] = ["the host", "the agent", "the lab", "the agent's render workers"];

/// Hot folder with the press, instead of "printed when handed over".
const SETTINGS: &str = "[printers.hot]\nkind = \"hot_folder\"\nfolder = \"hot\"\nprinted_when = \"removed\"\n\n[[rules]]\nprinter = \"hot\"\n";

#[tokio::test]
async fn orders_survive_killed_hosts_agents_labs_and_workers() -> Result<()> {
    let world = World::start().await?;
    let photos = world.dir.path().join("photos");
    pictures::shoot(&photos, "a", 3, 900, 600)?;
    let mut shop = Shop::with(world, photos, |lab| lab.configure(SETTINGS)).await?;
    let press = Press::start(shop.lab.data.join("hot"));
    let guests = shop.visit().await?;
    let lines = [
        Line::centred("4x6-glossy", 2, guests.photo("a-01.jpg")?, 6, 4),
        Line::centred("5x5-matte", 1, guests.photo("a-02.jpg")?, 5, 5),
    ];
    let quote = guests.customer.quote(guests.gallery, &lines).await?;
    let body = order_body(&lines, &quote);

    let mut chance = Chance::new(seed());
    let mut orders: Vec<OrderPlaced> = Vec::new();
    let mut killed = [0usize; 4];
    for moment in 0..MOMENTS {
        let victim = moment % 4;
        let delay = Duration::from_millis(chance.index(2500) as u64);
        println!("moment {moment}: {} after {delay:?}", VICTIMS[victim]);
        let process = [&shop.world.host, &shop.agent, &shop.receiver, &shop.agent][victim].id();
        let killer = kill_later(process, victim == 3, delay);
        let key = format!("an-order-of-moment-{moment:04}");
        let first = guests.customer.try_place(guests.gallery, body.clone(), &key).await;
        let approved = match first.as_ref().ok().and_then(|r| r.json::<OrderPlaced>().ok()) {
            Some(placed) => shop.studio.approve(&placed.number).is_ok(),
            None => false,
        };
        killed[victim] += killer.join().expect("the killer ends");
        restart(&mut shop, victim).await?;
        // What was cut off is simply done again, with the same key.
        let placed: OrderPlaced =
            guests.customer.try_place(guests.gallery, body.clone(), &key).await?.json()?;
        if !approved {
            shop.studio.approve(&placed.number)?;
        }
        orders.push(placed);
    }
    let held = settle(&shop.lab, &guests.customer, &orders, &press, Duration::from_secs(120)).await?;
    println!("{} orders, {killed:?} killed, {held} holds settled by hand", orders.len());
    ensure!(killed.iter().all(|n| *n > 0), "not every part was killed: {killed:?}");

    let mut copies: BTreeMap<(String, &str), u32> = BTreeMap::new();
    for sheet in press.sheets() {
        let order = orders.iter().find(|o| sheet.starts_with(&o.number)).with_context(|| sheet.clone())?;
        let line = if sheet.contains("_L01_") { "L01" } else { "L02" };
        let wanted = if line == "L01" { "_x2." } else { "_x1." };
        ensure!(sheet.contains(wanted), "{sheet} has another number of copies than was ordered");
        *copies.entry((order.number.clone(), line)).or_default() += 1;
    }
    for order in &orders {
        for line in ["L01", "L02"] {
            let printed = copies.get(&(order.number.clone(), line)).copied().unwrap_or(0);
            ensure!(printed == 1, "order {} line {line} was printed {printed} times", order.number);
        }
    }
    let known =
        shop.world.host_database()?.query_row("SELECT count(*) FROM orders", [], |r| r.get::<_, i64>(0))?;
    ensure!(
        known == MOMENTS as i64,
        "{known} orders at the host; a repeat made a second one, or one was lost"
    );
    Ok(())
}

async fn restart(shop: &mut Shop, victim: usize) -> Result<()> {
    match victim {
        0 => shop.world.restart_host().await,
        1 => {
            shop.agent.kill();
            shop.agent = shop.studio.start()?;
            Ok(())
        }
        2 => {
            shop.receiver.kill();
            shop.receiver = shop.lab.start()?;
            Ok(())
        }
        // The agent starts workers itself.
        _ => Ok(()),
    }
}

/// An agent killed in the middle of publishing, five times: the next run finishes, every photo is there once.
#[tokio::test]
async fn publishing_survives_a_killed_agent() -> Result<()> {
    let world = World::start().await?;
    let studio = world.studio("Aurora")?;
    let photos = world.dir.path().join("photos");
    std::fs::create_dir_all(&photos)?;
    let mut chance = Chance::new(seed());
    let mut code = None;
    for round in 0..5u32 {
        pictures::shoot(&photos, &format!("r{round}"), 12, 900, 600)?;
        studio.scan(&photos)?;
        if round == 0 {
            studio.must(&["gallery", "create", GALLERY, "--from", photos.to_str().unwrap()])?;
        }
        let delay = Duration::from_millis(chance.index(1500) as u64);
        println!("round {round}: the agent after {delay:?}");
        let mut publish =
            Daemon::start(studio.command()?.args(["gallery", "publish", GALLERY]), &studio.log)?;
        tokio::time::sleep(delay).await;
        publish.kill();

        studio.must(&["gallery", "publish", GALLERY])?;
        if code.is_none() {
            code = Some(studio.code(GALLERY, &[])?);
        }
        let wanted = 12 * (round as usize + 1);
        let seen = until("every photo in the gallery", Duration::from_secs(30), async || {
            let seen = visit(&world, code.as_deref().unwrap_or_default()).await?.photos;
            Ok(if seen.len() >= wanted { Ok(seen) } else { Err(format!("{} of {wanted}", seen.len())) })
        })
        .await?;
        let mut names: Vec<_> = seen.iter().map(|p| p.file_name.clone()).collect();
        names.sort();
        names.dedup();
        ensure!(
            names.len() == wanted && seen.len() == wanted,
            "{} photos, {} names",
            seen.len(),
            names.len()
        );
        ensure!(seen.iter().all(|p| p.proof.is_some() && p.thumbnail.is_some()));
    }
    // Killed uploads are in the ledger or have left nothing behind.
    let ledger = studio.ledger()?;
    for object in world.objects()? {
        ensure!(ledger.iter().any(|r| r.sha256 == object.sha256), "{} is not in the ledger", object.key);
    }
    Ok(())
}
