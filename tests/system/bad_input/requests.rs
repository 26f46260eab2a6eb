//! Wrong tokens and codes, tampered prices, impossible crops, too many lines.

use std::time::Instant;

use anyhow::{Result, ensure};
use darkslide_tests::{
    Machine, Shop, World,
    customer::{Line, Reply, order_body},
};
use domain::geometry::Crop;
use serde_json::{Value, json};

/// Refused with a 4xx, a stable code, and words that help.
fn is_refused(reply: &Reply, code: &str) -> Result<()> {
    let problem = reply.problem()?;
    ensure!((400..500).contains(&reply.status), "{}", reply.status);
    ensure!(problem.code == code && problem.message.len() > 10, "{problem:?}, expected {code}");
    Ok(())
}

#[tokio::test]
async fn a_wrong_token_is_refused_with_a_next_step() -> Result<()> {
    let world = World::start().await?;
    let machine = Machine {
        config: world.dir.path().join("agent"),
        log: world.dir.path().join("agent.log"),
        name: "agent".into(),
    };
    machine.must(&["init"])?;
    for token in ["nonsense", "tok_00000000000000000000000000", ""] {
        let refused = machine.run(&["login", &world.site, "--token", token])?;
        ensure!(refused.code != 0 && refused.stderr.contains("fix:"), "{token:?}: {refused:?}");
        ensure!(refused.stderr.contains("token"), "{refused:?}");
    }
    // A token is for one machine.
    let token = world.operator(&["studio", "add", "Aurora"])?.text("token")?;
    machine.must(&["login", &world.site, "--token", &token])?;
    let again = Machine { config: world.dir.path().join("again"), ..machine };
    again.must(&["init"])?;
    let used = again.run(&["login", &world.site, "--token", &token])?;
    ensure!(used.code != 0 && used.stderr.contains("fix:"), "{used:?}");

    let lab = world.dir.path().join("lab");
    let mut command = std::process::Command::new(darkslide_tests::process::binary("darkslide-lab")?);
    let init = command.arg("--data").arg(lab).args([
        "init",
        "--name",
        "L",
        "--host",
        &world.site,
        "--token",
        "nonsense",
    ]);
    let refused = darkslide_tests::process::run(init)?;
    ensure!(refused.code != 0 && refused.stderr.contains("token"), "{refused:?}");
    Ok(())
}

#[tokio::test]
async fn wrong_codes_are_refused_and_a_right_one_still_opens() -> Result<()> {
    let shop = Shop::open(1).await?;
    let guest = shop.world.customer()?;
    for code in ["", "ABC", "0000-0000-0000", "💥💥💥", "' OR 1=1 --", "AAAA-AAAA-AAAA-AAAA-AAAA"] {
        is_refused(&guest.try_open(code).await?, "wrong_code")?;
    }
    for _ in 0..6 {
        guest.try_open("1111-1111-1111").await?;
    }
    let begin = Instant::now();
    ensure!(guest.open(&shop.code).await.is_ok());
    ensure!(
        begin.elapsed().as_secs() < 3,
        "guesses slow a right code from the same address: {:?}",
        begin.elapsed()
    );
    Ok(())
}

#[tokio::test]
async fn tampered_prices_are_ignored_or_refused() -> Result<()> {
    let shop = Shop::open(1).await?;
    let visit = shop.visit().await?;
    let line = Line::centred("8x10-lustre", 1, visit.photo("a-01.jpg")?, 10, 8);
    let quote = visit.customer.quote(visit.gallery, std::slice::from_ref(&line)).await?;
    let good = order_body(&[line], &quote);

    let mut cheaper = good.clone();
    cheaper["total_shown"]["minor"] = json!(1);
    is_refused(
        &visit.customer.try_place(visit.gallery, cheaper, "tampered-total-0001").await?,
        "price_changed",
    )?;

    let mut smuggled = good.clone();
    for (field, value) in
        [("unit_price", json!({ "minor": 1, "currency": "EUR" })), ("total", json!(1)), ("price", json!(0))]
    {
        smuggled["lines"][0][field] = value;
    }
    smuggled["total"] = json!({ "minor": 1, "currency": "EUR" });
    let placed: wire::checkout::OrderPlaced =
        visit.customer.try_place(visit.gallery, smuggled, "smuggled-prices-001").await?.json()?;
    ensure!(placed.total == quote.total, "{} instead of {}", placed.total, quote.total);
    let mut other = good.clone();
    other["note"] = json!("another order under the same key");
    is_refused(&visit.customer.try_place(visit.gallery, other, "smuggled-prices-001").await?, "key_reused")?;
    ensure!(orders(&shop)? == 1, "refused orders were kept");
    Ok(())
}

