//! The chain itself: original → recipe and print file → received → printed → shipped, one link signed after the
//! other. Pure. Whatever does not hold is named with its step; nothing unsigned is believed.

use std::collections::BTreeMap;

use domain::{
    hash::{Sha256, VersionHash},
    id::{LabId, PhotoId},
    order::Stage,
    text::one_line,
};
use serde::Serialize;
use wire::{
    lab::LabReport,
    manifest::{Manifest, ManifestEnvelope, Recipe},
    signed::Signed,
};

use super::document::Document;

#[derive(Clone, Debug, Default, Serialize)]
pub struct Chain {
    pub prints: Vec<Print>,
    /// What does not hold.
    pub faults: Vec<String>,
}

/// One picture of one line, as often as it was sent.
#[derive(Clone, Debug, Serialize)]
pub struct Print {
    pub line: u32,
    pub picture: u32,
    pub attempt: u32,
    pub lab: LabId,
    pub lab_name: String,
    pub photo: PhotoId,
    pub file_name: String,
    /// BLAKE3 of the original.
    pub original: VersionHash,
    pub recipe: Option<Recipe>,
    /// SHA-256 of the print file, signed by the studio.
    pub file: Sha256,
    pub signed_at: i64,
    /// When the lab signed that it had checked these very bytes.
    pub received_at: Option<i64>,
    pub printed_at: Option<i64>,
    pub shipped_at: Option<i64>,
    /// The lab signed the stage and did not say of which file: its receiver is older.
    pub without_hash: bool,
}

pub fn verify(document: &Document) -> Chain {
    let mut chain = Chain::default();
    if document.number != document.order.number() {
        chain.faults.push("the number does not belong to the order".into());
    }
    for envelope in &document.parts {
        match manifest(document, envelope) {
            Ok(manifest) => sent(document, &manifest, &mut chain),
            Err(why) => chain.faults.push(format!("sent: a manifest does not hold: {why}")),
        }
    }
    let mut reports = Vec::new();
    for signed in &document.reports {
        match report(document, signed) {
            Ok(report) => reports.push(report),
            Err(why) => chain.faults.push(why),
        }
    }
    reports.sort_by(|a, b| (a.at, &a.report).cmp(&(b.at, &b.report)));
    for report in &reports {
        reported(document, report, &mut chain);
    }
    chain.prints.sort_by_key(|p| (p.line, p.picture, p.attempt, p.lab));
    chain
}

fn manifest(document: &Document, envelope: &ManifestEnvelope) -> Result<Manifest, String> {
    let certificate = &envelope.certificate;
    if certificate.studio_key != document.studio_key || certificate.studio != document.studio {
        return Err("it was signed for another studio".into());
    }
    if !certificate.is_valid() {
        return Err("the studio's key does not certify the computer that signed it".into());
    }
    let manifest: Manifest = envelope.manifest.open(&certificate.device_key).map_err(|e| e.to_string())?;
    if manifest.order != document.order || manifest.studio != document.studio {
        return Err("it is of another order".into());
    }
    Ok(manifest)
}

fn sent(document: &Document, manifest: &Manifest, chain: &mut Chain) {
    let lab_name = name(document, manifest.lab);
    for line in &manifest.lines {
        for file in &line.files {
            chain.prints.push(Print {
                line: line.line,
                picture: file.node + 1,
                attempt: manifest.attempt,
                lab: manifest.lab,
                lab_name: lab_name.clone(),
                photo: file.photo,
                file_name: one_line(&file.file_name, 80),
                original: file.version,
                recipe: file.recipe.clone(),
                file: file.sha256,
                signed_at: manifest.made_at,
                received_at: None,
                printed_at: None,
                shipped_at: None,
                without_hash: false,
            });
        }
    }
}

fn name(document: &Document, lab: LabId) -> String {
    let known = document.labs.iter().find(|l| l.lab == lab);
    known.map_or_else(|| lab.to_string(), |l| one_line(&l.name, 60))
}

fn report(document: &Document, signed: &Signed) -> Result<LabReport, String> {
    // Which step it speaks of, for the words; nothing else of it is used before it is verified.
    let step = signed.peek::<LabReport>().ok().and_then(|r| r.lines.iter().map(|l| l.stage).max());
    let step = step.map_or("a report", word);
    let lab = document.labs.iter().find(|l| l.key == signed.key);
    let lab = lab.ok_or_else(|| format!("{step}: signed with a key of no lab of this studio"))?;
    let name = one_line(&lab.name, 60);
    let report: LabReport = signed.open(&lab.key).map_err(|e| format!("{step} by {name}: {e}"))?;
    if report.lab != lab.lab || report.order != document.order {
        return Err(format!("{step} by {name}: it is of another lab or order"));
    }
    Ok(report)
}

fn reported(document: &Document, report: &LabReport, chain: &mut Chain) {
    /// Delivery, node and hash of each file, by line and attempt.
    type Held = BTreeMap<(u32, u32), Vec<(u32, u32, Sha256)>>;
    let lab = name(document, report.lab);
    let mut held = Held::new();
    for file in &report.files {
        held.entry((file.line, file.attempt)).or_default().push((file.delivery, file.node, file.sha256));
    }
    for line in report.lines.iter().filter(|l| (Stage::Verified..=Stage::Shipped).contains(&l.stage)) {
        let step = word(line.stage);
        let named = held.get(&(line.line, line.attempt));
        let delivery = named.and_then(|files| files.first()).map_or(line.attempt, |(delivery, ..)| *delivery);
        let of_line = |p: &&mut Print| p.line == line.line && p.lab == report.lab && p.attempt == delivery;
        let mut known = 0;
        for print in chain.prints.iter_mut().filter(of_line) {
            known += 1;
            let file = named.map(|files| files.iter().find(|(_, node, _)| node + 1 == print.picture));
            match file {
                None => print.without_hash = true,
                Some(Some((.., sha256))) if *sha256 == print.file => {}
                Some(Some(_)) => {
                    chain.faults.push(format!(
                        "{step}: {lab} signed for other bytes of line {}, picture {} than the studio sent",
                        print.line, print.picture
                    ));
                    continue;
                }
                Some(None) => {
                    chain.faults.push(format!(
                        "{step}: {lab} signed for line {} without its picture {}",
                        print.line, print.picture
                    ));
                    continue;
                }
            }
            if line.hold.is_some() {
                continue;
            }
            let at = Some(report.at);
            let place = match line.stage {
                Stage::Verified => &mut print.received_at,
                Stage::Printed => &mut print.printed_at,
                Stage::Shipped => &mut print.shipped_at,
                _ => continue,
            };
            *place = place.or(at);
        }
        // Another computer of the studio may have sent it; then its chain is there.
        if known == 0 && document.parts.iter().any(|p| speaks_of(p, report.lab, line.line)) {
            chain.faults.push(format!(
                "{step}: {lab} signed for attempt {delivery} of line {}, which this computer never sent",
                line.line
            ));
        }
    }
}

fn speaks_of(envelope: &ManifestEnvelope, lab: LabId, line: u32) -> bool {
    envelope.manifest.peek::<Manifest>().is_ok_and(|m| m.lab == lab && m.lines.iter().any(|l| l.line == line))
}

fn word(stage: Stage) -> &'static str {
    match stage {
        Stage::Received => "taken over",
        Stage::Verified => "received",
        Stage::Printing => "printing",
        Stage::Printed => "printed",
        Stage::Shipped => "shipped",
        _ => "a report",
    }
}
