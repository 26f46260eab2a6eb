//! One order of five products over three labs, one of them the studio's own printer, with a remake: each lab
//! gets its lines and no others, made as the studio's set-up for it says, and the customer sees one order that
//! comes together.

use std::{collections::BTreeSet, path::Path, time::Duration};

use anyhow::{Context, Result, ensure};
use darkslide_tests::{
    World,
    customer::Line,
    jpeg,
    orders::until_printed,
    pictures,
    shop::visit,
    wait::until,
    world::{Lab, Machine, utf8},
};
use domain::{hash::Sha256, order::Stage};
use wire::checkout::OrderView;

const PRODUCTS: [(&str, u32, u32); 5] =
    [("4x6", 6, 4), ("5x7", 7, 5), ("8x10", 10, 8), ("5x5", 5, 5), ("11x14", 14, 11)];

fn price_list() -> String {
    let mut text = "name = \"Prints\"\ncurrency = \"EUR\"\nshipping = \"4.90\"\npick_up = true\n".to_owned();
    for (id, ..) in PRODUCTS {
        text.push_str(&format!("\n[[product]]\nid = \"{id}\"\nname = \"{id}\"\nsize = \"{id}\"\nsurface = \"lustre\"\nprice = \"5.00\"\n"));
    }
    text
}

/// How each lab wants its files: cut by hand with bleed; colours, names and back prints; the untouched file.
const SETUPS: [(&str, &str); 3] = [
    ("own", "products = [\"4x6\"]\n[prints]\nbleed_mm = 3\nsharpen = \"none\"\n"),
    (
        "north",
        "products = [\"5x7\", \"8x10\"]\n[prints]\nprofile = \"lab.icc\"\nintent = \"relative\"\n\
         back_print = \"{studio} {order} {line} {number}\"\nfile_name = \"{name}\"\n",
    ),
    (
        "south",
        "products = [\"5x5\", \"11x14\"]\n[prints]\nborder_mm = 6.35\n\
         [product.5x5]\nfile = \"original\"\nborder_mm = 0\n",
    ),
];

fn set_up(studio: &Machine, profile: &[u8]) -> Result<()> {
    std::fs::write(studio.config.join("lab.icc"), profile)?;
    for (lab, text) in SETUPS {
        let file = studio.config.join(format!("{lab}.toml"));
        std::fs::write(&file, text)?;
        studio.must(&["lab", "setup", lab, "import", utf8(&file)?])?;
    }
    // A mistake is told with its line, and nothing of it is kept.
    let file = studio.config.join("wrong.toml");
    std::fs::write(&file, "products = []\n[prints]\nbleed_mm = \"wide\"\n")?;
    let refused = studio.run(&["lab", "setup", "own", "import", utf8(&file)?])?;
    ensure!(refused.code != 0 && refused.stderr.contains("line 3"), "{}", refused.stderr);
    let shown = studio.must(&["lab", "setup", "own"])?.stdout;
    ensure!(shown.contains("4x6") && shown.contains("3 mm"), "{shown}");
    Ok(())
}

fn print_of(lab: &Lab, size: &str) -> Result<std::path::PathBuf> {
    let of = |p: &std::path::PathBuf| p.to_string_lossy().contains(&format!("/{size}_"));
    lab.prints().into_iter().find(of).with_context(|| format!("{} has no {size}", lab.name))
}

/// What the hot folders hold is what was asked for.
fn as_asked([own, north, south]: &[Lab; 3], number: &str, original: &Path, profile: &[u8]) -> Result<()> {
    let bled = jpeg::decode(&std::fs::read(print_of(own, "4x6")?)?)?;
    ensure!(bled.dimensions() == (1800 + 70, 1200 + 70), "{:?}", bled.dimensions());
    let differ = |a: u32, b: u32| {
        let (a, b) = (bled.get_pixel(a, 600).0, bled.get_pixel(b, 600).0);
        a.iter().zip(b).map(|(a, b)| a.abs_diff(b)).max().unwrap_or(0)
    };
    ensure!((0..35).all(|i| differ(34 - i, 35 + i) < 12), "the bleed is not the mirrored edge");

    for (size, line) in [("5x7", 2), ("8x10", 3)] {
        let path = print_of(north, size)?;
        let bytes = std::fs::read(&path)?;
        ensure!(jpeg::icc_profile(&bytes).as_deref() == Some(profile), "{size} lacks the lab's profile");
        // Both are of one picture, so the second name is told apart.
        let again = if line == 2 { "" } else { "-2" };
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        ensure!(name == format!("{number}_a-01{again}_x1.jpg"), "{name}");
    }
    let ticket = north.ticket(number)?;
    let backs: BTreeSet<String> = (0..2)
        .filter_map(|i| Some(ticket["lines"][i]["back_print"].as_str()?.to_owned()))
        .filter(|b| b.starts_with(&format!("Aurora {number} ")) && b.chars().count() <= 40)
        .collect();
    ensure!(backs.len() == 2, "{ticket}");

    // The original came byte for byte, and was cut there for a folder that takes no crops.
    let ticket = south.ticket(number)?;
    let picture = &ticket["lines"][0]["pictures"][0];
    ensure!(picture["untouched"] == true, "{ticket}");
    ensure!(picture["sha256"] == Sha256::of(&std::fs::read(original)?).hex(), "{ticket}");
    let cut = jpeg::decode(&std::fs::read(print_of(south, "5x5")?)?)?;
    ensure!(cut.dimensions() == (1500, 1500), "{:?}", cut.dimensions());
    let bordered = jpeg::decode(&std::fs::read(print_of(south, "11x14")?)?)?;
    ensure!(bordered.dimensions() == (4200, 3300), "{:?}", bordered.dimensions());
    let white = |x, y| bordered.get_pixel(x, y).0.iter().all(|v| *v > 250);
    ensure!(
        white(20, 1650) && white(2100, 20) && white(4180, 1650) && white(2100, 3280) && !white(2100, 1650)
    );
    Ok(())
}

