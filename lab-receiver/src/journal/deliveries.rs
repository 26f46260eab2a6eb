//! Deliveries from the first ring of the doorbell to the last print.

use anyhow::Result;
use domain::{
    id::{OrderId, StudioId},
    order::Stage,
};
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};

use super::{Journal, lines::LineState, now, outbox, parsed};
use crate::verify::LabOrder;

#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryState {
    /// Heard of; its manifests are not here yet.
    Announced,
    /// Waits until somebody pairs with its studio.
    Unpaired,
    /// Manifests verified and journalled; files are being fetched.
    Received,
    /// Every file is here and is what was signed; the ticket is written.
    Verified,
    /// Not printed, and sending it again would not help.
    Refused,
    /// Not printed; the studio was asked to send it again.
    Damaged,
}

impl DeliveryState {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Announced => "announced",
            Self::Unpaired => "unpaired",
            Self::Received => "received",
            Self::Verified => "verified",
            Self::Refused => "refused",
            Self::Damaged => "damaged",
        }
    }

    fn parse(text: &str) -> Self {
        let all =
            [Self::Unpaired, Self::Received, Self::Verified, Self::Refused, Self::Damaged, Self::Announced];
        all.into_iter().find(|s| s.as_str() == text).unwrap_or(Self::Announced)
    }
}

#[derive(Clone, Debug)]
pub struct DeliveryRow {
    pub order: OrderId,
    pub attempt: u32,
    pub state: DeliveryState,
    pub why: Option<String>,
    pub job: Option<LabOrder>,
    pub acknowledged: bool,
}

const COLUMNS: &str = "order_id, attempt, state, why, job, acknowledged";

fn read(row: &Row<'_>) -> Result<DeliveryRow> {
    let job: Option<String> = row.get(4)?;
    Ok(DeliveryRow {
        order: parsed(&row.get::<_, String>(0)?)?,
        attempt: row.get(1)?,
        state: DeliveryState::parse(&row.get::<_, String>(2)?),
        why: row.get(3)?,
        job: job.map(|j| serde_json::from_str(&j)).transpose()?,
        acknowledged: row.get(5)?,
    })
}

fn select(c: &Connection, condition: &str, values: impl rusqlite::Params) -> Result<Vec<DeliveryRow>> {
    let sql = format!("SELECT {COLUMNS} FROM deliveries WHERE {condition} ORDER BY learned_at, attempt");
    let mut query = c.prepare_cached(&sql)?;
    let mut rows = query.query(values)?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(read(row)?);
    }
    Ok(found)
}

impl Journal {
    /// True when this delivery was not known.
    pub fn learn(&self, order: OrderId, attempt: u32, studio: StudioId) -> Result<bool> {
        self.transact(|t| {
            let added = t.execute(
                "INSERT OR IGNORE INTO deliveries (order_id, attempt, number, studio, state, learned_at, changed_at)
                 VALUES (?1, ?2, ?3, ?4, 'announced', ?5, ?5)",
                params![order.to_string(), attempt, order.number(), studio.to_string(), now()],
            )?;
            Ok(added == 1)
        })
    }

    pub fn delivery(&self, order: OrderId, attempt: u32) -> Result<Option<DeliveryRow>> {
        let values = params![order.to_string(), attempt];
        Ok(self.read(|c| select(c, "order_id = ?1 AND attempt = ?2", values))?.pop())
    }

    pub fn deliveries(&self) -> Result<Vec<DeliveryRow>> {
        self.read(|c| select(c, "true", []))
    }

    /// What the receiver still has to do something about.
    pub fn open_deliveries(&self) -> Result<Vec<DeliveryRow>> {
        self.read(|c| {
            select(
                c,
                "state IN ('announced', 'received') OR (state IN ('received', 'verified') AND acknowledged = 0)
                 OR (state = 'damaged' AND again_sent = 0)",
                [],
            )
        })
    }

    /// The manifests are verified: the whole job goes to disk, and each line is reported as received.
    pub fn receive(&self, job: &LabOrder) -> Result<()> {
        self.transact(|t| {
            let id = job.order.to_string();
            t.execute(
                "UPDATE deliveries SET state = 'received', why = NULL, job = ?3, changed_at = ?4
                 WHERE order_id = ?1 AND attempt = ?2",
                params![id, job.attempt, serde_json::to_string(job)?, now()],
            )?;
            let mut reports = Vec::new();
            for line in &job.lines {
                let attempt = attempt_for(t, &id, line.line, job.attempt)?;
                let before = printed_before(t, &id, line.line, attempt)?;
                // Whoever signed the studio's remake knows of the prints before it, and of none since.
                let remake = job.remake.as_ref();
                let (hold, kind) = match before.filter(|b| remake.is_none_or(|r| *b >= r.attempt)) {
                    None => (None, None),
                    Some(before) => (
                        Some(format!(
                            "attempt {before} of this line was handed to a printer before; should attempt {attempt} be printed too?"
                        )),
                        Some("repeat"),
                    ),
                };
                // What an earlier, damaged attempt left behind is settled by this one.
                t.execute(
                    "UPDATE lines SET state = 'superseded', hold = NULL, hold_kind = NULL, changed_at = ?4
                     WHERE order_id = ?1 AND line = ?2 AND attempt < ?3 AND state IN ('received', 'waiting')",
                    params![id, line.line, attempt, now()],
                )?;
                t.execute(
                    "INSERT OR IGNORE INTO lines (order_id, line, attempt, delivery, number, copies, state, hold, hold_kind, remake_reason, changed_at)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'received', ?7, ?8, ?9, ?10)",
                    params![
                        id, line.line, attempt, job.attempt, job.number, line.quantity, hold, kind,
                        remake.map(|r| &r.why), now()
                    ],
                )?;
                reports.push(outbox::line(line.line, attempt, Stage::Received, hold));
            }
            outbox::enqueue(t, job.order, reports, None)
        })
    }

