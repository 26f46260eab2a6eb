//! Changing what is published: newer numbers only, tombstones for what is gone.

use std::collections::BTreeMap;

use domain::{
    id::{GalleryId, MachineId, PhotoId},
    photo::PhotoChange,
};
use futures_util::{StreamExt, TryStreamExt, stream};
use ports::{PortError, PortResult, photo_index::Applied};

use super::{
    PHOTO, facets,
    item::PhotoItem,
    members::{self, Member},
};
use crate::{
    keys::{self, Key},
    table::{self, Done, Item, Query, TRIES, Table, Write},
};

const MAX_CHANGES: usize = 100;
/// Photos written at a time.
const AT_ONCE: usize = 8;
/// The most one transaction holds.
const TRANSACTION: usize = 100;

/// What is stored of a photo, as far as a change needs it.
#[derive(Default)]
struct Held {
    seq: Option<u64>,
    shown: bool,
    members: Vec<Member>,
}

impl Held {
    fn of(gallery: GalleryId, item: Option<PhotoItem>) -> PortResult<Self> {
        let Some(item) = item else { return Ok(Self::default()) };
        let seq = Some(item.q);
        let photo = item.photo(gallery)?;
        Ok(Self { seq, shown: photo.is_some(), members: photo.as_ref().map(members::of).unwrap_or_default() })
    }
}

pub(super) async fn apply(
    table: &Table,
    gallery: GalleryId,
    changes: &[PhotoChange],
) -> PortResult<Vec<Applied>> {
    if changes.len() > MAX_CHANGES {
        let why = format!("more than {MAX_CHANGES} changes at once");
        return Err(PortError::invalid("the batch", why));
    }
    // Changes of one photo go one after the other, different photos side by side.
    let mut by_photo = BTreeMap::<PhotoId, Vec<usize>>::new();
    for (place, change) in changes.iter().enumerate() {
        let of = match change {
            PhotoChange::Publish(photo) => photo.gallery,
            PhotoChange::Withdraw { gallery, .. } => *gallery,
        };
        if of != gallery {
            return Err(PortError::invalid("the batch", "a change is for another gallery"));
        }
        by_photo.entry(change.photo()).or_default().push(place);
    }
    let keys: Vec<Key> = by_photo.keys().map(|id| keys::photo(gallery, *id)).collect();
    let held: Vec<PhotoItem> = table.batch(PHOTO, &keys, true).await?;
    let mut held: BTreeMap<PhotoId, PhotoItem> = held.into_iter().map(|item| (item.sk, item)).collect();
    let work: Vec<(Vec<usize>, Option<PhotoItem>)> =
        by_photo.into_iter().map(|(id, places)| (places, held.remove(&id))).collect();
    let done: Vec<Vec<(usize, Applied)>> = stream::iter(work)
        .map(|(places, item)| async move {
            let mut item = Some(item);
            let mut answers = Vec::with_capacity(places.len());
            for place in places {
                answers.push((place, one(table, gallery, &changes[place], item.take()).await?));
            }
            PortResult::Ok(answers)
        })
        .buffer_unordered(AT_ONCE)
        .try_collect()
        .await?;
    let mut applied = vec![Applied::Stale; changes.len()];
    for (place, answer) in done.into_iter().flatten() {
        applied[place] = answer;
    }
    Ok(applied)
}

/// `known`: the photo's item as it was read a moment ago, if it was.
async fn one(
    table: &Table,
    gallery: GalleryId,
    change: &PhotoChange,
    known: Option<Option<PhotoItem>>,
) -> PortResult<Applied> {
    let (id, seq) = match change {
        PhotoChange::Publish(photo) => (photo.id, photo.seq),
        PhotoChange::Withdraw { photo, seq, .. } => (*photo, *seq),
    };
    let mut known = known;
    for attempt in 0..TRIES {
        let item = match known.take() {
            Some(item) => item,
            None => table.get(PHOTO, &keys::photo(gallery, id)).await?,
        };
        let held = Held::of(gallery, item)?;
        if held.seq.is_some_and(|held| held >= seq) {
            return Ok(Applied::Stale);
        }
        let done = match change {
            PhotoChange::Publish(photo) => {
                let new = members::of(photo);
                let rest = vec![facets::put(photo)?];
                write(table, &held, &PhotoItem::of(photo), &new, rest).await?
            }
            PhotoChange::Withdraw { .. } => {
                write(table, &held, &PhotoItem::tombstone(gallery, id, seq), &[], gone(&held, gallery, id))
                    .await?
            }
        };
        match done {
            Done::Yes => return Ok(Applied::Yes),
            Done::Refused(_) => table::back_off(attempt).await,
        }
    }
    Err(PortError::conflict(PHOTO))
}

