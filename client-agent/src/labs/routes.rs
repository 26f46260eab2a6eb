//! Which lab prints which product.

use std::collections::BTreeMap;

use domain::{id::LabId, order::Order};
use rusqlite::{Connection, params};

/// The product that stands for all others.
const USUAL: &str = "";

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Routes {
    usual: Option<LabId>,
    by_product: BTreeMap<String, LabId>,
}

impl Routes {
    pub fn read(db: &Connection) -> rusqlite::Result<Self> {
        let mut routes = Self::default();
        let mut statement = db.prepare_cached("SELECT product, lab FROM lab_route")?;
        let rows = statement.query_map([], |row| {
            Ok((row.get::<_, String>(0)?, crate::orders::journal::parsed::<LabId>(row, 1)?))
        })?;
        for row in rows {
            match row? {
                (product, lab) if product == USUAL => routes.usual = Some(lab),
                (product, lab) => drop(routes.by_product.insert(product, lab)),
            }
        }
        Ok(routes)
    }

    pub fn to_one(lab: LabId) -> Self {
        Self { usual: Some(lab), by_product: BTreeMap::new() }
    }

    pub fn usual(&self) -> Option<LabId> {
        self.usual
    }

    /// Products that go to this lab although it may not be the usual one.
    pub fn products_of(&self, lab: LabId) -> Vec<&str> {
        self.by_product.iter().filter(|(_, l)| **l == lab).map(|(p, _)| p.as_str()).collect()
    }

    /// A lab for every line that needs one, or the products that have none.
    pub fn of_order(&self, order: &Order) -> Result<BTreeMap<u32, LabId>, Vec<String>> {
        let mut routes = BTreeMap::new();
        let mut unrouted = Vec::new();
        for line in order.lines.iter().filter(|l| l.needs_lab()) {
            match self.by_product.get(&line.product).copied().or(self.usual) {
                Some(lab) => drop(routes.insert(line.no, lab)),
                None => unrouted.push(line.product.clone()),
            }
        }
        unrouted.sort();
        unrouted.dedup();
        if unrouted.is_empty() { Ok(routes) } else { Err(unrouted) }
    }
}

/// `product: None` sets the usual lab.
pub fn set(db: &Connection, product: Option<&str>, lab: LabId) -> rusqlite::Result<()> {
    db.execute(
        "INSERT OR REPLACE INTO lab_route (product, lab) VALUES (?1, ?2)",
        params![product.unwrap_or(USUAL), lab.to_string()],
    )?;
    Ok(())
}

/// Exactly these products go to this lab by name; products of other labs that are not among them stay.
pub fn only(db: &Connection, lab: LabId, products: &[&str]) -> rusqlite::Result<()> {
    db.execute("DELETE FROM lab_route WHERE lab = ?1 AND product <> ?2", params![lab.to_string(), USUAL])?;
    for product in products.iter().filter(|p| **p != USUAL) {
        set(db, Some(product), lab)?;
    }
    Ok(())
}
