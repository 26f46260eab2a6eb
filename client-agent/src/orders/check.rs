//! What this machine believes of an order before it touches a file: nothing that contradicts itself.
//!
//! An order comes from the host unsigned. It can ask only for what this machine published, in the frame
//! customers saw, at sizes that exist as paper. (Prices are the host's business and the studio's to look at.)

use std::collections::BTreeSet;

use domain::{
    geometry::{border::check_print, check_shape},
    id::{MachineId, OrderId},
    order::{ImageNode, MAX_LINES, MAX_QUANTITY, Order, OrderLine},
    text::one_line,
};

use crate::host::account::Account;

/// Largest print, in inches, as price lists know it.
const LARGEST_INCHES: f64 = 120.0;
const MOST_NODES: usize = 32;

/// `Err` in words for the photographer.
pub fn check(order: &Order, asked: OrderId, account: &Account) -> Result<(), String> {
    if order.id != asked {
        return Err(format!("the host answered with another order ({})", order.id));
    }
    if order.studio != account.studio {
        return Err(format!("it belongs to another studio ({})", order.studio));
    }
    if order.lines.is_empty() || order.lines.len() > MAX_LINES {
        return Err(format!("it has {} lines; orders have 1 to {MAX_LINES}", order.lines.len()));
    }
    let mut numbers = BTreeSet::new();
    for line in &order.lines {
        if line.no == 0 || !numbers.insert(line.no) {
            return Err(format!("line {} is there twice or has no number", line.no));
        }
        check_line(line).map_err(|why| format!("line {}: {why}", line.no))?;
    }
    Ok(())
}

fn check_line(line: &OrderLine) -> Result<(), String> {
    if line.copies() == 0 || line.copies() > MAX_QUANTITY {
        return Err(format!("{} copies; a line has 1 to {MAX_QUANTITY}", line.copies()));
    }
    if line.nodes.len() > MOST_NODES {
        return Err(format!("{} pictures; a line has at most {MOST_NODES}", line.nodes.len()));
    }
    if !line.needs_lab() {
        let sound = |node: &ImageNode| {
            let name = one_line(&node.file_name, 60);
            check_print(&node.crop, node.frame).map_err(|e| format!("{name}: {e}"))
        };
        return line.nodes.iter().try_for_each(sound);
    }
    for inches in [line.width_in, line.height_in] {
        if !(1.0..=LARGEST_INCHES).contains(&inches) {
            return Err(format!("a side of {inches} inches; prints have 1 to {LARGEST_INCHES}"));
        }
    }
    if line.nodes.is_empty() {
        return Err(format!("0 pictures; a print has 1 to {MOST_NODES}"));
    }
    line.nodes.iter().try_for_each(|node| {
        let name = one_line(&node.file_name, 60);
        check_print(&node.crop, node.frame).map_err(|e| format!("{name}: {e}"))?;
        match line.nodes.len() {
            1 => fits_paper(line, node).map_err(|why| format!("{name}: {why}")),
            _ => Ok(()),
        }
    })
}

/// A single picture fills its paper; where several share a sheet, the crop follows the layout.
pub fn fits_paper(line: &OrderLine, node: &ImageNode) -> Result<(), String> {
    let hundredths = |inches: f64| (inches * 100.0).round() as u32;
    check_shape(&node.crop, node.frame, hundredths(line.width_in), hundredths(line.height_in))
        .map_err(|e| e.to_string())
}

/// The pictures of an order that this machine has to send: line and index of the picture in it.
pub fn own_nodes(order: &Order, machine: MachineId) -> impl Iterator<Item = (&OrderLine, u32, &ImageNode)> {
    order.lines.iter().flat_map(move |line| {
        let nodes = (0u32..).zip(&line.nodes).filter(move |(_, n)| n.home == machine);
        nodes.map(move |(index, node)| (line, index, node))
    })
}

#[cfg(test)]
mod tests {
    use domain::{
        geometry::{Rect, Size},
        studio::{PublicKey, Signature},
    };

    use super::*;
    use crate::orders::sample::{self, HOME};

    fn account() -> Account {
        Account {
            url: "http://127.0.0.1:1".into(),
            studio: sample::order().studio,
            studio_name: "S".into(),
            studio_key: PublicKey([0; 32]),
            machine: HOME,
            machine_name: "M".into(),
            device_key: PublicKey([0; 32]),
            certificate: Signature([0; 64]),
            invited: false,
            token_hash: String::new(),
            ca_pem: None,
            insecure_http: false,
        }
    }

    #[test]
    fn an_honest_order_passes_and_only_our_pictures_are_ours() {
        let order = sample::order();
        assert_eq!(check(&order, order.id, &account()), Ok(()));
        let own: Vec<u32> = own_nodes(&order, HOME).map(|(line, ..)| line.no).collect();
        assert_eq!(own, [1]);
    }

    #[test]
    fn each_contradiction_is_named() {
        type Change = fn(&mut Order);
        let cases: [(&str, Change); 8] = [
            ("another studio", |o| o.studio = domain::id::StudioId::from_bytes([99; 16])),
            ("0 lines", |o| o.lines.clear()),
            ("501 lines", |o| {
                o.lines = (1..=501).map(|no| sample::line(no, vec![sample::node(HOME)])).collect()
            }),
            ("twice", |o| o.lines[1].no = 1),
            ("1000 copies", |o| o.lines[0].quantity = 1000),
            ("not a number", |o| o.lines[0].nodes[0].crop.rect.x = f64::NAN),
            ("outside", |o| o.lines[0].nodes[0].crop.rect = Rect { x: 0.9, y: 0.0, width: 0.8, height: 1.0 }),
            ("shape", |o| o.lines[0].nodes[0].frame = Size::new(4000, 6000)),
        ];
        for (expected, change) in cases {
            let mut order = sample::order();
            change(&mut order);
            let why = check(&order, order.id, &account()).unwrap_err();
            assert!(why.contains(expected), "{expected}: {why}");
        }
        let order = sample::order();
        assert!(
            check(&order, OrderId::from_bytes([1; 16]), &account()).unwrap_err().contains("another order")
        );
    }
}
