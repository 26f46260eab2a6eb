//! A photo that the studio sent untouched: cut here for a printer that takes no crop, left as it is for software
//! that cuts by itself.

use domain::{
    geometry::{Crop, Rect},
    hash::Sha256,
};
use wire::manifest::Recipe;

use crate::{
    fake_host::FakeHost,
    lab::Lab,
    studio::{ORDER, Print, Studio, line, print},
};

/// Red on the left, green above blue on the right; ordered is the right part from a quarter down, 4 : 5.
fn untouched() -> Print {
    let picture = image::RgbImage::from_fn(600, 400, |x, y| match (x < 300, y < 200) {
        (true, _) => image::Rgb([220, 30, 30]),
        (false, true) => image::Rgb([30, 200, 30]),
        (false, false) => image::Rgb([30, 30, 220]),
    });
    let mut jpeg = Vec::new();
    image::codecs::jpeg::JpegEncoder::new_with_quality(&mut jpeg, 95).encode_image(&picture).unwrap();
    let mut print = print(0, 1, 600, 400);
    print.file.sha256 = Sha256::of(&jpeg);
    print.file.length = jpeg.len() as u64;
    print.file.recipe = Some(Recipe::Untouched);
    print.file.crop = Crop { rect: Rect { x: 0.6, y: 0.25, width: 0.4, height: 0.75 }, ..Crop::FULL };
    print.jpeg = jpeg;
    print
}

async fn given(settings: &str) -> (FakeHost, Lab, Print) {
    let host = FakeHost::start().await;
    let studio = Studio::new(1);
    let lab = Lab::paired(&host, &studio).await;
    if !settings.is_empty() {
        lab.configure(settings);
    }
    let print = untouched();
    let lines = vec![line(1, 2, std::slice::from_ref(&print))];
    studio.deliver(&host, &studio.manifest(1, lines), &[&print]);
    (host, lab, print)
}

#[tokio::test]
async fn a_printer_that_takes_no_crop_gets_the_cut_picture() {
    let (_host, lab, _) = given("").await;
    lab.run(&["run", "--once"]).await.ok();
    let names = lab.prints();
    assert_eq!(names.len(), 1, "{names:?}");
    let made = image::open(lab.path("hot").join(&names[0])).unwrap().to_rgb8();
    assert_eq!(made.dimensions(), (2400, 3000));
    let strongest = |x: u32, y: u32| {
        let p = made.get_pixel(x, y).0;
        (0..3).max_by_key(|i| p[*i]).unwrap()
    };
    // Green for the first third, blue below, and nothing of the red left.
    for x in [4, 1_200, 2_395] {
        assert_eq!([4, 950, 1_050, 2_995].map(|y| strongest(x, y)), [1, 1, 2, 2], "at {x}");
    }
    let ticket = std::fs::read(lab.path(&format!("tickets/{}/order.json", ORDER.number()))).unwrap();
    let ticket: serde_json::Value = serde_json::from_slice(&ticket).unwrap();
    assert_eq!(ticket["lines"][0]["pictures"][0]["untouched"], true, "what the studio sent and signed");
}

#[tokio::test]
async fn software_that_cuts_gets_the_file_as_it_is_and_the_crop() {
    let settings = "printers.mis = { kind = 'json_ticket', folder = 'mis', give_up_minutes = 0 }
        rules = [{ printer = 'mis' }]";
    let (_host, lab, print) = given(settings).await;
    lab.run(&["run", "--once"]).await;
    let folder = lab.path(&format!("mis/{}", ORDER.number()));
    let ticket: serde_json::Value =
        serde_json::from_slice(&std::fs::read(folder.join("order.json")).unwrap()).unwrap();
    let picture = &ticket["lines"][0]["pictures"][0];
    assert!(std::fs::read(folder.join(picture["file"].as_str().unwrap())).unwrap() == print.jpeg);
    assert_eq!((&picture["untouched"], &picture["crop"]["rect"]["x"]), (&true.into(), &0.6.into()));
}