/// Sizes of the folders its prints lie in.
fn sizes(lab: &Lab) -> Vec<String> {
    let folder = |p: std::path::PathBuf| {
        let name = p.parent()?.file_name()?.to_string_lossy().into_owned();
        Some(name.split('_').next()?.to_owned())
    };
    lab.prints().into_iter().filter_map(folder).collect()
}

fn shipped(view: &OrderView) -> usize {
    view.lines.iter().filter(|l| l.stage == Stage::Shipped).count()
}

#[tokio::test]
async fn one_order_over_three_labs_comes_together_for_the_customer() -> Result<()> {
    let world = World::start().await?;
    let studio = world.studio("Aurora")?;
    let labs = [world.lab("own")?, world.lab("north")?, world.lab("south")?];
    let settings = std::fs::read_to_string(labs[1].data.join("lab.toml"))?;
    let named = "file_name = \"{number}_{name}_x{copies}.jpg\"";
    labs[1]
        .configure(&settings.replace("file_name = \"{number}_L{line}_{picture}_x{copies}.jpg\"", named))?;
    let _running: Vec<_> = labs.iter().map(Lab::start).collect::<Result<_>>()?;
    for lab in &labs {
        world.pair(&studio, lab).await?;
    }
    let profile = moxcms::ColorProfile::new_display_p3().encode()?;
    set_up(&studio, &profile)?;
    let file = studio.config.join("prints.toml");
    std::fs::write(&file, price_list())?;
    studio.must(&["pricelist", "import", utf8(&file)?])?;
    let photos = world.dir.path().join("photos");
    pictures::shoot(&photos, "a", 2, 900, 600)?;
    studio.scan(&photos)?;
    let code = studio.publish("Wedding", &photos, Some("Prints"), &[])?;
    let _agent = studio.start()?;

    let guests = visit(&world, &code).await?;
    let photo = guests.photo("a-01.jpg")?;
    let lines: Vec<Line> =
        PRODUCTS.iter().map(|(id, width, height)| Line::centred(id, 1, photo, *width, *height)).collect();
    let placed = guests.customer.order(guests.gallery, &lines).await?;
    studio.approve(&placed.number)?;
    until_printed(&guests.customer, &placed.secret).await?;
    let [own, north, south] = &labs;
    for (lab, wanted) in [(own, vec!["4x6"]), (north, vec!["5x7", "8x10"]), (south, vec!["11x14", "5x5"])] {
        ensure!(sizes(lab) == wanted, "{} printed {:?}", lab.name, sizes(lab));
    }

    as_asked(&labs, &placed.number, &photos.join("a-01.jpg"), &profile)?;

    // Two send theirs off; the third has to make one again first.
    let number = placed.number.as_str();
    south.must(&["remake", number, "4", "--reason", "scratched"])?;
    own.must(&["ship", number])?;
    north.must(&["ship", number, "--carrier", "DHL", "--tracking", "JD0001"])?;
    let view = until("three of five having left", Duration::from_secs(40), async || {
        let view = guests.customer.status(&placed.secret).await?;
        Ok(if shipped(&view) == 3 { Ok(view) } else { Err(format!("{} left", shipped(&view))) })
    })
    .await?;
    let left: BTreeSet<u32> =
        view.lines.iter().filter(|l| l.stage == Stage::Shipped).map(|l| l.line).collect();
    ensure!(left == BTreeSet::from([1, 2, 3]), "{left:?}");
    ensure!(!view.lines.iter().any(|l| l.on_hold));

    until("the remake being printed", Duration::from_secs(40), async || {
        Ok(if south.prints().len() == 3 { Ok(()) } else { Err(format!("{:?}", south.prints())) })
    })
    .await?;
    until("the last part leaving", Duration::from_secs(40), async || {
        let sent = south.run(&["ship", number])?;
        Ok(if sent.code == 0 { Ok(()) } else { Err(sent.stderr) })
    })
    .await?;
    until("everything having left", Duration::from_secs(40), async || {
        let view = guests.customer.status(&placed.secret).await?;
        Ok(if shipped(&view) == 5 { Ok(()) } else { Err(format!("{} left", shipped(&view))) })
    })
    .await?;
    ensure!(own.prints().len() == 1 && north.prints().len() == 2, "nobody else printed again");

    // The gallery is closed, the customer rings: two more of the first and one of the third, an order of its own.
    studio.must(&["gallery", "unpublish", "Wedding"])?;
    let again = ["orders", "reorder", number, "--line", "1=2", "--line", "3=1"];
    let quote = studio.must(&[&["--json"], &again[..], &["--quote"]].concat())?.json();
    ensure!(quote[0]["total"]["minor"] == 1_500, "{quote:?}");
    let sold = studio.must(&[&["--json"], &again[..]].concat())?.json();
    let fresh = sold.last().and_then(|v| v["number"].as_str()).context("no new number")?;
    studio.approve(fresh)?;
    until("the new order being printed", Duration::from_secs(40), async || {
        let made = [own.prints().len(), north.prints().len(), south.prints().len()];
        Ok(if made == [2, 3, 3] { Ok(()) } else { Err(format!("{made:?}")) })
    })
    .await?;
    let order = studio.order(fresh)?;
    ensure!(
        order["order"]["handling"]["reorder_of"].is_string() && own.ticket(fresh)?["lines"][0]["copies"] == 2
    );
    Ok(())
}
