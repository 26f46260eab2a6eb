//! Crops that do not fit what would be printed: such an order always waits for a person, whatever the rules say.
//!
//! Either the crop has not the paper's shape, or the picture was exported again in other dimensions after the
//! customer had cropped it, so that nobody can say whether the crop still means the same.

use std::collections::BTreeMap;

use domain::{
    geometry::Size,
    id::MachineId,
    order::{ImageNode, Order},
    text::one_line,
};
use rusqlite::{Connection, OptionalExtension, params};

use super::check::{fits_paper, own_nodes};

/// By line, in words with the next step. Only pictures of this machine are looked at.
pub fn mismatched(
    db: &Connection,
    order: &Order,
    machine: MachineId,
) -> rusqlite::Result<BTreeMap<u32, String>> {
    let mut found = BTreeMap::new();
    for (line, index, node) in own_nodes(order, machine).filter(|(line, ..)| line.needs_lab()) {
        let name = one_line(&node.file_name, 60);
        let (no, picture) = (line.no, index + 1);
        if line.nodes.len() == 1
            && let Err(why) = fits_paper(line, node)
        {
            found.insert(
                no,
                format!(
                    "line {no}: the crop of {name} does not fit its paper ({why}); draw it again at the desk"
                ),
            );
        } else if let Some((before, now)) = exported_again(db, node)? {
            found.entry(no).or_insert_with(|| {
                format!(
                    "line {no}: {name} (picture {picture}) was exported again in other dimensions after it was cropped ({before} before, {now} now); look at the crop, then approve as ordered or take the newer file at the desk",
                    before = size(before),
                    now = size(now),
                )
            });
        }
    }
    Ok(found)
}

fn size(size: Size) -> String {
    format!("{} × {}", size.width, size.height)
}

/// Sizes of the ordered version and of the newest one, upright, when they differ.
fn exported_again(db: &Connection, node: &ImageNode) -> rusqlite::Result<Option<(Size, Size)>> {
    let sizes = |row: &rusqlite::Row<'_>| {
        let upright = |at: usize| -> rusqlite::Result<Size> {
            let stored = Size::new(row.get(at)?, row.get(at + 1)?);
            Ok(domain::geometry::upright_size(row.get(at + 2)?, stored))
        };
        Ok((upright(0)?, upright(3)?))
    };
    let found = db
        .prepare_cached(
            "SELECT o.width, o.height, o.orientation, n.width, n.height, n.orientation
             FROM photo p JOIN version o ON o.hash = ?2 AND o.photo = p.id JOIN version n ON n.hash = p.current
             WHERE p.id = ?1 AND p.current <> ?2",
        )?
        .query_row(params![node.photo.to_string(), &node.version.0[..]], sizes)
        .optional()?;
    Ok(found.filter(|(before, now)| before != now))
}

#[cfg(test)]
mod tests {
    use domain::hash::VersionHash;

    use super::*;
    use crate::{
        catalog::Catalog,
        folders::Folders,
        orders::sample::{self, HOME},
    };

    fn catalog(second: (u32, u32, u8)) -> (tempfile::TempDir, Catalog) {
        let dir = tempfile::tempdir().unwrap();
        let catalog = Catalog::open(&Folders::find(Some(dir.path()), None).unwrap()).unwrap();
        let (node, newer) = (sample::node(HOME), VersionHash([4; 32]));
        let (w, h, orientation) = second;
        let db = catalog.lock();
        db.execute_batch("PRAGMA foreign_keys = OFF").unwrap();
        db.execute(
            "INSERT INTO photo (id, current, made_at) VALUES (?1, ?2, 0)",
            params![node.photo.to_string(), &newer.0[..]],
        )
        .unwrap();
        for (hash, w, h, orientation) in [(&node.version, 6000, 4000, 1), (&newer, w, h, orientation)] {
            db.execute(
                "INSERT INTO version (hash, photo, format, width, height, orientation, colour, length, found_at)
                 VALUES (?1, ?2, 'jpeg', ?3, ?4, ?5, 'sRGB', 1, 0)",
                params![&hash.0[..], node.photo.to_string(), w, h, orientation],
            )
            .unwrap();
        }
        drop(db);
        (dir, catalog)
    }

    #[test]
    fn a_new_export_of_another_size_is_named_and_one_of_the_same_size_is_not() {
        let order = sample::order();
        let words = |second| {
            let (_dir, catalog) = catalog(second);
            catalog.read(|db| mismatched(db, &order, HOME)).unwrap()
        };
        let found = words((5000, 4000, 1));
        assert_eq!(found.keys().copied().collect::<Vec<_>>(), [1], "line 2 is another machine's");
        assert!(found[&1].contains("6000 × 4000 before, 5000 × 4000 now"), "{found:?}");
        assert!(words((6000, 4000, 1)).is_empty(), "retouched, same frame");
        assert!(words((4000, 6000, 6)).is_empty(), "turned in the file, the same upright");
        assert_eq!(words((4000, 6000, 1)).len(), 1, "now a portrait");
    }

    #[test]
    fn a_crop_of_another_shape_than_the_paper_is_named() {
        let (_dir, catalog) = catalog((6000, 4000, 1));
        let mut order = sample::order();
        order.lines[0].nodes[0].crop = domain::geometry::centred(Size::new(6000, 4000), 5, 5);
        let found = catalog.read(|db| mismatched(db, &order, HOME)).unwrap();
        assert!(found[&1].contains("does not fit its paper"), "{found:?}");
    }
}
