//! Claims about the lab and its output device: a real IPP printer, and the way from a click to its spool.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use darkslide_tests::{
    Lab, Shop, World, jpeg,
    orders::{until_printed, until_stage},
    pictures,
    printer::IppPrinter,
    shop::Visit,
};
use domain::{hash::Sha256, order::Stage};
use serde_json::json;

async fn shop_with_printer() -> Result<(Shop, IppPrinter)> {
    let world = World::start().await?;
    let printer = IppPrinter::start(world.dir.path()).await?;
    let photos = world.dir.path().join("photos");
    pictures::shoot(&photos, "a", 3, 1200, 800)?;
    let shop = Shop::with(world, photos, |lab: &Lab| lab.configure(&printer.settings())).await?;
    Ok((shop, printer))
}

/// The printer's document is the file that was rendered, byte for byte, and the ticket names it.
fn is_printed(document: &Path, ticket: &serde_json::Value, line: usize) -> Result<()> {
    let bytes = std::fs::read(document)?;
    let promised = &ticket["lines"][line]["pictures"][0];
    ensure!(promised["sha256"] == Sha256::of(&bytes).hex(), "the printer got another file than {promised}");
    let (width, height) = jpeg::size(&bytes)?;
    ensure!(promised["width"] == width && promised["height"] == height);
    Ok(())
}

/// The lab has an output device: the job at the IPP printer equals the rendered file.
#[tokio::test]
async fn claim_18_the_labs_printer_prints_the_ordered_file() -> Result<()> {
    let (shop, printer) = shop_with_printer().await?;
    let visit = shop.visit().await?;
    let placed = visit.order_and_print(&shop.studio, &["a-02.jpg"]).await.with_context(|| printer.log())?;
    let documents = printer.documents()?;
    ensure!(documents.len() == 1, "{documents:?}\n{}", printer.log());
    is_printed(&documents[0], &shop.lab.ticket(&placed.number)?, 0)?;
    ensure!(shop.lab.prints().is_empty(), "it must come out of one device only");
    Ok(())
}

/// The customer's computer orders: every request the site makes, from its first page to the placed order.
/// (`tests/e2e` does the same with a browser.)
#[tokio::test]
async fn claim_28_the_customers_computer_orders() -> Result<()> {
    let shop = Shop::open(2).await?;
    let customer = shop.world.customer()?;
    let page = customer.get("/").await?;
    let html = String::from_utf8_lossy(&page.body).into_owned();
    ensure!(page.status == 200 && html.to_lowercase().contains("<!doctype html"), "{}: {html}", page.status);
    let scripts: Vec<&str> = html.split('"').filter(|t| t.starts_with('/') && t.ends_with(".js")).collect();
    ensure!(!scripts.is_empty(), "the page names no script: {html}");
    for script in scripts {
        let reply = customer.get(script).await?;
        let kind = reply.headers.get("content-type").and_then(|v| v.to_str().ok()).unwrap_or_default();
        ensure!(reply.status == 200 && kind.contains("javascript"), "{script}: {} {kind}", reply.status);
    }

    let gallery = customer.open(&shop.code).await?;
    ensure!(customer.gallery(gallery).await?.sells_prints);
    let photos = customer.photos(gallery, "limit=60").await?;
    let visit = Visit { customer, gallery, photos };
    let photo = visit.photo("a-01.jpg")?;
    let image = visit.customer.get(&photo.proof.as_ref().context("a proof")?.url).await?;
    ensure!(jpeg::size(&image.body)? == (1200, 800));
    let favourite = format!("/api/gallery/{gallery}/favourites/{}", photo.id);
    ensure!(visit.customer.send("PUT", &favourite, None, &[]).await?.status == 204);
    ensure!(visit.customer.page(gallery, "favourites=true").await?.total == 1);
    let products = visit.customer.products(gallery).await?;
    let product = products.products.iter().find(|p| p.id == "4x6-glossy").context("a 4 × 6")?;

    let line = darkslide_tests::customer::Line::centred(&product.id, 2, photo, 6, 4);
    let cart = json!({ "revision": 0, "lines": [{
        "id": "one", "product": line.product, "quantity": line.quantity, "nodes": line.nodes }] });
    let path = format!("/api/gallery/{gallery}/cart");
    let kept: wire::customer::Cart = visit.customer.send("PUT", &path, Some(cart), &[]).await?.json()?;
    ensure!(kept.lines.len() == 1 && kept.revision > 0);
    let placed = visit.customer.order(gallery, &[line]).await?;
    let status = visit.customer.status(&placed.secret).await?;
    ensure!(status.number == placed.number && status.lines[0].quantity == 2);
    ensure!(status.lines[0].stage == Stage::Placed && status.can_cancel);
    Ok(())
}

/// From the click that places the order to the printer's spool, in high resolution, with a ticket to pack from.
#[tokio::test]
async fn claim_30_from_the_click_to_the_printers_spool() -> Result<()> {
    let (shop, printer) = shop_with_printer().await?;
    let visit = shop.visit().await?;
    let placed = visit.order(&["a-01.jpg", "a-03.jpg"]).await?;
    shop.studio.approve(&placed.number)?;
    until_printed(&visit.customer, &placed.secret).await.with_context(|| printer.log())?;
    let ticket = shop.lab.ticket(&placed.number)?;
    let documents = printer.documents()?;
    ensure!(documents.len() == 2, "{documents:?}");
    for (line, number) in [(0, 1), (1, 3)] {
        let found = documents.iter().find(|d| is_printed(d, &ticket, line).is_ok());
        let bytes = std::fs::read(found.with_context(|| format!("line {line} is not in the spool"))?)?;
        let picture = jpeg::decode(&bytes)?;
        ensure!(picture.dimensions() == (1800, 1200), "{:?}", picture.dimensions());
        let off = jpeg::difference(&picture, &pictures::draw(1200, 800, pictures::seed("a", number)));
        ensure!(off < 5.0, "line {line} differs from its picture by {off:.1}");
    }
    // A stranger packs from the ticket alone.
    ensure!(ticket["customer"]["name"] == "Ada Beispiel" && ticket["destination"]["kind"] == "pick_up");
    ensure!(ticket["prints"] == 2 && ticket["lines"][0]["surface"] == "glossy", "{ticket}");
    let folder = shop.lab.data.join("tickets").join(&placed.number);
    ensure!(std::fs::read(folder.join("ticket.pdf"))?.starts_with(b"%PDF-"));
    let thumbnail = ticket["lines"][0]["pictures"][0]["thumbnail"].as_str().context("a thumbnail")?;
    jpeg::decode(&std::fs::read(folder.join(thumbnail))?)?;

    shop.lab.must(&["ship", &placed.number, "--carrier", "Post", "--tracking", "RR123"])?;
    let view = until_stage(&visit.customer, &placed.secret, Stage::Shipped).await?;
    ensure!(view.tracking.iter().any(|t| t.contains("RR123")), "{:?}", view.tracking);
    Ok(())
}
