//! Claims about several: many photographers' computers, many subsets, one host, and nothing crosses.

use std::{collections::BTreeSet, net::TcpStream, path::PathBuf};

use anyhow::{Context, Result, ensure};
use darkslide_tests::{Machine, World, pictures, shop::visit};
use domain::hash::Sha256;

/// Two studios, the first with two machines; each machine with a folder of its own.
async fn three_machines() -> Result<(World, Vec<(Machine, PathBuf)>)> {
    let world = World::start().await?;
    let aurora = world.studio("Aurora")?;
    let second = world.second_machine(&aurora, "Aurora-2")?;
    let borealis = world.studio("Borealis")?;
    let mut machines = Vec::new();
    for (machine, prefix) in [(aurora, "aa"), (second, "ab"), (borealis, "bb")] {
        let folder = world.dir.path().join(prefix);
        pictures::shoot(&folder, prefix, 3, 600, 400)?;
        machine.scan(&folder)?;
        machines.push((machine, folder));
    }
    Ok((world, machines))
}

fn files(machine: &Machine) -> Result<Vec<String>> {
    let db = machine.catalog()?;
    let mut rows = db.prepare("SELECT name FROM place ORDER BY name")?;
    Ok(rows.query_map([], |r| r.get(0))?.collect::<Result<_, _>>()?)
}

/// Host and user's computer are processes of their own: different folders, and one HTTP connection between them.
#[tokio::test]
async fn claim_12_host_and_agent_are_joined_only_by_http() -> Result<()> {
    let world = World::start().await?;
    let studio = world.studio("Aurora")?;
    let folder = world.dir.path().join("photos");
    pictures::shoot(&folder, "a", 1, 600, 400)?;
    studio.scan(&folder)?;
    let code = studio.publish("Wedding", &folder, None, &[])?;
    let agent = studio.start()?;
    let (host, agent) = (
        world.host.id().context("the host runs")?,
        agent.id().map(|id| (id, agent)).context("the agent runs")?,
    );
    ensure!(host != agent.0);
    std::thread::sleep(std::time::Duration::from_secs(2));
    for (process, foreign) in [(host, &studio.config), (agent.0, &world.host_data())] {
        for file in open_files(process)? {
            ensure!(!file.starts_with(foreign), "process {process} has {} open", file.display());
        }
    }
    // Without the host's port there is no other way between them.
    let port = world.site.rsplit(':').next().context("a port")?;
    ensure!(TcpStream::connect(format!("127.0.0.1:{port}")).is_ok());
    ensure!(visit(&world, &code).await?.photos.len() == 1);
    ensure!(studio.config.join("catalog.db").exists() && world.host_data().join("host.db").exists());
    Ok(())
}

fn open_files(process: u32) -> Result<Vec<PathBuf>> {
    let entries = std::fs::read_dir(format!("/proc/{process}/fd"))?;
    Ok(entries.flatten().filter_map(|e| std::fs::read_link(e.path()).ok()).collect())
}

/// Other pluralities of images at other user computers: a second machine, a second studio.
#[tokio::test]
async fn claim_23_other_computers_hold_other_images() -> Result<()> {
    let (_world, machines) = three_machines().await?;
    for ((machine, _), prefix) in machines.iter().zip(["aa", "ab", "bb"]) {
        let wanted: Vec<String> = (1..=3).map(|n| format!("{prefix}-{n:02}.jpg")).collect();
        ensure!(files(machine)? == wanted, "{} holds {:?}", machine.name, files(machine)?);
    }
    Ok(())
}

/// Other subsets are selected there.
#[tokio::test]
async fn claim_24_other_subsets_are_selected_there() -> Result<()> {
    let (world, machines) = three_machines().await?;
    for (n, (machine, folder)) in (1..).zip(&machines) {
        let prefix = folder.file_name().and_then(|n| n.to_str()).context("a name")?;
        let chosen = folder.join(format!("{prefix}-{n:02}.jpg"));
        machine.must(&["gallery", "create", prefix, chosen.to_str().unwrap()])?;
        let plan = machine.must(&["--json", "gallery", "publish", prefix, "--dry-run"])?;
        ensure!(
            plan.stdout.contains(&format!("{prefix}-{n:02}.jpg")) || plan.field("new").is_ok(),
            "{}",
            plan.stdout
        );
        machine.must(&["gallery", "publish", prefix])?;
    }
    let names: BTreeSet<String> =
        world.photos()?.iter().map(|p| p.data["file_name"].as_str().unwrap_or_default().to_owned()).collect();
    ensure!(names == ["aa-01.jpg", "ab-02.jpg", "bb-03.jpg"].map(String::from).into(), "{names:?}");
    Ok(())
}

