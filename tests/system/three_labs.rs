//! One order of five products over three labs, one of them the studio's own printer, with a remake: each lab
//! gets its lines and no others, and the customer sees one order that comes together.

use std::{collections::BTreeSet, time::Duration};

use anyhow::{Result, ensure};
use darkslide_tests::{
    World,
    customer::Line,
    orders::until_printed,
    pictures,
    shop::visit,
    wait::until,
    world::{Lab, utf8},
};
use domain::order::Stage;
use wire::checkout::OrderView;

const PRODUCTS: [(&str, u32, u32, &str); 5] = [
    ("4x6", 6, 4, "own"),
    ("5x7", 7, 5, "north"),
    ("8x10", 10, 8, "north"),
    ("5x5", 5, 5, "south"),
    ("11x14", 14, 11, "south"),
];

fn price_list() -> String {
    let mut text = "name = \"Prints\"\ncurrency = \"EUR\"\nshipping = \"4.90\"\npick_up = true\n".to_owned();
    for (id, ..) in PRODUCTS {
        text.push_str(&format!("\n[[product]]\nid = \"{id}\"\nname = \"{id}\"\nsize = \"{id}\"\nsurface = \"lustre\"\nprice = \"5.00\"\n"));
    }
    text
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
    let _running: Vec<_> = labs.iter().map(Lab::start).collect::<Result<_>>()?;
    for lab in &labs {
        world.pair(&studio, lab).await?;
    }
    for (product, _, _, lab) in PRODUCTS {
        studio.must(&["lab", "use", lab, "--product", product])?;
    }
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
        PRODUCTS.iter().map(|(id, width, height, _)| Line::centred(id, 1, photo, *width, *height)).collect();
    let placed = guests.customer.order(guests.gallery, &lines).await?;
    studio.approve(&placed.number)?;
    until_printed(&guests.customer, &placed.secret).await?;
    let [own, north, south] = &labs;
    for (lab, wanted) in [(own, vec!["4x6"]), (north, vec!["5x7", "8x10"]), (south, vec!["11x14", "5x5"])] {
        ensure!(sizes(lab) == wanted, "{} printed {:?}", lab.name, sizes(lab));
    }

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
    Ok(())
}
