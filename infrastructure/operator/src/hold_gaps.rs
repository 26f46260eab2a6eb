//! `hold-gaps`: between the restored moment and the loss of the host, labs printed and said so, and the
//! restored records do not know it. Every line that was with a lab then is held until a person has compared.
//!
//! The lab's own journal still keeps it from printing by itself what it has printed; the hold is for what
//! people decide by looking at the host: remakes, cancellations, answers to customers.

use std::fmt;

use anyhow::Result;
use domain::fulfilment::gaps;
use ports::Ports;
use serde::Serialize;

use crate::studio;

const PAGE: u32 = 100;

#[derive(Debug, Default, PartialEq, Eq, Serialize)]
pub struct Held {
    orders: u64,
    lines: u64,
}

impl fmt::Display for Held {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} lines of {} orders are on hold until somebody has asked the lab.",
            self.lines, self.orders
        )
    }
}

pub async fn run(ports: &Ports) -> Result<Held> {
    let mut held = Held::default();
    let now = ports.clock.now();
    for studio in studio::all(ports).await? {
        let mut cursor = None;
        loop {
            let page = ports.orders.orders(studio.id, cursor.as_deref(), PAGE).await?;
            for order in page.items {
                let reports = gaps(&order);
                if !reports.is_empty() {
                    ports.orders.report_lines(order.id, &reports, now).await?;
                    held.orders += 1;
                    held.lines += reports.len() as u64;
                }
            }
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
        }
    }
    Ok(held)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use domain::{
        fulfilment::{GAP, approve},
        id::{LabId, MachineId},
    };
    use ports::contract::sample;

    use super::*;
    use crate::trial;

    #[tokio::test]
    async fn what_a_lab_may_have_printed_is_held_once_and_nothing_else_is() {
        let trial = trial::host();
        let ports = &trial.ports;
        let invited = studio::add(ports, "Bright Side").await.unwrap();
        let (studio, now) = (invited.id.parse().unwrap(), ports.clock.now());
        let (machine, lab) = (MachineId::from_bytes([7; 16]), LabId::from_bytes([8; 16]));
        let [waiting, approved, sent] = [0, 1, 2].map(|_| sample::order(studio, &[machine]));
        for (n, order) in [&waiting, &approved, &sent].into_iter().enumerate() {
            ports.orders.place(order, &format!("secret-{n}"), &format!("key-{n}"), "digest").await.unwrap();
        }
        for order in [&approved, &sent] {
            let routes: BTreeMap<u32, LabId> = order.lines.iter().map(|l| (l.no, lab)).collect();
            let next = approve(order, &routes, now).unwrap().unwrap();
            ports.orders.update(&next, &[]).await.unwrap();
        }
        ports.orders.part_arrived(sent.id, lab, 1, machine, now).await.unwrap();

        let held = run(ports).await.unwrap();
        assert_eq!(held, Held { orders: 1, lines: sent.lines.len() as u64 });
        for order in [&waiting, &approved, &sent] {
            let stored = ports.orders.order(order.id).await.unwrap().unwrap();
            let why = (order.id == sent.id).then_some(GAP);
            assert!(stored.lines.iter().all(|l| l.status.hold.as_deref() == why), "{:?}", stored.lines);
        }
        assert_eq!(run(ports).await.unwrap(), Held::default(), "again changes nothing");
    }
}
