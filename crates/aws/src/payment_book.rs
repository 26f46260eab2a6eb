//! Codes that pay or take something off, and how studios take money online.
//!
//! A prepaid code is an item whose attribute `redeemed` is written once, on the condition that it is not there;
//! a discount code's uses are a counter, incremented on the condition that it is below the limit.

use async_trait::async_trait;
use domain::{
    id::{OrderId, PriceListId, StudioId},
    order::{Discounted, Order},
    payment::{Prepaid, Provider},
};
use ports::{Page, PaymentBook, PortError, PortResult};
use serde::{Deserialize, Serialize};

use crate::{
    Store, cursor, keys,
    table::{Done, Query, Row, Write},
};

const PREPAID: &str = "the prepaid code";
const PROVIDER: &str = "the payment provider";
const USES: &str = "the uses of a discount code";

#[derive(Serialize, Deserialize)]
struct StoredPrepaid {
    pk: String,
    sk: String,
    doc: Prepaid,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    redeemed: Option<OrderId>,
}

impl StoredPrepaid {
    fn whole(self) -> Prepaid {
        Prepaid { redeemed: self.redeemed, ..self.doc }
    }
}

#[derive(Deserialize)]
struct Uses {
    /// A use that was given back without having been counted makes it negative.
    n: i64,
}

/// What placing the order writes besides the order.
pub(crate) struct Spend {
    pub discount: Option<Write>,
    pub prepaid: Option<Write>,
}

pub(crate) fn spend(order: &Order) -> Spend {
    let count = |d: &Discounted| {
        let write =
            Write::update(keys::code_uses(order.price_list.0, &d.code), "ADD n :one").number(":one", 1);
        match d.uses {
            Some(most) => write.when("attribute_not_exists(n) OR n < :most").number(":most", most),
            None => write,
        }
    };
    let redeem = |code_hash: &str| {
        Write::update(keys::prepaid(order.studio, code_hash), "SET redeemed = :order")
            .when("attribute_exists(pk) AND attribute_not_exists(redeemed)")
            .text(":order", order.id.to_string())
    };
    Spend {
        discount: order.charges.discount.as_ref().map(count),
        prepaid: order.settlement.prepaid.as_ref().map(|share| redeem(&share.code_hash)),
    }
}

/// A cancelled order gives its prepaid code and the use of its discount code back, in the transaction that
/// cancels it.
pub(crate) fn give_back(order: &Order) -> Vec<Write> {
    let prepaid = order.settlement.prepaid.as_ref().map(|share| {
        Write::update(keys::prepaid(order.studio, &share.code_hash), "REMOVE redeemed")
            .when("redeemed = :order")
            .text(":order", order.id.to_string())
    });
    let discount = order.charges.discount.as_ref().map(|d| {
        Write::update(keys::code_uses(order.price_list.0, &d.code), "ADD n :less").number(":less", -1)
    });
    prepaid.into_iter().chain(discount).collect()
}

#[async_trait]
impl PaymentBook for Store {
    async fn code_uses(&self, list: PriceListId, code: &str) -> PortResult<u32> {
        let held: Option<Uses> = self.table().get(USES, &keys::code_uses(list, code)).await?;
        Ok(held.map_or(0, |held| u32::try_from(held.n).unwrap_or(0)))
    }

    async fn put_prepaid(&self, new: &Prepaid) -> PortResult<()> {
        let key = keys::prepaid(new.studio, &new.code_hash);
        let doc = Prepaid { redeemed: None, ..new.clone() };
        let stored = StoredPrepaid { pk: key.pk, sk: key.sk, doc, redeemed: None };
        let write = Write::put(PREPAID, &stored)?.when_new();
        if self.table().commit(&[write]).await? == Done::Yes {
            return Ok(());
        }
        let held: Option<StoredPrepaid> =
            self.table().get(PREPAID, &keys::prepaid(new.studio, &new.code_hash)).await?;
        match held {
            Some(held) if held.doc == stored.doc => Ok(()),
            _ => Err(PortError::conflict(PREPAID)),
        }
    }

    async fn prepaid(&self, studio: StudioId, code_hash: &str) -> PortResult<Option<Prepaid>> {
        let held: Option<StoredPrepaid> =
            self.table().get(PREPAID, &keys::prepaid(studio, code_hash)).await?;
        Ok(held.map(StoredPrepaid::whole))
    }

    async fn prepaid_of(
        &self,
        studio: StudioId,
        cursor: Option<&str>,
        limit: u32,
    ) -> PortResult<Page<Prepaid>> {
        let query = Query::of(keys::prepaid_of(studio)).after(cursor::decode(cursor)?);
        let rows: Vec<StoredPrepaid> = self.table().rows(PREPAID, &query, Some(limit as usize + 1)).await?;
        let items = rows.into_iter().map(StoredPrepaid::whole).collect();
        Ok(cursor::page(items, limit, |p: &Prepaid| p.code_hash.clone()))
    }

    async fn put_provider(&self, studio: StudioId, provider: Option<&Provider>) -> PortResult<()> {
        let key = keys::provider(studio);
        let write = match provider {
            None => Write::delete(key),
            Some(provider) => Write::put(PROVIDER, &Row::new(key, provider))?,
        };
        self.table().commit(&[write]).await?;
        Ok(())
    }

    async fn provider(&self, studio: StudioId) -> PortResult<Option<Provider>> {
        self.table().doc(PROVIDER, &keys::provider(studio)).await
    }
}