fn gone(held: &Held, gallery: GalleryId, photo: PhotoId) -> Vec<Write> {
    if held.shown { vec![facets::delete(gallery, photo)] } else { vec![] }
}

/// A photo's items over those that are held: in one transaction, if they fit into one.
///
/// A picture of a whole school does not. Then new memberships come first and old ones go last: a listing
/// asks the photo itself whether a membership still holds, so what is left behind shows nothing.
async fn write(
    table: &Table,
    held: &Held,
    item: &PhotoItem,
    members: &[Member],
    rest: Vec<Write>,
) -> PortResult<Done> {
    let photo = Write::put(PHOTO, item)?;
    let photo = match held.seq {
        None => photo.when_new(),
        Some(held) => photo.when("q = :held").number(":held", held),
    };
    let kept = |key: &Key| members.iter().any(|m| m.key() == *key);
    let old: Vec<Write> =
        held.members.iter().map(Member::key).filter(|key| !kept(key)).map(Write::delete).collect();
    let new = members.iter().map(Member::put).collect::<PortResult<Vec<_>>>()?;
    let mut writes = vec![photo];
    writes.extend(rest);
    if writes.len() + old.len() + new.len() <= TRANSACTION {
        writes.extend(old);
        writes.extend(new);
        return table.commit(&writes).await;
    }
    let items: Result<Vec<Item>, _> = members.iter().map(serde_dynamo::to_item).collect();
    table.put_all(items.map_err(|e| PortError::corrupt(PHOTO, e))?).await?;
    let done = table.commit(&writes).await?;
    if done == Done::Yes {
        for chunk in old.chunks(TRANSACTION) {
            table.commit(chunk).await?;
        }
    }
    Ok(done)
}

async fn items(table: &Table, gallery: GalleryId) -> PortResult<Vec<PhotoItem>> {
    table.rows(PHOTO, &Query::of(keys::photos_of(gallery)), None).await
}

pub(super) async fn adopt(
    table: &Table,
    gallery: GalleryId,
    from: MachineId,
    to: MachineId,
) -> PortResult<u64> {
    let bytes = |id: MachineId| {
        let blob = aws_sdk_dynamodb::primitives::Blob::new(id.as_bytes());
        aws_sdk_dynamodb::types::AttributeValue::B(blob)
    };
    if from == to {
        return Ok(0);
    }
    let at_home = |item: &PhotoItem| item.h.as_ref().is_some_and(|h| h.as_slice() == from.as_bytes());
    let mine: Vec<PhotoItem> = items(table, gallery).await?.into_iter().filter(at_home).collect();
    let moved: Vec<bool> = stream::iter(mine)
        .map(|item| async move {
            let write = Write::update(Key::new(item.pk, item.sk.to_string()), "SET h = :to")
                .when("h = :from")
                .value(":from", bytes(from))
                .value(":to", bytes(to));
            PortResult::Ok(table.commit(&[write]).await? == Done::Yes)
        })
        .buffer_unordered(AT_ONCE)
        .try_collect()
        .await?;
    Ok(moved.into_iter().filter(|moved| *moved).count() as u64)
}

pub(super) async fn erase(table: &Table, gallery: GalleryId) -> PortResult<u64> {
    let mut erased = 0;
    // A batch may have been under way: again until a pass finds nothing to do.
    for _ in 0..TRIES {
        let shown: Vec<PhotoItem> =
            items(table, gallery).await?.into_iter().filter(|item| item.b.is_some()).collect();
        if shown.is_empty() {
            return Ok(erased);
        }
        let done: Vec<bool> = stream::iter(shown)
            .map(|item| async move {
                let (id, seq) = (item.sk, item.q);
                let held = Held::of(gallery, Some(item))?;
                let tomb = PhotoItem::tombstone(gallery, id, seq);
                PortResult::Ok(write(table, &held, &tomb, &[], gone(&held, gallery, id)).await? == Done::Yes)
            })
            .buffer_unordered(AT_ONCE)
            .try_collect()
            .await?;
        erased += done.into_iter().filter(|done| *done).count() as u64;
    }
    Err(PortError::conflict("the gallery"))
}
