//! The ticket under snapshot, and what a `shipped` file may say.

use super::tracking;
use crate::output::samples::{driver, order, planned, rows};

#[test]
fn a_part_of_an_order() {
    let mut lines = rows(&order(), 2);
    lines.remove(0);
    insta::assert_snapshot!(planned(driver("kind = 'json_ticket'\nfolder = 'mis'").as_ref(), &lines));
}

#[test]
fn shipped_says_its_number_in_either_way() {
    assert_eq!(tracking(r#"{"carrier":"DHL","tracking":"JD0001"}"#).as_deref(), Some("DHL JD0001"));
    assert_eq!(tracking("UPS 1Z999\n").as_deref(), Some("UPS 1Z999"));
    assert_eq!(tracking("  "), None);
}
