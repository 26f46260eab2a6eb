//! An order for tests of the dialects: two sizes, a package of two pictures, a name no controller can print.

use domain::{
    geometry::Crop,
    hash::{Sha256, VersionHash},
    id::{OrderId, PhotoId, StudioId},
    place::{Customer, Destination},
    price_list::Surface,
};
use wire::manifest::ManifestFile;

use super::{Driver, Job, JobLine, staging::Content, unique_name};
use crate::{
    home::Home,
    journal::lines::{LineRow, LineState},
    spool::Spool,
    verify::{LabLine, LabOrder},
};

pub const ORDER: OrderId = OrderId::from_bytes([42; 16]);

fn line(line: u32, size: (f64, f64), surface: Surface, quantity: u32, back: &str, pictures: u32) -> LabLine {
    let files = (0..pictures).map(|node| ManifestFile {
        node,
        sha256: Sha256([line as u8 * 16 + node as u8; 32]),
        length: 1_000 + u64::from(line),
        width: 2400,
        height: 3000,
        ppi: 300,
        effective_ppi: 300,
        photo: PhotoId::from_bytes([1; 16]),
        version: VersionHash([2; 32]),
        crop: Crop::FULL,
        file_name: format!("DSC_000{line}.jpg"),
        print_name: String::new(),
        recipe: None,
    });
    LabLine {
        line,
        product: format!("p{line}"),
        product_name: format!("Product {line}"),
        width_in: size.0,
        height_in: size.1,
        surface,
        quantity,
        back_print: back.into(),
        files: files.collect(),
    }
}

pub fn order() -> LabOrder {
    LabOrder {
        order: ORDER,
        number: ORDER.number(),
        attempt: 1,
        studio: StudioId::from_bytes([3; 16]),
        studio_name: "Studio Nordlicht".into(),
        placed_at: 1_795_000_000_000,
        customer: Customer {
            name: "Łucja Maria Żółkiewska-Ørsted".into(),
            email: Some("lucja@example.org".into()),
            phone: None,
        },
        destination: Destination::PickUp,
        note: None,
        remake: None,
        lines: vec![
            line(1, (8.0, 10.0), Surface::Lustre, 2, "Nordlicht \"Größe\" DSC_0001", 1),
            line(2, (4.0, 6.0), Surface::Glossy, 1, "", 1),
            line(3, (10.0, 8.0), Surface::Lustre, 12, "Studio Nordlicht DSC_0003", 2),
        ],
    }
}

pub fn rows(order: &LabOrder, attempt: u32) -> Vec<JobLine> {
    let row = |line: &LabLine| LineRow {
        order: order.order,
        line: line.line,
        attempt,
        delivery: 1,
        number: order.number.clone(),
        copies: line.quantity,
        state: LineState::Claimed,
        hold: None,
        hold_kind: None,
        printer: Some("dye".into()),
        device_job: None,
        round: 0,
        remake_reason: None,
        changed_at: 0,
    };
    order.lines.iter().map(|l| JobLine { row: row(l), line: l.clone() }).collect()
}

/// A driver as lab.toml makes it.
pub fn driver(settings: &str) -> Box<dyn Driver> {
    let printer: crate::config::Printer = toml::from_str(settings).unwrap();
    let settings = printer.folders().unwrap();
    settings.check().unwrap();
    settings.driver(&Home::new("/lab".as_ref()))
}

/// The plan in words, with the text of what is written; and the job's name.
pub fn planned(driver: &dyn Driver, lines: &[JobLine]) -> String {
    let order = order();
    let spool = Spool::of(&Home::new("/lab".as_ref()), order.order, 1);
    let made_at = jiff::civil::date(2026, 11, 25).at(9, 5, 7, 0).to_zoned(jiff::tz::TimeZone::UTC).unwrap();
    let job = Job { order: &order, lines, spool: &spool, name: "", lab: "Print Works", made_at };
    let name = unique_name(driver, &job);
    let plan = driver.plan(&Job { name: &name, ..job }).unwrap();
    let mut out = String::new();
    for file in &plan.files {
        match &file.content {
            Content::Copy { length, .. } => {
                out.push_str(&format!("{}  {length} bytes\n", file.path.display()))
            }
            Content::Text(bytes) => {
                let text = std::str::from_utf8(bytes).unwrap().replace("\r\n", "␍␊\n");
                out.push_str(&format!("{}\n{text}\n---\n", file.path.display()));
            }
        }
    }
    for m in &plan.moves {
        out.push_str(&format!("{} -> {}\n", m.hidden.display(), m.visible.display()));
    }
    out
}