/// And sent: what each machine's ledger says is what the host got from it.
#[tokio::test]
async fn claim_25_the_other_subsets_are_sent() -> Result<()> {
    let (world, machines) = three_machines().await?;
    let mut sent = BTreeSet::new();
    for (machine, folder) in &machines {
        let prefix = folder.file_name().and_then(|n| n.to_str()).context("a name")?;
        machine.publish(prefix, folder, None, &[])?;
        for rendition in machine.renditions()?.iter().filter(|r| r.kind != "micro") {
            ensure!(rendition.file.starts_with(prefix), "{} rendered {}", machine.name, rendition.file);
            sent.insert(Sha256::of(&rendition.bytes).hex());
        }
    }
    let held: BTreeSet<String> =
        world.objects()?.into_iter().filter(|o| o.is_image()).map(|o| o.sha256).collect();
    ensure!(held == sent && held.len() == 18, "held {}, sent {}", held.len(), sent.len());
    Ok(())
}

/// And received: two studios' galleries side by side, and nothing crosses.
#[tokio::test]
async fn claim_26_galleries_of_two_studios_side_by_side() -> Result<()> {
    let (world, machines) = three_machines().await?;
    let mut visits = Vec::new();
    for (machine, folder) in &machines {
        let prefix = folder.file_name().and_then(|n| n.to_str()).context("a name")?;
        let code = machine.publish(prefix, folder, None, &[])?;
        visits.push((prefix, visit(&world, &code).await?));
    }
    for (prefix, own) in &visits {
        ensure!(own.photos.len() == 3 && own.photos.iter().all(|p| p.file_name.starts_with(prefix)));
        for (other, foreign) in visits.iter().filter(|(p, _)| p != prefix) {
            let reply = own.customer.get(&format!("/api/gallery/{}/photos", foreign.gallery)).await?;
            ensure!((400..500).contains(&reply.status), "{prefix} sees {other}: {}", reply.status);
            let through = format!("/api/gallery/{}/photos/{}", own.gallery, foreign.photos[0].id);
            ensure!(own.customer.get(&through).await?.status == 404, "a photo of {other} through {prefix}");
        }
    }
    // A studio lists its own galleries only, both machines' together.
    let listed = machines[2].0.must(&["--json", "gallery", "list"])?.stdout;
    ensure!(listed.contains("bb") && !listed.contains("\"aa\"") && !listed.contains("\"ab\""), "{listed}");
    Ok(())
}

/// Twenty agents publish at once; every code opens exactly what its own agent sent.
#[tokio::test]
async fn claim_31_twenty_agents_at_once() -> Result<()> {
    const AGENTS: usize = 20;
    let world = World::start().await?;
    let mut machines = Vec::new();
    for n in 0..AGENTS {
        let machine = world.studio(&format!("studio-{n:02}"))?;
        let folder = world.dir.path().join(format!("photos-{n:02}"));
        pictures::shoot(&folder, &format!("s{n:02}"), 2, 300, 200)?;
        // One worker each: twenty agents share this computer's cores.
        machine.prefer("#count = 0", "count = 1")?;
        machines.push((machine, folder));
    }
    let codes: Vec<Result<String>> = std::thread::scope(|scope| {
        let publish = |(machine, folder): &(Machine, PathBuf)| -> Result<String> {
            machine.scan(folder)?;
            machine.publish("Gallery", folder, None, &[])
        };
        let running: Vec<_> = machines.iter().map(|m| scope.spawn(move || publish(m))).collect();
        running
            .into_iter()
            .map(|t| t.join().unwrap_or_else(|_| Err(anyhow::anyhow!("it panicked"))))
            .collect()
    });
    for (n, code) in codes.into_iter().enumerate() {
        let code = code.with_context(|| format!("agent {n}"))?;
        let seen = visit(&world, &code).await?;
        let mut names: Vec<&str> = seen.photos.iter().map(|p| p.file_name.as_str()).collect();
        names.sort_unstable();
        ensure!(names == [format!("s{n:02}-01.jpg"), format!("s{n:02}-02.jpg")], "agent {n}: {names:?}");
    }
    ensure!(world.objects()?.iter().filter(|o| o.is_image()).count() == AGENTS * 4);
    Ok(())
}