fn orders(shop: &Shop) -> Result<i64> {
    Ok(shop.world.host_database()?.query_row("SELECT count(*) FROM orders", [], |r| r.get(0))?)
}

#[tokio::test]
async fn impossible_crops_are_refused() -> Result<()> {
    let shop = Shop::open(1).await?;
    let visit = shop.visit().await?;
    let photo = visit.photo("a-01.jpg")?;
    let good = Line::centred("4x6-glossy", 1, photo, 6, 4);
    let quote = visit.customer.quote(visit.gallery, std::slice::from_ref(&good)).await?;
    let set = |path: &[&str], value: Value| {
        let mut body = order_body(std::slice::from_ref(&good), &quote);
        let mut at = &mut body["lines"][0]["nodes"][0]["crop"];
        for key in path {
            at = &mut at[*key];
        }
        *at = value;
        body
    };
    let cases = [
        ("NaN", set(&["rect", "x"], json!("NaN"))),
        ("null", set(&["rect", "width"], Value::Null)),
        ("negative", set(&["rect", "x"], json!(-0.5))),
        ("negative width", set(&["rect", "width"], json!(-1.0))),
        ("nothing", set(&["rect", "width"], json!(0.0))),
        ("out of the frame", set(&["rect", "x"], json!(0.7))),
        ("enormous", set(&["rect", "height"], json!(1e300))),
        ("angle", set(&["angle"], json!(90.0))),
        ("turned out of the frame", set(&["angle"], json!(30.0))),
        ("turns", set(&["quarter_turns"], json!(7))),
        ("another shape", set(&["rect", "width"], json!(0.3))),
        ("no crop", set(&[], json!({}))),
    ];
    for (n, (what, body)) in cases.into_iter().enumerate() {
        let reply = visit.customer.try_place(visit.gallery, body, &format!("impossible-crop-{n:04}")).await?;
        let problem = reply.problem().map_err(|e| e.context(what))?;
        ensure!((400..500).contains(&reply.status), "{what}: {} {problem:?}", reply.status);
        ensure!(!problem.message.is_empty() && !problem.code.is_empty(), "{what}: {problem:?}");
    }
    // JSON has no NaN; a number that overflows must not become infinity.
    let raw =
        order_body(std::slice::from_ref(&good), &quote).to_string().replacen("\"x\":0.0", "\"x\":1e999", 1);
    ensure!(raw.contains("1e999"), "{raw}");
    let reply = visit.customer.send_text(&format!("/api/order/{}/place", visit.gallery), raw).await?;
    ensure!((400..500).contains(&reply.status), "1e999: {}", reply.status);
    ensure!(orders(&shop)? == 0);
    ensure!(visit.customer.order(visit.gallery, &[good]).await.is_ok(), "a good order goes on");
    Ok(())
}

#[tokio::test]
async fn an_order_of_501_lines_is_refused_and_one_of_500_is_taken() -> Result<()> {
    let shop = Shop::open(1).await?;
    let visit = shop.visit().await?;
    let photo = visit.photo("a-01.jpg")?;
    let crop = Crop { aspect: Some((6, 4)), ..Crop::FULL };
    let mut lines = vec![Line::of("4x6-glossy", 1, photo, crop); 501];
    let body = json!({ "lines": lines, "destination": { "kind": "pick_up" } });
    let path = format!("/api/order/{}/quote", visit.gallery);
    is_refused(&visit.customer.send("POST", &path, Some(body), &[]).await?, "too_many_lines")?;
    lines.pop();
    let quote = visit.customer.quote(visit.gallery, &lines).await?;
    let mut body = order_body(&lines, &quote);
    let mut more: Vec<Value> = body["lines"].as_array().cloned().unwrap_or_default();
    more.push(more[0].clone());
    body["lines"] = json!(more);
    is_refused(
        &visit.customer.try_place(visit.gallery, body, "five-hundred-and-one").await?,
        "too_many_lines",
    )?;
    ensure!(orders(&shop)? == 0);
    let body = order_body(&lines, &quote);
    let placed = visit.customer.try_place(visit.gallery, body, "five-hundred-lines-1").await?;
    ensure!(placed.status == 201, "{}", String::from_utf8_lossy(&placed.body));
    Ok(())
}
