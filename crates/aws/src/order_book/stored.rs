//! An order as items: its JSON, deflated (RFC 1951), in pieces of at most 300 kB.
//!
//! 500 lines of one picture deflate to about 50 kB and are one item. Only lines of many pictures each need
//! more pieces; 500 lines of 32, the most there can be, are 1.4 MB and 5. They are all written in one transaction, and each carries the order's revision.

use std::io::Read;

use domain::{id::OrderId, order::Order};
use flate2::{Compression, read::DeflateDecoder, read::DeflateEncoder};
use ports::{PortError, PortResult};
use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;

use crate::{
    keys,
    table::{Item, Query, Range, TRIES, Table, Write, back_off},
};

pub(super) const ORDER: &str = "the order";
/// An item has at most 400 kB.
const PIECE: usize = 300_000;
/// A transaction has at most 4 MB.
const MAX_PIECES: usize = 10;
/// What an order may unfold to, whatever is stored: 500 lines of 32 pictures are about 6 MB.
const MAX_JSON: u64 = 64 * 1024 * 1024;

#[derive(Serialize, Deserialize)]
pub(super) struct Piece {
    pk: String,
    pub sk: String,
    rev: u64,
    /// In the first piece: how many there are.
    #[serde(default)]
    pieces: usize,
    z: ByteBuf,
}

fn deflate(order: &Order) -> PortResult<Vec<u8>> {
    let json = serde_json::to_vec(order).map_err(|e| PortError::corrupt(ORDER, e))?;
    let mut out = Vec::new();
    let mut encoder = DeflateEncoder::new(json.as_slice(), Compression::default());
    encoder.read_to_end(&mut out).map_err(|e| PortError::corrupt(ORDER, e))?;
    Ok(out)
}

fn inflate(bytes: &[u8]) -> PortResult<Order> {
    let mut json = Vec::new();
    let mut decoder = DeflateDecoder::new(bytes).take(MAX_JSON);
    decoder.read_to_end(&mut json).map_err(|e| PortError::corrupt(ORDER, e))?;
    serde_json::from_slice(&json).map_err(|e| PortError::corrupt(ORDER, e))
}

/// The first piece comes first; it alone carries conditions.
pub(super) fn writes(order: &Order) -> PortResult<Vec<Write>> {
    let bytes = deflate(order)?;
    let pieces: Vec<&[u8]> = bytes.chunks(PIECE).collect();
    if pieces.len() > MAX_PIECES {
        let why = format!("it takes {} kB; please place it as two orders", bytes.len() / 1_000);
        return Err(PortError::invalid(ORDER, why));
    }
    let write = |(n, piece): (usize, &&[u8])| {
        let key = if n == 0 { keys::order(order.id) } else { keys::lines(order.id, n) };
        let (pk, sk) = (key.pk, key.sk);
        let count = if n == 0 { pieces.len() } else { 0 };
        let z = ByteBuf::from(piece.to_vec());
        Write::put(ORDER, &Piece { pk, sk, rev: order.revision, pieces: count, z })
    };
    pieces.iter().enumerate().map(write).collect()
}

/// `None`: the pieces are of different revisions; read them again.
pub(super) fn join(mut pieces: Vec<Piece>) -> PortResult<Option<Order>> {
    pieces.sort_by_key(|piece| (piece.pieces == 0, piece.sk.clone()));
    let Some(first) = pieces.first() else { return Ok(None) };
    let (rev, count) = (first.rev, first.pieces);
    // Pieces beyond the count are of an earlier, longer revision.
    pieces.truncate(count);
    if pieces.len() < count || pieces.iter().any(|piece| piece.rev != rev) {
        return Ok(None);
    }
    let bytes: Vec<u8> = pieces.into_iter().flat_map(|piece| piece.z.into_vec()).collect();
    inflate(&bytes).map(Some)
}

pub(super) async fn read(table: &Table, id: OrderId) -> PortResult<Option<Order>> {
    let first: Option<Piece> = table.get(ORDER, &keys::order(id)).await?;
    match first {
        None => Ok(None),
        Some(first) => complete(table, id, first).await.map(Some),
    }
}

/// The order a first piece begins; most are whole already.
pub(super) async fn complete(table: &Table, id: OrderId, first: Piece) -> PortResult<Order> {
    if first.pieces == 1 {
        return inflate(&first.z);
    }
    let rest = Range::Between(keys::LINES.to_owned(), keys::order(id).sk);
    let query = Query::of(keys::of_order(id)).range(rest);
    for attempt in 0..TRIES {
        let pieces: Vec<Piece> = table.rows(ORDER, &query, None).await?;
        if let Some(order) = join(pieces)? {
            return Ok(order);
        }
        back_off(attempt).await;
    }
    Err(PortError::conflict(ORDER))
}

/// Many orders, in the order of the ids.
pub(super) async fn read_many(table: &Table, ids: &[OrderId]) -> PortResult<Vec<Order>> {
    let keys: Vec<_> = ids.iter().map(|id| keys::order(*id)).collect();
    let pieces: Vec<Piece> = table.batch(ORDER, &keys, true).await?;
    let mut orders = Vec::with_capacity(pieces.len());
    for piece in pieces {
        let id = piece.pk.rsplit('#').next().unwrap_or_default().parse();
        orders.push(complete(table, id.map_err(|e| PortError::corrupt(ORDER, e))?, piece).await?);
    }
    Ok(orders)
}

pub(super) fn is_piece(item: &Item) -> bool {
    crate::table::text(item, "sk").is_some_and(|sk| sk == "ORDER" || sk.starts_with(keys::LINES))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::order_book::sample::order;

    fn pieces(order: &Order) -> Vec<Piece> {
        let bytes = deflate(order).unwrap();
        let count = bytes.chunks(PIECE).len();
        let piece = |(n, z): (usize, &[u8])| Piece {
            pk: keys::of_order(order.id),
            sk: if n == 0 { keys::order(order.id).sk } else { keys::lines(order.id, n).sk },
            rev: order.revision,
            pieces: if n == 0 { count } else { 0 },
            z: ByteBuf::from(z.to_vec()),
        };
        bytes.chunks(PIECE).enumerate().map(piece).collect()
    }

    #[test]
    fn five_hundred_prints_are_one_small_item() {
        let stored = pieces(&order(500, 1));
        assert_eq!(stored.len(), 1);
        assert!(stored[0].z.len() < 70_000, "{} bytes", stored[0].z.len());
    }

    #[test]
    fn the_largest_order_there_can_be_fits_into_a_transaction() {
        // 500 lines of 32 pictures: the most that a price list and an order allow.
        let order = order(500, 32);
        let stored = pieces(&order);
        assert!((2..=MAX_PIECES).contains(&stored.len()), "{} pieces", stored.len());
        assert!(writes(&order).unwrap().len() == stored.len());
        assert!(join(stored).unwrap() == Some(order));
    }

    #[test]
    fn pieces_of_different_revisions_are_not_joined() {
        let order = order(500, 8);
        let mut stored = pieces(&order);
        assert!(stored.len() > 1);
        stored[1].rev += 1;
        assert_eq!(join(stored).unwrap(), None);
        let mut shorter = pieces(&order);
        shorter.pop();
        assert_eq!(join(shorter).unwrap(), None, "one is missing");
        // What an earlier, longer revision left behind is not part of it.
        let mut longer = pieces(&order);
        let left = Piece { pk: String::new(), sk: "LINES#009".into(), rev: 7, pieces: 0, z: ByteBuf::new() };
        longer.push(left);
        assert!(join(longer).unwrap() == Some(order));
    }
}
