//! Studios, machines, labs, enrolment tokens, pairings and leases.

use async_trait::async_trait;
use domain::{
    Millis,
    fulfilment::{Lease, take_lease},
    id::{LabId, MachineId, ReceiverId, StudioId},
    studio::{Lab, Machine, Pairing, PairingState, PublicKey, Studio},
};
use ports::{Directory, Page, PortError, PortResult, directory::EnrolmentToken};
use rusqlite::{Connection, OptionalExtension, params};

use crate::{
    Store, cursor, document,
    fault::{Fault, Step},
};

const STUDIO: &str = "a studio's record";
const MACHINE: &str = "a machine's record";
const LAB: &str = "a lab's record";
const TOKEN: &str = "an enrolment token";
const PAIRING: &str = "a pairing";

fn studio(db: &Connection, id: StudioId) -> Step<Option<Studio>> {
    document::one(db, STUDIO, "SELECT json FROM studios WHERE id = ?1", [id.to_string()])
}

fn write_studio(db: &Connection, studio: &Studio) -> Step<()> {
    db.prepare_cached(
        "INSERT INTO studios (id, json) VALUES (?1, ?2) ON CONFLICT (id) DO UPDATE SET json = excluded.json",
    )?
    .execute(params![studio.id.to_string(), document::write(STUDIO, studio)?])?;
    Ok(())
}

fn machine(db: &Connection, id: MachineId) -> Step<Option<Machine>> {
    let found = db
        .prepare_cached("SELECT json, last_seen_at FROM machines WHERE id = ?1")?
        .query_row([id.to_string()], |r| Ok((r.get::<_, String>(0)?, r.get(1)?)))
        .optional()?;
    found.map(|(json, seen)| with_seen(&json, seen)).transpose()
}

fn with_seen(json: &str, seen: i64) -> Step<Machine> {
    let machine: Machine = document::read(MACHINE, json)?;
    Ok(Machine { last_seen_at: Millis(seen), ..machine })
}

fn lab(db: &Connection, id: LabId) -> Step<Option<Lab>> {
    let found = db
        .prepare_cached("SELECT json, last_seen_at FROM labs WHERE id = ?1")?
        .query_row([id.to_string()], |r| Ok((r.get::<_, String>(0)?, r.get(1)?)))
        .optional()?;
    found.map(|(json, seen)| lab_with_seen(&json, seen)).transpose()
}

fn lab_with_seen(json: &str, seen: i64) -> Step<Lab> {
    let lab: Lab = document::read(LAB, json)?;
    Ok(Lab { last_seen_at: Millis(seen), ..lab })
}

fn write_lab(db: &Connection, lab: &Lab) -> Step<()> {
    db.prepare_cached(
        "INSERT INTO labs (id, last_seen_at, json) VALUES (?1, ?2, ?3)
         ON CONFLICT (id) DO UPDATE SET json = excluded.json, last_seen_at = max(last_seen_at, excluded.last_seen_at)",
    )?
    .execute(params![lab.id.to_string(), lab.last_seen_at.0, document::write(LAB, lab)?])?;
    Ok(())
}

fn token(db: &Connection, hash: &str) -> Step<Option<EnrolmentToken>> {
    document::one(db, TOKEN, "SELECT json FROM tokens WHERE hash = ?1", [hash])
}

fn write_token(db: &Connection, hash: &str, token: &EnrolmentToken) -> Step<()> {
    db.prepare_cached(
        "INSERT INTO tokens (hash, json) VALUES (?1, ?2) ON CONFLICT (hash) DO UPDATE SET json = excluded.json",
    )?
    .execute(params![hash, document::write(TOKEN, token)?])?;
    Ok(())
}

fn pairing(db: &Connection, studio: StudioId, lab: LabId) -> Step<Option<Pairing>> {
    document::one(
        db,
        PAIRING,
        "SELECT json FROM pairings WHERE studio = ?1 AND lab = ?2",
        [studio.to_string(), lab.to_string()],
    )
}

fn write_pairing(db: &Connection, pairing: &Pairing) -> Step<()> {
    db.prepare_cached(
        "INSERT INTO pairings (studio, lab, json) VALUES (?1, ?2, ?3)
         ON CONFLICT (studio, lab) DO UPDATE SET json = excluded.json",
    )?
    .execute([
        pairing.studio.to_string(),
        pairing.lab.to_string(),
        document::write(PAIRING, pairing)?,
    ])?;
    Ok(())
}

pub(crate) fn lease(db: &Connection, lab: LabId) -> Step<Option<Lease>> {
    let mut statement = db.prepare_cached("SELECT receiver, fence, expires_at FROM leases WHERE lab = ?1")?;
    let mut rows = statement.query([lab.to_string()])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    Ok(Some(Lease {
        lab,
        receiver: document::id(row, "receiver")?,
        fence: row.get("fence")?,
        expires_at: Millis(row.get("expires_at")?),
    }))
}

