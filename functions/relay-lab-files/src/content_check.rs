//! What the manifest promises: exactly what this order asks of this machine for this lab, no line missing
//! and none added, because the lab prints what stands there.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    id::{MachineId, PhotoId},
    object_key::RelayPart,
    order::{Order, OrderLine},
};
use wire::manifest::{MANIFEST_VERSION, Manifest, ManifestLine};

pub(crate) fn check(manifest: &Manifest, part: &RelayPart, order: &Order) -> Result<(), String> {
    if manifest.version != MANIFEST_VERSION {
        let found = manifest.version;
        return Err(format!("its manifest has version {found}; this host reads {MANIFEST_VERSION}"));
    }
    let said = RelayPart {
        order: manifest.order,
        lab: manifest.lab,
        attempt: manifest.attempt,
        machine: manifest.machine,
    };
    if said != *part || manifest.studio != order.studio {
        return Err("its manifest speaks of another order, lab, attempt or machine than its address".into());
    }
    if manifest.parts.iter().copied().collect::<BTreeSet<MachineId>>()
        != order.homes_of_attempt(part.lab, part.attempt)
    {
        return Err("its manifest names other machines than those that hold the order's pictures".into());
    }
    let owed: BTreeMap<u32, &OrderLine> = order
        .lines_of(part.lab, part.attempt)
        .filter(|l| l.nodes.iter().any(|n| n.home == part.machine))
        .map(|l| (l.no, l))
        .collect();
    let mut seen = BTreeSet::new();
    for line in &manifest.lines {
        let asked = owed.get(&line.line).filter(|_| seen.insert(line.line));
        let asked = asked
            .ok_or_else(|| format!("its manifest has line {} once too often or for no reason", line.line))?;
        check_line(line, asked, part.machine)?;
    }
    match owed.keys().find(|no| !seen.contains(no)) {
        Some(no) => Err(format!("its manifest leaves out line {no}")),
        None => Ok(()),
    }
}

fn check_line(line: &ManifestLine, asked: &OrderLine, machine: MachineId) -> Result<(), String> {
    let no = asked.no;
    if line.product != asked.product || line.quantity != asked.quantity || line.surface != asked.surface {
        return Err(format!("line {no} of its manifest is another product or quantity than was ordered"));
    }
    if line.width_in != asked.width_in || line.height_in != asked.height_in {
        return Err(format!("line {no} of its manifest has another size than was ordered"));
    }
    if line.nodes as usize != asked.nodes.len() {
        return Err(format!("line {no} of its manifest has another number of pictures than was ordered"));
    }
    let owed: BTreeMap<u32, PhotoId> = (0u32..)
        .zip(&asked.nodes)
        .filter(|(_, node)| node.home == machine)
        .map(|(index, node)| (index, node.photo))
        .collect();
    let sent: BTreeMap<u32, PhotoId> = line.files.iter().map(|f| (f.node, f.photo)).collect();
    if owed != sent || line.files.len() != sent.len() {
        return Err(format!("line {no} of its manifest holds other pictures than were ordered"));
    }
    Ok(())
}
