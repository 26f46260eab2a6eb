//! Nothing is on the host that the studio did not knowingly send, and high resolution is there only on its way
//! to the lab.

use std::{collections::BTreeSet, time::Duration};

use anyhow::{Context, Result, ensure};
use darkslide_tests::{
    Shop, jpeg,
    orders::{until_printed, until_stage},
    wait::until,
};
use domain::order::Stage;
use wire::manifest::{Manifest, ManifestEnvelope};

#[tokio::test]
async fn every_object_is_in_the_ledger_and_print_files_only_pass_through() -> Result<()> {
    let mut shop = Shop::open(3).await?;
    let visit = shop.visit().await?;
    let before = shop.world.objects()?;
    ensure!(before.iter().filter(|o| o.is_image()).count() == 6, "{before:#?}");
    for object in before.iter().filter(|o| o.is_image()) {
        let (width, height) = jpeg::size(&object.bytes()?)?;
        ensure!(width.max(height) <= 2048, "{} is {width} × {height} before anybody ordered", object.key);
    }
    is_in_ledger(&shop, &before)?;
    let originals: BTreeSet<Vec<u8>> =
        std::fs::read_dir(&shop.photos)?.map(|e| std::fs::read(e?.path())).collect::<Result<_, _>>()?;
    for object in &before {
        ensure!(!originals.contains(&object.bytes()?), "{} is an original", object.key);
    }

    // The lab is away, so that the files stay long enough to be looked at.
    shop.receiver.kill();
    let placed = visit.order(&["a-01.jpg", "a-03.jpg"]).await?;
    shop.studio.approve(&placed.number)?;
    until_stage(&visit.customer, &placed.secret, Stage::Sent).await?;
    let during = shop.world.objects()?;
    let added: Vec<_> = during.iter().filter(|o| !before.contains(o)).collect();
    ensure!(added.iter().all(|o| o.is_relay()), "{added:#?}");
    let manifest = added.iter().find(|o| o.key.ends_with("manifest.json")).context("a manifest")?;
    let envelope: ManifestEnvelope = serde_json::from_slice(&manifest.bytes()?)?;
    let promised: Manifest = envelope.manifest.open(&envelope.certificate.device_key)?;
    ensure!(envelope.certificate.is_valid(), "the studio's key does not certify the machine's");
    let promised: BTreeSet<String> =
        promised.lines.iter().flat_map(|l| &l.files).map(|f| f.sha256.hex()).collect();
    let prints: BTreeSet<String> =
        added.iter().filter(|o| o.key != manifest.key).map(|o| o.sha256.clone()).collect();
    ensure!(prints == promised && prints.len() == 2, "at the host {prints:?}, in the manifest {promised:?}");
    is_in_ledger(&shop, &during)?;

    shop.receiver = shop.lab.start()?;
    until_printed(&visit.customer, &placed.secret).await?;
    until("the print files being removed", Duration::from_secs(60), async || {
        let left: Vec<String> =
            shop.world.objects()?.into_iter().filter(|o| o.is_relay()).map(|o| o.key).collect();
        Ok(if left.is_empty() { Ok(()) } else { Err(left.join(", ")) })
    })
    .await?;
    let after = shop.world.objects()?;
    ensure!(after == before, "after printing the host holds {after:#?}");
    let printed: Vec<String> = shop
        .lab
        .prints()
        .iter()
        .map(|p| Ok(domain::hash::Sha256::of(&std::fs::read(p)?).hex()))
        .collect::<Result<_>>()?;
    ensure!(printed.iter().cloned().collect::<BTreeSet<_>>() == promised, "{printed:?}");
    Ok(())
}

fn is_in_ledger(shop: &Shop, objects: &[darkslide_tests::host_store::StoredObject]) -> Result<()> {
    let ledger = shop.studio.ledger()?;
    for object in objects {
        let row = ledger.iter().find(|r| r.sha256 == object.sha256 && r.length == object.length);
        ensure!(row.is_some(), "{} ({} bytes) is not in the ledger", object.key, object.length);
    }
    Ok(())
}
