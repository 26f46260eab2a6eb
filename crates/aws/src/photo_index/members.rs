//! Memberships: one item per (subject, photo), in the order of the gallery.

use std::collections::BTreeSet;

use domain::{
    id::{GalleryId, PhotoId, SubjectId},
    photo::Photo,
};
use ports::PortResult;
use serde::{Deserialize, Serialize};

use super::item;
use crate::{
    keys::{self, Key},
    table::{Query, Table, Write},
};

const MEMBER: &str = "a photo's membership";

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Member {
    pk: String,
    pub sk: String,
    pub photo: PhotoId,
}

/// The items a photo has in its subjects' partitions.
pub(super) fn of(photo: &Photo) -> Vec<Member> {
    let subjects: BTreeSet<SubjectId> = photo.subjects.iter().copied().collect();
    let sk = item::sort_key(photo);
    let member = |s| Member { pk: keys::members_of(photo.gallery, s), sk: sk.clone(), photo: photo.id };
    subjects.into_iter().map(member).collect()
}

impl Member {
    pub(super) fn key(&self) -> Key {
        Key::new(&self.pk, &self.sk)
    }
    pub(super) fn put(&self) -> PortResult<Write> {
        Write::put(MEMBER, self)
    }
}

/// Photos of any of these subjects after a sort key, merged and each once.
///
/// With a limit, the answer ends where the shortest of the cut-off lists ends: what lies beyond may miss
/// some. `bool`: whether there is more.
pub(super) async fn merged(
    table: &Table,
    gallery: GalleryId,
    subjects: &BTreeSet<SubjectId>,
    after: Option<&str>,
    limit: Option<usize>,
) -> PortResult<(Vec<(String, PhotoId)>, bool)> {
    let lists = subjects.iter().map(|subject| {
        let query = Query::of(keys::members_of(gallery, *subject)).relaxed().after(after.map(str::to_owned));
        async move { table.rows::<Member>(MEMBER, &query, limit).await }
    });
    let lists = futures_util::future::try_join_all(lists).await?;
    let cut_off = lists.iter().filter(|list| limit.is_some_and(|limit| list.len() >= limit));
    let horizon: Option<String> = cut_off.filter_map(|list| list.last()).map(|m| m.sk.clone()).min();
    let merged: BTreeSet<(String, PhotoId)> = lists.into_iter().flatten().map(|m| (m.sk, m.photo)).collect();
    let within = |key: &String| horizon.as_ref().is_none_or(|end| key <= end);
    Ok((merged.into_iter().filter(|(key, _)| within(key)).collect(), horizon.is_some()))
}