fn missing(what: &str) -> Fault {
    PortError::invalid(what, "there is none with this id").into()
}

#[async_trait]
impl Directory for Store {
    async fn put_studio(&self, new: &Studio) -> PortResult<()> {
        let mut new = new.clone();
        self.0
            .database
            .write(move |db| {
                // A key once set stays, whatever an operator's older copy says.
                new.key = studio(db, new.id)?.and_then(|s| s.key).or(new.key);
                write_studio(db, &new)
            })
            .await
    }

    async fn studio(&self, id: StudioId) -> PortResult<Option<Studio>> {
        self.0.database.read(move |db| studio(db, id)).await
    }

    async fn studios(&self, cursor: Option<&str>, limit: u32) -> PortResult<Page<Studio>> {
        let after = cursor::text(cursor)?;
        let sql = "SELECT json FROM studios WHERE id > ?1 ORDER BY id LIMIT ?2";
        let read = move |db: &_| document::all(db, STUDIO, sql, params![after, cursor::one_more(limit)]);
        let found = self.0.database.read(move |db| read(db)).await?;
        Ok(cursor::page(found, limit, |s: &Studio| s.id.to_string()))
    }

    async fn set_studio_key(&self, id: StudioId, key: PublicKey) -> PortResult<()> {
        self.0
            .database
            .write(move |db| {
                let found = studio(db, id)?.ok_or_else(|| missing("the studio"))?;
                match found.key {
                    Some(held) if held == key => Ok(()),
                    Some(_) => Err(PortError::conflict("the studio's key").into()),
                    None => write_studio(db, &Studio { key: Some(key), ..found }),
                }
            })
            .await
    }

    async fn put_token(&self, hash: &str, token: &EnrolmentToken) -> PortResult<()> {
        let (hash, token) = (hash.to_owned(), token.clone());
        self.0.database.write(move |db| write_token(db, &hash, &token)).await
    }

    async fn token(&self, hash: &str) -> PortResult<Option<EnrolmentToken>> {
        let hash = hash.to_owned();
        self.0.database.read(move |db| token(db, &hash)).await
    }

    async fn use_token(&self, hash: &str, who: &str, now: Millis) -> PortResult<EnrolmentToken> {
        let (hash, who) = (hash.to_owned(), who.to_owned());
        self.0
            .database
            .write(move |db| {
                let mut found = token(db, &hash)?.ok_or_else(|| missing("the token"))?;
                match &found.used_by {
                    Some(used_by) if *used_by == who => {}
                    None if found.expires_at > now => {
                        found.used_by = Some(who);
                        write_token(db, &hash, &found)?;
                    }
                    _ => return Err(PortError::conflict("the token").into()),
                }
                Ok(found)
            })
            .await
    }

    async fn put_machine(&self, new: &Machine) -> PortResult<()> {
        let mut new = new.clone();
        self.0
            .database
            .write(move |db| {
                if let Some(held) = machine(db, new.id)? {
                    if held.device_key != new.device_key || held.studio != new.studio {
                        return Err(PortError::conflict("the machine").into());
                    }
                    new.enrolled_at = held.enrolled_at;
                    new.last_seen_at = new.last_seen_at.max(held.last_seen_at);
                }
                db.prepare_cached(
                    "INSERT INTO machines (id, studio, last_seen_at, json) VALUES (?1, ?2, ?3, ?4)
                     ON CONFLICT (id) DO UPDATE SET json = excluded.json, last_seen_at = excluded.last_seen_at",
                )?
                .execute(params![
                    new.id.to_string(),
                    new.studio.to_string(),
                    new.last_seen_at.0,
                    document::write(MACHINE, &new)?
                ])?;
                Ok(())
            })
            .await
    }

    async fn machine(&self, id: MachineId) -> PortResult<Option<Machine>> {
        self.0.database.read(move |db| machine(db, id)).await
    }

    async fn machines(&self, studio: StudioId) -> PortResult<Vec<Machine>> {
        self.0
            .database
            .read(move |db| {
                let mut statement = db.prepare_cached(
                    "SELECT json, last_seen_at FROM machines WHERE studio = ?1 ORDER BY id",
                )?;
                let rows = statement
                    .query_map([studio.to_string()], |r| Ok((r.get::<_, String>(0)?, r.get(1)?)))?
                    .collect::<Result<Vec<_>, _>>()?;
                rows.iter().map(|(json, seen)| with_seen(json, *seen)).collect()
            })
            .await
    }

    async fn machine_seen(&self, id: MachineId, at: Millis) -> PortResult<()> {
        let sql = "UPDATE machines SET last_seen_at = max(last_seen_at, ?2) WHERE id = ?1";
        self.0.database.write(move |db| Ok(db.execute(sql, params![id.to_string(), at.0]).map(drop)?)).await
    }

