//! Codes that pay or take something off, and how studios take money online.

use async_trait::async_trait;
use domain::{
    id::{OrderId, PriceListId, StudioId},
    order::{Discounted, Order},
    payment::{Prepaid, Provider},
};
use ports::{Page, PaymentBook, PortError, PortResult, order_book::Placed};
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::{Store, cursor, document, fault::Step};

const PREPAID: &str = "a prepaid code";
const PROVIDER: &str = "a payment provider";

fn prepaid(row: &Row<'_>) -> Step<Prepaid> {
    let mut prepaid: Prepaid = document::read(PREPAID, &row.get::<_, String>("json")?)?;
    let redeemed: Option<String> = row.get("redeemed")?;
    if redeemed.is_some() {
        prepaid.redeemed = Some(document::id(row, "redeemed")?);
    }
    Ok(prepaid)
}

fn one(db: &Connection, studio: StudioId, code_hash: &str) -> Step<Option<Prepaid>> {
    let mut statement =
        db.prepare_cached("SELECT json, redeemed FROM prepaid WHERE studio = ?1 AND code_hash = ?2")?;
    let mut rows = statement.query(params![studio.to_string(), code_hash])?;
    rows.next()?.map(prepaid).transpose()
}

fn uses(db: &Connection, list: PriceListId, code: &str) -> Step<u32> {
    let used = db
        .prepare_cached("SELECT used FROM code_uses WHERE list = ?1 AND code = ?2")?
        .query_row(params![list.to_string(), code], |r| r.get(0))
        .optional()?;
    Ok(used.unwrap_or(0))
}

/// Counts the use of the order's discount code and redeems its prepaid code. `Some`: why not, and nothing was
/// written. Within a write transaction, so nothing comes between looking and writing.
pub(crate) fn spend(db: &Connection, order: &Order) -> Step<Option<Placed>> {
    if let Some(Discounted { code, uses: Some(most), .. }) = &order.charges.discount
        && uses(db, order.price_list.0, code)? >= *most
    {
        return Ok(Some(Placed::CodeUsedUp));
    }
    if let Some(share) = &order.settlement.prepaid
        && one(db, order.studio, &share.code_hash)?.is_none_or(|p| p.redeemed.is_some())
    {
        return Ok(Some(Placed::PrepaidUsed));
    }
    count_use(db, order)?;
    redeem(db, order)?;
    Ok(None)
}

fn count_use(db: &Connection, order: &Order) -> Step<()> {
    let Some(discount) = &order.charges.discount else { return Ok(()) };
    db.prepare_cached(
        "INSERT INTO code_uses (list, code, used) VALUES (?1, ?2, 1)
         ON CONFLICT (list, code) DO UPDATE SET used = used + 1",
    )?
    .execute(params![order.price_list.0.to_string(), discount.code])?;
    Ok(())
}

fn redeem(db: &Connection, order: &Order) -> Step<()> {
    let Some(share) = &order.settlement.prepaid else { return Ok(()) };
    db.prepare_cached(
        "UPDATE prepaid SET redeemed = ?3 WHERE studio = ?1 AND code_hash = ?2 AND redeemed IS NULL",
    )?
    .execute(params![order.studio.to_string(), share.code_hash, order.id.to_string()])?;
    Ok(())
}

/// A use of the discount code is free again. The caller does it once, when the order is cancelled.
pub(crate) fn give_use_back(db: &Connection, order: &Order) -> Step<()> {
    let Some(discount) = &order.charges.discount else { return Ok(()) };
    db.prepare_cached("UPDATE code_uses SET used = used - 1 WHERE list = ?1 AND code = ?2 AND used > 0")?
        .execute(params![order.price_list.0.to_string(), discount.code])?;
    Ok(())
}

/// A cancelled order gives its prepaid code back.
pub(crate) fn give_back(db: &Connection, studio: StudioId, order: OrderId) -> Step<()> {
    db.prepare_cached("UPDATE prepaid SET redeemed = NULL WHERE studio = ?1 AND redeemed = ?2")?
        .execute(params![studio.to_string(), order.to_string()])?;
    Ok(())
}

#[async_trait]
impl PaymentBook for Store {
    async fn code_uses(&self, list: PriceListId, code: &str) -> PortResult<u32> {
        let code = code.to_owned();
        self.0.database.read(move |db| uses(db, list, &code)).await
    }

    async fn put_prepaid(&self, new: &Prepaid) -> PortResult<()> {
        let new = new.clone();
        self.0
            .database
            .write(move |db| {
                if let Some(mut held) = one(db, new.studio, &new.code_hash)? {
                    held.redeemed = new.redeemed;
                    let same = held == new;
                    return if same { Ok(()) } else { Err(PortError::conflict("the prepaid code").into()) };
                }
                let json = document::write(PREPAID, &new)?;
                db.execute(
                    "INSERT INTO prepaid (studio, code_hash, json) VALUES (?1, ?2, ?3)",
                    params![new.studio.to_string(), new.code_hash, json],
                )?;
                Ok(())
            })
            .await
    }

    async fn prepaid(&self, studio: StudioId, code_hash: &str) -> PortResult<Option<Prepaid>> {
        let code_hash = code_hash.to_owned();
        self.0.database.read(move |db| one(db, studio, &code_hash)).await
    }

    async fn prepaid_of(
        &self,
        studio: StudioId,
        cursor: Option<&str>,
        limit: u32,
    ) -> PortResult<Page<Prepaid>> {
        let after = cursor::text(cursor)?;
        let items = self
            .0
            .database
            .read(move |db| {
                let mut statement = db.prepare_cached(
                    "SELECT json, redeemed FROM prepaid WHERE studio = ?1 AND code_hash > ?2
                     ORDER BY code_hash LIMIT ?3",
                )?;
                let mut rows =
                    statement.query(params![studio.to_string(), after, cursor::one_more(limit)])?;
                let mut found = Vec::new();
                while let Some(row) = rows.next()? {
                    found.push(prepaid(row)?);
                }
                Ok(found)
            })
            .await?;
        Ok(cursor::page(items, limit, |last| last.code_hash.clone()))
    }

    async fn put_provider(&self, studio: StudioId, provider: Option<&Provider>) -> PortResult<()> {
        let provider = provider.cloned();
        self.0
            .database
            .write(move |db| {
                let studio = studio.to_string();
                match provider {
                    None => db.execute("DELETE FROM payment_providers WHERE studio = ?1", [studio])?,
                    Some(provider) => db.execute(
                        "INSERT INTO payment_providers (studio, json) VALUES (?1, ?2)
                         ON CONFLICT (studio) DO UPDATE SET json = excluded.json",
                        params![studio, document::write(PROVIDER, &provider)?],
                    )?,
                };
                Ok(())
            })
            .await
    }

    async fn provider(&self, studio: StudioId) -> PortResult<Option<Provider>> {
        let sql = "SELECT json FROM payment_providers WHERE studio = ?1";
        self.0.database.read(move |db| document::one(db, PROVIDER, sql, [studio.to_string()])).await
    }
}
