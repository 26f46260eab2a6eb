//! The ticket under snapshot; `tests/receiver/darkroom` reads it back with sticky fields.

use crate::output::samples::{driver, order, planned, rows};

#[test]
fn a_whole_order() {
    let settings = "kind = 'darkroom'\nfolder = 'darkroom'";
    insta::assert_snapshot!(planned(driver(settings).as_ref(), &rows(&order(), 1)));
}

#[test]
fn as_a_windows_computer_sees_it() {
    let settings = r"kind = 'darkroom'
        folder = 'darkroom'
        ticket_name = 'Order{digits}'
        images_seen_as = 'Z:\orders\images\'
        sizes = { '4x6' = '4x6 Borderless' }
        media = { lustre = 'Luster', glossy = 'Glossy' }
        back_print_field = 'BackPrint'
        encoding = 'ascii'";
    insta::assert_snapshot!(planned(driver(settings).as_ref(), &rows(&order(), 1)));
}
