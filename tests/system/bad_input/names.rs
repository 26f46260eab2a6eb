//! File names with everything a file system allows.

use std::{ffi::OsStr, os::unix::ffi::OsStrExt};

use anyhow::{Result, ensure};
use darkslide_tests::{Shop, World, jpeg, pictures};

const NAMES: [&[u8]; 8] = [
    b"with space.jpg",
    b"quo'te\"s`$(x).jpg",
    b"new\nline.jpg",
    "smile \u{1F600} \u{1F468}\u{200D}\u{1F469}\u{200D}\u{1F467}.jpg".as_bytes(),
    b"\xff\xfe invalid.jpg",
    b"\x1b[31mred\x07.jpg",
    b"<script>alert(1)<.jpg",
    b"-rf --help;drop table.jpg",
];

/// Published, shown without control characters, ordered, printed: each one.
#[tokio::test]
async fn odd_names_go_all_the_way_to_the_print() -> Result<()> {
    let world = World::start().await?;
    let photos = world.dir.path().join("photos");
    std::fs::create_dir_all(&photos)?;
    for (seed, name) in (1..).zip(NAMES) {
        let plain = pictures::write(&world.dir.path().join("plain"), "x.jpg", 900, 600, seed)?;
        std::fs::rename(plain, photos.join(OsStr::from_bytes(name)))?;
    }
    let shop = Shop::with(world, photos, |_| Ok(())).await?;
    let listed = shop.studio.must(&["photo", "list"])?;
    ensure!(!listed.stdout.chars().any(|c| c.is_control() && c != '\n' && c != '\t'), "{:?}", listed.stdout);
    ensure!(listed.stdout.contains("with space.jpg"), "{}", listed.stdout);

    let visit = shop.visit().await?;
    ensure!(visit.photos.len() == NAMES.len(), "{} photos", visit.photos.len());
    for photo in &visit.photos {
        ensure!(!photo.file_name.chars().any(char::is_control), "{:?}", photo.file_name);
    }
    let names: Vec<String> = visit.photos.iter().map(|p| p.file_name.clone()).collect();
    let files: Vec<&str> = names.iter().map(String::as_str).collect();
    let placed = visit.order_and_print(&shop.studio, &files).await?;
    ensure!(shop.lab.prints().len() == NAMES.len(), "{:?}", shop.lab.prints());
    let ticket = shop.lab.ticket(&placed.number)?;
    for (line, name) in names.iter().enumerate() {
        ensure!(ticket["lines"][line]["pictures"][0]["file_name"] == **name, "{ticket}");
    }
    for print in shop.lab.prints() {
        ensure!(jpeg::size(&std::fs::read(print)?)? == (1800, 1200));
    }
    let shown = shop.studio.must(&["orders", "show", &placed.number])?.stdout;
    ensure!(!shown.chars().any(|c| c.is_control() && c != '\n'), "{shown:?}");
    Ok(())
}