    /// Every file is here and right, and the ticket is written: its lines may be printed.
    pub fn verified(&self, job: &LabOrder) -> Result<()> {
        self.transact(|t| {
            let id = job.order.to_string();
            t.execute(
                "UPDATE deliveries SET state = 'verified', why = NULL, changed_at = ?3
                 WHERE order_id = ?1 AND attempt = ?2 AND state = 'received'",
                params![id, job.attempt, now()],
            )?;
            t.execute(
                "UPDATE lines SET state = 'waiting', changed_at = ?3
                 WHERE order_id = ?1 AND delivery = ?2 AND state = 'received'",
                params![id, job.attempt, now()],
            )?;
            let mut reports = Vec::new();
            for line in &job.lines {
                let attempt = attempt_for(t, &id, line.line, job.attempt)?;
                let row = super::lines::one(t, &id, line.line, attempt)?;
                if let Some(row) = row.filter(|r| r.state == LineState::Waiting) {
                    reports.push(outbox::line(line.line, attempt, Stage::Verified, row.hold));
                }
            }
            outbox::enqueue(t, job.order, reports, None)
        })
    }

    pub fn set_delivery(&self, order: OrderId, attempt: u32, state: DeliveryState, why: &str) -> Result<()> {
        self.transact(|t| {
            t.execute(
                "UPDATE deliveries SET state = ?3, why = ?4, changed_at = ?5 WHERE order_id = ?1 AND attempt = ?2",
                params![order.to_string(), attempt, state.as_str(), why, now()],
            )?;
            t.execute(
                "INSERT INTO notes (at, order_id, note) VALUES (?1, ?2, ?3)",
                params![now(), order.to_string(), format!("attempt {attempt}: {}: {why}", state.as_str())],
            )?;
            Ok(())
        })
    }

    /// Not printable, and asking again would not help: the studio sees each line on hold, with the reason.
    pub fn refuse(&self, order: OrderId, attempt: u32, lines: &[u32], why: &str) -> Result<()> {
        self.set_delivery(order, attempt, DeliveryState::Refused, why)?;
        self.transact(|t| {
            let hold = format!("the lab does not print it: {why}");
            let reports =
                lines.iter().map(|l| outbox::line(*l, attempt, Stage::Received, Some(hold.clone())));
            outbox::enqueue(t, order, reports.collect(), None)
        })
    }

    pub fn damaged_before(&self, order: OrderId) -> Result<u32> {
        self.read(|c| {
            let sql = "SELECT count(*) FROM deliveries WHERE order_id = ?1 AND state = 'damaged'";
            Ok(c.query_row(sql, [order.to_string()], |r| r.get(0))?)
        })
    }

    pub fn acknowledged(&self, order: OrderId, attempt: u32) -> Result<()> {
        self.mark(order, attempt, "acknowledged = 1")
    }

    /// The host says that it never got the acknowledgement of what we hold.
    pub fn unacknowledged(&self, order: OrderId, attempt: u32) -> Result<()> {
        self.mark(order, attempt, "acknowledged = 0")
    }

    pub fn asked_again(&self, order: OrderId, attempt: u32) -> Result<()> {
        self.mark(order, attempt, "again_sent = 1")
    }

    fn mark(&self, order: OrderId, attempt: u32, change: &'static str) -> Result<()> {
        self.transact(|t| {
            let sql = format!("UPDATE deliveries SET {change} WHERE order_id = ?1 AND attempt = ?2");
            t.execute(&sql, params![order.to_string(), attempt])?;
            Ok(())
        })
    }

    /// The order a number on a ticket means.
    pub fn order_by_number(&self, number: &str) -> Result<Option<OrderId>> {
        let plain: String =
            number.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_uppercase();
        self.read(|c| {
            let sql = "SELECT order_id FROM deliveries WHERE replace(number, '-', '') = ?1 OR order_id = ?2";
            let found: Option<String> =
                c.query_row(sql, params![plain, number.trim()], |r| r.get(0)).optional()?;
            found.map(|text| parsed(&text)).transpose()
        })
    }
}