    async fn put_lab(&self, new: &Lab) -> PortResult<()> {
        let mut new = new.clone();
        self.0
            .database
            .write(move |db| {
                new.key = lab(db, new.id)?.and_then(|l| l.key).or(new.key);
                write_lab(db, &new)
            })
            .await
    }

    async fn lab(&self, id: LabId) -> PortResult<Option<Lab>> {
        self.0.database.read(move |db| lab(db, id)).await
    }

    async fn labs(&self, cursor: Option<&str>, limit: u32) -> PortResult<Page<Lab>> {
        let after = cursor::text(cursor)?;
        let found = self
            .0
            .database
            .read(move |db| {
                let mut statement = db.prepare_cached(
                    "SELECT json, last_seen_at FROM labs WHERE id > ?1 ORDER BY id LIMIT ?2",
                )?;
                let rows = statement
                    .query_map(params![after, cursor::one_more(limit)], |r| {
                        Ok((r.get::<_, String>(0)?, r.get(1)?))
                    })?
                    .collect::<Result<Vec<_>, _>>()?;
                rows.iter().map(|(json, seen)| lab_with_seen(json, *seen)).collect::<Step<Vec<_>>>()
            })
            .await?;
        Ok(cursor::page(found, limit, |l: &Lab| l.id.to_string()))
    }

    async fn lab_seen(&self, id: LabId, at: Millis) -> PortResult<()> {
        let sql = "UPDATE labs SET last_seen_at = max(last_seen_at, ?2) WHERE id = ?1";
        self.0.database.write(move |db| Ok(db.execute(sql, params![id.to_string(), at.0]).map(drop)?)).await
    }

    async fn set_lab_key(&self, id: LabId, key: PublicKey) -> PortResult<()> {
        self.0
            .database
            .write(move |db| {
                let found = lab(db, id)?.ok_or_else(|| missing("the lab"))?;
                match found.key {
                    Some(held) if held == key => Ok(()),
                    Some(_) => Err(PortError::conflict("the lab's key").into()),
                    None => write_lab(db, &Lab { key: Some(key), ..found }),
                }
            })
            .await
    }

    async fn put_pairing(&self, new: &Pairing) -> PortResult<()> {
        let mut new = new.clone();
        self.0
            .database
            .write(move |db| {
                let held = pairing(db, new.studio, new.lab)?;
                if let Some(held) = held
                    && held.studio_key == new.studio_key
                    && held.proof == new.proof
                {
                    new.state = held.state;
                    new.asked_at = held.asked_at;
                }
                write_pairing(db, &new)
            })
            .await
    }

    async fn answer_pairing(
        &self,
        studio: StudioId,
        lab: LabId,
        state: PairingState,
    ) -> PortResult<Option<Pairing>> {
        self.0
            .database
            .write(move |db| {
                let Some(held) = pairing(db, studio, lab)? else { return Ok(None) };
                let answered = Pairing { state, ..held };
                write_pairing(db, &answered)?;
                Ok(Some(answered))
            })
            .await
    }

    async fn pairing(&self, studio: StudioId, lab: LabId) -> PortResult<Option<Pairing>> {
        self.0.database.read(move |db| pairing(db, studio, lab)).await
    }

    async fn pairings_of_lab(&self, lab: LabId) -> PortResult<Vec<Pairing>> {
        let sql = "SELECT json FROM pairings WHERE lab = ?1 ORDER BY studio";
        self.0.database.read(move |db| document::all(db, PAIRING, sql, [lab.to_string()])).await
    }

    async fn pairings_of_studio(&self, studio: StudioId) -> PortResult<Vec<Pairing>> {
        let sql = "SELECT json FROM pairings WHERE studio = ?1 ORDER BY lab";
        self.0.database.read(move |db| document::all(db, PAIRING, sql, [studio.to_string()])).await
    }

    async fn take_lease(
        &self,
        lab: LabId,
        receiver: ReceiverId,
        now: Millis,
        ttl: i64,
    ) -> PortResult<Option<Lease>> {
        self.0
            .database
            .write(move |db| {
                let held = lease(db, lab)?;
                let Some(taken) = take_lease(held.as_ref(), lab, receiver, now, ttl) else { return Ok(None) };
                db.prepare_cached(
                    "INSERT INTO leases (lab, receiver, fence, expires_at) VALUES (?1, ?2, ?3, ?4)
                     ON CONFLICT (lab) DO UPDATE SET receiver = excluded.receiver, fence = excluded.fence,
                       expires_at = excluded.expires_at",
                )?
                .execute(params![
                    lab.to_string(),
                    taken.receiver.to_string(),
                    taken.fence,
                    taken.expires_at.0
                ])?;
                Ok(Some(taken))
            })
            .await
    }

    async fn lease(&self, lab: LabId) -> PortResult<Option<Lease>> {
        self.0.database.read(move |db| lease(db, lab)).await
    }
}
