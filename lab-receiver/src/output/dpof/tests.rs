//! Every dialect under snapshot. `tests/receiver/minilab` reads them back as a controller would.

use crate::output::samples::{driver, order, planned, rows};

const CHANNELS: &str = "channels = { \"8x10_lustre\" = 12, \"4x6\" = 3 }";

/// Lines 1 and 3 of the sample: 8 × 10 on lustre, one of them a package.
fn eight_by_ten(settings: &str) -> String {
    let mut lines = rows(&order(), 1);
    lines.remove(1);
    planned(driver(&format!("kind = 'dpof'\nfolder = 'qss'\n{settings}")).as_ref(), &lines)
}

#[test]
fn noritsu() {
    insta::assert_snapshot!(eight_by_ten(&format!("dialect = 'noritsu'\n{CHANNELS}")));
}

#[test]
fn noritsu_as_other_writers_have_it() {
    insta::assert_snapshot!(eight_by_ten(&format!(
        "dialect = 'noritsu'\n{CHANNELS}\nimages = ''\nrevision = '01.10'\nspaces = false\ncustomer_id = 'number'
         input = ''\norder_folder = '{{digits}}_{{size}}'\npapers = {{ '8x10' = '203.0x254.0 mm' }}"
    )));
}

#[test]
fn epson() {
    insta::assert_snapshot!(eight_by_ten(&format!("dialect = 'epson'\n{CHANNELS}")));
}

#[test]
fn camera() {
    insta::assert_snapshot!(eight_by_ten("dialect = 'camera'"));
}

#[test]
fn a_line_without_back_print_says_zero_and_a_remake_has_a_name_of_its_own() {
    let mut lines = rows(&order(), 2);
    lines.retain(|l| l.line.line == 2);
    let text = planned(
        driver(&format!("kind = 'dpof'\nfolder = 'qss'\ndialect = 'noritsu'\n{CHANNELS}")).as_ref(),
        &lines,
    );
    assert!(text.contains("PRT CVP1 = 0") && !text.contains("-STR \"\""), "{text}");
    assert!(text.contains("PRT PCH = 003") && text.contains("_4x6_A2 -> "), "{text}");
}

#[test]
fn every_byte_is_ascii_and_every_line_ends_in_crlf() {
    for dialect in ["noritsu", "epson", "camera"] {
        let text = eight_by_ten(&format!("dialect = '{dialect}'\n{CHANNELS}"));
        let mrk = text.split_once("AUTPRINT.MRK\n").unwrap().1.split_once("\n---").unwrap().0;
        for line in mrk.lines() {
            let line = line.strip_suffix("␍␊").unwrap();
            assert!(line.is_ascii(), "{line}");
        }
    }
}

#[test]
fn mistakes_in_settings_are_named() {
    let bad = |settings: &str| {
        let text = format!("kind = 'dpof'\nfolder = 'q'\ndialect = 'noritsu'\n{settings}");
        match toml::from_str::<crate::config::Printer>(&text) {
            Err(error) => error.to_string(),
            Ok(printer) => format!("{:#}", printer.folders().unwrap().check().unwrap_err()),
        }
    };
    assert!(bad("revision = '2'").contains("01.10"));
    assert!(bad("order_folder = '{size}'").contains("{number}"));
    assert!(bad("letters = ['p', 'o', 'e', 'P']").contains("four different"));
    assert!(bad("channels = { '10x8' = 1 }").contains("shorter side first"));
    assert!(bad("channels = { '8x10' = 0 }").contains("1 to 999"));
    assert!(bad("images = '../x'").contains("file name"));
    assert!(bad("chanels = 1").contains("chanels"));
}

#[test]
fn a_size_without_a_channel_is_said() {
    let lines = rows(&order(), 1);
    let driver = driver("kind = 'dpof'\nfolder = 'qss'\ndialect = 'epson'");
    let order = order();
    let spool = crate::spool::Spool::of(&crate::home::Home::new("/lab".as_ref()), order.order, 1);
    let made_at = jiff::Zoned::now();
    let job = crate::output::Job { order: &order, lines: &lines, spool: &spool, name: "x", lab: "", made_at };
    let why = driver.plan(&job).unwrap_err().to_string();
    assert!(why.contains("8x10 lustre") && why.contains("channels"), "{why}");
}