/// Which attempt of the line a delivery is: its own number, unless the lab has remade the line meanwhile and that
/// number is taken. Studios count deliveries, labs count prints.
fn attempt_for(t: &Transaction<'_>, order: &str, line: u32, delivery: u32) -> Result<u32> {
    let known = "SELECT min(attempt) FROM lines WHERE order_id = ?1 AND line = ?2 AND delivery = ?3";
    let known: Option<u32> = t.query_row(known, params![order, line, delivery], |r| r.get(0))?;
    if let Some(attempt) = known {
        return Ok(attempt);
    }
    let taken = "SELECT EXISTS (SELECT 1 FROM lines WHERE order_id = ?1 AND line = ?2 AND attempt = ?3)";
    if !t.query_row(taken, params![order, line, delivery], |r| r.get(0))? {
        return Ok(delivery);
    }
    let next = "SELECT max(attempt) + 1 FROM lines WHERE order_id = ?1 AND line = ?2";
    Ok(t.query_row(next, params![order, line], |r| r.get(0))?)
}

/// An earlier attempt of this line that a printer may have got.
fn printed_before(t: &Transaction<'_>, order: &str, line: u32, attempt: u32) -> Result<Option<u32>> {
    let sql = "SELECT max(attempt) FROM lines WHERE order_id = ?1 AND line = ?2 AND attempt <> ?3
               AND state IN ('claimed', 'handing', 'handed', 'printed', 'shipped')";
    Ok(t.query_row(sql, params![order, line, attempt], |r| r.get(0))?)
}

#[cfg(test)]
mod tests {
    use wire::manifest::ManifestRemake;

    use super::*;
    use crate::{journal::lines::LineRow, output::samples};

    fn arrive(journal: &Journal, job: &LabOrder) {
        journal.learn(job.order, job.attempt, job.studio).unwrap();
        journal.receive(job).unwrap();
        journal.verified(job).unwrap();
    }

    fn print_all(journal: &Journal) {
        journal.transact(|t| Ok(t.execute("UPDATE lines SET state = 'printed'", [])?)).unwrap();
    }

    fn tries(journal: &Journal, line: u32) -> Vec<LineRow> {
        let mut rows = journal.lines().unwrap();
        rows.retain(|row| row.line == line);
        rows.sort_by_key(|row| row.attempt);
        rows
    }

    #[test]
    fn a_delivery_after_the_labs_own_remake_is_asked_about_and_not_dropped() {
        let folder = tempfile::tempdir().unwrap();
        let journal = Journal::open(&folder.path().join("journal")).unwrap();
        let first = samples::order();
        arrive(&journal, &first);
        print_all(&journal);
        assert_eq!(journal.remake(&tries(&journal, 1)[0], "scratched").unwrap(), 2);
        print_all(&journal);
        // The studio wants it again too, and counts deliveries.
        let second = LabOrder { attempt: 2, ..first };
        arrive(&journal, &second);
        // A delivery may come any number of times.
        arrive(&journal, &second);

        let one: Vec<_> = tries(&journal, 1).iter().map(|r| (r.attempt, r.delivery, r.state)).collect();
        let (printed, waiting) = (LineState::Printed, LineState::Waiting);
        assert_eq!(one, [(1, 1, printed), (2, 1, printed), (3, 2, waiting)]);
        let hold = tries(&journal, 1)[2].hold.clone().unwrap();
        assert!(hold.contains("attempt 2") && hold.contains("attempt 3"), "{hold}");
        let other: Vec<_> = tries(&journal, 2).iter().map(|r| (r.attempt, r.delivery, r.state)).collect();
        assert_eq!(other, [(1, 1, printed), (2, 2, waiting)]);
    }

    #[test]
    fn the_studios_remake_prints_once_more_without_a_question() {
        let folder = tempfile::tempdir().unwrap();
        let journal = Journal::open(&folder.path().join("journal")).unwrap();
        let first = samples::order();
        arrive(&journal, &first);
        print_all(&journal);
        let remake = Some(ManifestRemake { attempt: 2, why: "torn in the mail".into() });
        let second = LabOrder { attempt: 2, remake: remake.clone(), ..first.clone() };
        arrive(&journal, &second);
        let row = tries(&journal, 1).pop().unwrap();
        assert_eq!((row.attempt, row.state, row.hold), (2, LineState::Waiting, None));
        assert_eq!(row.remake_reason.as_deref(), Some("torn in the mail"));
        print_all(&journal);
        // Sent again after it was printed: that was not wished for.
        arrive(&journal, &LabOrder { attempt: 3, remake: remake.clone(), ..first.clone() });
        assert!(tries(&journal, 1).pop().unwrap().hold.is_some());
        // Nor where the lab made its own remake, which the studio may not know of.
        print_all(&journal);
        let last = tries(&journal, 2).pop().unwrap();
        assert_eq!(journal.remake(&last, "scratched").unwrap(), 4);
        print_all(&journal);
        let wish = Some(ManifestRemake { attempt: 4, why: "pale".into() });
        arrive(&journal, &LabOrder { attempt: 4, remake: wish, ..first });
        let row = tries(&journal, 2).pop().unwrap();
        assert!(row.attempt == 5 && row.hold.is_some(), "{row:?}");
        assert_eq!(tries(&journal, 1).pop().unwrap().hold, None);
    }
}
