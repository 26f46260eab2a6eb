//! The orders of a gallery that go to a school, as this computer's journal has them, in the order they are packed.

use std::collections::BTreeMap;

use domain::{
    Millis,
    id::{GalleryId, PhotoId},
    order::{LineKind, Order, OrderState},
    place::Destination,
    text::one_line,
};

use super::children::{Child, children, sort_key};
use crate::{
    AgentError,
    catalog::Catalog,
    gallery::{
        book::{self, Gallery},
        roster,
    },
    orders::journal::jobs::{self, Job},
};

pub struct Batch {
    pub gallery: Gallery,
    pub school: String,
    pub until: Option<Millis>,
    /// By class and child.
    pub bags: Vec<Bag>,
    /// Orders of the same gallery that came after the deadline, or whose buyers wanted them at home.
    pub home: usize,
}

pub struct Bag {
    pub job: Job,
    /// Never empty; the first one's bag it is.
    pub children: Vec<Child>,
}

impl Bag {
    pub fn order(&self) -> &Order {
        self.job.order()
    }

    pub fn with_others(&self, child: &Child) -> Vec<&Child> {
        self.children.iter().filter(|c| *c != child).collect()
    }
}

/// Until when orders of each gallery are collected: a list whose day was moved moves it for all of them.
#[derive(Debug, Default)]
pub struct Deadlines(BTreeMap<GalleryId, Millis>);

impl Deadlines {
    pub fn read(catalog: &Catalog) -> Result<Self, AgentError> {
        let jobs = catalog.read(jobs::all)?;
        Ok(Self::among(jobs.iter().map(Job::order)))
    }

    fn among<'a>(orders: impl Iterator<Item = &'a Order>) -> Self {
        let mut out: BTreeMap<GalleryId, Millis> = BTreeMap::new();
        for order in orders.filter(|o| o.state != OrderState::Cancelled) {
            let Some(until) = order.batch_until else { continue };
            for gallery in galleries(order) {
                let latest = out.entry(gallery).or_insert(until);
                *latest = (*latest).max(until);
            }
        }
        Self(out)
    }

    /// Of an order that goes to a school by a list with a last day.
    pub fn of(&self, order: &Order) -> Option<Millis> {
        let own = order.batch_until?;
        galleries(order).iter().filter_map(|g| self.0.get(g)).copied().max().or(Some(own))
    }
}

/// In the order they are worked on: those of schools by class and child, so that prints leave the lab sorted.
pub fn packed(mut jobs: Vec<Job>) -> Vec<Job> {
    jobs.sort_by_cached_key(|job| match &job.order().destination {
        Destination::ShipToSchool { class, child, .. } => {
            let key = sort_key(class.as_deref().unwrap_or(""), &one_line(child, 200));
            (job.order().batch_until, Some(key))
        }
        Destination::PickUp | Destination::ShipTo { .. } => (None, None),
    });
    jobs
}

pub fn galleries(order: &Order) -> Vec<GalleryId> {
    let whole = order.lines.iter().filter_map(|l| match &l.kind {
        LineKind::Digital { whole: Some(whole), .. } => Some(whole.gallery),
        _ => None,
    });
    let mut all: Vec<_> = order.lines.iter().flat_map(|l| &l.nodes).map(|n| n.gallery).chain(whole).collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// Whether an order of the gallery goes to a school.
pub fn any(catalog: &Catalog, gallery: GalleryId) -> Result<bool, AgentError> {
    let to_school = |o: &Order| {
        o.state != OrderState::Cancelled
            && matches!(o.destination, Destination::ShipToSchool { .. })
            && galleries(o).contains(&gallery)
    };
    Ok(catalog.read(jobs::all)?.iter().any(|j| to_school(j.order())))
}

pub fn gather(catalog: &Catalog, name: &str) -> Result<Batch, AgentError> {
    let gallery = book::find(catalog, name)?;
    let people = pictured(catalog)?;
    let of_gallery: Vec<Job> = catalog
        .read(jobs::all)?
        .into_iter()
        .filter(|j| j.order().state != OrderState::Cancelled && galleries(j.order()).contains(&gallery.id))
        .collect();
    let until = Deadlines::among(of_gallery.iter().map(Job::order)).0.get(&gallery.id).copied();
    let mut school = String::new();
    let (mut bags, mut home) = (Vec::new(), 0);
    for job in of_gallery {
        let Destination::ShipToSchool { school: at, class, child } = &job.order().destination else {
            home += usize::from(matches!(job.order().destination, Destination::ShipTo { .. }));
            continue;
        };
        if school.is_empty() {
            school = one_line(at, 200);
        }
        let photos = job.order().lines.iter().flat_map(|l| &l.nodes).map(|n| n.photo);
        let mut there: Vec<Child> = Vec::new();
        for child in photos.filter_map(|photo| people.get(&photo)).flatten() {
            if !there.contains(child) {
                there.push(child.clone());
            }
        }
        let mut children =
            children(&one_line(child, 200), &one_line(class.as_deref().unwrap_or(""), 60), &there);
        if children.is_empty() {
            children.push(Child { name: one_line(child, 200), class: String::new() });
        }
        bags.push(Bag { children, job });
    }
    bags.sort_by_cached_key(|bag| {
        (sort_key(&bag.children[0].class, &bag.children[0].name), bag.order().placed_at, bag.order().id)
    });
    if bags.is_empty() {
        let name = crate::output::shown(&gallery.name);
        return Err(AgentError::new(format!("no order of {name:?} goes to a school"))
            .why("its price list has no delivery at school, or nobody chose it yet")
            .fix("see what there is: `darkslide orders list`; docs/school.md says how to offer it"));
    }
    Ok(Batch { gallery, school, until, bags, home })
}

/// Who is in each picture, by the roster.
fn pictured(catalog: &Catalog) -> Result<BTreeMap<PhotoId, Vec<Child>>, AgentError> {
    let people: BTreeMap<String, Child> = roster::all(catalog)?
        .into_iter()
        .map(|s| (s.id.to_string(), Child { name: one_line(&s.name, 200), class: one_line(&s.class, 60) }))
        .collect();
    let rows: Vec<(String, String)> = catalog.read(|db| {
        let mut statement = db.prepare("SELECT photo, subject FROM photo_subject ORDER BY photo, subject")?;
        statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
    })?;
    let mut out: BTreeMap<PhotoId, Vec<Child>> = BTreeMap::new();
    for (photo, subject) in rows {
        if let (Ok(photo), Some(child)) = (photo.parse(), people.get(&subject)) {
            out.entry(photo).or_default().push(child.clone());
        }
    }
    Ok(out)
}
